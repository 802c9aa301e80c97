"""Bilag: a text document that goes with a letter – a tag with its number, a title, and pages of text."""

from __future__ import annotations

from html import escape

import attrs
from reportlab.lib.colors import white
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Frame

from esdh_connect_demo.documents.letterhead import foot, head
from esdh_connect_demo.documents.paper import (
    BOLD,
    GREY,
    LINE,
    MARGIN,
    PAGE,
    PETROL,
    PLAIN,
    Imprint,
    Style,
    paragraph,
    typeset,
)
from esdh_connect_demo.documents.text import Block, flow

__all__ = ["WIDTH", "Bilag", "bilag_pdf"]

#: The text column of a bilag, in points.
WIDTH = PAGE[0] - MARGIN - 25 * mm
_TITLE = Style(size=15, leading=19, font=BOLD, colour=PETROL, after=2)
_FACTS = Style(size=8.2, leading=11.5, colour=GREY, after=12)
_DEPARTMENT = "Teknik og Miljø"


@attrs.frozen
class Bilag:
    """Et bilag: its number, title, a line of facts beneath, and the blocks of its text."""

    number: int
    title: str
    facts: str
    body: tuple[Block, ...]


def bilag_pdf(bilag: Bilag) -> bytes:
    """Make the PDF of a bilag."""
    frames = (
        Frame(MARGIN, 25 * mm, WIDTH, PAGE[1] - 69 * mm, 0, 0, 0, 0),
        Frame(MARGIN, 25 * mm, WIDTH, PAGE[1] - 57 * mm, 0, 0, 0, 0),
    )
    opening = (paragraph(escape(bilag.title), _TITLE), paragraph(escape(bilag.facts), _FACTS))
    return typeset(
        lambda: [*opening, *flow(bilag.body, WIDTH)],
        Imprint(bilag.title, _DEPARTMENT, f"Bilag {bilag.number}"),
        frames=frames,
        painters=(
            lambda canvas, page, pages: _first_page(canvas, bilag, page, pages),
            lambda canvas, page, pages: _later_page(canvas, bilag, page, pages),
        ),
    )


def _first_page(canvas: Canvas, bilag: Bilag, page: int, pages: int) -> None:
    head(canvas, _DEPARTMENT)
    right, top = PAGE[0] - 18 * mm, PAGE[1] - 25.5 * mm
    canvas.setFillColor(PETROL)
    canvas.roundRect(right - 22 * mm, top, 22 * mm, 8 * mm, 3, stroke=0, fill=1)
    canvas.setFillColor(white)
    canvas.setFont(BOLD, 10)
    canvas.drawCentredString(right - 11 * mm, top + 2.6 * mm, f"Bilag {bilag.number}")
    foot(canvas, page, pages)


def _later_page(canvas: Canvas, bilag: Bilag, page: int, pages: int) -> None:
    right = PAGE[0] - 18 * mm
    canvas.setFillColor(GREY)
    canvas.setFont(PLAIN, 7.5)
    canvas.drawString(MARGIN, PAGE[1] - 19 * mm, bilag.title)
    canvas.drawRightString(right, PAGE[1] - 19 * mm, f"Bilag {bilag.number}")
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN, PAGE[1] - 21.5 * mm, right, PAGE[1] - 21.5 * mm)
    foot(canvas, page, pages)
