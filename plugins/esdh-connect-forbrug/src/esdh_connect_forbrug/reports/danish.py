"""Dansk: numbers, shares, money, months and times, as people read them in a report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from esdh_connect import wording
from esdh_connect_forbrug.months import Month

__all__ = [
    "and_list",
    "count",
    "day",
    "duration",
    "money",
    "month",
    "months",
    "percent",
    "price",
    "short_month",
    "spans",
]

_MONTHS = "januar februar marts april maj juni juli august september oktober november december".split()  # noqa: SIM905
_UNITS = (
    (timedelta(hours=36), timedelta(days=1), "dag", "dage"),
    (timedelta(minutes=90), timedelta(hours=1), "time", "timer"),
    (timedelta(seconds=90), timedelta(minutes=1), "minut", "minutter"),
    (timedelta(0), timedelta(seconds=1), "sekund", "sekunder"),
)
#: Between a number and its unit: it keeps them on one line.
_NBSP = "\N{NO-BREAK SPACE}"
_NEARLY_ALL = 0.99
_NEARLY_NONE = 0.01


def count(number: int, one: str = "", many: str = "") -> str:
    """Give ``1.234``, or with its noun ``1 brev`` and ``1.234 breve``."""
    noun = one if number == 1 else many
    return f"{wording.number(number)}{_NBSP}{noun}" if noun else wording.number(number)


def percent(share: float) -> str:
    """Give ``87 %``. What is not quite all, or not quite nothing, is never rounded to that."""
    if _NEARLY_ALL < share < 1:
        return f"over{_NBSP}99{_NBSP}%"
    if 0 < share < _NEARLY_NONE:
        return f"under{_NBSP}1{_NBSP}%"
    return f"{wording.number(int(Decimal(str(share * 100)).quantize(Decimal(1), ROUND_HALF_UP)))}{_NBSP}%"


def money(kroner: Decimal) -> str:
    """Give whole kroner: ``1.234 kr.``."""
    return f"{wording.number(int(kroner.quantize(Decimal(1), ROUND_HALF_UP)))}{_NBSP}kr."


def price(kroner: Decimal) -> str:
    """Give a price with its øre: ``29,00 kr.``."""
    exact = kroner.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{exact:,}".translate(str.maketrans(",.", ".,")) + f"{_NBSP}kr."


def duration(length: timedelta) -> str:
    """Give a time in the unit that suits it, to its nearest whole: ``12 sekunder``, ``3 timer``, ``2 dage``."""
    for least, unit, one, many in _UNITS:
        if length >= least:
            return count(round(length / unit), one, many)
    return duration(timedelta(0))


def month(at: Month) -> str:
    """Give ``marts 2026``."""
    return f"{_MONTHS[at.month - 1]}{_NBSP}{at.year}"


def short_month(at: Month) -> str:
    """Give ``mar.``, or ``maj`` where that is all of it."""
    name = _MONTHS[at.month - 1]
    return name if len(name) <= 4 else f"{name[:3]}."  # noqa: PLR2004 - maj, juni, juli


def day(at: date) -> str:
    """Give ``3. marts 2026``."""
    return f"{at.day}. {_MONTHS[at.month - 1]} {at.year}"


def months(first: Month, last: Month) -> str:
    """Give ``marts 2026``, or ``marts 2025 – februar 2026``."""
    return month(first) if first == last else f"{month(first)} – {month(last)}"


def spans(found: Iterable[Month]) -> str:
    """Give months, those that follow on each other as one: ``maj 2025 – juli 2025 og oktober 2025``."""
    runs: list[list[Month]] = []
    for one in found:
        if runs and runs[-1][-1].next == one:
            runs[-1].append(one)
        else:
            runs.append([one])
    return and_list([months(run[0], run[-1]) for run in runs])


def and_list(names: Sequence[str]) -> str:
    """Give ``Byggesag``, ``Byggesag og Vej`` or, where a name has an *og* of its own, ``Byggesag samt Vej og Park``."""
    *before, last = names
    word = "samt" if any(" og " in name for name in names) else "og"
    return f"{', '.join(before)} {word} {last}" if before else last
