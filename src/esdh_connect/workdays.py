"""
Arbejdsdage: no weekend, no Danish holiday, and not closed otherwise.

Danish holidays are few and follow from Easter, so they are computed: no library has to be brought up to date for them.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, timedelta
from functools import cache

import attrs

__all__ = ["CLOSED", "Workdays", "are_days", "easter", "holidays"]

_WRITTEN = re.compile(r"(\d{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_DAY = timedelta(days=1)
_SATURDAY = 5
#: Days after Easter Sunday: Maundy Thursday, Good Friday, itself, Monday, Ascension, Whit Sunday and Whit Monday.
_FROM_EASTER = (-3, -2, 0, 1, 39, 49, 50)
_FIXED = ((1, 1), (12, 25), (12, 26))
#: Store Bededag, 26 days after Easter Sunday, was a holiday for the last time in 2023 (lov nr. 214 af 6/3 2023).
_GREAT_PRAYER_DAY, _LAST_PRAYER_DAY = 26, 2023

#: Constitution Day, Christmas Eve and New Year's Eve: no holidays, but no deadline ends on them, and little is open.
CLOSED = ("06-05", "12-24", "12-31")


def easter(year: int) -> date:
    """Give Easter Sunday (Meeus, Jones and Butcher; Gregorian)."""
    century, rest = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (year % 19 + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@cache
def holidays(year: int) -> frozenset[date]:
    """Give the Danish holidays (helligdage) of a year."""
    moving = (*_FROM_EASTER, *([_GREAT_PRAYER_DAY] if year <= _LAST_PRAYER_DAY else []))
    return frozenset([easter(year) + days * _DAY for days in moving] + [date(year, *one) for one in _FIXED])


def are_days(_value: object, _field: object, days: Collection[str]) -> None:
    """Validate closing days: of each year, or of one year. Raises ValueError."""
    if not all(map(_WRITTEN.fullmatch, days)):
        raise ValueError("en lukkedag skrives 12-24, eller 2026-05-15 for det ene år")


@attrs.frozen
class Workdays:
    """Arbejdsdage of a municipality, which is also ``closed`` on these days: 12-24 each year, 2026-05-15 once."""

    closed: Collection[str] = attrs.field(default=CLOSED, validator=are_days)

    def __contains__(self, day: date) -> bool:
        """Tell whether people are at work."""
        written = day.isoformat()
        return not (
            day.weekday() >= _SATURDAY
            or written in self.closed
            or written[5:] in self.closed
            or day in holidays(day.year)
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

    def at_latest(self, day: date) -> date:
        """Give the day itself, or the last working day before it."""
        return day if day in self else self.before(day, 1)

    def at_earliest(self, day: date) -> date:
        """Give the day itself, or the first working day after it."""
        return day if day in self else self.after(day, 1)
