"""
The other side of :mod:`esdh_connect_bilag.repair.child`: hostile files, alone in a Python of their own.

Run as a script, and imports nothing of ours, so that it starts fast. What comes in on standard input is one line of
JSON (the order) and the files after it; what goes out on standard output is a PDF. What went wrong is told by the
name of the exception alone, because its text may quote the file.
"""

from __future__ import annotations

import json
import logging
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdf import PdfReader, PdfWriter

#: What may act on a reader's machine or lead out of the letter, wherever it stands.
_ACTING = ("/AA", "/OpenAction", "/JS", "/JavaScript", "/EmbeddedFiles", "/XFA", "/Next")
_HARMLESS = ("/GoTo", "/URI")
_DEEP = 50


def main(memory: int, processor: int, clock: int, output: int) -> int:
    """Do what standard input asks for; returns the exit code."""
    _confine(memory, processor, clock, output)
    logging.disable()  # pypdf's warnings quote the file
    order = json.loads(sys.stdin.buffer.readline())
    sys.path[:] = order["path"]
    files = [sys.stdin.buffer.read(size) for size in order["sizes"]]
    try:
        made = _WAYS[order["way"]](files, order["titles"])
        sys.stdout.buffer.write(made)
        sys.stdout.buffer.flush()
    except Exception as error:  # noqa: BLE001 - a hostile file makes libraries raise nearly anything
        sys.stderr.write(type(error).__name__)
        return 1
    return 0


def _confine(memory: int, processor: int, clock: int, output: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump would hold the letter
    resource.setrlimit(resource.RLIMIT_CPU, (processor, processor))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    signal.alarm(clock)  # where nobody is left to end us


def with_pypdf(files: Sequence[bytes], _titles: Sequence[str]) -> bytes:
    """Write it anew with all that the catalogue leads to, decrypted with the empty password."""
    from pypdf import PdfWriter

    return _written(PdfWriter(clone_from=_opened(files[0])))


def with_pikepdf(files: Sequence[bytes], _titles: Sequence[str]) -> bytes:
    """Do the same by libqpdf, which rebuilds more; streams stay as they are, so that none is inflated."""
    import pikepdf

    made = BytesIO()
    with pikepdf.open(BytesIO(files[0])) as document:
        document.save(
            made,
            compress_streams=False,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        )
    return made.getvalue()


def merged_with_pypdf(files: Sequence[bytes], titles: Sequence[str]) -> bytes:
    """Lay all together with a bookmark for each, take out what acts, and tell how many pages each has."""
    from pypdf import PdfWriter

    writer, pages = PdfWriter(), [0]
    for title, content in zip(titles, files, strict=True):
        writer.append(_opened(content), outline_item=title)
        pages.append(len(writer.pages))
    for page in writer.pages:
        _calm(page, 0)
    if form := writer.root_object.get("/AcroForm"):
        _calm(form.get_object(), 0)
    sys.stderr.write(" ".join(str(after - before) for before, after in pairwise(pages)))
    return _written(writer)


def _opened(content: bytes) -> PdfReader:
    from pypdf import PdfReader

    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted:
        reader.decrypt("")
    return reader


def _written(writer: PdfWriter) -> bytes:
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def _calm(thing: Any, depth: int) -> None:  # noqa: ANN401 - whatever pypdf has found
    """Take out of annotations and fields what acts. Raises RecursionError where they are deeper than any real one."""
    if depth > _DEEP:
        raise RecursionError
    for key in _ACTING:
        thing.pop(key, None)
    action = thing.get("/A")
    if action is not None and action.get_object().get("/S") not in _HARMLESS:
        del thing["/A"]
    for key in ("/Annots", "/Fields", "/Kids"):
        for kid in thing.get(key, ()):
            _calm(kid.get_object(), depth + 1)


_WAYS: dict[str, Callable[[Sequence[bytes], Sequence[str]], bytes]] = {
    "pypdf": with_pypdf,
    "pikepdf": with_pikepdf,
    "merge": merged_with_pypdf,
}

if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
