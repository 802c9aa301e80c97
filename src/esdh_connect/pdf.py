"""
PDF, with pypdf: count pages, lay files together with one bookmark for each, and write a mark over every page.

A PDF is hostile until it has been read: whatever pypdf does on a damaged file ends as UnreadableDocument. The
same input gives the same bytes. pypdf is imported when first used, because that takes most of a second.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BufferedReader, BytesIO
from typing import TYPE_CHECKING, Any

import attrs

from esdh_connect.errors import UnreadableDocument

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader, PdfWriter
    from pypdf.generic import DictionaryObject, IndirectObject

__all__ = ["Glance", "count_pages", "glance", "merge", "watermarked"]

#: Of Helvetica, in parts of the font size: what a sign is wide, about; and how much of the diagonal a mark fills.
_WIDE, _FILLS = 0.52, 0.8
_MARK, _FONT, _FAINT = "/EsdhMark", "/EsdhFont", "/EsdhFaint"

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
    #: The same lines page by page, each with how high it stands where that is known.
    pages: tuple[tuple[tuple[float | None, str], ...], ...] = attrs.field(default=(), repr=False)


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

    read: list[tuple[tuple[float | None, str], ...]] = []
    bounds: dict[str, Any] = dict.fromkeys(_UNPACKING, _UNPACKED) | {"stream_parsing_work_maximum_count": _PARTS}
    try:
        with _reading("the file"), apply_configuration(xform_maximum_invocations_per_extraction=_FORMS, **bounds):
            reader = _open(content)
            for page in reader.pages[first - 1 : first - 1 + pages]:
                placed = _Placed()
                text = page.extract_text(visitor_operand_before=_Patience(), visitor_text=placed)
                read.append(placed.lines(text))
            return _glanced(read, unsigned=_is_unsigned(reader))
    except UnreadableDocument:
        return _glanced(read, is_whole=False)


def _glanced(read: Sequence[tuple[tuple[float | None, str], ...]], **more: bool) -> Glance:
    return Glance(tuple(line for page in read for _, line in page), pages=tuple(read), **more)


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


@attrs.define
class _Placed:
    """Remembers how high on the page each line of text began."""

    text: str = ""
    heights: list[float | None] = attrs.field(factory=lambda: [None])

    def __call__(self, text: str, outer: Sequence[float], inner: Sequence[float], *_: object) -> None:
        """Take one more piece of it."""
        for piece in text.splitlines(keepends=True):
            if piece.strip() and self.heights[-1] is None:
                self.heights[-1] = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
            self.text += piece
            if piece.splitlines() != [piece]:
                self.heights.append(None)

    def lines(self, text: str) -> tuple[tuple[float | None, str], ...]:
        """Give the lines of this text, with their heights if it is what was heard of."""
        lines = text.splitlines()
        heights = self.heights if self.text == text else [None] * len(lines)
        return tuple(zip(heights, lines, strict=False))


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


def watermarked(content: bytes, text: str, *, name: str) -> bytes:
    """
    Write ``text`` (Latin-1 and dashes) over every page, across it and at its top, above all that stands there.

    Raises UnreadableDocument with the name of a file that cannot be read: none comes out of here without its mark.
    """
    from pypdf import PdfWriter

    with PdfWriter() as writer:
        with _reading(name):
            writer.clone_document_from_reader(_open(content))
            resources = _mark_resources(writer)
            for page in writer.pages:
                _write_over(writer, page, text, resources)
        marked = BytesIO()
        with _reading(name):
            writer.write(marked)
    return marked.getvalue()


def _mark_resources(writer: PdfWriter) -> DictionaryObject:
    from pypdf.generic import DictionaryObject, FloatObject, NameObject

    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica-Bold", "/Encoding": "/WinAnsiEncoding"}
    named = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
    faint = DictionaryObject({NameObject("/ca"): FloatObject(0.3)})
    return DictionaryObject(
        {
            NameObject("/Font"): DictionaryObject({NameObject(_FONT): writer._add_object(named)}),  # noqa: SLF001
            NameObject("/ExtGState"): DictionaryObject({NameObject(_FAINT): writer._add_object(faint)}),  # noqa: SLF001
        }
    )


def _write_over(writer: PdfWriter, page: PageObject, text: str, resources: DictionaryObject) -> None:
    """Draw the mark as a form of its own, after whatever the page has begun was ended."""
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject

    own = page.get("/Resources")
    mine = DictionaryObject(own.get_object() if own is not None else {})
    forms = mine.get("/XObject")
    known = DictionaryObject(forms.get_object() if forms is not None else {})
    known[NameObject(_MARK)] = _form(writer, page, text, resources)
    mine[NameObject("/XObject")] = known
    page[NameObject("/Resources")] = mine
    opened, closed = _unbalanced(page)
    drawn = b"Q\n" * closed + b"/Artifact BMC q " + _MARK.encode() + b" Do Q EMC\n"
    there = page.get("/Contents")
    inner = there.get_object() if there is not None else ArrayObject()
    parts = list(inner) if isinstance(inner, ArrayObject) else [there]
    before, after = (_stream(writer, data) for data in (b"q\n" * (opened + 1), b"\nQ\n" + drawn))
    page[NameObject("/Contents")] = ArrayObject([before, *parts, after])


def _unbalanced(page: PageObject) -> tuple[int, int]:
    """Tell how many graphics states a page ends that it did not begin, and how many it begins and does not end."""
    depth = lowest = 0
    contents = page.get_contents()
    for _, operator in contents.operations if contents is not None else ():
        depth += (operator == b"q") - (operator == b"Q")
        lowest = min(lowest, depth)
    return -lowest, depth - lowest


def _form(writer: PdfWriter, page: PageObject, text: str, resources: DictionaryObject) -> IndirectObject:
    from pypdf.generic import ArrayObject, FloatObject, NameObject, StreamObject

    edges = [float(edge) for edge in page.cropbox]
    form = StreamObject()
    form.set_data(_drawing(edges, page.rotation, text))
    form[NameObject("/Type")], form[NameObject("/Subtype")] = NameObject("/XObject"), NameObject("/Form")
    form[NameObject("/BBox")] = ArrayObject([FloatObject(edge) for edge in edges])
    form[NameObject("/Resources")] = resources
    return writer._add_object(form)  # noqa: SLF001 - pypdf has no other way to add one


def _drawing(edges: Sequence[float], rotation: int, text: str) -> bytes:
    """Write the mark from the middle of the page as it is seen: turned, where the page is."""
    left, bottom, right, top = edges
    turn = math.radians(rotation)
    wide, high = abs(right - left), abs(top - bottom)
    if rotation % 180:
        wide, high = high, wide
    slope, length = math.atan2(high, wide), math.hypot(wide, high)
    size = min(60.0, _FILLS * length / (_WIDE * len(text)))
    back = -_WIDE * size * len(text) / 2
    small = min(10.0, wide / len(text))
    cos, sin = math.cos(slope), math.sin(slope)
    shown = text.encode("cp1252", "replace").hex()
    middle = f"{(left + right) / 2:.2f} {(bottom + top) / 2:.2f}"
    return (
        f"{math.cos(turn):.4f} {math.sin(turn):.4f} {-math.sin(turn):.4f} {math.cos(turn):.4f} {middle} cm\n"
        f"BT 0.8 0.1 0.1 rg {_FONT} {small:.2f} Tf {8 - wide / 2:.2f} {high / 2 - 1.4 * small:.2f} Td <{shown}> Tj ET\n"
        f"{_FAINT} gs BT {_FONT} {size:.2f} Tf {cos:.4f} {sin:.4f} {-sin:.4f} {cos:.4f} "
        f"{back * cos:.2f} {back * sin:.2f} Tm <{shown}> Tj ET\n"
    ).encode()


def _stream(writer: PdfWriter, data: bytes) -> IndirectObject:
    from pypdf.generic import StreamObject

    stream = StreamObject()
    stream.set_data(data)
    return writer._add_object(stream)  # noqa: SLF001 - pypdf has no other way to add one


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
