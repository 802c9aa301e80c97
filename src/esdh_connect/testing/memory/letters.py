"""Letters and their receipts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from itertools import count, islice, takewhile
from threading import Lock
from uuid import UUID

import attrs

from esdh_connect import deeds
from esdh_connect.dispatch import Cover, Dispatch, Entry, Hold, Receipt, Request, Status, Work
from esdh_connect.events import DocumentEvent, DocumentWithdrawn, Event
from esdh_connect.outbox import (
    NO_PACE,
    OPEN,
    OWN_GATES,
    Change,
    Claim,
    Decide,
    Draft,
    Duty,
    Ended,
    KeyTaken,
    NotRung,
    Ring,
    UnknownDispatch,
    check_change,
    with_receipt,
)
from esdh_connect.policy import Policy
from esdh_connect.testing.memory import equal
from esdh_connect.testing.memory.equal import Kept
from esdh_connect.testing.memory.gates import Gates

__all__ = ["Letters"]


@attrs.define(eq=False)
class Letters(Gates):
    """
    The part of the outbox that has the letters.

    It has no database, so the host's ``connection`` is refused: that promise it cannot keep.
    """

    _letters: dict[str, Kept] = attrs.field(factory=dict, init=False)
    _unmatched: dict[tuple[UUID, str], Receipt] = attrs.field(factory=dict, init=False)
    _election: Lock = attrs.field(factory=Lock, init=False)
    _shifts: Iterator[int] = attrs.field(factory=lambda: count(1), init=False)

    # --- the commit

    def add(
        self,
        drafts: Sequence[Draft],
        facts: Sequence[Event],
        policy: Policy,
        *,
        connection: object | None = None,
        ring: Ring | None = None,
    ) -> None:
        """Add all, or none."""
        if connection is not None:
            raise ValueError("an outbox in memory has no part in the host's transaction")
        with self._lock:
            self._add(drafts, facts, policy)
        _rung(drafts, ring)

    def _add(self, drafts: Sequence[Draft], facts: Sequence[Event], policy: Policy) -> None:
        self._refuse_taken(drafts)
        equal.refuse_overtaken(self._letters.values(), drafts)
        fresh = {draft.entry.id: Kept(draft, draft.entry) for draft in drafts}
        if any(draft.entry.beside not in {None, *self._letters, *fresh} for draft in drafts):
            raise ValueError("a reminder stands beside a letter that is there")
        self._letters |= fresh
        self._policies.setdefault(policy.version, policy)
        self._store_facts(facts, policy.version)

    def _refuse_taken(self, drafts: Sequence[Draft]) -> None:
        taken = {(kept.draft.key, kept.draft.recipient) for kept in self._letters.values()}
        if any((draft.key, draft.recipient) in taken for draft in drafts):
            raise KeyTaken

    def succeed(
        self,
        id: str,  # noqa: A002 - the protocol's word
        decide: Decide,
        drafts: Sequence[Draft],
        facts: Sequence[Event],
        policy: Policy,
        *,
        ring: Ring | None = None,
    ) -> tuple[Entry, ...]:
        """Add the drafts that take an entry's place."""
        with self._lock:
            self._refuse_taken(drafts)
            entry = self.entry(id)
            change = decide(entry)
            self._add(drafts, facts, policy)
            self._apply(entry, change)
        _rung(drafts, ring)
        return tuple(draft.entry for draft in drafts)

    def identical(self, content: str, key: str, since: datetime, *, batch: str = "") -> Entry | None:
        """Give the latest equal letter that went or will."""
        with self._lock:
            return equal.latest(self._letters.values(), content, key, since, batch)

    def equal(self, id: str, since: datetime) -> tuple[Entry, ...]:  # noqa: A002
        """Give the latest letters equal to this one that went or will, oldest first."""
        with self._lock:
            return equal.beside(self._letters, id, since)

    def committed(self, key: str) -> Mapping[str, Entry]:
        """Give the entries of this key."""
        with self._lock:
            return {one.draft.recipient: one.entry for one in self._letters.values() if one.draft.key == key}

    # --- reading

    def entry(self, id: str) -> Entry:  # noqa: A002
        """Give one entry."""
        return self._kept(id).entry

    def entries(self, *, department: str | None = None, case: str | None = None, limit: int = 100) -> tuple[Entry, ...]:
        """Give the newest first."""
        with self._lock:
            newest = [one.entry for one in reversed(self._letters.values())]
        found = (one for one in newest if department in (None, one.department) and case in (None, one.case.id))
        return tuple(islice(found, limit))

    def cover(self, id: str) -> Cover:  # noqa: A002
        """Give what the dispatch carries, without the contents."""
        draft = self._kept(id).draft
        return Cover.of(draft.envelope, draft.manifest, draft.reasons)

    def dispatch(self, id: str) -> Dispatch:  # noqa: A002
        """Give the dispatch with its contents."""
        kept = self._kept(id)
        transaction = kept.entry.attempts[-1].transaction_id if kept.entry.attempts else kept.entry.message_uuid
        return Dispatch(kept.entry, kept.draft.envelope, kept.draft.manifest, transaction)

    def wish(self, id: str) -> Request | None:  # noqa: A002
        """Give the wish a held letter came from."""
        return self._kept(id).draft.wish

    # --- sending and receiving

    @contextmanager
    def dispatching(self) -> Iterator[str | None]:
        """Be the one dispatcher."""
        elected = self._election.acquire(blocking=False)
        try:
            yield f"shift-{next(self._shifts)}" if elected else None
        finally:
            if elected:
                self._election.release()

    def claim(
        self,
        now: datetime,
        start: Decide,
        withdrawn: Decide,
        *,
        pace: Mapping[str, timedelta] = NO_PACE,
        gates: Mapping[str, str] = OWN_GATES,
        channels: Collection[str] | None = None,
    ) -> Entry | None:
        """Take the next letter."""
        with self._lock:
            for entry in sorted(self._ready(now, gates), key=lambda one: (one.lane, one.due)):
                if not self._waits(entry) and (channels is None or entry.channel in channels):
                    after = self._apply(entry, (withdrawn if self._is_stopped(entry) else start)(entry))
                    if after.work is Work.SENDING:
                        self._rest(gates.get(entry.channel, entry.channel), now, pace)
                        return after
        return None

    def serve(
        self,
        ended: Sequence[Ended],
        now: datetime,
        starts: Sequence[Decide],
        withdrawn: Decide,
        *,
        pace: Mapping[str, timedelta] = NO_PACE,
        gates: Mapping[str, str] = OWN_GATES,
        channels: Collection[str] | None = None,
    ) -> tuple[Claim, ...]:
        """Store what became of some letters, and take the next ones."""
        with self._lock:
            before = [self.entry(claim.entry.id) for claim, _ in ended]
            changes = [decide(entry) for entry, (_, decide) in zip(before, ended, strict=True)]
            for entry, change in zip(before, changes, strict=True):
                check_change(entry, entry if change is None else change.entry)
            for entry, change in zip(before, changes, strict=True):
                self._apply(entry, change)
            taken = (self.claim(now, start, withdrawn, pace=pace, gates=gates, channels=channels) for start in starts)
            return tuple(Claim(entry, partial(self._carrying, entry)) for entry in taken if entry is not None)

    def _carrying(self, entry: Entry) -> Dispatch:
        draft = self._kept(entry.id).draft
        return Dispatch(entry, draft.envelope, draft.manifest, entry.attempts[-1].transaction_id)

    def _ready(self, now: datetime, gates: Mapping[str, str]) -> list[Entry]:
        shut = {gate.name for gate in self.gates() if gate.is_shut(now)}
        due = self._having(lambda one: one.work is Work.READY and one.due <= now)
        return [entry for entry in due if gates.get(entry.channel, entry.channel) not in shut]

    def change(self, id: str, decide: Decide) -> Entry:  # noqa: A002
        """Apply ``decide`` to one entry."""
        with self._lock:
            entry = self.entry(id)
            return self._apply(entry, decide(entry))

    def orphaned(self, shift: str) -> tuple[Entry, ...]:
        """Give the entries under way in another shift: there is one at a time."""
        return self._having(lambda one: one.work is Work.SENDING and one.attempts[-1].shift != shift)

    def overdue(self, now: datetime, limit: int = 100) -> tuple[Entry, ...]:
        """Give the entries somebody is late with."""
        waiting = (Work.UNKNOWN, Work.HANDED_OVER)
        somebody = (Hold.APPROVAL, Hold.HOST)
        late = self._having(lambda one: (one.work in waiting or one.waits_for(*somebody)) and one.due <= now)
        return tuple(sorted(late, key=lambda one: one.due)[:limit])

    def open_on(self, case: str, system: str | None = None) -> tuple[Entry, ...]:
        """Give the letters on a case that are not over."""
        open_ = self._having(lambda one: one.is_open and one.beside is None)
        return tuple(one for one in open_ if one.case.id == case and system in (None, one.case.system))

    def followers(self, id: str) -> tuple[Entry, ...]:  # noqa: A002
        """Give the entries of the letters that were made after one."""
        return self._having(lambda one: one.parent == id)

    def in_batch(
        self, batch: str, work: Collection[Work], limit: int = 100, *, after: str | None = None
    ) -> tuple[Entry, ...]:
        """Give the entries of a batch."""
        with self._lock:
            older = set() if after is None else {*takewhile(lambda id_: id_ != after, self._letters), after}
            return self._having(lambda one: one.batch == batch and one.work in work and one.id not in older)[:limit]

    def _having(self, wanted: Callable[[Entry], bool]) -> tuple[Entry, ...]:
        with self._lock:
            return tuple(kept.entry for kept in self._letters.values() if wanted(kept.entry))

    def receive(self, receipt: Receipt, decide: Callable[[Entry, Receipt], Change | None]) -> Entry | None:
        """Take a receipt in."""
        with self._lock:
            entry = self._entry_of(receipt.message_uuid)
            if entry is None:
                self._unmatched.setdefault((receipt.message_uuid, receipt.id), receipt)
                return None
            after = self._apply(entry, with_receipt(entry, receipt, decide(entry, receipt)))
            self._unmatched.pop((receipt.message_uuid, receipt.id), None)
            return after

    def unmatched(self, limit: int = 100) -> tuple[Receipt, ...]:
        """Give the receipts that belonged to no entry when they came."""
        with self._lock:
            waiting = sorted(self._unmatched.values(), key=lambda one: self._entry_of(one.message_uuid) is None)
            return tuple(waiting[:limit])

    def open_with(self, event: DocumentEvent, *, another_version: bool = False) -> tuple[Entry, ...]:
        """Give the open entries with the event's document."""
        but = event.document.version if another_version else None
        with self._lock:
            holding = [kept.entry for kept in self._letters.values() if kept.holds(event.document.id, but=but)]
        return tuple(one for one in holding if one.work in OPEN and one.committed_at <= event.at)

    def close(self) -> None:
        """Do nothing: there is no file to let go of."""

    def duty_resolved(self, mark: str, decide: Decide, now: datetime, *, written: bool) -> Entry | None:
        """Take a person's word for whether the host has written."""
        with self._lock:
            dispatch = self._resolve(mark, now, written=written)
            return None if dispatch is None else self.change(dispatch, decide)

    # --- the rules

    def _apply(self, before: Entry, change: Change | None) -> Entry:
        if change is None:
            return before
        check_change(before, change.entry)
        self._letters[before.id].entry = change.entry
        self._store_facts(change.facts, before.policy_version, change.actors)
        if change.journalize:
            self._owe(Duty(before.id, before.id, before.committed_at))
        decide = deeds.of_parent(before, change)
        if decide is not None:
            parent = self.entry(before.parent or "")
            self._apply(parent, decide(parent))
        stop = deeds.of_reminders(before, change)
        for reminder in self._having(lambda one: one.beside == before.id) if stop else ():
            self._apply(reminder, stop(reminder) if stop else None)
        return change.entry

    def _waits(self, entry: Entry) -> bool:
        """Tell whether this is a reminder whose letter was not handed over yet."""
        letter = self._letters.get(entry.beside or "")
        return letter is not None and letter.entry.work not in (Work.HANDED_OVER, Work.CLOSED, Work.CANCELLED)

    def _is_stopped(self, entry: Entry) -> bool:
        """Tell whether a reminder's letter failed, or a document was withdrawn after the commit or is so now."""
        letter = self._letters.get(entry.beside or "")
        if letter is not None:
            return letter.entry.status in (Status.FAILED, Status.CANCELLED)
        held = [one.event for one in self._seen.values() if self._letters[entry.id].holds(one.event.document.id)]
        states = [self.document_state(event.document.id) for event in held]
        return any(state is not None and state.withdrawn for state in states) or any(
            isinstance(event, DocumentWithdrawn) and event.at >= entry.committed_at for event in held
        )

    def _kept(self, id: str) -> Kept:  # noqa: A002
        if id not in self._letters:
            raise UnknownDispatch(f"no dispatch {id!r}")
        return self._letters[id]

    def _entry_of(self, message: UUID) -> Entry | None:
        return next((one.entry for one in self._letters.values() if one.entry.message_uuid == message), None)


def _rung(drafts: Sequence[Draft], ring: Ring | None) -> None:
    ready = sum(draft.entry.work is Work.READY for draft in drafts)
    if ring is not None and ready:
        with suppress(NotRung):
            ring(None, ready)
