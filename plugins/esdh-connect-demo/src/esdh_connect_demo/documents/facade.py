"""Facadetegning (bilag 2): the house with the new building from the road, and the new one from the side, 1:100."""

from __future__ import annotations

from datetime import date

import attrs
from reportlab.lib.colors import Color, HexColor, white
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from esdh_connect_demo.documents.paper import BOLD, BRICK, GREY, INK, PAGE, PETROL, PLAIN, Imprint, drawing
from esdh_connect_demo.documents.project import Project, metres
from esdh_connect_demo.documents.sheet import EDGE, TITLE_BLOCK, TitleBlock, dimension, scale_bar, sheet

__all__ = ["facade_pdf"]

_METRE = 10 * mm
_WALL, _ROOF, _GLASS, _TIMBER = HexColor(0xEFE7DC), HexColor(0x8A8F93), HexColor(0xDCE9EF), HexColor(0xD9B99B)
_PANE, _LATH = 0.9, 0.16


@attrs.frozen
class _Elevation:
    """A view with its ground line: metres become points, ``y`` above the ground."""

    canvas: Canvas
    left: float
    ground: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.left + x * _METRE, self.ground + y * _METRE

    def rect(self, corner: tuple[float, float], size: tuple[float, float], fill: Color, line: Color = INK) -> None:
        self.canvas.setFillColor(fill)
        self.canvas.setStrokeColor(line)
        self.canvas.setLineWidth(0.6)
        self.canvas.rect(*self.at(*corner), size[0] * _METRE, size[1] * _METRE, stroke=1, fill=1)

    def polygon(self, corners: list[tuple[float, float]], fill: Color) -> None:
        outline = self.canvas.beginPath()
        outline.moveTo(*self.at(*corners[0]))
        for corner in corners[1:]:
            outline.lineTo(*self.at(*corner))
        outline.close()
        self.canvas.setFillColor(fill)
        self.canvas.setStrokeColor(INK)
        self.canvas.setLineWidth(0.8)
        self.canvas.drawPath(outline, stroke=1, fill=1)


def facade_pdf(project: Project, on: date) -> bytes:
    """Make the PDF of the facade drawing."""
    imprint = Imprint(f"Facadetegning, {project.address}", "Teknik og Miljø", f"Sagsnr. {project.case_number}")
    return drawing(lambda canvas: _paint(canvas, project, on), imprint)


def _paint(canvas: Canvas, project: Project, on: date) -> None:
    wide = project.house.width + project.new.width
    front = _Elevation(canvas, (PAGE[0] - wide * _METRE) / 2, EDGE + TITLE_BLOCK + 144 * mm)
    side = _Elevation(canvas, (PAGE[0] - project.house.depth * _METRE) / 2, EDGE + TITLE_BLOCK + 42 * mm)
    _front(front, project)
    _side(side, project)
    _title(front, "Facade mod syd (mod vejen)", project.ridge)
    _title(side, "Facade mod øst (mod skel)", project.ridge)
    _ground_line(front, wide)
    _ground_line(side, project.house.depth)
    scale_bar(canvas, (EDGE + 8 * mm, EDGE + TITLE_BLOCK + 6 * mm), _METRE, (1, 2, 3))
    canvas.setFillColor(GREY)
    canvas.setFont(PLAIN, 7)
    canvas.drawRightString(
        PAGE[0] - EDGE - 6 * mm, EDGE + TITLE_BLOCK + 6.5 * mm, f"Mål i meter. Nyt byggeri: {_materials(project)}."
    )
    sheet(
        canvas,
        TitleBlock(2, "Facadetegning", project.address, project.cadastral, "1:100 (A4)", on, project.case_number),
    )


def _materials(project: Project) -> str:
    return "glas i træramme, fladt tag" if project.glazed else "træ på stolper, fladt tag med tagpap"


def _front(view: _Elevation, project: Project) -> None:
    wide, wall = project.house.width, project.wall
    _new_building(view, project, wide, project.new.width)
    view.rect((0, 0), (wide, wall), _WALL)
    view.polygon([(-0.4, wall), (0.25, project.ridge), (wide - 0.25, project.ridge), (wide + 0.4, wall)], _ROOF)
    _roof_lines(view, wide, wall, project.ridge)
    view.rect((wide * 0.72, project.ridge - 0.35), (0.6, 1.0), BRICK)
    for share in (0.07, 0.26, 0.70):
        _window(view, wide * share, 0.9, 1.6, 1.3)
    _door(view, wide * 0.47)
    dimension(view.canvas, view.at(0, -1.0), view.at(wide, -1.0), metres(wide))
    right = wide + project.new.width
    dimension(view.canvas, view.at(wide, -1.0), view.at(right, -1.0), metres(project.new.width))
    _height(view, right + 0.5, project.new_height)
    _height(view, -0.6, project.ridge)


def _side(view: _Elevation, project: Project) -> None:
    deep, wall = project.house.depth, project.wall
    view.polygon([(0, 0), (0, wall), (deep / 2, project.ridge), (deep, wall), (deep, 0)], _WALL)
    canvas = view.canvas
    canvas.setLineWidth(4)
    canvas.setStrokeColor(_ROOF)
    canvas.setLineJoin(1)
    for edge in (-0.4, deep + 0.4):
        foot = wall - 0.4 * (project.ridge - wall) / (deep / 2)
        canvas.line(*view.at(edge, foot), *view.at(deep / 2, project.ridge))
    start = project.new.y - project.house.y
    _new_building(view, project, start, project.new.depth)
    dimension(canvas, view.at(start, -1.0), view.at(start + project.new.depth, -1.0), metres(project.new.depth))
    _height(view, deep + 0.8, project.new_height)


def _new_building(view: _Elevation, project: Project, start: float, length: float) -> None:
    height, fascia = project.new_height, 0.28
    if project.glazed:
        _panes(view, start, length, height - fascia)
    else:
        _posts(view, start, length, height - fascia)
    view.rect((start - 0.05, height - fascia), (length + 0.2, fascia), _TIMBER, BRICK)


def _panes(view: _Elevation, start: float, length: float, height: float) -> None:
    view.rect((start, 0), (length, 0.3), _WALL, BRICK)
    count = max(1, round(length / _PANE))
    for number in range(count):
        view.rect((start + number * length / count, 0.3), (length / count, height - 0.3), _GLASS, BRICK)
        view.canvas.setStrokeColor(white)
        view.canvas.setLineWidth(0.9)
        x, y = start + (number + 0.25) * length / count, height * 0.55
        view.canvas.line(*view.at(x, y), *view.at(x + 0.25, y + 0.5))


def _posts(view: _Elevation, start: float, length: float, height: float) -> None:
    shed = length * 0.35
    view.rect((start, 0), (shed, height), _TIMBER, BRICK)
    view.canvas.setStrokeColor(BRICK)
    view.canvas.setLineWidth(0.3)
    for number in range(1, int(shed / _LATH) + 1):
        view.canvas.line(*view.at(start + number * _LATH, 0), *view.at(start + number * _LATH, height))
    for share in (0.66, 1.0):
        view.rect((start + length * share - 0.14, 0), (0.14, height), _TIMBER, BRICK)


def _roof_lines(view: _Elevation, wide: float, wall: float, ridge: float) -> None:
    view.canvas.setStrokeColor(HexColor(0x767B7F))
    view.canvas.setLineWidth(0.3)
    rows = 9
    for row in range(1, rows):
        height = wall + (ridge - wall) * row / rows
        inset = -0.4 + 0.65 * row / rows
        view.canvas.line(*view.at(inset, height), *view.at(wide - inset, height))


def _window(view: _Elevation, x: float, y: float, width: float, height: float) -> None:
    view.rect((x, y), (width, height), white)
    for half in (0, 1):
        view.rect((x + 0.08 + half * (width / 2 - 0.02), y + 0.08), (width / 2 - 0.14, height - 0.16), _GLASS, GREY)


def _door(view: _Elevation, x: float) -> None:
    view.rect((x - 0.08, 0), (1.16, 2.2), white)
    view.rect((x, 0), (1.0, 2.12), PETROL)
    view.rect((x + 0.22, 1.25), (0.56, 0.6), _GLASS)
    view.canvas.setFillColor(white)
    view.canvas.circle(*view.at(x + 0.88, 1.0), 1.6, stroke=0, fill=1)


def _height(view: _Elevation, x: float, height: float) -> None:
    dimension(view.canvas, view.at(x, 0), view.at(x, height), metres(height))


def _title(view: _Elevation, words: str, ridge: float) -> None:
    view.canvas.setFillColor(PETROL)
    view.canvas.setFont(BOLD, 10)
    view.canvas.drawString(EDGE + 8 * mm, view.ground + (ridge + 1.5) * _METRE, words)


def _ground_line(view: _Elevation, wide: float) -> None:
    view.canvas.setStrokeColor(INK)
    view.canvas.setLineWidth(1.6)
    view.canvas.line(*view.at(-0.9, 0), *view.at(wide + 0.9, 0))
