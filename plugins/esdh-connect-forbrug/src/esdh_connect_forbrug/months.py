"""Måneder: the unit in which use is published, in Danish local time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Self
from zoneinfo import ZoneInfo

import attrs

__all__ = ["HERE", "Month", "day_of"]

#: Where a day begins at midnight.
HERE = ZoneInfo("Europe/Copenhagen")
_WRITTEN = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@attrs.frozen(order=True)
class Month:
    """Kalendermåned, written 2026-03."""

    year: int
    month: int = attrs.field(validator=[attrs.validators.ge(1), attrs.validators.le(12)])

    @classmethod
    def of(cls, moment: datetime | date) -> Self:
        """Give the month of a day, or of an aware time in Denmark. Raises ValueError for a time without a zone."""
        day = day_of(moment) if isinstance(moment, datetime) else moment
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "2026-03". Raises ValueError."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is no month: it is written 2026-03")
        return cls(int(found[1]), int(found[2]))

    @property
    def first_day(self) -> date:
        """Give its first day."""
        return date(self.year, self.month, 1)

    @property
    def begins(self) -> datetime:
        """Give the moment it begins, in UTC."""
        return datetime(self.year, self.month, 1, tzinfo=HERE).astimezone(UTC)

    @property
    def ends(self) -> datetime:
        """Give the moment it is over, which is when the next one begins."""
        return self.next.begins

    @property
    def next(self) -> Self:
        """Give the month after it."""
        return self.later(1)

    @property
    def previous(self) -> Self:
        """Give the month before it."""
        return self.later(-1)

    def later(self, months: int) -> Self:
        """Give the month so many months later, or earlier where that is below 0."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return type(self)(year, month + 1)

    def until(self, last: Self) -> Iterator[Self]:
        """Give the months from this to ``last``, both among them."""
        at = self
        while at <= last:
            yield at
            at = at.next

    def __str__(self) -> str:
        """Write it as it is stored and typed."""
        return f"{self.year:04}-{self.month:02}"


def day_of(moment: datetime) -> date:
    """Give the day an aware time lies in, in Denmark. Raises ValueError for a time without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a time has a zone")
    return moment.astimezone(HERE).date()
