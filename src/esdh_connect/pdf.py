"""
PDF, with pypdf: count pages, and lay files together with one bookmark for each.

A PDF is hostile until it has been read: whatever pypdf does on a damaged file ends as UnreadableDocument. The
same input gives the same bytes. pypdf is imported when first used, because that takes most of a second.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BufferedReader, BytesIO
from typing import TYPE_CHECKING

from esdh_connect.errors import UnreadableDocument

if TYPE_CHECKING:
    from pypdf import PdfReader

__all__ = ["count_pages", "merge"]


def count_pages(content: bytes) -> int:
    """Give the number of pages. Raises UnreadableDocument, also where there are none."""
    with _reading("the file"):
        pages = len(_open(content).pages)
    if not pages:
        raise UnreadableDocument("the PDF has no pages", danish="PDF-filen har ingen sider")
    return pages


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
