"""Tegning: the trend as SVG with a title and a description. Its labels are at least 12 px when it is shown as drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import attrs

from esdh_connect_forbrug.months import Month
from esdh_connect_forbrug.reports import danish
from esdh_connect_forbrug.reports.markup import Markup, tag

__all__ = ["Bar", "trend"]

WIDTH, HEIGHT = 680, 200
_TOP, _BASE, _LEFT = 44, 158, 4
_LABEL = 12
_GAP = 0.28
_MOST_NUMBERS = 13


@attrs.frozen
class Bar:
    """A month in the drawing: letters that went digitally, and the others; neither where there are no figures."""

    month: Month
    digital: int | None
    others: int = 0

    @property
    def letters(self) -> int:
        """Give all letters."""
        return (self.digital or 0) + self.others


def trend(bars: Sequence[Bar], *, name: str, id_: str = "trend") -> Markup:
    """Draw one bar for each month: below what went digitally, on it the rest."""
    most = max((bar.letters for bar in bars), default=0) or 1
    step = (WIDTH - 2 * _LEFT) / max(len(bars), 1)
    return tag(
        "svg",
        tag("title", f"Breve om måneden: {name}", id=f"{id_}-title"),
        tag("desc", _told(bars), id=f"{id_}-desc"),
        *_legend(),
        _line(_LEFT, WIDTH - _LEFT, _BASE + 0.5),
        *(tag("g", *_drawn(bar, _LEFT + step * at, step, most, len(bars))) for at, bar in enumerate(bars)),
        *_years(bars, step),
        role="img", aria_labelledby=f"{id_}-title {id_}-desc",
        viewBox=f"0 0 {WIDTH} {HEIGHT}", width=WIDTH, height=HEIGHT, class_="trend",
    )  # fmt: skip


def _told(bars: Sequence[Bar]) -> str:
    """Give the description: where it begins, where it ends, and the best month; the table below has the rest."""
    known = [bar for bar in bars if bar.digital is not None]
    if not known:
        return "Der er ingen tal."
    first, last, best = known[0], known[-1], max(known, key=lambda bar: bar.digital or 0)
    parts = [
        f"{danish.month(bar.month)}: {danish.count(bar.digital or 0)} af {danish.count(bar.letters)} breve digitalt"
        for bar in dict.fromkeys((first, last))
    ]
    return f"{'; '.join(parts)}. Flest i {danish.month(best.month)}. Tallene står i tabellen herunder."


def _drawn(bar: Bar, left: float, step: float, most: int, many: int) -> Iterator[Markup]:
    width, x = step * (1 - _GAP), left + step * _GAP / 2
    middle = left + step / 2
    yield _text(danish.short_month(bar.month), middle, _BASE + 16)
    if bar.digital is None:
        yield _text("–", middle, _BASE - 6, class_="faint")
        return
    room = _BASE - _TOP
    high, more = room * bar.digital / most, room * bar.others / most
    if bar.digital:
        yield tag("rect", x=_r(x), y=_r(_BASE - high), width=_r(width), height=_r(high), fill="#14507d")
    if bar.others:
        yield tag(
            "rect", x=_r(x), y=_r(_BASE - high - more), width=_r(width), height=_r(more),
            fill="#cfdbe6", stroke="#52677a", stroke_width=1,
        )  # fmt: skip
    if many <= _MOST_NUMBERS:
        yield _text(danish.count(bar.letters), middle, _BASE - high - more - 5)


def _years(bars: Sequence[Bar], step: float) -> Iterator[Markup]:
    """Write each year once, under its first month."""
    for at, bar in enumerate(bars):
        if at == 0 or bars[at - 1].month.year != bar.month.year:
            yield _text(str(bar.month.year), _LEFT + step * (at + 0.5), _BASE + 34, weight="bold")


def _legend() -> Iterable[Markup]:
    yield tag("rect", x=_LEFT, y=4, width=12, height=12, fill="#14507d")
    yield _text("Digitalt", _LEFT + 18, 15, anchor="start")
    yield tag("rect", x=_LEFT + 92, y=4, width=12, height=12, fill="#cfdbe6", stroke="#52677a", stroke_width=1)
    yield _text("På papir eller printet lokalt", _LEFT + 110, 15, anchor="start")


def _line(left: float, right: float, y: float) -> Markup:
    return tag("line", x1=_r(left), y1=_r(y), x2=_r(right), y2=_r(y), stroke="#52677a", stroke_width=1)


def _text(
    text: str, x: float, y: float, *, anchor: str = "middle", weight: str | None = None, class_: str | None = None
) -> Markup:
    return tag(
        "text", text, x=_r(x), y=_r(y), text_anchor=anchor, font_size=_LABEL, font_weight=weight, fill="#1b2733",
        class_=class_,
    )  # fmt: skip


def _r(number: float) -> str:
    return f"{number:.1f}".rstrip("0").rstrip(".")
