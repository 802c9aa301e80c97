"""Tekst: the blocks that letters and bilag are made of – headings, paragraphs, lists, facts and tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Protocol

import attrs
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, PageBreak, Spacer, Table, TableStyle

from esdh_connect_demo.documents.paper import (
    BOLD,
    GREY,
    LINE,
    PALE,
    PETROL,
    PLAIN,
    Style,
    bulleted,
    paragraph,
)

__all__ = ["BODY", "Block", "Drawn", "Facts", "Grid", "Heading", "NewPage", "Points", "Text", "flow"]

BODY = Style()
_HEADING = Style(size=9.5, leading=13, font=BOLD, colour=PETROL, before=9, after=3)
_POINT = Style(after=2.5)
_LABEL = Style(size=8.2, leading=11.2, colour=GREY, after=0)
_VALUE = Style(size=8.2, leading=11.2, after=0)
_TOP = Style(size=7.8, leading=10.5, font=BOLD, colour=PETROL, after=0)


class Block(Protocol):
    """A piece of text that can be set in a column of ``width`` points."""

    def made(self, width: float) -> list[Flowable]:
        """Give it as reportlab sets it."""


@attrs.frozen
class Heading:
    """Overskrift. It stays with the block after it."""

    words: str

    def made(self, width: float) -> list[Flowable]:  # noqa: ARG002 - a heading is as wide as it is
        """Give it as reportlab sets it."""
        return [paragraph(escape(self.words), _HEADING)]


@attrs.frozen
class Text:
    """Afsnit; may hold ``<b>``, ``<i>`` and ``<br/>``, so ``&`` and ``<`` must be escaped."""

    markup: str

    def made(self, width: float) -> list[Flowable]:  # noqa: ARG002 - fills its column
        """Give it as reportlab sets it."""
        return [paragraph(self.markup, BODY)]


@attrs.frozen
class Points:
    """Punktopstilling, with dashes or numbers; each point may hold markup."""

    markup: tuple[str, ...] = attrs.field(converter=tuple[str, ...])
    numbered: bool = False

    def made(self, width: float) -> list[Flowable]:  # noqa: ARG002 - fills its column
        """Give it as reportlab sets it."""
        bullets = [f"{number}." if self.numbered else "–" for number in range(1, len(self.markup) + 1)]
        points = [bulleted(point, _POINT, bullet) for point, bullet in zip(self.markup, bullets, strict=True)]
        return [*points, Spacer(0, 1.2 * mm)]


@attrs.frozen
class Facts:
    """Oplysninger: label and value, one a line; plain text."""

    rows: tuple[tuple[str, str], ...] = attrs.field(converter=tuple[tuple[str, str], ...])
    label_width: float = 42 * mm

    def made(self, width: float) -> list[Flowable]:
        """Give it as reportlab sets it."""
        cells = [[paragraph(escape(label), _LABEL), paragraph(escape(value), _VALUE)] for label, value in self.rows]
        layout = [
            ("FONT", (0, 0), (-1, -1), PLAIN),
            ("BACKGROUND", (0, 0), (-1, -1), PALE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 1.6),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1.6),
            ("LEFTPADDING", (0, 0), (-1, -1), 3 * mm),
            ("TOPPADDING", (0, 0), (-1, 0), 2 * mm),
            ("BOTTOMPADDING", (0, -1), (-1, -1), 2 * mm),
        ]
        widths = [self.label_width, width - self.label_width]
        return [Table(cells, colWidths=widths, style=TableStyle(layout), hAlign="LEFT"), Spacer(0, 2.5 * mm)]


@attrs.frozen
class Grid:
    """Tabel with a first row of headings; plain text. ``widths`` in points, one for each column."""

    rows: tuple[tuple[str, ...], ...] = attrs.field(converter=tuple[tuple[str, ...], ...])
    widths: tuple[float, ...]

    def made(self, width: float) -> list[Flowable]:  # noqa: ARG002 - its widths are its own
        """Give it as reportlab sets it."""
        styles = [_TOP] + [_VALUE] * (len(self.rows) - 1)
        cells = [[paragraph(escape(cell), style) for cell in row] for row, style in zip(self.rows, styles, strict=True)]
        layout = [
            ("FONT", (0, 0), (-1, -1), PLAIN),
            ("BACKGROUND", (0, 0), (-1, 0), PALE),
            ("LINEABOVE", (0, 0), (-1, 0), 0.8, PETROL),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 3),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
        ]
        table = Table(cells, colWidths=list(self.widths), style=TableStyle(layout), repeatRows=1, hAlign="LEFT")
        return [table, Spacer(0, 3 * mm)]


@attrs.frozen
class Drawn:
    """Tegning between the paragraphs."""

    picture: Flowable

    def made(self, width: float) -> list[Flowable]:  # noqa: ARG002 - as wide as it is
        """Give it as reportlab sets it."""
        return [self.picture]


@attrs.frozen
class NewPage:
    """Sideskift."""

    def made(self, width: float) -> list[Flowable]:  # noqa: ARG002 - has no width
        """Give it as reportlab sets it."""
        return [PageBreak()]


def flow(blocks: Iterable[Block], width: float) -> list[Flowable]:
    """Make the blocks ready to be set in a column of ``width`` points, each heading kept with what follows."""
    done: list[Flowable] = []
    heading: Sequence[Flowable] = []
    for block in blocks:
        made = block.made(width)
        if isinstance(block, Heading):
            heading = made
        else:
            done += [KeepTogether([*heading, made[0]]), *made[1:]] if heading else made
            heading = []
    return done
