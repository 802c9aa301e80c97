"""Days and times as they are typed: a day in Denmark, or a time there."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click

__all__ = ["Moment", "midnight", "utc_now"]

_HERE = ZoneInfo("Europe/Copenhagen")
_LAST = timedelta(microseconds=1)


def utc_now() -> datetime:
    """Give the time."""
    return datetime.now(UTC)


def midnight(at: datetime) -> datetime:
    """Give when the day of an aware time began in Denmark."""
    return datetime.combine(at.astimezone(_HERE), time(), _HERE).astimezone(UTC)


class Moment(click.ParamType[datetime]):
    """A day (``2027-01-04``) in Denmark, its first moment or its ``last``; or a time there (``2027-01-04T12:30``)."""

    name = "dato"

    def __init__(self, *, last: bool = False) -> None:
        self.last = last

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:  # noqa: ANN401
        """Give the aware time."""
        if isinstance(value, datetime):
            return value
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return self._time(str(value), param, ctx)
        if self.last:
            return (datetime.combine(day + timedelta(days=1), time(), _HERE) - _LAST).astimezone(UTC)
        return datetime.combine(day, time(), _HERE).astimezone(UTC)

    def _time(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            self.fail("en dato skrives som 2026-12-24", param, ctx)
        return (at if at.tzinfo else at.replace(tzinfo=_HERE)).astimezone(UTC)
