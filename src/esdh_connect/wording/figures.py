"""Times, sizes and numbers as they are read in Denmark."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

__all__ = ["day", "number", "size", "span", "when"]

_MONTHS = "januar februar marts april maj juni juli august september oktober november december".split()  # noqa: SIM905
_THOUSAND = 1000
_MINUTES_SHOWN = 120


def when(at: datetime) -> str:
    """Give an aware time as it is in Denmark: ``3. marts 2026 kl. 14.05``. Raises ValueError for a naive time."""
    if at.tzinfo is None:
        raise ValueError("a time without a time zone cannot be told")
    local = at.astimezone(ZoneInfo("Europe/Copenhagen"))
    return f"{day(local)} kl. {local:%H.%M}"


def day(at: date) -> str:
    """Give a day: ``3. marts 2026``."""
    return f"{at.day}. {_MONTHS[at.month - 1]} {at.year}"


def span(length: timedelta) -> str:
    """Give a length of time, rounded up: ``et minut``, ``90 minutter``, ``3 timer``."""
    minutes = -(-length // timedelta(minutes=1))
    if minutes <= 1:
        return "et minut"
    return f"{minutes} minutter" if minutes < _MINUTES_SHOWN else f"{-(-minutes // 60)} timer"


def size(bytes_: int) -> str:
    """Give a number of bytes: ``812 byte``, ``34 kB``, ``1,2 MB``, ``3,4 GB``. A kB is 1000 bytes."""
    if bytes_ < _THOUSAND:
        return f"{bytes_} byte"
    if round(bytes_ / _THOUSAND) < _THOUSAND:
        return f"{round(bytes_ / _THOUSAND)} kB"
    megabytes = round(bytes_ / _THOUSAND**2, 1)
    return f"{number(megabytes)} MB" if megabytes < _THOUSAND else f"{number(round(bytes_ / _THOUSAND**3, 1))} GB"


def number(value: float) -> str:
    """Give a number with Danish signs: ``1.234`` and ``0,5``."""
    return f"{value:,}".translate(str.maketrans(",.", ".,"))
