"""
A4: pages of other sizes laid on sheets of A4, upright, for a printer that has no others.

A page is made smaller until it fits, never larger, and stands in the middle. One that lies on its side is turned. Its
content is drawn as before, through a matrix; annotations are moved with it, so that what was filled in stays where it
belongs.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from esdh_connect_bilag.consolidation.revision import contents_of, next_number, revised, written
from esdh_connect_bilag.converters.writing import Writer, number
from esdh_connect_bilag.engine import Bounds, Page, Pdf, Ref, Value, open_pdf
from esdh_connect_bilag.preflight.pages import MILLIMETRE, Sheet, is_a4, sheet

__all__ = ["on_a4"]

_SHORT, _LONG = 210 * MILLIMETRE, 297 * MILLIMETRE
#: What an annotation says of places on its page: coordinates, one after the other.
_PLACES = ("Rect", "QuadPoints", "Vertices", "L", "CL")
_QUARTER = 90
_WORK = 20  # steps that a page or an annotation takes


def on_a4(content: bytes, bounds: Bounds = Bounds()) -> bytes:
    """Give the PDF with all of its pages on A4; the same bytes where they are. Raises Declined."""
    pdf = open_pdf(content, bounds)
    laying = _Laying(pdf, Writer(first=next_number(pdf)))
    for page in pdf.pages:
        it = sheet(pdf, page)
        if it is not None and not is_a4(*it.size):
            laying.lay(page, it)
    return revised(pdf, {**laying.writer.objects, **laying.changed}) if laying.changed else content


@attrs.frozen
class _Fit:
    """A page on its sheet: how it is turned, how much smaller it is, by how much it is moved, and the sheet's box."""

    turned: int
    scale: float
    across: float
    along: float
    box: tuple[float, float]

    @classmethod
    def of(cls, it: Sheet) -> _Fit:
        wide, high = it.size
        turned = (it.turned // _QUARTER * _QUARTER + (_QUARTER if wide > high else 0)) % 360
        scale = min(1.0, _SHORT / min(wide, high), _LONG / max(wide, high)) * it.unit
        box = (_LONG, _SHORT) if turned % 180 else (_SHORT, _LONG)
        across = box[0] / 2 - (it.left + it.right) / 2 * scale
        return cls(turned, scale, across, box[1] / 2 - (it.bottom + it.top) / 2 * scale, box)

    def moved(self, numbers: list[float]) -> list[Value]:
        """Move coordinates: x, y, x, y and so on."""
        return [
            each * self.scale + (self.along if at % 2 else self.across) for at, each in enumerate(numbers)
        ]  # fmt: skip


@attrs.define
class _Laying:
    """Lays the pages of one file: what is written anew of it, by number."""

    pdf: Pdf
    writer: Writer
    changed: dict[int, bytes] = attrs.field(factory=dict)

    def lay(self, page: Page, it: Sheet) -> None:
        self.pdf.watch.tick(_WORK)
        fit = _Fit.of(it)
        drawn = f"{_numbers(fit.scale, 0, 0, fit.scale, fit.across, fit.along)} cm " + _clip(it)
        box: list[Value] = [0, 0, *fit.box]
        entries = {
            **page.entries,
            "MediaBox": box,
            "CropBox": box,
            "Rotate": fit.turned,
            "Contents": [Ref(self.writer.add({}, drawn.encode())), *contents_of(self.pdf, page)],
        }
        for name in ("UserUnit", "TrimBox", "BleedBox", "ArtBox"):
            entries.pop(name, None)
        if "Annots" in entries:
            entries["Annots"] = [self._annotation(each, fit) for each in self.pdf.array(entries["Annots"])]
        self.changed[page.number] = written(entries)

    def _annotation(self, annotation: Value, fit: _Fit) -> Value:
        self.pdf.watch.tick(_WORK)
        entries = dict(self.pdf.dictionary(annotation))
        for name in _PLACES:
            if name in entries:
                entries[name] = self._moved(entries[name], fit.moved)
        if "InkList" in entries:
            entries["InkList"] = [self._moved(each, fit.moved) for each in self.pdf.array(entries["InkList"])]
        if not isinstance(annotation, Ref):
            return entries
        self.changed[annotation.number] = written(entries)
        return annotation

    def _moved(self, value: Value, move: Callable[[list[float]], list[Value]]) -> list[Value]:
        numbers = [self.pdf.resolve(each) for each in self.pdf.array(value)]
        return move([float(each) if isinstance(each, (int, float)) else 0.0 for each in numbers])


def _clip(it: Sheet) -> str:
    """Draw nothing of the page that was outside of its box."""
    return f"{_numbers(it.left, it.bottom, it.right - it.left, it.top - it.bottom)} re W n"


def _numbers(*values: float) -> str:
    return " ".join(map(number, values))
