"""
Bilagsoversigt: the list of the attachments – number, title, page – with a link to each, tagged as a table of contents.

How many pages it takes follows from the titles alone, so that it can be set when it is known where each bilag begins.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence

import attrs

from esdh_connect_bilag.converters.face import Face
from esdh_connect_bilag.converters.writing import Element, Link, Page, Writer, number

__all__ = ["TITLE", "Line", "Overview", "Spot"]

TITLE = "Bilagsoversigt"
_WIDTH, _HEIGHT, _MARGIN = 595.276, 841.89, 56.7
_SIZE, _NOTE, _HEADING, _LEADING, _GAP = 10.5, 9, 18, 14.5, 7.0
_TITLES, _PAGES = _MARGIN + 58, _WIDTH - _MARGIN  # where titles begin, and where pages end
_ROOM = _PAGES - _TITLES - 90
_MOST_LINES = 40  # of a title
_DARK, _GREY, _RULE = "0 0.2 0.45 rg", "0.35 g", "0.7 G 0.5 w"
_MISSING = "\N{REPLACEMENT CHARACTER}"


@attrs.frozen
class Line:
    """An attachment in the list. ``note`` stands beneath it, ``elsewhere`` for its pages where they are not here."""

    number: int
    title: str = attrs.field(repr=False)
    note: str = ""
    elsewhere: str = "egen fil"


@attrs.frozen
class Spot:
    """Where an attachment is in the file: its pages, counted from 1, and its index in the merge."""

    first_page: int
    pages: int
    part: int

    @property
    def shown(self) -> str:
        """Give it as it is read."""
        last = self.first_page + self.pages - 1
        return f"side {self.first_page}–{last}" if last > self.first_page else f"side {last}"


@attrs.frozen
class _Row:
    """A line as it is set: how its title is broken, and how high it is."""

    line: Line
    title: tuple[str, ...]

    @property
    def height(self) -> float:
        """Give the height with the gap beneath it."""
        return _LEADING * (len(self.title) + bool(self.line.note)) + _GAP


@attrs.frozen
class Overview:
    """The list, divided into pages."""

    sheets: tuple[tuple[_Row, ...], ...]

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Overview:
        """Divide it: a line is never broken over two pages."""
        sheets: list[list[_Row]] = [[]]
        left = _HEIGHT - 2 * _MARGIN - 3 * _HEADING
        for row in map(_row, lines):
            if row.height > left and sheets[-1]:
                sheets.append([])
                left = _HEIGHT - 2 * _MARGIN
            sheets[-1].append(row)
            left -= row.height
        return cls(tuple(map(tuple, sheets)))

    @property
    def pages(self) -> int:
        """Give how many pages it takes."""
        return len(self.sheets)

    def written(self, spots: Mapping[int, Spot]) -> bytes:
        """Write it as a PDF of its own. What has no spot by its number goes as a file of its own."""
        writer = Writer()
        rows = [row for sheet in self.sheets for row in sheet]
        texts = [TITLE, *(each for row in rows for each in (*row.title, row.line.note, *_columns(row.line, spots)))]
        font, coded = Face.proportional().added(writer, {sign for text in texts for sign in text})
        setting = _Setting(coded, spots)
        pages = [setting.page(at, sheet, {"F": font}) for at, sheet in enumerate(self.sheets)]
        elements = [Element("H1", ((0, 0),)), Element("TOC", kids=tuple(setting.items))]
        return writer.document(pages, elements, title=TITLE, language="da")


@attrs.define
class _Setting:
    """Sets the lines, and notes which piece of a page each is."""

    coded: Callable[[str], bytes]
    spots: Mapping[int, Spot]
    items: list[Element] = attrs.field(factory=list)

    def page(self, at: int, rows: Sequence[_Row], fonts: dict[str, object]) -> Page:
        top, drawn = _HEIGHT - _MARGIN, list[str]()
        if at == 0:
            drawn += ["/H1 <</MCID 0>> BDC", "0 g", self._text(TITLE, _MARGIN, top - _HEADING, _HEADING), "EMC"]
            top -= 3 * _HEADING
        for mark, row in enumerate(rows, start=1):
            drawn += self._row(at, mark, row, top)
            top -= row.height
        return Page(_WIDTH, _HEIGHT, "\n".join(drawn).encode(), {"Font": fonts})

    def _row(self, page: int, mark: int, row: _Row, top: float) -> Iterator[str]:
        line = row.line
        numbered, paged = _columns(line, self.spots)
        is_here = line.number in self.spots
        base = top - _SIZE
        yield f"/{'Link' if is_here else 'P'} <</MCID {mark}>> BDC {_DARK if is_here else '0 g'}"
        yield self._text(numbered, _MARGIN, base, _SIZE)
        for at, title in enumerate(row.title):
            yield self._text(title, _TITLES, base - at * _LEADING, _SIZE)
        yield self._text(paged, _PAGES - Face.proportional().width(paged, _SIZE), base, _SIZE)
        if line.note:
            yield _GREY
            yield self._text(line.note, _TITLES, base - len(row.title) * _LEADING, _NOTE)
        yield "EMC"
        rule = number(top - row.height + _GAP / 2)
        yield f"/Artifact BMC {_RULE} {_MARGIN} {rule} m {number(_PAGES)} {rule} l S EMC"
        self.items.append(self._item(page, mark, row, top))

    def _item(self, page: int, mark: int, row: _Row, top: float) -> Element:
        line = row.line
        spot = self.spots.get(line.number)
        if spot is None:
            return Element("TOCI", kids=(Element("P", ((page, mark),)),))
        box = (_MARGIN, top - row.height + _GAP, _PAGES, top)
        link = Link(page, box, b"part:%d" % spot.part, f"Bilag {line.number}: {line.title}")
        inner = Element("Link", ((page, mark),), link=link)
        return Element("TOCI", kids=(Element("Reference", kids=(inner,)),))

    def _text(self, text: str, x: float, y: float, size: float) -> str:
        return f"BT /F {size} Tf {number(x)} {number(y)} Td <{self.coded(text).hex()}> Tj ET"


def _columns(line: Line, spots: Mapping[int, Spot]) -> tuple[str, str]:
    """Give what stands to the left and to the right of the title."""
    spot = spots.get(line.number)
    return f"Bilag {line.number}", spot.shown if spot else line.elsewhere


def _row(line: Line) -> _Row:
    shown = attrs.evolve(line, title=_showable(line.title), note=_showable(line.note))
    lines = list(_wrapped(shown.title))
    return _Row(shown, tuple(lines if len(lines) <= _MOST_LINES else [*lines[:_MOST_LINES], "…"]))


def _showable(text: str) -> str:
    """Give the text with what the font has pictures of; what it has none of is seen to be missing."""
    face = Face.proportional()
    composed = unicodedata.normalize("NFC", " ".join(text.split()))
    return "".join(sign if face.has(sign) else _MISSING for sign in composed)


def _wrapped(text: str) -> Iterator[str]:
    """Break the title at spaces, and a word that is too long where it must be."""
    face, line = Face.proportional(), ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if face.width(longer, _SIZE) <= _ROOM:
            line = longer
            continue
        if line:
            yield line
        line = word
        while face.width(line, _SIZE) > _ROOM:
            cut = next(at for at in range(len(line), 0, -1) if face.width(line[:at], _SIZE) <= _ROOM)
            yield line[:cut]
            line = line[cut:]
    yield line
