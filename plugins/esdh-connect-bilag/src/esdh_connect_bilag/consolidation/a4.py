"""
A4: pages of other sizes laid on sheets of A4, upright, for a printer that has no others.

A page is made smaller until it fits, never larger, and stands in the middle. One that lies on its side is turned. Its
content is drawn as before, through a matrix; annotations are moved with it, so that what was filled in stays where it
belongs, and so are the spots that links and bookmarks lead to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import attrs

from esdh_connect_bilag.consolidation.revision import contents_of, next_number, revised, written
from esdh_connect_bilag.converters.writing import Writer, number
from esdh_connect_bilag.engine import Bounds, Name, Page, Pdf, Ref, Value, open_pdf
from esdh_connect_bilag.engine.syntax import plain_names, read
from esdh_connect_bilag.preflight.pages import MILLIMETRE, Sheet, is_a4, sheet

__all__ = ["on_a4"]

_SHORT, _LONG = 210 * MILLIMETRE, 297 * MILLIMETRE
#: What an annotation says of places on its page: coordinates, one after the other.
_PLACES = ("Rect", "QuadPoints", "Vertices", "L", "CL")
#: What follows on the kind of a destination: coordinates along an axis, or something else.
_SPOTS: Mapping[str, Sequence[str]] = {
    "XYZ": ("x", "y", ""),
    "FitH": ("y",),
    "FitBH": ("y",),
    "FitV": ("x",),
    "FitBV": ("x",),
    "FitR": ("x", "y", "x", "y"),
}
_LEADS = re.compile(rb"/(?:XYZ|FitB?[HV]|FitR)(?![A-Za-z0-9])")
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
    return revised(pdf, laying.objects()) if laying.changed else content


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

    def spot(self, value: Value, axis: str) -> Value:
        """Move one coordinate; what is none, as a zoom, stays."""
        if not isinstance(value, (int, float)) or not axis:
            return value
        return value * self.scale + (self.across if axis == "x" else self.along)


@attrs.define
class _Laying:
    """Lays the pages of one file: what is written anew of it, by number."""

    pdf: Pdf
    writer: Writer
    changed: dict[int, Value] = attrs.field(factory=dict)
    _fits: dict[int, _Fit] = attrs.field(factory=dict)

    def objects(self) -> dict[int, bytes]:
        """Give all that is new, and what leads to a spot on a page that was moved."""
        for other in self.pdf.xref.entries.keys() - self.changed.keys():
            self.pdf.watch.tick()
            text, data = self.pdf.raw(other)
            if data is None and _LEADS.search(plain_names(text)):
                self.changed[other] = read(text, depth=self.pdf.watch.bounds.depth)
        return {**self.writer.objects, **{at: written(self._led(value)) for at, value in self.changed.items()}}

    def _led(self, value: Value) -> Value:
        """Give a value with its destinations (12.3.2.2) moved as the pages are that they lead to."""
        match value:
            case dict():
                return {key: self._led(each) for key, each in value.items()}
            case [Ref(page), Name() as kind, *spot] if page in self._fits and kind in _SPOTS:
                axes = zip(spot, _SPOTS[kind], strict=False)
                return [Ref(page), kind, *(self._fits[page].spot(self.pdf.resolve(each), axis) for each, axis in axes)]
            case list():
                return [self._led(each) for each in value]
        return value

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
        self.changed[page.number] = entries
        self._fits[page.number] = fit

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
        self.changed[annotation.number] = entries
        return annotation

    def _moved(self, value: Value, move: Callable[[list[float]], list[Value]]) -> list[Value]:
        numbers = [self.pdf.resolve(each) for each in self.pdf.array(value)]
        return move([float(each) if isinstance(each, (int, float)) else 0.0 for each in numbers])


def _clip(it: Sheet) -> str:
    """Draw nothing of the page that was outside of its box."""
    return f"{_numbers(it.left, it.bottom, it.right - it.left, it.top - it.bottom)} re W n"


def _numbers(*values: float) -> str:
    return " ".join(map(number, values))
