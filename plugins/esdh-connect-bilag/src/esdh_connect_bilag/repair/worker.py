"""In the child: hostile files, repaired or laid together. Imports nothing of ours, so that it starts fast."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdf import PdfReader, PdfWriter

__all__ = ["answer"]

#: A PDF, and how many pages each of its parts has.
Made = tuple[bytes, list[int]]

#: What may act on a reader's machine or lead out of the letter, wherever it stands.
_ACTING = ("/AA", "/OpenAction", "/JS", "/JavaScript", "/EmbeddedFiles", "/XFA", "/Next")
_HARMLESS = ("/GoTo", "/URI")
_DEEP = 50


def answer(order: Mapping[str, Any], content: bytes) -> tuple[dict[str, object], list[bytes]]:
    """
    Do what is asked. ``order`` has the way, and the sizes and titles of the files.

    What is told is how many ``pages`` each part has, where they are laid together.
    """
    logging.disable()  # pypdf's warnings quote the file
    stream = BytesIO(content)
    files = [stream.read(size) for size in order["sizes"]]
    made, pages = _WAYS[order["way"]](files, order["titles"])
    return {"pages": pages}, [made]


def with_pypdf(files: Sequence[bytes], _titles: Sequence[str]) -> Made:
    """Write it anew with all that the catalogue leads to, decrypted with the empty password."""
    from pypdf import PdfWriter

    return _written(PdfWriter(clone_from=_opened(files[0]))), []


def with_pikepdf(files: Sequence[bytes], _titles: Sequence[str]) -> Made:
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
    return made.getvalue(), []


def merged_with_pypdf(files: Sequence[bytes], titles: Sequence[str]) -> Made:
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
    return _written(writer), [after - before for before, after in pairwise(pages)]


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


_WAYS: dict[str, Callable[[Sequence[bytes], Sequence[str]], Made]] = {
    "pypdf": with_pypdf,
    "pikepdf": with_pikepdf,
    "merge": merged_with_pypdf,
}
