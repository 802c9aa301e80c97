"""Sider: how large each is and which way it lies, and what is only marked on it to be taken out."""

from __future__ import annotations

import math
from collections.abc import Iterator

import attrs

from esdh_connect_bilag.engine import Page, Pdf, Ref, Value
from esdh_connect_bilag.engine.syntax import plain_names
from esdh_connect_bilag.preflight.flaws import Finding, Flaw

__all__ = ["MILLIMETRE", "Sheet", "check_redactions", "check_sizes", "is_a4", "sheet"]

MILLIMETRE = 72 / 25.4
_LARGEST = 14_400  # ISO 32000-1, annex C: what readers can show, in default units
_A4 = (210 * MILLIMETRE, 297 * MILLIMETRE)
_TOLERANCE = 3 * MILLIMETRE
_CORNERS = 4


@attrs.frozen
class Sheet:
    """A page as it is seen: its box in points, how it is turned, and how many points of paper one of them is."""

    left: float
    bottom: float
    right: float
    top: float
    turned: int
    unit: float

    @property
    def size(self) -> tuple[float, float]:
        """Width and height on paper, in points."""
        sides = ((self.right - self.left) * self.unit, (self.top - self.bottom) * self.unit)
        return sides if self.turned % 180 == 0 else sides[::-1]


def sheet(pdf: Pdf, page: Page) -> Sheet | None:
    """Give the page as it is seen; None where its box is no box."""
    box = _box(pdf, page.entries.get("MediaBox"))
    if box is None:
        return None
    crop = _box(pdf, page.entries.get("CropBox")) or box
    left, bottom = max(box[0], crop[0]), max(box[1], crop[1])
    right, top = min(box[2], crop[2]), min(box[3], crop[3])
    unit = pdf.resolve(page.entries.get("UserUnit", 1))
    turned = pdf.resolve(page.entries.get("Rotate", 0))
    if right <= left or top <= bottom:
        return None
    return Sheet(
        left,
        bottom,
        right,
        top,
        turned=turned % 360 if isinstance(turned, int) else 0,
        unit=float(unit) if isinstance(unit, (int, float)) and 0 < unit < _LARGEST else 1.0,
    )


def _box(pdf: Pdf, value: Value) -> tuple[float, float, float, float] | None:
    numbers = [pdf.resolve(each) for each in pdf.array(value)[:_CORNERS]]
    sides = [float(each) for each in numbers if isinstance(each, (int, float)) and math.isfinite(each)]
    if len(sides) != _CORNERS:
        return None
    (left, right), (bottom, top) = sorted(sides[::2]), sorted(sides[1::2])
    return (left, bottom, right, top) if left < right and bottom < top else None


def check_sizes(pdf: Pdf) -> Iterator[Finding]:
    """Find pages whose size cannot be read, and those that are larger than readers can show."""
    sheets = [sheet(pdf, page) for page in pdf.pages]
    if odd := tuple(at for at, it in enumerate(sheets, 1) if it is None):
        yield Finding(Flaw.ODD_PAGE, pages=odd)
    if huge := tuple(at for at, it in enumerate(sheets, 1) if it and max(it.size) > _LARGEST):
        yield Finding(Flaw.HUGE_PAGE, pages=huge)


def is_a4(width: float, height: float) -> bool:
    """Tell whether this is A4, upright, as near as scanners and other programs come to it."""
    return abs(width - _A4[0]) <= _TOLERANCE and abs(height - _A4[1]) <= _TOLERANCE


def check_redactions(pdf: Pdf) -> Iterator[Finding]:
    """Find pages where text is marked to be redacted (12.5.6.23), and is still there."""
    if marked := tuple(at for at, page in enumerate(pdf.pages, 1) if _is_marked(pdf, page)):
        yield Finding(Flaw.NOT_REDACTED, pages=marked)


def _is_marked(pdf: Pdf, page: Page) -> bool:
    pdf.watch.tick()
    return any(_is_redaction(pdf, each) for each in pdf.array(page.entries.get("Annots")))


def _is_redaction(pdf: Pdf, annotation: Value) -> bool:
    """Read only those that may be: a form can have thousands of fields."""
    if isinstance(annotation, Ref) and b"/Redact" not in plain_names(pdf.raw(annotation.number)[0]):
        return False
    return pdf.dictionary(annotation).get("Subtype") == "Redact"
