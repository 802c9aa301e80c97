"""Many letters at a time: batches, and the figures of the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import datetime

import attrs

from esdh_connect.dispatch import Entry, Hold, Work
from esdh_connect.outbox import MISSED_FOR, UNASKED_FOR, Batch, Decide, Figures, Known, NotRung, Ring
from esdh_connect.testing.memory.searching import Searches

__all__ = ["MemoryOutbox"]


@attrs.define(eq=False)
class MemoryOutbox(Searches):
    """
    An :class:`esdh_connect.outbox.Outbox` for one process.

    The host's ``connection`` is refused: what is not in a database cannot be part of its transaction.
    """

    def known(self, keys: Collection[str]) -> Mapping[tuple[str, str], Known]:
        """Give what stands under these keys."""
        with self._lock:
            return {
                (one.draft.key, one.draft.recipient): Known(one.entry.fingerprint, one.entry.batch, _is_held(one.entry))
                for one in self._letters.values()
                if one.draft.key in keys
            }

    def recent(self, contents: Collection[str], since: datetime, *, batch: str = "") -> frozenset[str]:
        """Give those of these contents that were committed lately."""
        return frozenset(one for one in contents if self.identical(one, "", since, batch=batch) is not None)

    def under_way(self) -> Counter[tuple[str, str]]:
        """Count the letters that have not left yet."""
        open_ = self._having(lambda one: one.work in (Work.HELD, Work.READY, Work.SENDING, Work.SET_ASIDE))
        return Counter((one.department, one.channel) for one in open_)

    def batches(self, name: str | None = None, limit: int = 100) -> tuple[Batch, ...]:
        """Count the letters of the newest batches, or of the one with this name."""
        named: dict[str, list[Entry]] = {}
        for entry in self._having(lambda one: one.batch != "" and name in (None, one.batch)):
            named.setdefault(entry.batch, [])
            if entry.beside is None:
                named[entry.batch].append(entry)
        newest = sorted(named, key=self._last_of, reverse=True)
        return tuple(_batch(one, named[one]) for one in newest[:limit] if named[one])

    def _last_of(self, batch: str) -> int:
        return max(at for at, kept in enumerate(self._letters.values()) if kept.entry.batch == batch)

    def change_all(self, ids: Collection[str], decide: Decide) -> tuple[Entry, ...]:
        """Apply ``decide`` to a few entries at once."""
        with self._lock:
            found = self._having(lambda one: one.id in ids)  # one may change with another
            return tuple(self._apply(self.entry(one.id), decide(self.entry(one.id))) for one in found)

    def release_next(self, batch: str, decide: Decide, limit: int, *, ring: Ring | None = None) -> int:
        """Apply ``decide`` to the next letters that are held for the release of their batch."""
        with self._lock:
            held = self._having(lambda one: one.batch == batch and _is_held(one))[:limit]
            after = [self._apply(entry, decide(entry)) for entry in held]
        ready = sum(entry.work is Work.READY for entry in after)
        if ring is not None and ready:
            with suppress(NotRung):
                ring(None, ready)
        return sum(1 for entry in after if not _is_held(entry))

    def figures(self, now: datetime, tries: int, channels: Collection[str] | None = None) -> Figures:
        """Count what waits and what is late."""
        with self._lock:
            entries = [kept.entry for kept in self._letters.values()]
            due = [one for one in entries if one.work is Work.READY and one.due <= now and not self._waits(one)]
            open_ = self._open_duties()
        awaited = [one for one in entries if one.work in (Work.UNKNOWN, Work.HANDED_OVER)]
        under_way = [one for one in entries if one.work is Work.SENDING]
        return Figures(
            ready=dict(Counter(one.lane for one in due)),
            oldest={lane: min(one.due for one in due if one.lane == lane) for lane in {one.lane for one in due}},
            held=dict(Counter(one.held_for for one in entries if one.work is Work.HELD and one.held_for)),
            sending=len(under_way),
            stuck=_late(under_way, now),
            unknown=sum(1 for one in awaited if one.work is Work.UNKNOWN),
            handed_over=sum(1 for one in awaited if one.work is Work.HANDED_OVER),
            late=_late(awaited, now),
            troubles=sum(1 for one in entries if one.needs_person),
            unmatched=len(self._unmatched),
            duties=len(open_),
            oldest_duty=min((duty.due for duty in open_), default=None),
            unasked=self._given_up(now - UNASKED_FOR),
            missed=sum(1 for at in self._missed if at > now - MISSED_FOR),
            duties_stuck=sum(1 for duty in open_ if duty.waits_for_person or duty.tries >= tries),
            stranded={}
            if channels is None
            else dict(Counter(one.channel for one in due if one.channel not in channels)),
        )


def _is_held(entry: Entry) -> bool:
    return entry.waits_for(Hold.BATCH)


def _batch(name: str, entries: Collection[Entry]) -> Batch:
    begun_at = min(one.committed_at for one in entries)
    held, troubles = sum(map(_is_held, entries)), sum(one.needs_person for one in entries)
    approvals = sum(one.work is Work.HELD and one.held_for is Hold.APPROVAL for one in entries)
    work, status = Counter(one.work for one in entries), Counter(one.status for one in entries)
    return Batch(name, begun_at, dict(work), held, troubles, approvals, dict(status))


def _late(entries: Iterable[Entry], now: datetime) -> int:
    return sum(1 for one in entries if one.due <= now)
