"""
Masseforsendelser talt op: what became of the letters of a batch.

The database counts letters by all that their status follows from, and the one rule there is tells the status of each
kind. So a hundred thousand letters are counted without reading one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Label, Row, Select, Subquery, Table, case, func, select

from esdh_connect.dispatch import Act, Attempt, Deed, Hold, Outcome, Receipt, ReceiptEvent, Status, Work, status_of
from esdh_connect.outbox import Batch
from esdh_connect.store.tables import ACT, ATTEMPT, DISPATCH, RECEIPT

__all__ = ["counted"]

_NOBODY, _NEVER = UUID(int=0), datetime.min.replace(tzinfo=UTC)
_EVENTS, _OUTCOMES, _DEEDS = tuple(ReceiptEvent), tuple(Outcome), (Deed.CONFIRMED,)


def counted(connection: Connection, name: str) -> Iterator[Batch]:
    """Count the letters of the batch with this name; nothing where there is none."""
    rows = _rows(connection, name) if name else ()
    if rows:
        work, status = Counter[Work](), Counter[Status]()
        for row in rows:
            work[row.work] += row.letters
            status[_status(row)] += row.letters
        held = {reason: _sum(rows, row_held=reason) for reason in (Hold.BATCH, Hold.APPROVAL)}
        yield Batch(
            name,
            min(row.begun_at for row in rows),
            dict(work),
            held[Hold.BATCH],
            sum(row.letters for row in rows if row.needs_person),
            held[Hold.APPROVAL],
            dict(status),
        )


def _sum(rows: Sequence[Row[Any]], *, row_held: Hold) -> int:
    return sum(row.letters for row in rows if row.work is Work.HELD and row.held_for is row_held)


def _rows(connection: Connection, name: str) -> Sequence[Row[Any]]:
    part = (DISPATCH.c.batch == name, DISPATCH.c.beside.is_(None))
    its = select(DISPATCH.c.id).where(*part).scalar_subquery()
    came = _having(RECEIPT, RECEIPT.c.event, _EVENTS, its)
    tried = _having(ATTEMPT, ATTEMPT.c.outcome, _OUTCOMES, its)
    done = _having(ACT, ACT.c.deed, _DEEDS, its)
    flags = [
        func.coalesce(column, 0).label(column.name)
        for seen in (came, tried, done)
        for column in seen.c
        if column.name != "dispatch"
    ]
    by: list[ColumnElement[Any]] = [DISPATCH.c.work, DISPATCH.c.held_for, DISPATCH.c.needs_person, *flags]
    sums = (func.count().label("letters"), func.min(DISPATCH.c.committed_at).label("begun_at"))
    joined = DISPATCH
    for seen in (came, tried, done):
        joined = joined.outerjoin(seen, seen.c.dispatch == DISPATCH.c.id)  # type: ignore[assignment]
    query: Select[Any] = select(*by, *sums).select_from(joined).where(*part).group_by(*by)
    return connection.execute(query).all()


def _having(table: Table, column: ColumnElement[Any], words: Sequence[Enum], its: Any) -> Subquery:  # noqa: ANN401
    """Tell of each letter which of these words stand in its rows of a table."""
    seen: list[Label[int]] = [func.max(case((column == word, 1), else_=0)).label(_flag(word)) for word in words]
    return select(table.c.dispatch, *seen).where(table.c.dispatch.in_(its)).group_by(table.c.dispatch).subquery()


def _flag(word: Enum) -> str:
    return f"{type(word).__name__}_{word.value}".lower()


def _status(row: Row[Any]) -> Status:
    """Tell the status of letters with these words, by the rule itself."""
    attempts = [Attempt(_NOBODY, _NEVER, outcome=one) for one in _OUTCOMES if getattr(row, _flag(one))]
    receipts = [Receipt("", one, _NEVER, _NOBODY) for one in _EVENTS if getattr(row, _flag(one))]
    acts = [Act(one, "", _NEVER) for one in _DEEDS if getattr(row, _flag(one))]
    return status_of(row.work, attempts, receipts, acts)
