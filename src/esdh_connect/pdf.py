"""
PDF, with pypdf: count pages, and lay files together with one bookmark for each.

A PDF is hostile until it has been read: whatever pypdf does on a damaged file ends as UnreadableDocument. The
same input gives the same bytes. pypdf is imported when first used, because that takes most of a second.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BufferedReader, BytesIO
from typing import TYPE_CHECKING, Any

import attrs

from esdh_connect.errors import UnreadableDocument

if TYPE_CHECKING:
    from pypdf import PdfReader

__all__ = ["Glance", "count_pages", "glance", "merge"]

#: What a look at a page may cost, so that a hostile one costs a moment: bytes of a stream when it is unpacked, parts of
#: it, forms within it, and instructions that are followed. A page of a letter has a hundredth of it. Counted and not
#: timed: what a plan found is what the commit must find.
_UNPACKED, _PARTS, _FORMS, _FOLLOWED = 4_000_000, 200_000, 100, 20_000
_SIGNATURES, _DEPTH = 200, 5


@attrs.frozen
class Glance:
    """
    Øjekast: what stands on some pages, line by line, and whether a field for a signature is empty.

    ``is_whole`` says that nothing of the pages was left out because it would have cost too much.
    """

    lines: tuple[str, ...] = attrs.field(default=(), repr=False)
    unsigned: bool = False
    is_whole: bool = True


def count_pages(content: bytes) -> int:
    """Give the number of pages. Raises UnreadableDocument, also where there are none."""
    with _reading("the file"):
        pages = len(_open(content).pages)
    if not pages:
        raise UnreadableDocument("the PDF has no pages", danish="PDF-filen har ingen sider")
    return pages


def glance(content: bytes, first: int = 1, pages: int = 2) -> Glance:
    """Look at ``pages`` pages from the ``first``, for what can be read of them. What cannot be read is not there."""
    from pypdf import apply_configuration

    lines: list[str] = []
    bounds: dict[str, Any] = dict.fromkeys(_UNPACKING, _UNPACKED) | {"stream_parsing_work_maximum_count": _PARTS}
    try:
        with _reading("the file"), apply_configuration(xform_maximum_invocations_per_extraction=_FORMS, **bounds):
            reader = _open(content)
            for page in reader.pages[first - 1 : first - 1 + pages]:
                lines += page.extract_text(visitor_operand_before=_Patience()).splitlines()
            return Glance(tuple(lines), _is_unsigned(reader))
    except UnreadableDocument:
        return Glance(tuple(lines), is_whole=False)


_UNPACKING = (
    "array_based_stream_maximum_output_length",
    "brotli_maximum_output_length",
    "lzw_maximum_output_length",
    "run_length_maximum_output_length",
    "zlib_maximum_output_length",
)


class _TooMuch(Exception):
    """More than anybody would read; never leaves this module."""


@attrs.define
class _Patience:
    """Counts the instructions of a page, and has had enough at some point."""

    followed: int = 0

    def __call__(self, *_: object) -> None:
        """Take one more."""
        self.followed += 1
        if self.followed > _FOLLOWED:
            raise _TooMuch


def _is_unsigned(reader: PdfReader) -> bool:
    form = reader.root_object.get("/AcroForm")
    fields = form.get_object().get("/Fields") if form is not None else None
    left = [(one, 0) for one in (fields.get_object() if fields is not None else ())]
    for _ in range(_SIGNATURES):
        if not left:
            return False
        one, depth = left.pop()
        field = one.get_object()
        if field.get("/FT") == "/Sig" and "/V" not in field:
            return True
        if depth < _DEPTH and "/Kids" in field:
            left += [(kid, depth + 1) for kid in field["/Kids"].get_object()[:_SIGNATURES]]
    return False


def merge(parts: Sequence[tuple[str, bytes]], *, title: str, language: str = "da") -> bytes:
    """
    Lay the parts (bookmark title, PDF) together in order.

    Each part's own bookmarks come beneath its own. Raises UnreadableDocument with the title of the bad part.
    """
    from pypdf import PdfWriter
    from pypdf.generic import NameObject, TextStringObject

    with PdfWriter() as writer:
        for name, content in parts:
            with _reading(name):
                writer.append(_open(content), outline_item=name)
        writer.metadata = {"/Title": title, "/Producer": "esdh_connect"}
        writer.root_object[NameObject("/Lang")] = TextStringObject(language)
        writer.page_mode = "/UseOutlines"
        merged = BytesIO()
        with _reading(title):
            writer.write(merged)
    return merged.getvalue()


def _open(content: bytes) -> PdfReader:
    from pypdf import PasswordType, PdfReader

    # Through a BufferedReader, because pypdf asks a BytesIO for its buffer, which copies the whole file.
    reader = PdfReader(BufferedReader(BytesIO(content)))
    if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
        raise UnreadableDocument("the PDF needs a password", danish="PDF-filen er låst med adgangskode")
    return reader


@contextmanager
def _reading(name: str) -> Iterator[None]:
    try:
        yield
    except UnreadableDocument as error:
        error.document = error.document or name
        raise
    except MemoryError:
        raise
    except Exception as error:
        # Hostile files make pypdf raise nearly anything (KeyError, RecursionError, struct.error …).
        raise UnreadableDocument(
            f"pypdf could not read it: {type(error).__name__}", document=name, danish="PDF-filen er beskadiget"
        ) from error
