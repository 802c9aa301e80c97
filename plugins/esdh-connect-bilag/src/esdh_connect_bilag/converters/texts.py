"""
Tekst → PDF: every character as it stands, in lines of 80, on A4; tagged, with a font that lies in the file.

What the font has no picture of is shown as such, and said: nothing disappears.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

import attrs

from esdh_connect import media
from esdh_connect.converter import Converted, Original
from esdh_connect.errors import UnreadableDocument
from esdh_connect_bilag.converters.decoding import decoded
from esdh_connect_bilag.converters.face import Face
from esdh_connect_bilag.converters.failing import signs_missing, versions
from esdh_connect_bilag.converters.writing import Element, Page, Writer, number

__all__ = ["Texts"]

_WIDTH, _HEIGHT, _LEFT, _TOP = 595.276, 841.89, 56.7, 56.7
_SIZE, _LEADING, _COLUMNS, _TAB = 10, 13.0, 80, 8
_LINES = int((_HEIGHT - 2 * _TOP) // _LEADING)
#: What stands for a character that cannot be shown.
_MISSING = "\N{REPLACEMENT CHARACTER}"
_INVISIBLE, _FROM_THE_RIGHT, _PAGE = {"Cf"}, {"R", "AL"}, "\f"


@attrs.frozen
class _Line:
    """A line on a page, and the paragraph it belongs to."""

    text: str
    paragraph: int


@attrs.frozen
class Texts:
    """The converter of plain text."""

    max_pages: int
    name: str = "text"
    takes: tuple[str, ...] = ("text/plain", "text/csv", "text/markdown")

    @property
    def version(self) -> str:
        """Give what decides the result."""
        return versions("1", "fonttools")

    def convert(self, original: Original) -> Converted:
        """Set the text. Raises UnreadableDocument."""
        text, unshown = _showable(decoded(original.content), Face.shipped())
        if not text.strip():
            raise UnreadableDocument("the text is empty", danish="der står ikke noget i filen. Fjern den fra brevet")
        pages = list(_pages(text))
        if len(pages) > self.max_pages:
            raise UnreadableDocument(
                f"{len(pages)} pages", danish=f"det bliver {len(pages)} sider; der er plads til {self.max_pages}"
            )
        title = media.stem(original.name, original.media_type)
        return Converted(_pdf(pages, title), signs_missing(unshown, _MISSING))


def _showable(text: str, face: Face) -> tuple[str, Counter[str]]:
    """Give the text with what the font has pictures of, and what it has none of."""
    unshown: Counter[str] = Counter()
    known: dict[str, str] = {"\n": "\n", "\t": "\t", _PAGE: _PAGE}
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    for sign in set(composed) - known.keys():
        if unicodedata.category(sign) in _INVISIBLE:
            known[sign] = ""
        elif _is_shown(sign, face):
            known[sign] = sign
        else:
            known[sign] = _MISSING
            unshown[sign] = composed.count(sign)
    return composed.translate({ord(sign): shown for sign, shown in known.items()}), unshown


def _is_shown(sign: str, face: Face) -> bool:
    """Tell whether the sign is shown as it should be: writing from the right, and accents that stand alone, are not."""
    return (
        face.has(sign)
        and unicodedata.bidirectional(sign) not in _FROM_THE_RIGHT
        and not unicodedata.combining(sign)
        and sign != _MISSING
    )


def _pages(text: str) -> Iterator[list[_Line]]:
    page: list[_Line] = []
    paragraph = 0
    for written in text.split("\n"):
        sheets = written.split(_PAGE)
        for at, sheet in enumerate(sheets):
            if at:
                yield page
                page = []
            for line in _wrapped(sheet.expandtabs(_TAB)):
                if len(page) == _LINES:
                    yield page
                    page = []
                page.append(_Line(line, paragraph))
        paragraph += not written.strip()
    yield page


def _wrapped(line: str) -> Iterator[str]:
    """Break a line at a space where there is one, which stays at its end: else two words would become one."""
    while len(line) > _COLUMNS:
        at = line.rfind(" ", 1, _COLUMNS) + 1
        cut = at if line[:at].strip() else _COLUMNS
        yield line[:cut]
        line = line[cut:]
    yield line


def _pdf(pages: Sequence[Sequence[_Line]], title: str) -> bytes:
    writer = Writer()
    signs = {sign for page in pages for line in page for sign in line.text}
    font, coded = Face.shipped().added(writer, signs)
    paragraphs: dict[int, list[tuple[int, int]]] = {}
    made = [_page(page, at, {"F": font}, coded, paragraphs) for at, page in enumerate(pages)]
    elements = [Element("P", tuple(pieces)) for pieces in paragraphs.values()]
    return writer.document(made, elements, title=title, language="da")


def _page(
    lines: Sequence[_Line],
    at: int,
    fonts: dict[str, object],
    coded: Callable[[str], bytes],
    paragraphs: dict[int, list[tuple[int, int]]],
) -> Page:
    """Draw a page, and note which piece of it belongs to which paragraph."""
    drawn = [f"BT /F {_SIZE} Tf {number(_LEADING)} TL 1 0 0 1 {_LEFT} {number(_HEIGHT - _TOP)} Tm".encode()]
    mark = 0
    for paragraph, group in groupby(lines, key=lambda line: line.paragraph):
        shown = [b"T*" if not line.text.strip() else b"<%b> '" % coded(line.text).hex().encode() for line in group]
        if shown == [b"T*"] * len(shown):
            drawn += shown
            continue
        paragraphs.setdefault(paragraph, []).append((at, mark))
        drawn += [b"/P <</MCID %d>> BDC" % mark, *shown, b"EMC"]
        mark += 1
    return Page(_WIDTH, _HEIGHT, b"\n".join([*drawn, b"ET"]), {"Font": fonts})
