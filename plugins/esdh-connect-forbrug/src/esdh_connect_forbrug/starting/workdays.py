"""Arbejdsdage: no weekend, no Danish holiday, and not closed otherwise. Alone here the library of holidays is known."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

import attrs

__all__ = ["Workdays"]

_DAY = timedelta(days=1)
_SATURDAY = 5


@attrs.frozen
class Workdays:
    """Arbejdsdage of a municipality, which is also ``closed`` on these days: 12-24 each year, 2026-05-15 once."""

    closed: Collection[str] = ()

    def __contains__(self, day: date) -> bool:
        """Tell whether people are at work."""
        written = str(day)
        return not (
            day.weekday() >= _SATURDAY or written in self.closed or written[5:] in self.closed or _is_holiday(day)
        )

    def before(self, day: date, days: int) -> date:
        """Give the working day so many working days before a day: of these ``days`` it is the first."""
        while days:
            day -= _DAY
            days -= day in self
        return day

    def after(self, day: date, days: int) -> date:
        """Give the working day so many working days after a day."""
        while days:
            day += _DAY
            days -= day in self
        return day


def _is_holiday(day: date) -> bool:
    from holidays import country_holidays  # 0.4 s: for those alone who ask who has not started

    return day in country_holidays("DK", years=day.year)
