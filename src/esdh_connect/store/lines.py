"""Lines of the outbox as they are read: rows as entries, with what it takes to change them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs
from sqlalchemy import BindParameter, Connection, Row, Select, bindparam, select

from esdh_connect.dispatch import Attempt, Entry, Extent, Lane
from esdh_connect.errors import DamagedRow
from esdh_connect.ids import Kle
from esdh_connect.model import Case
from esdh_connect.store import acts, receipts
from esdh_connect.store.tables import ACT, ATTEMPT, RECEIPT
from esdh_connect.store.vault import AT_ONCE, UNREADABLE, Vault, readable
from esdh_connect.tables import DAMAGED

if TYPE_CHECKING:
    from esdh_connect.seal import DataKey

__all__ = ["Changed", "Line", "Private", "entries", "read", "who"]

AnyRow = Row[Any]


@attrs.frozen
class Private:
    """What a line of the outbox knows of people: the case's title, and who committed it."""

    title: str
    kle: Kle | None
    by: str


_NOTHING, _DAMAGED = Private("", None, ""), Private(UNREADABLE, None, UNREADABLE)

# Statements of every letter are made once: making one costs more than running it.
_DISPATCHES: BindParameter[Any] = bindparam("dispatches", expanding=True)
_ATTEMPTS = select(ATTEMPT).where(ATTEMPT.c.dispatch.in_(_DISPATCHES)).order_by(ATTEMPT.c.number)
_RECEIPTS = select(RECEIPT).where(RECEIPT.c.dispatch.in_(_DISPATCHES)).order_by(RECEIPT.c.seq)
_ACTS = select(ACT).where(ACT.c.dispatch.in_(_DISPATCHES)).order_by(ACT.c.number)


@attrs.frozen(eq=False)
class Line:
    """
    An entry as it was read. ``key`` opens what is sealed of it, and is missing where it was erased or is damaged.

    ``audited`` is how many lines the audit log has of it. Nothing happens to a letter that is under way without one,
    so as long as it is the same the entry is too.
    """

    entry: Entry
    key: DataKey | None
    audited: int


@attrs.frozen(eq=False)
class Changed:
    """A letter before and after a change. ``key`` seals what is new: one made anew where the old one is gone."""

    before: Line
    after: Entry
    key: DataKey


def who(key: DataKey | None, private: bytes | None) -> str:
    """Give who committed a letter, of what was sealed in its line."""
    return readable(key, "private", private, nothing=_NOTHING, damaged=_DAMAGED).by


def entries(
    connection: Connection, vault: Vault, query: Select[Any], its: Mapping[str, object] | None = None
) -> tuple[Entry, ...]:
    """Give the entries of the rows of DISPATCH that ``query`` finds, in its order; ``its`` are its parameters."""
    return tuple(line.entry for line in read(connection, vault, query, its))


def read(
    connection: Connection, vault: Vault, query: Select[Any], its: Mapping[str, object] | None = None
) -> tuple[Line, ...]:
    """Give the same with what it takes to change them."""
    rows = connection.execute(query, its or {}).all()
    ids = [row.id for row in rows]
    keys = vault.keys(connection, ids)
    attempts = _children(connection, _ATTEMPTS, ids)
    came = _children(connection, _RECEIPTS, ids)
    done = _children(connection, _ACTS, ids)
    return tuple(_line(row, keys.get(row.id), attempts[row.id], came[row.id], done[row.id]) for row in rows)


def _children(connection: Connection, query: Select[Any], ids: Sequence[str]) -> dict[str, list[AnyRow]]:
    found: dict[str, list[AnyRow]] = defaultdict(list)
    for start in range(0, len(ids), AT_ONCE):
        for row in connection.execute(query, {"dispatches": ids[start : start + AT_ONCE]}):
            found[row.dispatch].append(row)
    return found


def _line(row: AnyRow, key: DataKey | None, *children: Sequence[AnyRow]) -> Line:
    """Give the line of a row. Raises DamagedRow for one that only a failing disk could have written."""
    try:
        return Line(_entry(row, key, *children), key, row.audited)
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
        plugin=row.plugin,
        parent=row.parent,
        batch=row.batch,
        lane=Lane(row.lane),
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
