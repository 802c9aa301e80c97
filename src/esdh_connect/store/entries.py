"""Lines of the outbox: entries as rows, and rows as entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs
from sqlalchemy import BindParameter, Connection, Row, Select, bindparam, insert, select, update

from esdh_connect.dispatch import TRANSITIONS, Attempt, Entry, Extent, Work
from esdh_connect.errors import DamagedRow
from esdh_connect.ids import Kle
from esdh_connect.model import Case
from esdh_connect.outbox import Draft, KeyTaken
from esdh_connect.store import acts, receipts
from esdh_connect.store.audit import Pen
from esdh_connect.store.tables import ACT, ATTEMPT, DISPATCH, RECEIPT
from esdh_connect.store.vault import AT_ONCE, UNREADABLE, Vault, readable, sealed
from esdh_connect.tables import DAMAGED

if TYPE_CHECKING:
    from esdh_connect.seal import DataKey

__all__ = ["add_record", "document_rows", "next_ready", "read", "refuse_astray", "refuse_taken", "row", "who", "write"]

AnyRow = Row[Any]

#: The work of a letter whose reminder waits no longer: it was handed over, or never will be.
OVER = frozenset({Work.HANDED_OVER, Work.CLOSED, Work.CANCELLED})


@attrs.frozen
class _Private:
    """What a line of the outbox knows of people: the case's title, and who committed it."""

    title: str
    kle: Kle | None
    by: str


_NOTHING, _DAMAGED = _Private("", None, ""), _Private(UNREADABLE, None, UNREADABLE)

# Statements of every letter are made once: making one costs more than running it.
_DISPATCHES: BindParameter[Any] = bindparam("dispatches", expanding=True)
_ATTEMPTS = select(ATTEMPT).where(ATTEMPT.c.dispatch.in_(_DISPATCHES)).order_by(ATTEMPT.c.number)
_RECEIPTS = select(RECEIPT).where(RECEIPT.c.dispatch.in_(_DISPATCHES)).order_by(RECEIPT.c.seq)
_ACTS = select(ACT).where(ACT.c.dispatch.in_(_DISPATCHES)).order_by(ACT.c.number)
_NEXT_READY = (
    select(DISPATCH.c.seq)
    .where(
        DISPATCH.c.work == Work.READY,
        ~DISPATCH.c.waits,
        ~DISPATCH.c.damaged,
        DISPATCH.c.lane == bindparam("lane"),
        DISPATCH.c.due <= bindparam("now"),
    )
    .order_by(DISPATCH.c.due, DISPATCH.c.seq)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_CHANGED = update(DISPATCH).where(DISPATCH.c.id == bindparam("its_id"))
_BESIDE = DISPATCH.alias()
_RELEASED = (
    update(DISPATCH)
    .where(
        DISPATCH.c.beside.in_(select(_BESIDE.c.id).where(_BESIDE.c.id.in_(_DISPATCHES), _BESIDE.c.work.in_(OVER))),
        DISPATCH.c.waits,
    )
    .values(waits=False)
)
_ENDED = update(ATTEMPT).where(ATTEMPT.c.dispatch == bindparam("its_id"), ATTEMPT.c.number == bindparam("its_number"))


# --- finding


def refuse_taken(connection: Connection, drafts: Sequence[Draft]) -> None:
    """Raise KeyTaken where one of them is there already."""
    wanted = sorted({(draft.key, draft.recipient) for draft in drafts})
    both = select(DISPATCH.c.key, DISPATCH.c.recipient)
    for start in range(0, len(wanted), AT_ONCE // 2):
        keys, recipients = map(set, zip(*wanted[start : start + AT_ONCE // 2], strict=True))
        found = connection.execute(both.where(DISPATCH.c.key.in_(keys), DISPATCH.c.recipient.in_(recipients)))
        if not {tuple(row) for row in found}.isdisjoint(wanted):
            raise KeyTaken


def refuse_astray(connection: Connection, drafts: Sequence[Draft]) -> None:
    """
    Raise ValueError where a reminder stands beside a letter that is not there.

    The letter stays as it is until the reminder is stored: handed over in between, it would release nobody.
    """
    added = {draft.entry.id for draft in drafts}
    for beside in {draft.entry.beside for draft in drafts} - {None, *added}:
        letter = select(DISPATCH.c.seq).where(DISPATCH.c.id == beside).with_for_update(read=True)
        if connection.scalar(letter) is None:
            raise ValueError("a reminder stands beside a letter that is there")


def next_ready(
    connection: Connection, lane: int, now: datetime, passed: Collection[int], shut: Collection[str]
) -> int | None:
    """Find the next letter of a lane, but for those passed over and shut channels: longest due, then the oldest."""
    first = _NEXT_READY
    if shut:
        first = first.where(DISPATCH.c.channel.not_in(shut))
    if passed:
        first = first.where(DISPATCH.c.seq.not_in(passed))
    return connection.scalar(first, {"lane": lane, "now": now})


# --- writing


def add_record(connection: Connection, drafts: Sequence[Draft], keys: Mapping[str, DataKey]) -> None:
    """Add what has happened to these drafts already, and let their reminders go on where the letter has."""
    for draft in drafts:
        _add_attempts(connection, keys[draft.entry.id], draft.entry, after=0)
        receipts.add(connection, keys[draft.entry.id], draft.entry, draft.entry.receipts)
        acts.add(connection, keys[draft.entry.id], draft.entry, after=0)
    beside = {draft.entry.beside for draft in drafts if draft.entry.beside is not None}
    for start in range(0, len(beside), AT_ONCE):
        _release(connection, sorted(beside)[start : start + AT_ONCE])


def row(draft: Draft, key: DataKey, now: datetime) -> dict[str, object]:
    """Write a draft as a row of DISPATCH."""
    entry = draft.entry
    return {
        "id": entry.id,
        "message_uuid": str(entry.message_uuid),
        "key": draft.key,
        "recipient": draft.recipient,
        "content": draft.content,
        "channel": entry.channel,
        "department": entry.department,
        "case_id": entry.case.id,
        "case_system": entry.case.system,
        "waits": entry.beside is not None,
        "policy_version": entry.policy_version,
        "fingerprint": entry.fingerprint,
        "committed_at": entry.committed_at,
        "documents": entry.extent.documents,
        "files": entry.extent.files,
        "pages": entry.extent.pages,
        "size": entry.extent.size,
        "beside": entry.beside,
        "owes_journal": entry.owes_journal,
        "parent": entry.parent,
        "batch": entry.batch,
        "lane": entry.lane,
        "private": sealed(key, "private", _Private(entry.case.title, entry.case.kle, entry.committed_by)),
        "audited": 1,
        "damaged": False,
        **_moving(entry, key, now),
    }


def _moving(entry: Entry, key: DataKey, now: datetime) -> dict[str, object]:
    stopped = sealed(key, "stopped", entry.stopped_because) if entry.stopped_because else None
    return {
        "work": entry.work,
        "due": entry.due,
        "held_for": entry.held_for,
        "to_approve": entry.to_approve,
        "undo": entry.undo,
        "stopped_because": stopped,
        "settled": entry.settled,
        "needs_person": entry.needs_person,
        "over_at": None if TRANSITIONS[entry.work] or entry.needs_person else now,
    }


def document_rows(draft: Draft) -> Iterator[dict[str, object]]:
    """Write which documents it holds."""
    for position, document in enumerate(draft.manifest.documents):
        yield {
            "dispatch": draft.entry.id,
            "position": position,
            "document": document.id,
            "version": document.version,
        }


def write(pen: Pen, key: DataKey, before: Entry, after: Entry) -> None:
    """Store what changed, and note it."""
    connection, counted = pen.connection, pen.change(key, before, after)
    connection.execute(_CHANGED, {"its_id": after.id, **_moving(after, key, pen.now), **counted})
    ended = [one for one in enumerate(after.attempts[: len(before.attempts)]) if one[1] != before.attempts[one[0]]]
    for number, attempt in ended:
        its = {"its_id": after.id, "its_number": number}
        connection.execute(_ENDED, its | _attempt_row(key, after.id, number, attempt))
    _add_attempts(connection, key, after, after=len(before.attempts))
    receipts.add(connection, key, after, after.receipts[len(before.receipts) :])
    acts.add(connection, key, after, after=len(before.acts))
    if after.work in OVER:
        _release(connection, [after.id])


def _release(connection: Connection, letters: Collection[str]) -> None:
    """Let the reminders beside these letters go on, where the letter was handed over or never will be."""
    connection.execute(_RELEASED, {"dispatches": list(letters)})


def _add_attempts(connection: Connection, key: DataKey, entry: Entry, *, after: int) -> None:
    rows = [_attempt_row(key, entry.id, at, one) for at, one in enumerate(entry.attempts) if at >= after]
    if rows:
        connection.execute(insert(ATTEMPT), rows)


def _attempt_row(key: DataKey, dispatch: str, number: int, attempt: Attempt) -> dict[str, object]:
    return {
        "dispatch": dispatch,
        "number": number,
        "transaction_id": str(attempt.transaction_id),
        "started_at": attempt.started_at,
        "ended_at": attempt.ended_at,
        "outcome": attempt.outcome,
        "code": attempt.code,
        "detail": sealed(key, f"attempt:{number}", attempt.detail) if attempt.detail else None,
        "shift": attempt.shift,
    }


# --- reading


def who(key: DataKey | None, private: bytes | None) -> str:
    """Give who committed a letter, of what was sealed in its line."""
    return readable(key, "private", private, nothing=_NOTHING, damaged=_DAMAGED).by


def read(
    connection: Connection, vault: Vault, query: Select[Any], its: Mapping[str, object] | None = None
) -> tuple[Entry, ...]:
    """Give the entries of the rows of DISPATCH that ``query`` finds, in its order; ``its`` are its parameters."""
    rows = connection.execute(query, its or {}).all()
    ids = [row.id for row in rows]
    keys = vault.keys(connection, ids)
    attempts = _children(connection, _ATTEMPTS, ids)
    came = _children(connection, _RECEIPTS, ids)
    done = _children(connection, _ACTS, ids)
    return tuple(_whole(row, keys.get(row.id), attempts[row.id], came[row.id], done[row.id]) for row in rows)


def _children(connection: Connection, query: Select[Any], ids: Sequence[str]) -> dict[str, list[AnyRow]]:
    found: dict[str, list[AnyRow]] = defaultdict(list)
    for start in range(0, len(ids), AT_ONCE):
        for row in connection.execute(query, {"dispatches": ids[start : start + AT_ONCE]}):
            found[row.dispatch].append(row)
    return found


def _whole(row: AnyRow, key: DataKey | None, *children: Sequence[AnyRow]) -> Entry:
    """Give the entry of a row. Raises DamagedRow for one that only a failing disk could have written."""
    try:
        return _entry(row, key, *children)
    except (TypeError, ValueError) as error:
        raise DamagedRow(f"line {row.seq} of the outbox is damaged", danish=DAMAGED) from error


def _entry(
    row: AnyRow, key: DataKey | None, attempts: Sequence[AnyRow], came: Sequence[AnyRow], done: Sequence[AnyRow]
) -> Entry:
    private = readable(key, "private", row.private, nothing=_NOTHING, damaged=_DAMAGED)
    stopped = readable(key, "stopped", row.stopped_because, nothing="", damaged=UNREADABLE)
    return Entry(
        id=row.id,
        message_uuid=UUID(row.message_uuid),
        channel=row.channel,
        department=row.department,
        case=Case(row.case_id, row.case_system, private.title, private.kle),
        work=row.work,
        policy_version=row.policy_version,
        fingerprint=row.fingerprint,
        committed_at=row.committed_at,
        committed_by=private.by,
        due=row.due,
        extent=Extent(row.documents, row.files, row.pages, row.size),
        attempts=tuple(_attempt(one, key) for one in attempts),
        receipts=tuple(receipts.value(one, key) for one in came),
        beside=row.beside,
        owes_journal=row.owes_journal,
        stopped_because=stopped,
        held_for=row.held_for,
        to_approve=row.to_approve,
        undo=row.undo,
        parent=row.parent,
        batch=row.batch,
        lane=row.lane,
        acts=tuple(acts.value(one, key) for one in done),
        settled=row.settled,
    )


def _attempt(row: AnyRow, key: DataKey | None) -> Attempt:
    return Attempt(
        transaction_id=UUID(row.transaction_id),
        started_at=row.started_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
        code=row.code,
        detail=readable(key, f"attempt:{row.number}", row.detail, nothing="", damaged=UNREADABLE),
        shift=row.shift,
    )
