"""Letters, their receipts and duties."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from threading import Lock
from uuid import UUID

import attrs

from esdh_connect.dispatch import Cover, Dispatch, Entry, Receipt, Status, Work
from esdh_connect.events import DocumentEvent, DocumentWithdrawn, Event
from esdh_connect.outbox import (
    OPEN,
    Change,
    Decide,
    Draft,
    Duty,
    KeyTaken,
    UnknownDispatch,
    check_change,
    with_receipt,
)
from esdh_connect.policy import Policy
from esdh_connect.testing.memory.documents import Documents

__all__ = ["MemoryOutbox"]


@attrs.define
class _Kept:
    """A letter as it was added, and its entry now."""

    draft: Draft
    entry: Entry

    def holds(self, document: str) -> bool:
        """Tell whether the document is in it."""
        return any(one.id == document for one in self.draft.manifest.documents)


@attrs.define(eq=False)
class MemoryOutbox(Documents):
    """
    An :class:`esdh_connect.outbox.Outbox` for one process.

    It has no database, so the host's ``connection`` is refused: that promise it cannot keep.
    """

    _letters: dict[str, _Kept] = attrs.field(factory=dict, init=False)
    _unmatched: dict[tuple[UUID, str], Receipt] = attrs.field(factory=dict, init=False)
    _duties: dict[str, Duty] = attrs.field(factory=dict, init=False)
    _answers: dict[str, str] = attrs.field(factory=dict, init=False)
    _election: Lock = attrs.field(factory=Lock, init=False)

    # --- the commit

    def add(
        self, drafts: Sequence[Draft], facts: Sequence[Event], policy: Policy, *, connection: object | None = None
    ) -> None:
        """Add all, or none."""
        if connection is not None:
            raise ValueError("an outbox in memory has no part in the host's transaction")
        with self._lock:
            taken = {(kept.draft.key, kept.draft.recipient) for kept in self._letters.values()}
            if any((draft.key, draft.recipient) in taken for draft in drafts):
                raise KeyTaken
            fresh = {draft.entry.id: _Kept(draft, draft.entry) for draft in drafts}
            if any(draft.entry.beside not in {None, *self._letters, *fresh} for draft in drafts):
                raise ValueError("a reminder stands beside a letter that is there")
            self._letters |= fresh
            self._policies.setdefault(policy.version, policy)
            self._store_facts(facts, policy.version)

    def committed(self, key: str) -> Mapping[str, Entry]:
        """Give the entries of this key."""
        with self._lock:
            return {one.draft.recipient: one.entry for one in self._letters.values() if one.draft.key == key}

    def identical(self, content: str, key: str, since: datetime) -> bool:
        """Tell whether an equal letter was committed."""
        with self._lock:
            equal = [one for one in self._letters.values() if one.draft.content == content and one.draft.key != key]
        return any(one.entry.committed_at > since and one.entry.work is not Work.CANCELLED for one in equal)

    # --- reading

    def entry(self, id: str) -> Entry:  # noqa: A002 - the protocol's word
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
        return Cover(draft.envelope.recipient, draft.envelope.letter.title, draft.manifest, draft.reasons)

    def dispatch(self, id: str) -> Dispatch:  # noqa: A002
        """Give the dispatch with its contents."""
        kept = self._kept(id)
        attempts = kept.entry.attempts
        transaction = attempts[-1].transaction_id if attempts else kept.entry.message_uuid
        return Dispatch(kept.entry, kept.draft.envelope, kept.draft.manifest, transaction)

    # --- sending and receiving

    @contextmanager
    def dispatching(self) -> Iterator[bool]:
        """Be the one dispatcher."""
        elected = self._election.acquire(blocking=False)
        try:
            yield elected
        finally:
            if elected:
                self._election.release()

    def claim(self, now: datetime, start: Decide, withdrawn: Decide) -> Entry | None:
        """Take the next letter."""
        with self._lock:
            ready = [kept.entry for kept in self._letters.values() if kept.entry.work is Work.READY]
            for entry in sorted((one for one in ready if one.due <= now), key=lambda one: one.due):
                if not self._waits(entry):
                    after = self._apply(entry, (withdrawn if self._is_stopped(entry) else start)(entry))
                    if after.work is Work.SENDING:
                        return after
        return None

    def change(self, id: str, decide: Decide) -> Entry:  # noqa: A002
        """Apply ``decide`` to one entry."""
        with self._lock:
            entry = self.entry(id)
            return self._apply(entry, decide(entry))

    def sending(self) -> tuple[Entry, ...]:
        """Give the entries under way."""
        with self._lock:
            return tuple(kept.entry for kept in self._letters.values() if kept.entry.work is Work.SENDING)

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

    def open_with(self, event: DocumentEvent) -> tuple[Entry, ...]:
        """Give the open entries with the event's document."""
        with self._lock:
            holding = [kept.entry for kept in self._letters.values() if kept.holds(event.document.id)]
        return tuple(one for one in holding if one.work in OPEN and one.committed_at <= event.at)

    # --- duties

    def duties(self, now: datetime, limit: int = 100) -> tuple[Duty, ...]:
        """Give the duties that are due."""
        with self._lock:
            due = [duty for duty in self._duties.values() if duty.due <= now and duty.mark not in self._answers]
            return tuple(sorted(due, key=lambda duty: duty.due)[:limit])

    def duty_done(self, mark: str, answer: str) -> None:
        """Note the host's answer."""
        with self._lock:
            self._answers[self._duty(mark).mark] = answer

    def duty_postponed(self, mark: str, due: datetime, why: str) -> None:  # noqa: ARG002 - nobody reads it here
        """Note a failed try."""
        with self._lock:
            duty = self._duty(mark)
            self._duties[mark] = attrs.evolve(duty, due=due, tries=duty.tries + 1)

    def close(self) -> None:
        """Do nothing: there is no file to let go of."""

    # --- the rules

    def _apply(self, before: Entry, change: Change | None) -> Entry:
        if change is None:
            return before
        check_change(before, change.entry)
        self._letters[before.id].entry = change.entry
        self._store_facts(change.facts, before.policy_version)
        if change.journalize:
            self._duties.setdefault(before.id, Duty(before.id, before.id, before.committed_at))
        return change.entry

    def _waits(self, entry: Entry) -> bool:
        """Tell whether this is a reminder whose letter was not handed over yet."""
        letter = self._letters.get(entry.beside or "")
        return letter is not None and letter.entry.work not in (Work.HANDED_OVER, Work.CLOSED, Work.CANCELLED)

    def _is_stopped(self, entry: Entry) -> bool:
        """Tell whether a reminder's letter failed, or a document was withdrawn after the commit."""
        letter = self._letters.get(entry.beside or "")
        if letter is not None:
            return letter.entry.status in (Status.FAILED, Status.CANCELLED)
        return any(
            isinstance(one.event, DocumentWithdrawn)
            and self._letters[entry.id].holds(one.event.document.id)
            and one.event.at >= entry.committed_at
            for one in self._seen.values()
        )

    def _kept(self, id: str) -> _Kept:  # noqa: A002
        if id not in self._letters:
            raise UnknownDispatch(f"no dispatch {id!r}")
        return self._letters[id]

    def _entry_of(self, message: UUID) -> Entry | None:
        return next((one.entry for one in self._letters.values() if one.entry.message_uuid == message), None)

    def _duty(self, mark: str) -> Duty:
        if mark not in self._duties:
            raise UnknownDispatch(f"no duty {mark!r}")
        return self._duties[mark]
