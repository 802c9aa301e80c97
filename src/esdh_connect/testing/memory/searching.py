"""Searches, in memory: every letter is looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

import attrs

from esdh_connect.dispatch import Cause, Entry, Hold, cause_of
from esdh_connect.model import Case
from esdh_connect.outbox import HOST_SILENT_AFTER, STUCK_AFTER, Duty, Found, Search
from esdh_connect.testing.memory.shelves import Shelves

__all__ = ["Searches"]


@attrs.define(eq=False)
class Searches(Shelves):
    """The part of the outbox that finds."""

    def search(self, search: Search, limit: int = 100, offset: int = 0) -> Found:
        """Give the letters of a search, the newest first, and count them all."""
        fitting = reversed(self._having(search.fits))
        newest = sorted(fitting, key=lambda entry: entry.committed_at, reverse=True)
        return Found(tuple(newest[offset : offset + limit]), len(newest))

    def held(self, reason: Hold, limit: int = 100, departments: Collection[str] | None = None) -> tuple[Entry, ...]:
        """Give the entries held for this reason."""
        held = self._having(lambda one: one.waits_for(reason))
        return tuple(one for one in held if departments is None or one.department in departments)[:limit]

    def troubles(self, limit: int = 100, *, case: Case | None = None) -> tuple[Entry, ...]:
        """Give the entries that need a person."""
        found = self._having(lambda one: one.needs_person)
        on = None if case is None else (case.id, case.system)
        return tuple(one for one in found if on in (None, (one.case.id, one.case.system)))[:limit]

    def trouble_counts(self, now: datetime) -> Mapping[tuple[str, Cause], int]:
        """Count what needs a person by (department, cause)."""
        return Counter((entry.department, cause) for cause, entry, _ in self._in_trouble(now))

    def in_trouble(
        self,
        cause: Cause,
        now: datetime,
        departments: Collection[str] | None = None,
        limit: int = 100,
        offset: int = 0,
        *,
        letter: str | None = None,
    ) -> tuple[tuple[Entry, Duty | None], ...]:
        """Give those that need a person for this cause, oldest first."""
        found = tuple(
            (entry, duty)
            for why, entry, duty in self._in_trouble(now)
            if why is cause and (departments is None or entry.department in departments)
            if letter in (None, entry.id)
        )
        return found[offset : offset + limit]

    def _in_trouble(self, now: datetime) -> Iterator[tuple[Cause, Entry, Duty | None]]:
        owed = {duty.dispatch: duty for duty in self.stuck_duties(STUCK_AFTER, len(self._letters))}
        for entry in self._having(lambda _: True):
            cause, duty = cause_of(entry), owed.get(entry.id)
            if cause is not None:
                yield cause, entry, None
            if duty is not None:
                yield duty.cause, entry, duty
            if entry.waits_for(Hold.HOST) and entry.committed_at <= now - HOST_SILENT_AFTER:
                yield Cause.HOST_SILENT, entry, None
