"""Søgning: which letters somebody looks for, and what was found of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import attrs

from esdh_connect.dispatch import Entry, Status

__all__ = ["HOST_SILENT_AFTER", "STUCK_AFTER", "Found", "Search"]

#: A letter is on the case after so many tries, about two hours, or somebody finds out why it is not.
STUCK_AFTER = 8
#: So long a host may leave it open what became of its own transaction.
HOST_SILENT_AFTER = timedelta(days=1)


def _some(values: Iterable[str] | None) -> frozenset[str] | None:
    if isinstance(values, str):
        raise TypeError("departments is a collection of ids")
    return None if values is None else frozenset(values)


def _statuses(values: Iterable[Status] | None) -> frozenset[Status] | None:
    return None if values is None else frozenset(values)


def _part(number: str | None) -> str | None:
    """Give the number of a case, or a part of one, as it is compared."""
    return None if number is None else "".join(number.split()).lower()


@attrs.frozen(kw_only=True)
class Search:
    """
    Søgning: letters of these ``departments``, on this ``case``, of these ``statuses``, committed in this time.

    None of a field is all; of a collection without anything in it there is nothing to be found. ``case_part`` is a part
    of the number of a case, with any spaces, in capitals or not. ``since`` is within the time, ``until`` is after it.
    """

    departments: frozenset[str] | None = attrs.field(default=None, converter=_some)
    case: str | None = None
    case_part: str | None = attrs.field(default=None, converter=_part)
    statuses: frozenset[Status] | None = attrs.field(default=None, converter=_statuses)
    since: datetime | None = None
    until: datetime | None = None

    def fits(self, entry: Entry) -> bool:
        """Tell whether a letter is one of them."""
        return (
            (self.departments is None or entry.department in self.departments)
            and self.case in (None, entry.case.id)
            and (self.case_part is None or self.case_part in (_part(entry.case.id) or ""))
            and (self.statuses is None or entry.status in self.statuses)
            and (self.since is None or self.since <= entry.committed_at)
            and (self.until is None or entry.committed_at < self.until)
        )


@attrs.frozen
class Found:
    """Some of the letters that were found, the newest first, and how many there are of them in all."""

    entries: tuple[Entry, ...]
    total: int
