"""
Pakning: what a PDF can be made smaller by without anybody seeing it, for a letter that is too large for its channel.

Left out are miniatures of pages, which readers make themselves, and what drawing programs keep in a file for their own
use. Streams that are stored as they are, or written in letters (ASCII85, hex), are packed. No picture is changed: what
a camera or scanner made of it stays as it is, without the letters it was written in. What is equal, and what nothing
refers to any more, the merge stores once or not at all.
"""

from __future__ import annotations

import re
import zlib

from esdh_connect_bilag.consolidation.revision import revised, written
from esdh_connect_bilag.engine import Bounds, Name, Pdf, Stream, Value, open_pdf
from esdh_connect_bilag.engine.syntax import plain_names, read

__all__ = ["packed"]

#: Keys of objects (ISO 32000-2, 12.3.4 and 14.5) that no reader shows.
_UNSEEN = ("Thumb", "PieceInfo")
_HAS_UNSEEN = re.compile(rb"/(?:Thumb|PieceInfo)(?![A-Za-z0-9])")
#: Filters that make a stream larger than it is.
_LETTERS = {"ASCII85Decode", "A85", "ASCIIHexDecode", "AHx"}
#: Cross-references are written anew; PDF/A wants metadata to be readable without unpacking.
_LEFT_ALONE = {"XRef", "ObjStm", "Metadata"}
_SMALLEST = 128  # bytes: less is not worth the words that say how it is packed
_SAVED = 48  # bytes that those words take
_PULSE = 10  # bits: steps for each kilobyte that is packed


def packed(content: bytes, *, bounds: Bounds = Bounds()) -> bytes:
    """Give the PDF with less in it; the same bytes where there is nothing to gain. Raises Declined."""
    pdf = open_pdf(content, bounds)
    changed: dict[int, bytes] = {}
    for number, entry in pdf.xref.entries.items():
        pdf.watch.tick()
        if entry is None:
            continue
        text, data = pdf.raw(number)
        if data is not None and data.nbytes >= _SMALLEST:
            tighter = _tighter(pdf, Stream(_entries(pdf, text), data))
            changed |= {number: tighter} if tighter else {}
        elif data is None and _HAS_UNSEEN.search(plain_names(text)):
            entries = _entries(pdf, text)
            changed[number] = written({key: each for key, each in entries.items() if key not in _UNSEEN})
    return revised(pdf, changed) if changed else content


def _entries(pdf: Pdf, text: bytes) -> dict[str, Value]:
    value = read(text, depth=pdf.watch.bounds.depth)
    return value if isinstance(value, dict) else {}


def _tighter(pdf: Pdf, stream: Stream) -> bytes | None:
    """Give the stream as an object that takes less room; None where it does not."""
    entries = {key: each for key, each in stream.entries.items() if key not in _UNSEEN}
    if entries.get("Type") in _LEFT_ALONE or "F" in entries:
        return None
    filters = _listed(pdf, entries.pop("Filter", None))
    parameters = _listed(pdf, entries.pop("DecodeParms", None))
    parameters += [None] * (len(filters) - len(parameters))
    data = bytes(stream.data)
    while filters and filters[0] in _LETTERS:
        data = pdf.decoded(Stream({"Filter": filters.pop(0)}, memoryview(data)))
        parameters.pop(0)
    if not filters:
        pdf.watch.tick(len(data) >> _PULSE)
        data, filters, parameters = zlib.compress(data, 9), [Name("FlateDecode")], [None]
    if len(data) + _SAVED > stream.data.nbytes:
        return None
    entries |= {"Filter": filters, "Length": len(data)}
    if any(each is not None for each in parameters):
        entries["DecodeParms"] = parameters
    return written(entries) + b"\nstream\n" + data + b"\nendstream"


def _listed(pdf: Pdf, value: Value) -> list[Value]:
    value = pdf.resolve(value)
    return [pdf.resolve(each) for each in value] if isinstance(value, list) else [] if value is None else [value]
