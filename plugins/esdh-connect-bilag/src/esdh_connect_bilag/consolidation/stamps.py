"""
Stempel: "Bilag 2 · side 3 af 7" at the foot of each page of a bilag.

It never covers anything, and nothing covers it: each page becomes a strip higher, and the stamp stands in the strip.
Nothing on the page is moved, made smaller or decoded. What it draws is drawn as before, in the box that it had, after
the stamp: so what its content leaves behind – a coordinate system, a clipping path – cannot reach the stamp.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from esdh_connect_bilag.consolidation.revision import contents_of, next_number, revised, written
from esdh_connect_bilag.converters.face import Face
from esdh_connect_bilag.converters.writing import Writer, number
from esdh_connect_bilag.engine import Bounds, Name, Page, Pdf, Ref, Value, open_pdf
from esdh_connect_bilag.preflight.pages import MILLIMETRE, Sheet, sheet

__all__ = ["STRIP", "stamped"]

#: How much higher a page of A4 becomes, in points on paper: 7 mm. A larger page has more, and a larger stamp, so that
#: it can be read where the page is shown or printed smaller.
STRIP = 20.0
_AS_LARGE = 1.1
_SHORT, _LONG = 210 * MILLIMETRE, 297 * MILLIMETRE
_SIZE, _RISE, _ASIDE = 8.0, 7.0, 28.0
_FONT = "EsdhConnectStamp"
_WORK = 20  # steps that a page takes
_SIGNS = frozenset("Bilag side af · 0123456789")  # all that stamps ever say, so that all files share one font


def stamped(content: bytes, bilag: int, bounds: Bounds = Bounds()) -> bytes:
    """Give the PDF with a stamp on each page. Raises Declined."""
    pdf = open_pdf(content, bounds)
    writer = Writer(first=next_number(pdf))
    font, coded = Face.proportional().added(writer, _SIGNS)
    stamping = _Stamping(pdf, writer, font)
    for at, page in enumerate(pdf.pages, start=1):
        text = f"Bilag {bilag} · side {at} af {len(pdf.pages)}"
        stamping.stamp(page, coded(text), Face.proportional().width(text, _SIZE))
    return revised(pdf, {**writer.objects, **stamping.changed})


@attrs.define
class _Stamping:
    """The stamping of one file: what is written anew of it, by number."""

    pdf: Pdf
    writer: Writer
    font: int
    changed: dict[int, bytes] = attrs.field(factory=dict)
    _resources: dict[int, Ref] = attrs.field(factory=dict)

    def stamp(self, page: Page, text: bytes, width: float) -> None:
        self.pdf.watch.tick(_WORK)
        it = sheet(self.pdf, page)
        if it is None:  # no box at all: readers take it for a letter of 612 by 792 points
            it = Sheet(0.0, 0.0, 612.0, 792.0, turned=0, unit=1.0)
        before = self._stream(_stamp(it, text, width) + _clip(it))
        entries = {
            **page.entries,
            **_boxes(self.pdf, page, it),
            "Contents": [before, *contents_of(self.pdf, page)],
            "Resources": self._with_font(page.entries.get("Resources")),
        }
        self.changed[page.number] = written(entries)

    def _stream(self, content: str) -> Ref:
        return Ref(self.writer.add_packed({}, content.encode()))

    def _with_font(self, resources: Value) -> Value:
        """Give a copy of the resources that has the font too; pages that share them share the copy."""
        own = resources.number if isinstance(resources, Ref) else None
        if own in self._resources:
            return self._resources[own]
        entries = self.pdf.dictionary(resources)
        fonts = {**self.pdf.dictionary(entries.get("Font")), _FONT: Ref(self.font)}
        copy: dict[str, Value] = {**entries, "Font": fonts}
        if own is None:
            return copy
        self._resources[own] = Ref(self.writer.add_written(written(copy)))
        return self._resources[own]


def _clip(it: Sheet) -> str:
    """Let the page draw nothing into the strip: outside of any `q`, so that no `Q` of the page takes it away."""
    return f"\n{_numbers(it.left, it.bottom, it.right - it.left, it.top - it.bottom)} re W n"


def _stamp(it: Sheet, text: bytes, width: float) -> str:
    """Write the stamp where the foot of the page is when it is read, to the right."""
    larger = _larger(it)
    wide, scale = it.size[0] / larger, larger / it.unit
    across, along = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[it.turned // 90 * 90]
    x, y = {0: (it.left, it.bottom), 90: (it.right, it.bottom), 180: (it.right, it.top), 270: (it.left, it.top)}[
        it.turned // 90 * 90
    ]
    matrix = _numbers(across * scale, along * scale, -along * scale, across * scale, x, y)
    place = _numbers(max(wide - width - _ASIDE, 2.0), _RISE - STRIP)
    return (
        f"/Artifact <</Type /Pagination /Subtype /Footer>> BDC q {matrix} cm 0 g "
        f"BT /{_FONT} {number(_SIZE)} Tf {place} Td <{text.hex()}> Tj ET Q EMC"
    )


def _larger(it: Sheet) -> float:
    """Tell how many times larger than A4 a page is; 1 where it is smaller, or about as large (Letter, scans)."""
    times = max(min(it.size) / _SHORT, max(it.size) / _LONG)
    return times if times > _AS_LARGE else 1.0


def _boxes(pdf: Pdf, page: Page, it: Sheet) -> Mapping[str, Value]:
    """Give the boxes with a strip more at the foot of the page as it is read."""
    strip = STRIP * _larger(it) / it.unit
    left, bottom, right, top = it.left, it.bottom, it.right, it.top
    match it.turned // 90 * 90:
        case 0:
            bottom -= strip
        case 90:
            right += strip
        case 180:
            top += strip
        case _:
            left -= strip
    crop: list[Value] = [left, bottom, right, top]
    whole = sheet(pdf, Page(page.number, {**page.entries, "CropBox": page.entries.get("MediaBox")})) or it
    media: list[Value] = [
        min(left, whole.left), min(bottom, whole.bottom), max(right, whole.right), max(top, whole.top)
    ]  # fmt: skip
    return {"MediaBox": media, "CropBox": crop, "Type": Name("Page")}


def _numbers(*values: float) -> str:
    return " ".join(map(number, values))
