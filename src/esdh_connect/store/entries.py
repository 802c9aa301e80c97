"""Lines of the outbox as they are found and written: entries as rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, select, update

from esdh_connect.dispatch import Attempt, Entry, Lane, Work, cause_of
from esdh_connect.outbox import Draft, KeyTaken
from esdh_connect.store import acts, many, receipts
from esdh_connect.store.audit import Pen
from esdh_connect.store.lines import Changed, Line, Private
from esdh_connect.store.loading import load
from esdh_connect.store.tables import ACT, ATTEMPT, DISPATCH
from esdh_connect.store.vault import AT_ONCE, sealed

if TYPE_CHECKING:
    from esdh_connect.seal import DataKey

__all__ = ["add_record", "document_rows", "next_ready", "refuse_astray", "refuse_taken", "row", "write"]

#: A query for letters that are ready, and its parameters.
Ready = tuple[Select[Any], Mapping[str, object]]

#: The work of a letter whose reminder waits no longer: it was handed over, or never will be.
OVER = frozenset({Work.HANDED_OVER, Work.CLOSED, Work.CANCELLED})


# Statements of every letter are made once: making one costs more than running it.
_DISPATCHES: BindParameter[Any] = bindparam("dispatches", expanding=True)
_NEXT_READY = (
    select(DISPATCH)
    .where(
        DISPATCH.c.work == Work.READY,
        ~DISPATCH.c.waits,
        ~DISPATCH.c.damaged,
        DISPATCH.c.lane == bindparam("lane"),
        DISPATCH.c.due <= bindparam("now"),
    )
    .order_by(DISPATCH.c.due, DISPATCH.c.seq)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_CHANNELS: BindParameter[Any] = bindparam("channels", expanding=True)
_NEXT_OF = _NEXT_READY.where(DISPATCH.c.channel.in_(_CHANNELS))
_NEXT_BUT = _NEXT_READY.where(DISPATCH.c.channel.not_in(_CHANNELS))
_BESIDE = DISPATCH.alias()
_RELEASED = (
    update(DISPATCH)
    .where(
        DISPATCH.c.beside.in_(select(_BESIDE.c.id).where(_BESIDE.c.id.in_(_DISPATCHES), _BESIDE.c.work.in_(OVER))),
        DISPATCH.c.waits,
    )
    .values(waits=False)
)


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
    lane: Lane,
    now: datetime,
    most: int,
    *,
    passed: Collection[str],
    shut: Collection[str],
    channels: Collection[str] | None,
) -> Ready:
    """Find the next letters of a lane, but for those passed over and shut channels: longest due, then the oldest."""
    first, its = (_NEXT_BUT, {*shut}) if channels is None else (_NEXT_OF, {*channels} - {*shut})
    if passed:
        first = first.where(DISPATCH.c.id.not_in(passed))
    return first, {"lane": lane, "now": now, "most": most, "channels": sorted(its)}


# --- writing


def add_record(connection: Connection, drafts: Sequence[Draft], keys: Mapping[str, DataKey]) -> None:
    """Add what has happened to these drafts already, and let their reminders go on where the letter has."""
    _grow(connection, [(keys[draft.entry.id], draft.entry, None) for draft in drafts])
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
        "plugin": entry.plugin,
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
        "private": sealed(key, "private", Private(entry.case.title, entry.case.kle, entry.committed_by)),
        "audited": 1 + len(entry.acts),
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
        "status": entry.status,
        "cause": cause_of(entry),
        "over_at": None if entry.is_open else now,
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


def write(pen: Pen, changed: Sequence[Changed]) -> list[Line]:
    """Store what changed, and note it; gives the lines as they are then."""
    if not changed:
        return []
    connection, counts = pen.connection, pen.changes(changed)
    rows = [
        {"id": one.after.id, "audited": count, **_moving(one.after, one.key, pen.now)}
        for one, count in zip(changed, counts, strict=True)
    ]
    many.change(connection, DISPATCH, ("id",), rows)
    _end_attempts(connection, changed)
    _grow(connection, [(one.key, one.after, one.before.entry) for one in changed])
    over = [one.after.id for one in changed if one.after.work in OVER]
    for start in range(0, len(over), AT_ONCE):
        _release(connection, over[start : start + AT_ONCE])
    return [Line(one.after, one.key, count) for one, count in zip(changed, counts, strict=True)]


def _grow(connection: Connection, grown: Iterable[tuple[DataKey, Entry, Entry | None]]) -> None:
    """Add the attempts, receipts and acts that entries have more than before."""
    tried: list[dict[str, object]] = []
    came: list[dict[str, object]] = []
    done: list[dict[str, object]] = []
    for key, entry, before in grown:
        first = (0, 0, 0) if before is None else (len(before.attempts), len(before.receipts), len(before.acts))
        tried += [_attempt_row(key, entry.id, at, one) for at, one in enumerate(entry.attempts) if at >= first[0]]
        came += [receipts.row(key, one, entry.id) for one in entry.receipts[first[1] :]]
        done += [acts.row(key, entry.id, at, one) for at, one in enumerate(entry.acts) if at >= first[2]]
    receipts.add(connection, came)
    load(connection, ATTEMPT, tried)
    load(connection, ACT, done)


def _release(connection: Connection, letters: Collection[str]) -> None:
    """Let the reminders beside these letters go on, where the letter was handed over or never will be."""
    connection.execute(_RELEASED, {"dispatches": list(letters)})


def _end_attempts(connection: Connection, changed: Sequence[Changed]) -> None:
    rows = [
        _attempt_row(one.key, one.after.id, number, attempt)
        for one in changed
        for number, attempt in enumerate(one.after.attempts[: len(one.before.entry.attempts)])
        if attempt != one.before.entry.attempts[number]
    ]
    many.change(connection, ATTEMPT, ("dispatch", "number"), rows)


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
