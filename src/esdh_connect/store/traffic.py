"""Letters on their way: changed, received, and found by what they wait for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import Connection, Select, bindparam, select

from esdh_connect import deeds
from esdh_connect.dispatch import Entry, Hold, Receipt, Work
from esdh_connect.events import DocumentEvent, Event
from esdh_connect.model import Case
from esdh_connect.outbox import Change, Decide, Gate, UnknownDispatch, check_change, with_receipt
from esdh_connect.store import damage, documents, duties, entries, lines, lock, receipts, schema, server
from esdh_connect.store import facts as told
from esdh_connect.store import gates as shutting
from esdh_connect.store.engine import lock_of
from esdh_connect.store.ledger import Ledger
from esdh_connect.store.lines import Changed, Line
from esdh_connect.store.tables import DISPATCH, IS_OPEN

if TYPE_CHECKING:
    from esdh_connect.seal import DataKey

__all__ = ["BY_ID", "Traffic"]

BY_ID = select(DISPATCH).where(DISPATCH.c.id == bindparam("id"))
_BY_ID_TO_CHANGE = BY_ID.with_for_update()
_BESIDE_TO_CHANGE = select(DISPATCH).where(DISPATCH.c.beside == bindparam("id")).with_for_update()
_BY_UUID = select(DISPATCH).where(DISPATCH.c.message_uuid == bindparam("uuid")).with_for_update()

_AWAITED = frozenset({Work.UNKNOWN, Work.HANDED_OVER})
_FOR_SOMEBODY = frozenset({Hold.APPROVAL, Hold.HOST})


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

    def shut(self, gate: str, now: datetime, until: datetime, why: str) -> None:
        """Let nothing through a gate from now until then; one that is shut longer stays so."""
        with self.transaction() as connection:
            shutting.shut(connection, Gate(gate, now, until, why))

    def note_failure(
        self, gate: str, now: datetime, rest: Callable[[int], timedelta], why: str, *, asks: bool = False
    ) -> Gate:
        """Count one more failure in a row behind a gate, and shut it; gives that."""
        with self.transaction() as connection:
            return shutting.failed(connection, gate, now, rest, why, asks=asks)

    def note_answer(self, gate: str) -> None:
        """Note that the row of failures behind a gate is over."""
        with self.transaction() as connection:
            shutting.answered(connection, gate)

    def open_gate(self, gate: str) -> None:
        """Open a gate that was shut until a question was answered."""
        with self.transaction() as connection:
            shutting.open_(connection, gate)

    def gates(self) -> tuple[Gate, ...]:
        """Give the gates that were ever shut."""
        with self._reading() as connection:
            return shutting.gates(connection)

    def change(self, id: str, decide: Decide) -> Entry:  # noqa: A002
        """Apply ``decide`` to one entry and give it as it is now. Raises ValueError on what check_change refuses."""
        with self.transaction() as connection:
            line = self._line(connection, _BY_ID_TO_CHANGE, id)
            return self._apply(connection, line, decide(line.entry))

    def duty_resolved(self, mark: str, decide: Decide, now: datetime, *, written: bool) -> Entry | None:
        """Take a person's word for whether the host has written, and apply ``decide`` to the letter."""
        with self.transaction() as connection:
            dispatch = duties.resolve(self._pen(connection), mark, now, written=written)
            if dispatch is None:
                return None
            line = self._line(connection, _BY_ID_TO_CHANGE, dispatch)
            return self._apply(connection, line, decide(line.entry))

    # --- found by what they wait for

    def orphaned(self, shift: str) -> tuple[Entry, ...]:
        """Give the entries under way whose shift is over."""
        with self._reading() as connection:
            under_way = select(DISPATCH).where(DISPATCH.c.work == Work.SENDING).order_by(DISPATCH.c.seq)
            sound, _ = damage.sound(connection, self._vault, under_way)
            found = [line.entry for line in sound]
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

    def held(self, reason: Hold, limit: int = 100, departments: Collection[str] | None = None) -> tuple[Entry, ...]:
        """Give the entries held for this reason, oldest first; of these departments, or of all."""
        held = select(DISPATCH).where(DISPATCH.c.work == Work.HELD, DISPATCH.c.held_for == reason)
        if departments is not None:
            # Not the column itself: of those held there are few, and the index of departments has all the others too.
            held = held.where(DISPATCH.c.department.concat("").in_(departments))
        return self._found(held.order_by(DISPATCH.c.seq).limit(limit))

    def troubles(self, limit: int = 100, *, case: Case | None = None) -> tuple[Entry, ...]:
        """Give the entries that need a person, oldest first: all, or those on a case."""
        query = select(DISPATCH).where(DISPATCH.c.needs_person)
        if case is not None:
            query = query.where(DISPATCH.c.case_id == case.id, DISPATCH.c.case_system == case.system)
        return self._found(query.order_by(DISPATCH.c.seq).limit(limit))

    def open_on(self, case: str, system: str | None = None) -> tuple[Entry, ...]:
        """Give the letters on a case that are under way or need a person, oldest first; reminders are not."""
        query = select(DISPATCH).where(DISPATCH.c.case_id == case, IS_OPEN, DISPATCH.c.beside.is_(None))
        if system is not None:
            query = query.where(DISPATCH.c.case_system == system)
        return self._found(query.order_by(DISPATCH.c.seq))

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
        return tuple(line.entry for line in found)

    # --- receiving

    def receive(self, receipt: Receipt, decide: Callable[[Entry, Receipt], Change | None]) -> Entry | None:
        """Store a receipt once, and apply ``decide`` to its entry; None where there is none yet."""
        with self.transaction() as connection:
            found, damaged = damage.sound(connection, self._vault, _BY_UUID, {"uuid": str(receipt.message_uuid)})
            damage.mark(connection, damaged)
            if not found:
                receipts.keep_unmatched(connection, self._vault, receipt)
                return None
            entry = found[0].entry
            return self._apply(connection, found[0], with_receipt(entry, receipt, decide(entry, receipt)))

    def unmatched(self, limit: int = 100) -> tuple[Receipt, ...]:
        """Give the receipts that belong to no entry: first those whose entry is there by now, then the oldest."""
        with self._reading() as connection:
            return receipts.unmatched(connection, self._vault, limit)

    # --- the parts of it

    def _one(self, connection: Connection, query: Select[Any], id_: str) -> Entry:
        return self._line(connection, query, id_).entry

    def _line(self, connection: Connection, query: Select[Any], id_: str) -> Line:
        found = lines.read(connection, self._vault, query, {"id": id_})
        if not found:
            raise UnknownDispatch(f"no dispatch {id_!r}")
        return found[0]

    def _apply(self, connection: Connection, before: Line, change: Change | None) -> Entry:
        return self._apply_all(connection, [(before, change)])[0].entry

    def _apply_all(self, connection: Connection, decided: Sequence[tuple[Line, Change | None]]) -> list[Line]:
        """Store what changes, and the facts of it together; gives the lines as they are then."""
        changes = [(line, change) for line, change in decided if change is not None]
        keys = self._keys_to_write(connection, [line for line, _ in changes])
        facts: dict[str, list[Event]] = defaultdict(list)
        if any(len(change.entry.acts) > len(line.entry.acts) for line, change in changes):
            schema.refuse_outdated(connection)
        for line, change in changes:
            check_change(line.entry, change.entry)
            facts[line.entry.policy_version].extend(change.facts)
        written = entries.write(
            self._pen(connection),
            [Changed(line, new.entry, keys[line.entry.id]) for line, new in changes if new.entry != line.entry],
        )
        duties.add(connection, [line.entry for line, change in changes if change.journalize])
        actors = {id_: who for _, change in changes for id_, who in change.actors.items()}
        for version, told_of in facts.items():
            told.store(connection, self._vault, told_of, version, keys=keys, actors=actors)
        for line, change in changes:
            self._follow(connection, line.entry, change)
        after = {line.entry.id: line for line in written}
        return [after.get(line.entry.id, line) for line, _ in decided]

    def _keys_to_write(self, connection: Connection, found: Sequence[Line]) -> dict[str, DataKey]:
        """Give the keys of these lines: new ones where there are none."""
        keys = {line.entry.id: line.key for line in found if line.key is not None}
        missing = [line.entry.id for line in found if line.key is None]
        return keys | self._vault.keys_to_write(connection, missing) if missing else keys

    def _follow(self, connection: Connection, before: Entry, change: Change) -> None:
        """Let the letter this one was made after follow, and its reminders, where the change is about them too."""
        decide = deeds.of_parent(before, change)
        if decide is not None:
            parent = self._line(connection, _BY_ID_TO_CHANGE, before.parent or "")
            self._apply(connection, parent, decide(parent.entry))
        stop = deeds.of_reminders(before, change)
        if stop is not None:
            beside = lines.read(connection, self._vault, _BESIDE_TO_CHANGE, {"id": before.id})
            self._apply_all(connection, [(line, stop(line.entry)) for line in beside])
