"""Letters on their way: claimed, changed, received, and found by what they wait for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Select, bindparam, select

from esdh_connect import deeds
from esdh_connect.dispatch import Entry, Hold, Receipt, Status, Work
from esdh_connect.errors import DamagedRow, StoreError
from esdh_connect.events import DocumentEvent, Event
from esdh_connect.outbox import NO_PACE, Change, Decide, Gate, UnknownDispatch, check_change, with_receipt
from esdh_connect.store import damage, documents, duties, entries, lock, receipts, server
from esdh_connect.store import facts as told
from esdh_connect.store import gates as shutting
from esdh_connect.store.engine import lock_of
from esdh_connect.store.ledger import Ledger
from esdh_connect.store.tables import DISPATCH

__all__ = ["BY_ID", "Traffic"]

BY_ID = select(DISPATCH).where(DISPATCH.c.id == bindparam("id"))
_BY_ID_TO_CHANGE = BY_ID.with_for_update()
_BESIDE_TO_CHANGE = select(DISPATCH).where(DISPATCH.c.beside == bindparam("id")).with_for_update()
_BY_SEQ = select(DISPATCH).where(DISPATCH.c.seq == bindparam("seq"))
_BY_UUID = select(DISPATCH).where(DISPATCH.c.message_uuid == bindparam("uuid")).with_for_update()

_STOPPED = frozenset({Status.FAILED, Status.CANCELLED})
_AWAITED = frozenset({Work.UNKNOWN, Work.HANDED_OVER})
_FOR_SOMEBODY = frozenset({Hold.APPROVAL, Hold.HOST})
_LANES = (0, 1)


class Traffic(Ledger):
    """The part of the outbox that moves letters; each method says what it does in the protocol's words."""

    # --- sending

    @contextmanager
    def dispatching(self) -> Iterator[str | None]:
        """
        Be a dispatcher while the block runs: one of many on a server, the only one of a file, None where another is.

        The lock is the operating system's or, for each shift, the server's, who free it when its process is dead. A
        database in memory has none: there everybody is, and the host sees to it that one worker runs.
        """
        shift = str(uuid4())
        if server.is_server(self._engine):
            with server.held(self._engine, f"shift:{shift}", self._where):
                self._shifts.add(shift)
                try:
                    yield shift
                finally:
                    self._shifts.discard(shift)
        elif self._file is None:
            yield shift
        else:
            with lock.held(lock_of(self._file)) as elected:
                yield shift if elected else None

    def claim(
        self, now: datetime, start: Decide, withdrawn: Decide, *, pace: Mapping[str, timedelta] = NO_PACE
    ) -> Entry | None:
        """Take the next letter that is ready and due, and apply ``start``; stop those that must not leave."""
        passed: list[int] = []
        while True:
            with self.transaction() as connection:
                seq = self._next_ready(connection, now, passed)
                if seq is None:
                    return None
                found, damaged = damage.sound(connection, self._vault, _BY_SEQ, {"seq": seq})
                if not found:
                    damage.mark(connection, damaged)
                    continue
                [entry] = found
                try:
                    stopped = self._is_stopped(connection, entry)
                except DamagedRow:  # of the letter it stands beside: nobody knows what became of that
                    passed.append(seq)
                    continue
                if not stopped and not shutting.passed(connection, entry.channel, now, pace):
                    continue  # another worker was quicker by a moment: the gate is shut now
                after = self._apply(connection, entry, (withdrawn if stopped else start)(entry))
                if after.work is Work.SENDING:
                    self._refuse_lost(connection, after.attempts[-1].shift)
            if after.work is Work.SENDING:
                return after
            if after.work is Work.READY:
                passed.append(seq)

    def _refuse_lost(self, connection: Connection, shift: str) -> None:
        """Raise StoreError where the session that proves this shift alive is gone: others may think it dead."""
        if shift in self._shifts and server.is_free(connection, f"shift:{shift}"):
            raise StoreError("the session of this worker was lost; it begins a new one before it takes another letter")

    def _next_ready(self, connection: Connection, now: datetime, passed: Collection[int]) -> int | None:
        shut = shutting.shut_at(connection, now)
        for lane in _LANES:
            seq = entries.next_ready(connection, lane, now, passed, shut)
            if seq is not None:
                return seq
        return None

    def _is_stopped(self, connection: Connection, entry: Entry) -> bool:
        """Tell whether a reminder's letter failed, or a document was withdrawn after the commit."""
        if entry.beside is None:
            return documents.is_withdrawn(connection, entry)
        letter = self._one(connection, BY_ID, entry.beside)
        return letter.status in _STOPPED

    def shut(self, channel: str, now: datetime, until: datetime, why: str) -> None:
        """Let nothing through a channel from now until then; a gate that is shut longer stays so."""
        with self.transaction() as connection:
            shutting.shut(connection, Gate(channel, now, until, why))

    def note_failure(
        self, channel: str, now: datetime, rest: Callable[[int], timedelta], why: str, *, asks: bool = False
    ) -> Gate:
        """Count one more failure in a row of a channel, and shut its gate; gives that."""
        with self.transaction() as connection:
            return shutting.failed(connection, channel, now, rest, why, asks=asks)

    def note_answer(self, channel: str) -> None:
        """Note that the row of failures of a channel is over."""
        with self.transaction() as connection:
            shutting.answered(connection, channel)

    def open_gate(self, channel: str) -> None:
        """Open a gate that was shut until its channel answered a question."""
        with self.transaction() as connection:
            shutting.open_(connection, channel)

    def gates(self) -> tuple[Gate, ...]:
        """Give the gates that were ever shut."""
        with self._reading() as connection:
            return shutting.gates(connection)

    def change(self, id: str, decide: Decide) -> Entry:  # noqa: A002
        """Apply ``decide`` to one entry and give it as it is now. Raises ValueError on what check_change refuses."""
        with self.transaction() as connection:
            entry = self._one(connection, _BY_ID_TO_CHANGE, id)
            return self._apply(connection, entry, decide(entry))

    def duty_resolved(self, mark: str, decide: Decide, now: datetime, *, written: bool) -> Entry | None:
        """Take a person's word for whether the host has written, and apply ``decide`` to the letter."""
        with self.transaction() as connection:
            dispatch = duties.resolve(self._pen(connection), mark, now, written=written)
            if dispatch is None:
                return None
            entry = self._one(connection, _BY_ID_TO_CHANGE, dispatch)
            return self._apply(connection, entry, decide(entry))

    # --- found by what they wait for

    def orphaned(self, shift: str) -> tuple[Entry, ...]:
        """Give the entries under way whose shift is over."""
        with self._reading() as connection:
            under_way = select(DISPATCH).where(DISPATCH.c.work == Work.SENDING).order_by(DISPATCH.c.seq)
            found, _ = damage.sound(connection, self._vault, under_way)
            over = {
                one: one != shift and self._is_over(connection, one)
                for one in {entry.attempts[-1].shift for entry in found}
            }
        return tuple(entry for entry in found if over[entry.attempts[-1].shift])

    def overdue(self, now: datetime, limit: int = 100) -> tuple[Entry, ...]:
        """Give the entries held, unknown or handed over whose time has come, the longest overdue first."""
        held = (DISPATCH.c.held_for.in_(_FOR_SOMEBODY)) & (DISPATCH.c.work == Work.HELD)
        late = select(DISPATCH).where(held | DISPATCH.c.work.in_(_AWAITED), DISPATCH.c.due <= now)
        return self._found(late.order_by(DISPATCH.c.due, DISPATCH.c.seq).limit(limit))

    def held(self, reason: Hold, limit: int = 100) -> tuple[Entry, ...]:
        """Give the entries held for this reason, oldest first."""
        held = select(DISPATCH).where(DISPATCH.c.work == Work.HELD, DISPATCH.c.held_for == reason)
        return self._found(held.order_by(DISPATCH.c.seq).limit(limit))

    def troubles(self, limit: int = 100) -> tuple[Entry, ...]:
        """Give the entries that need a person, oldest first."""
        return self._found(select(DISPATCH).where(DISPATCH.c.needs_person).order_by(DISPATCH.c.seq).limit(limit))

    def followers(self, id: str) -> tuple[Entry, ...]:  # noqa: A002
        """Give the entries of the letters that were made after one, oldest first."""
        return self._found(select(DISPATCH).where(DISPATCH.c.parent == id).order_by(DISPATCH.c.seq))

    def in_batch(
        self, batch: str, work: Collection[Work], limit: int = 100, *, after: str | None = None
    ) -> tuple[Entry, ...]:
        """Give the entries of a batch whose work is one of these, oldest first; those younger than ``after``."""
        part = select(DISPATCH).where(DISPATCH.c.batch == batch, DISPATCH.c.work.in_(work))
        if after is not None:
            part = part.where(DISPATCH.c.seq > select(DISPATCH.c.seq).where(DISPATCH.c.id == after).scalar_subquery())
        return self._found(part.order_by(DISPATCH.c.seq).limit(limit))

    def open_with(self, event: DocumentEvent, *, another_version: bool = False) -> tuple[Entry, ...]:
        """Give the entries committed before the event that hold its document and were not handed over."""
        return self._found(documents.open_with(event, another_version=another_version))

    def _found(self, query: Select[Any]) -> tuple[Entry, ...]:
        with self._reading() as connection:
            found, damaged = damage.sound(connection, self._vault, query)
        if damaged:
            with self.transaction() as connection:
                damage.mark(connection, damaged)
        return found

    # --- receiving

    def receive(self, receipt: Receipt, decide: Callable[[Entry, Receipt], Change | None]) -> Entry | None:
        """Store a receipt once, and apply ``decide`` to its entry; None where there is none yet."""
        with self.transaction() as connection:
            found, damaged = damage.sound(connection, self._vault, _BY_UUID, {"uuid": str(receipt.message_uuid)})
            damage.mark(connection, damaged)
            if not found:
                receipts.keep_unmatched(connection, self._vault, receipt)
                return None
            return self._apply(connection, found[0], with_receipt(found[0], receipt, decide(found[0], receipt)))

    def unmatched(self, limit: int = 100) -> tuple[Receipt, ...]:
        """Give the receipts that belong to no entry: first those whose entry is there by now, then the oldest."""
        with self._reading() as connection:
            return receipts.unmatched(connection, self._vault, limit)

    # --- the parts of it

    def _one(self, connection: Connection, query: Select[Any], id_: str) -> Entry:
        found = entries.read(connection, self._vault, query, {"id": id_})
        if not found:
            raise UnknownDispatch(f"no dispatch {id_!r}")
        return found[0]

    def _apply(self, connection: Connection, before: Entry, change: Change | None) -> Entry:
        return self._apply_all(connection, [(before, change)])[0]

    def _apply_all(self, connection: Connection, changes: Sequence[tuple[Entry, Change | None]]) -> list[Entry]:
        """Store what changes, and the facts of it together."""
        keys = self._vault.keys_to_write(connection, [before.id for before, change in changes if change is not None])
        facts: dict[str, list[Event]] = defaultdict(list)
        pen = self._pen(connection)
        for before, change in changes:
            if change is None:
                continue
            check_change(before, change.entry)
            if change.entry != before:
                entries.write(pen, keys[before.id], before, change.entry)
            facts[before.policy_version].extend(change.facts)
            if change.journalize:
                duties.add(connection, before)
        for version, told_of in facts.items():
            told.store(connection, self._vault, told_of, version, keys)
        for before, change in changes:
            decide = None if change is None else deeds.of_parent(before, change)
            if decide is not None:
                parent = self._one(connection, _BY_ID_TO_CHANGE, before.parent or "")
                self._apply(connection, parent, decide(parent))
            stop = None if change is None else deeds.of_reminders(before, change)
            if stop is not None:
                beside = entries.read(connection, self._vault, _BESIDE_TO_CHANGE, {"id": before.id})
                self._apply_all(connection, [(reminder, stop(reminder)) for reminder in beside])
        return [before if change is None else change.entry for before, change in changes]
