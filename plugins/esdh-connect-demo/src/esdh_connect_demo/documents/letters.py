"""Breve: a letter with letterhead, the address where the window of the envelope is, references and text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

import attrs
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Frame, KeepTogether, Spacer

from esdh_connect_demo.documents.letterhead import RETURN_ADDRESS, foot, head
from esdh_connect_demo.documents.paper import (
    BOLD,
    COLUMN,
    GREY,
    INK,
    LINE,
    MARGIN,
    PAGE,
    PETROL,
    PLAIN,
    Imprint,
    Painter,
    Style,
    bulleted,
    paragraph,
    typeset,
)
from esdh_connect_demo.documents.text import BODY, Block, flow

__all__ = ["Letter", "danish_date", "letter_pdf"]

_MONTHS = (
    "januar", "februar", "marts", "april", "maj", "juni",
    "juli", "august", "september", "oktober", "november", "december",
)  # fmt: skip
_SUBJECT = Style(size=13, leading=17, font=BOLD, colour=PETROL, after=10)
_SMALL = Style(size=8.2, leading=11.5, after=1)
_REFERENCES_AT = PAGE[0] - 55 * mm
_ADDRESS_TOP = PAGE[1] - 50 * mm


@attrs.frozen
class Letter:
    """
    Et brev: to whom (``to``: address lines, no number of a person), about what, from whom.

    ``role`` and ``signature`` are the caseworker's; ``enclosures`` the titles of the bilag in order.
    """

    department: str
    to: tuple[str, ...] = attrs.field(repr=False)
    on: date
    case_number: str
    subject: str
    body: tuple[Block, ...] = attrs.field(repr=False)
    signature: str
    role: str
    kle: str = ""
    greeting: str = ""
    enclosures: tuple[str, ...] = ()


def danish_date(day: date) -> str:
    """Write a date as letters do: ``3. november 2025``."""
    return f"{day.day}. {_MONTHS[day.month - 1]} {day.year}"


def letter_pdf(letter: Letter) -> bytes:
    """Make the PDF of a letter."""
    frames = (
        Frame(MARGIN, 25 * mm, COLUMN, PAGE[1] - 122 * mm, 0, 0, 0, 0),
        Frame(MARGIN, 25 * mm, COLUMN, PAGE[1] - 57 * mm, 0, 0, 0, 0),
    )
    imprint = Imprint(letter.subject, letter.department, f"Sagsnr. {letter.case_number}")
    painters = (_first_page(letter), _later_page(letter))
    return typeset(lambda: _story(letter), imprint, frames=frames, painters=painters)


def _story(letter: Letter) -> Sequence[Flowable]:
    greeting = [paragraph(escape(letter.greeting), BODY)] if letter.greeting else []
    return [
        paragraph(escape(letter.subject), _SUBJECT),
        *greeting,
        *flow(letter.body, COLUMN),
        KeepTogether(_ending(letter)),
    ]


def _ending(letter: Letter) -> list[Flowable]:
    ending = [
        Spacer(0, 4 * mm),
        paragraph("Venlig hilsen", BODY),
        Spacer(0, 3 * mm),
        paragraph(f"<b>{escape(letter.signature)}</b><br/>{escape(letter.role)}", BODY),
    ]
    if letter.enclosures:
        ending += [Spacer(0, 3 * mm), paragraph("<b>Bilag</b>", _SMALL)]
    for number, title in enumerate(letter.enclosures, start=1):
        ending.append(bulleted(escape(title), _SMALL, f"{number}."))
    return ending


def _first_page(letter: Letter) -> Painter:
    def paint(canvas: Canvas, page: int, pages: int) -> None:
        head(canvas, letter.department)
        _address(canvas, letter.to)
        _references(canvas, letter)
        foot(canvas, page, pages)

    return paint


def _later_page(letter: Letter) -> Painter:
    def paint(canvas: Canvas, page: int, pages: int) -> None:
        canvas.setFillColor(GREY)
        canvas.setFont(PLAIN, 7.5)
        canvas.drawString(MARGIN, PAGE[1] - 19 * mm, f"Eksempel Kommune · {letter.department}")
        canvas.drawRightString(PAGE[0] - 18 * mm, PAGE[1] - 19 * mm, f"Sagsnr. {letter.case_number}")
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.5)
        canvas.line(MARGIN, PAGE[1] - 21.5 * mm, PAGE[0] - 18 * mm, PAGE[1] - 21.5 * mm)
        foot(canvas, page, pages)

    return paint


def _address(canvas: Canvas, lines: Sequence[str]) -> None:
    canvas.setFillColor(GREY)
    canvas.setFont(PLAIN, 6)
    canvas.drawString(MARGIN, _ADDRESS_TOP, f"Afs.: {RETURN_ADDRESS}")
    canvas.setFillColor(INK)
    canvas.setFont(PLAIN, 10)
    for number, line in enumerate(lines):
        canvas.drawString(MARGIN, _ADDRESS_TOP - (7 + 5 * number) * mm, line)


def _references(canvas: Canvas, letter: Letter) -> None:
    facts = [
        ("Dato", danish_date(letter.on)),
        ("Sagsnr.", letter.case_number),
        ("KLE", letter.kle),
        ("Sagsbehandler", letter.signature),
        ("Telefon", "12 34 56 78"),
    ]
    canvas.setStrokeColor(PETROL)
    canvas.setLineWidth(1.2)
    top = _ADDRESS_TOP + 3 * mm
    shown = [(label, value) for label, value in facts if value]
    canvas.line(_REFERENCES_AT - 4 * mm, top, _REFERENCES_AT - 4 * mm, top - (8.3 * len(shown) - 1.5) * mm)
    for number, (label, value) in enumerate(shown):
        at = top - (2.4 + 8.3 * number) * mm
        canvas.setFillColor(GREY)
        canvas.setFont(PLAIN, 6.6)
        canvas.drawString(_REFERENCES_AT, at, label)
        canvas.setFillColor(INK)
        canvas.setFont(PLAIN, 8)
        canvas.drawString(_REFERENCES_AT, at - 3.6 * mm, value)
