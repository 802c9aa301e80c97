"""Erasing: what is left of a letter names nobody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Select, delete, select, update

from esdh_connect.dispatch import TRANSITIONS, Entry
from esdh_connect.store.tables import ACT, ATTEMPT, DATA_KEY, DISPATCH, DUTY, FACT, PAYLOAD, RECEIPT

__all__ = ["erasable", "erase", "is_erased", "refuse_unfinished"]

_SEALED = {
    DISPATCH.c.id: ("private", "stopped_because"),
    ATTEMPT.c.dispatch: ("detail",),
    RECEIPT.c.dispatch: ("private",),
    DUTY.c.dispatch: ("why",),
    ACT.c.dispatch: ("private",),
}


def is_erased(connection: Connection, dispatch: str) -> bool:
    """Tell whether it is erased already: its data key is gone."""
    return connection.scalar(select(DATA_KEY.c.owner).where(DATA_KEY.c.owner == dispatch)) is None


def refuse_unfinished(connection: Connection, entry: Entry) -> None:
    """Raise ValueError where the letter may still leave, must be journalized, or waits for a person."""
    if TRANSITIONS[entry.work]:
        raise ValueError(f"a dispatch that is {entry.work.value} is not over")
    if entry.needs_person:
        raise ValueError("a dispatch that waits for a person is not over")
    owed = select(DUTY.c.mark).where(DUTY.c.dispatch == entry.id, ~DUTY.c.done).limit(1)
    if connection.scalar(owed) is not None:
        raise ValueError("a dispatch that is not journalized yet is not over")


def erasable(until: datetime, limit: int) -> Select[str]:
    """Find what is over since then, and owes nothing."""
    owed = select(DUTY.c.mark).where(DUTY.c.dispatch == DISPATCH.c.id, ~DUTY.c.done).exists()
    over = select(DISPATCH.c.id).where(DISPATCH.c.over_at <= until, ~DISPATCH.c.needs_person, ~owed)
    return over.order_by(DISPATCH.c.over_at, DISPATCH.c.seq).limit(limit)


def erase(connection: Connection, dispatch: str) -> None:
    """Delete the data key of a dispatch, what it carried and the facts of it, and what was sealed beside them."""
    connection.execute(delete(DATA_KEY).where(DATA_KEY.c.owner == dispatch))
    connection.execute(delete(PAYLOAD).where(PAYLOAD.c.dispatch == dispatch))
    connection.execute(delete(FACT).where(FACT.c.dispatch == dispatch))
    for owner, columns in _SEALED.items():
        nothing = dict.fromkeys(columns)
        connection.execute(update(owner.table).where(owner == dispatch).values(nothing))
    connection.execute(update(DISPATCH).where(DISPATCH.c.id == dispatch).values(over_at=None))
