"""Tegningsark: the frame with its title block, and the signs that plans and facades share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import atan2, cos, degrees, hypot, sin

import attrs
from reportlab.lib.colors import Color, white
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from esdh_connect_demo.documents.letterhead import mark
from esdh_connect_demo.documents.letters import danish_date
from esdh_connect_demo.documents.paper import BOLD, GREY, INK, LINE, PAGE, PETROL, PLAIN

__all__ = ["EDGE", "TITLE_BLOCK", "TitleBlock", "dimension", "hatch", "label", "north", "scale_bar", "sheet"]

EDGE = 14 * mm
TITLE_BLOCK = 30 * mm


@attrs.frozen
class TitleBlock:
    """Tegningshoved: what the sheet shows, of which project, in which scale."""

    number: int
    title: str
    address: str
    cadastral: str
    scale: str
    on: date
    case_number: str


def sheet(canvas: Canvas, block: TitleBlock) -> None:
    """Draw the frame of the sheet and its title block at the bottom."""
    width, height = PAGE[0] - 2 * EDGE, PAGE[1] - 2 * EDGE
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.9)
    canvas.rect(EDGE, EDGE, width, height)
    canvas.line(EDGE, EDGE + TITLE_BLOCK, EDGE + width, EDGE + TITLE_BLOCK)
    mark(canvas, EDGE + 5 * mm, EDGE + TITLE_BLOCK - 17 * mm, 12 * mm)
    canvas.setFillColor(PETROL)
    canvas.setFont(BOLD, 13)
    canvas.drawString(EDGE + 21 * mm, EDGE + TITLE_BLOCK - 10.4 * mm, block.title)
    canvas.setFillColor(INK)
    canvas.setFont(PLAIN, 8.5)
    canvas.drawString(EDGE + 21 * mm, EDGE + TITLE_BLOCK - 15.6 * mm, f"{block.address}, 9991 Eksempelby")
    canvas.setFillColor(GREY)
    canvas.setFont(PLAIN, 6.4)
    canvas.drawString(EDGE + 5 * mm, EDGE + 4 * mm, "Opdigtet eksempel. Må ikke bruges til udførelse.")
    _facts(canvas, block, EDGE + width - 62 * mm)


def _facts(canvas: Canvas, block: TitleBlock, left: float) -> None:
    facts = [
        ("Bilag", f"{block.number}"),
        ("Mål", block.scale),
        ("Matr.nr.", block.cadastral),
        ("Sagsnr.", block.case_number),
        ("Dato", danish_date(block.on)),
    ]
    canvas.setLineWidth(0.5)
    for number, (name, value) in enumerate(facts):
        bottom = EDGE + TITLE_BLOCK - 6 * mm * (number + 1)
        canvas.setStrokeColor(LINE)
        if number < len(facts) - 1:
            canvas.line(left, bottom, PAGE[0] - EDGE, bottom)
        canvas.setFillColor(GREY)
        canvas.setFont(PLAIN, 6.6)
        canvas.drawString(left + 3 * mm, bottom + 2 * mm, name)
        canvas.setFillColor(INK)
        canvas.setFont(PLAIN, 8)
        canvas.drawString(left + 18 * mm, bottom + 2 * mm, value)
    canvas.setStrokeColor(INK)
    canvas.line(left, EDGE, left, EDGE + TITLE_BLOCK)


def label(
    canvas: Canvas,
    at: tuple[float, float],
    lines: Sequence[str],
    *,
    size: float = 7.5,
    colour: Color = INK,
    knock: bool = False,
) -> None:
    """Write lines centred on a point, the first one bold; ``knock`` puts white behind them."""
    x, y = at
    leading = size * 1.35
    if knock:
        widths = [canvas.stringWidth(line, BOLD, size) for line in lines]
        height = leading * len(lines) + 2
        canvas.setFillColor(white)
        canvas.roundRect(x - max(widths) / 2 - 3, y - height / 2, max(widths) + 6, height, 2, stroke=0, fill=1)
    top = y + leading * len(lines) / 2 - size * 0.95
    canvas.setFillColor(colour)
    for number, line in enumerate(lines):
        canvas.setFont(BOLD if number == 0 else PLAIN, size)
        canvas.drawCentredString(x, top - number * leading, line)


def dimension(canvas: Canvas, start: tuple[float, float], end: tuple[float, float], text: str) -> None:
    """Draw a dimension line (målsætning) between two points, with ticks and its text along it; all in points."""
    length = hypot(end[0] - start[0], end[1] - start[1])
    angle = atan2(end[1] - start[1], end[0] - start[0])
    canvas.saveState()
    canvas.translate(*start)
    canvas.rotate(degrees(angle))
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.4)
    canvas.line(0, 0, length, 0)
    for tick in (0, length):
        canvas.line(tick, -3, tick, 3)
        canvas.line(tick - 1.8, -1.8, tick + 1.8, 1.8)
    canvas.setFillColor(INK)
    canvas.setFont(PLAIN, 6.8)
    canvas.drawCentredString(length / 2, 2.4, text)
    canvas.restoreState()


def hatch(
    canvas: Canvas, corner: tuple[float, float], size: tuple[float, float], colour: Color, *, step: float = 5
) -> None:
    """Fill a rectangle with lines at 45 degrees; all in points."""
    x, y = corner
    width, height = size
    canvas.saveState()
    outline = canvas.beginPath()
    outline.rect(x, y, width, height)
    canvas.clipPath(outline, stroke=0, fill=0)
    canvas.setStrokeColor(colour)
    canvas.setLineWidth(0.35)
    for number in range(int((width + height) / step) + 1):
        canvas.line(x - height + number * step, y, x + number * step, y + height)
    canvas.restoreState()


def north(canvas: Canvas, centre: tuple[float, float], radius: float) -> None:
    """Draw a north arrow."""
    x, y = centre
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.6)
    canvas.circle(x, y, radius)
    canvas.setFillColor(INK)
    needle = canvas.beginPath()
    needle.moveTo(x, y + radius)
    for turn in (-2.5, 2.5):
        needle.lineTo(x + radius * 0.8 * sin(turn), y + radius * 0.8 * cos(turn))
    needle.close()
    canvas.drawPath(needle, stroke=0, fill=1)
    canvas.setFont(BOLD, 9)
    canvas.drawCentredString(x, y + radius + 3, "N")


def scale_bar(canvas: Canvas, corner: tuple[float, float], metre: float, spans: Sequence[int]) -> None:
    """Draw a scale bar with a field up to each of ``spans`` metres; ``metre`` is points per metre."""
    x, y = corner
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.5)
    canvas.setFont(PLAIN, 6.6)
    begin = 0
    for number, end in enumerate(spans):
        canvas.setFillColor(INK if number % 2 == 0 else white)
        canvas.rect(x + begin * metre, y, (end - begin) * metre, 2 * mm, stroke=1, fill=1)
        begin = end
    canvas.setFillColor(INK)
    for mark_at in (0, *spans):
        unit = " m" if mark_at == spans[-1] else ""
        canvas.drawCentredString(x + mark_at * metre, y + 3.2 * mm, f"{mark_at}{unit}")
