"""Brevhoved og brevfod: the municipality's mark, its name, and the line with page number at the foot."""

from __future__ import annotations

from reportlab.lib.colors import white
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from esdh_connect_demo.documents.paper import BOLD, GREY, INK, LINE, MARGIN, PAGE, PETROL, PLAIN

__all__ = ["RETURN_ADDRESS", "foot", "head", "mark"]

RETURN_ADDRESS = "Eksempel Kommune · Rådhuspladsen 1 · 9991 Eksempelby"
_CONTACT = "Telefon 12 34 56 78 · www.eksempel-kommune.example · CVR 55133018"
_INVENTED = "Opdigtet eksempel fra esdh-connect-demo. Ingen personer, ejendomme eller afgørelser er virkelige."


def mark(canvas: Canvas, x: float, y: float, size: float) -> None:
    """Draw the mark, a town hall above two waves, with its lower left corner at (x, y); all in points."""
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(size / 100, size / 100)
    canvas.setFillColor(PETROL)
    canvas.roundRect(0, 0, 100, 100, 12, stroke=0, fill=1)
    canvas.setFillColor(white)
    _town_hall(canvas)
    canvas.setStrokeColor(white)
    canvas.setLineWidth(4.5)
    canvas.setLineCap(1)
    for height in (26, 15):
        _wave(canvas, height)
    canvas.restoreState()


def _town_hall(canvas: Canvas) -> None:
    outline = canvas.beginPath()
    corners = [(20, 38), (20, 56), (42, 56), (42, 72), (50, 88), (58, 72), (58, 56), (80, 56), (80, 38)]
    outline.moveTo(*corners[0])
    for corner in corners[1:]:
        outline.lineTo(*corner)
    outline.close()
    canvas.drawPath(outline, stroke=0, fill=1)
    canvas.setFillColor(PETROL)
    for window in (26, 34, 60, 68):
        canvas.rect(window, 44, 5, 7, stroke=0, fill=1)
    canvas.rect(46, 38, 8, 13, stroke=0, fill=1)
    canvas.circle(50, 67, 4, stroke=0, fill=1)


def _wave(canvas: Canvas, height: float) -> None:
    wave = canvas.beginPath()
    wave.moveTo(18, height)
    for start in (18, 34, 50, 66):
        lift = 5 if start in (18, 50) else -5
        wave.curveTo(start + 5, height + lift, start + 11, height + lift, start + 16, height)
    canvas.drawPath(wave, stroke=1, fill=0)


def head(canvas: Canvas, department: str) -> None:
    """Draw mark and names at the top of a first page."""
    top = PAGE[1] - 30 * mm
    mark(canvas, MARGIN, top, 14 * mm)
    canvas.setFillColor(PETROL)
    canvas.setFont(BOLD, 13)
    canvas.drawString(MARGIN + 18 * mm, top + 7.6 * mm, "Eksempel Kommune")
    canvas.setFillColor(GREY)
    canvas.setFont(PLAIN, 9.5)
    canvas.drawString(MARGIN + 18 * mm, top + 2.4 * mm, department)


def foot(canvas: Canvas, page: int, pages: int) -> None:
    """Draw the line, the contact facts and the page number at the foot of a page."""
    right = PAGE[0] - 18 * mm
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN, 19 * mm, right, 19 * mm)
    canvas.setFillColor(GREY)
    canvas.setFont(PLAIN, 6.6)
    canvas.drawString(MARGIN, 15.4 * mm, f"{RETURN_ADDRESS} · {_CONTACT}")
    canvas.drawString(MARGIN, 12.2 * mm, _INVENTED)
    canvas.setFillColor(INK)
    canvas.setFont(PLAIN, 7.5)
    canvas.drawRightString(right, 12.2 * mm, f"Side {page} af {pages}")
