"""Points in time: UTC, and how each service writes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

__all__ = ["Clock", "lifetime", "milliseconds", "now", "seconds"]

Clock = Callable[[], datetime]


def now() -> datetime:
    """Give the time."""
    return datetime.now(UTC)


def seconds(at: datetime) -> str:
    """Write ``2025-06-01T08:00:00Z``."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def milliseconds(at: datetime) -> str:
    """Write ``2025-06-01T08:00:00.000Z``."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def lifetime(at: datetime) -> str:
    """Write ``06/01/2025 08:00:00``, as STS does; which time zone it means there is UNVERIFIED, here it is UTC."""
    return at.astimezone(UTC).strftime("%m/%d/%Y %H:%M:%S")
