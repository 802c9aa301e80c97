"""
Tillæg: an incremental update to a PDF (ISO 32000-2, 7.5.6): new objects, and others anew, behind what is there.

It lies in front of the merge alone, which reads it as it reads any file; so nothing that is there is decoded or copied.
"""

from __future__ import annotations

from collections.abc import Mapping

from esdh_connect_bilag.engine import Declined, Page, Pdf, Reason, Ref, Value
from esdh_connect_bilag.engine.values import render

__all__ = ["contents_of", "next_number", "revised", "written"]

_KEPT = ("Root", "Info", "ID")
_START = b"startxref"


def next_number(pdf: Pdf) -> int:
    """Give the first number that no object of the file has."""
    return max(pdf.xref.entries, default=0) + 1


def written(value: Value) -> bytes:
    """Write a value of the file in its own numbers."""
    return render(value, lambda number: b"%d 0 R" % number)


def contents_of(pdf: Pdf, page: Page) -> list[Value]:
    """Give the streams that a page draws, in order."""
    contents = page.entries.get("Contents")
    value = pdf.resolve(contents)
    return value if isinstance(value, list) else [contents] if isinstance(contents, Ref) and value else []


def revised(pdf: Pdf, objects: Mapping[int, bytes]) -> bytes:
    """Give the file with these objects, which count instead of those that have their numbers. Raises Declined."""
    pieces, at = [pdf.content, b"\n"], len(pdf.content) + 1
    rows: list[bytes] = []
    for number, text in sorted(objects.items()):
        pieces.append(b"%d 0 obj\n%b\nendobj\n" % (number, text))
        rows.append(b"%d 1\n%010d 00000 n \n" % (number, at))
        at += len(pieces[-1])
    kept: dict[str, Value] = {key: pdf.trailer[key] for key in _KEPT if key in pdf.trailer}
    size = max(next_number(pdf), *(number + 1 for number in objects))
    trailer = written({"Size": size, "Prev": _last_section(pdf), **kept})
    pieces.append(b"xref\n%btrailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (b"".join(rows), trailer, at))
    return b"".join(pieces)


def _last_section(pdf: Pdf) -> int:
    words = pdf.content[pdf.content.rfind(_START) + len(_START) :].split(maxsplit=1)
    if not words or not words[0].isdigit():
        raise Declined(Reason.DAMAGED, "no startxref")
    return int(words[0])
