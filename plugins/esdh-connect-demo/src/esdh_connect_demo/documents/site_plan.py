"""Situationsplan (bilag 1): the plot from above, the house, the new building and their distances, 1:250."""

from __future__ import annotations

from datetime import date

import attrs
from reportlab.lib.colors import HexColor, white
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from esdh_connect_demo.documents.paper import BRICK, GREY, INK, LINE, PAGE, PLAIN, Imprint, drawing
from esdh_connect_demo.documents.project import Box, Project, metres
from esdh_connect_demo.documents.sheet import (
    EDGE,
    TITLE_BLOCK,
    TitleBlock,
    dimension,
    hatch,
    label,
    north,
    scale_bar,
    sheet,
)

__all__ = ["site_plan_pdf"]

_METRE = 4 * mm
_GRASS, _ROAD, _DRIVE, _TREE = HexColor(0xEEF4EA), HexColor(0xE4E6E8), HexColor(0xF4EEDF), HexColor(0xC6DBBD)
_HOUSE, _NEW = HexColor(0xE3E6E8), HexColor(0xF6DFD5)
_FLOOR = EDGE + TITLE_BLOCK
_CEILING = PAGE[1] - EDGE
_ROAD_WIDTH = 6.5


@attrs.frozen
class _Ground:
    """Where the plot lies on the sheet: metres on the plot become points."""

    left: float
    bottom: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.left + x * _METRE, self.bottom + y * _METRE


def site_plan_pdf(project: Project, on: date) -> bytes:
    """Make the PDF of the site plan."""
    imprint = Imprint(f"Situationsplan, {project.address}", "Teknik og Miljø", f"Sagsnr. {project.case_number}")
    return drawing(lambda canvas: _paint(canvas, project, on), imprint)


def _paint(canvas: Canvas, project: Project, on: date) -> None:
    ground = _Ground((PAGE[0] - project.plot_width * _METRE) / 2, _FLOOR + 46 * mm)
    _surroundings(canvas, ground, project)
    _plot(canvas, ground, project)
    _building(canvas, ground, project.house, new=False)
    _building(canvas, ground, project.new, new=True)
    _names(canvas, ground, project)
    _dimensions(canvas, ground, project)
    _legend(canvas)
    north(canvas, (PAGE[0] - EDGE - 14 * mm, _CEILING - 18 * mm), 6 * mm)
    scale_bar(canvas, (EDGE + 8 * mm, _FLOOR + 6 * mm), _METRE, (1, 2, 5, 10))
    block = TitleBlock(1, "Situationsplan", project.address, project.cadastral, "1:250 (A4)", on, project.case_number)
    sheet(canvas, block)


def _surroundings(canvas: Canvas, ground: _Ground, project: Project) -> None:
    _, road = ground.at(0, -_ROAD_WIDTH)
    canvas.setFillColor(_ROAD)
    canvas.rect(EDGE, road, PAGE[0] - 2 * EDGE, (_ROAD_WIDTH - 1.2) * _METRE, stroke=0, fill=1)
    canvas.setStrokeColor(white)
    canvas.setLineWidth(1.2)
    canvas.setDash(10, 8)
    canvas.line(EDGE, road + 2.65 * _METRE, PAGE[0] - EDGE, road + 2.65 * _METRE)
    canvas.setDash(4, 3)
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.6)
    left, bottom = ground.at(0, 0)
    right, top = ground.at(project.plot_width, project.plot_depth)
    for y in (bottom, top):
        canvas.line(EDGE, y, left, y)
        canvas.line(right, y, PAGE[0] - EDGE, y)
    for x in (left, right):
        canvas.line(x, top, x, top + 21 * mm)
    canvas.setDash()
    canvas.setFillColor(GREY)
    canvas.setFont(PLAIN, 8.5)
    canvas.drawString(EDGE + 8 * mm, road + 3.4 * _METRE, project.road)
    _neighbours(canvas, project, (left, right), (bottom + top) / 2, top)


def _neighbours(canvas: Canvas, project: Project, sides: tuple[float, float], middle: float, top: float) -> None:
    lot, _, rest = project.cadastral.partition(" ")
    names = [f"{lot[:-1]}{letter}" for letter in "xyz"]
    places = [
        ((EDGE + sides[0]) / 2, middle),
        ((PAGE[0] - EDGE + sides[1]) / 2, middle),
        (PAGE[0] / 2, top + 14 * mm),
    ]
    for name, (x, y) in zip(names, places, strict=True):
        canvas.setFillColor(GREY)
        canvas.setFont(PLAIN, 7)
        canvas.drawCentredString(x, y, f"matr.nr. {name}")
        canvas.setFont(PLAIN, 5.6)
        canvas.drawCentredString(x, y - 7.5, rest)


def _plot(canvas: Canvas, ground: _Ground, project: Project) -> None:
    left, bottom = ground.at(0, 0)
    width, depth = project.plot_width * _METRE, project.plot_depth * _METRE
    canvas.setFillColor(_GRASS)
    canvas.rect(left, bottom, width, depth, stroke=0, fill=1)
    drive_to, drive_length = (0.7, project.house.top) if project.glazed else (project.new.x + 0.6, project.new.y)
    drive_x, drive_y = ground.at(drive_to, -1.2)
    canvas.setFillColor(_DRIVE)
    canvas.rect(drive_x, drive_y, 3.4 * _METRE, (drive_length + 1.2) * _METRE, stroke=0, fill=1)
    path_x, path_y = ground.at(project.house.x + project.house.width * 0.45, -1.2)
    canvas.rect(path_x, path_y, 1.4 * _METRE, (project.house.y + 1.2) * _METRE, stroke=0, fill=1)
    for x, y, radius in ((0.12, 0.9, 2.0), (0.29, 0.86, 1.4), (0.82, 0.91, 2.3), (0.27, 0.14, 1.3), (0.93, 0.12, 1.0)):
        _tree(canvas, ground.at(x * project.plot_width, y * project.plot_depth), radius * _METRE)
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(1.1)
    canvas.setDash([12, 3, 2, 3])
    canvas.rect(left, bottom, width, depth)
    canvas.setDash()
    canvas.setFillColor(white)
    canvas.setLineWidth(0.8)
    for corner in ((0.0, 0.0), (0.0, depth), (width, 0.0), (width, depth)):
        canvas.circle(left + corner[0], bottom + corner[1], 2.4, stroke=1, fill=1)


def _tree(canvas: Canvas, centre: tuple[float, float], radius: float) -> None:
    canvas.setFillColor(_TREE)
    canvas.setStrokeColor(HexColor(0x8FB083))
    canvas.setLineWidth(0.5)
    canvas.circle(*centre, radius, stroke=1, fill=1)
    canvas.circle(*centre, 1.2, stroke=1, fill=0)


def _building(canvas: Canvas, ground: _Ground, box: Box, *, new: bool) -> None:
    corner, size = ground.at(box.x, box.y), (box.width * _METRE, box.depth * _METRE)
    canvas.setFillColor(_NEW if new else _HOUSE)
    canvas.rect(*corner, *size, stroke=0, fill=1)
    hatch(canvas, corner, size, BRICK if new else GREY, step=6 if new else 8)
    canvas.setStrokeColor(BRICK if new else INK)
    canvas.setLineWidth(1.6 if new else 1.2)
    canvas.rect(*corner, *size)


def _names(canvas: Canvas, ground: _Ground, project: Project) -> None:
    house, new = project.house, project.new
    label(
        canvas,
        ground.at(house.x + house.width / 2, house.y + house.depth / 2),
        [f"Eksisterende {project.house_name}", f"{metres(house.area, 1)} m²"],
        knock=True,
    )
    name = [project.what.capitalize(), f"{metres(new.area, 1)} m²"]
    label(canvas, ground.at(new.x + new.width / 2, new.y + new.depth / 2), name, size=6.4, colour=BRICK, knock=True)
    label(
        canvas,
        ground.at(project.plot_width * 0.52, project.plot_depth * 0.73),
        [f"Matr.nr. {project.cadastral}", f"Grundareal {project.plot_width * project.plot_depth:.0f} m²"],
        size=8,
    )


def _dimensions(canvas: Canvas, ground: _Ground, project: Project) -> None:
    new = project.new
    wide, deep = project.plot_width, project.plot_depth
    low = new.y + 0.7
    spans = [
        ((0.0, deep + 1.4), (wide, deep + 1.4), metres(wide)),
        ((-1.4, 0.0), (-1.4, deep), metres(deep)),
        ((new.right, low), (wide, low), metres(project.to_boundary)),
        ((new.x, new.top + 1.0), (new.right, new.top + 1.0), metres(new.width)),
        ((new.right + 0.9, new.y), (new.right + 0.9, new.top), metres(new.depth)),
        ((new.right - 0.5, 0.0), (new.right - 0.5, new.y), metres(new.y)),
        ((0.0, project.house.y + 1.2), (project.house.x, project.house.y + 1.2), metres(project.house.x)),
    ]
    for start, end, text in spans:
        dimension(canvas, ground.at(*start), ground.at(*end), text)


def _legend(canvas: Canvas) -> None:
    left, y = EDGE + 78 * mm, _FLOOR + 6 * mm
    signs = [("Eksisterende byggeri", _HOUSE, INK), ("Nyt byggeri", _NEW, BRICK), ("Belægning", _DRIVE, LINE)]
    for number, (name, fill, line) in enumerate(signs):
        x = left + number * 38 * mm
        canvas.setFillColor(fill)
        canvas.setStrokeColor(line)
        canvas.setLineWidth(0.7)
        canvas.rect(x, y, 5 * mm, 3 * mm, stroke=1, fill=1)
        canvas.setFillColor(INK)
        canvas.setFont(PLAIN, 7)
        canvas.drawString(x + 6.5 * mm, y + 0.6 * mm, name)
