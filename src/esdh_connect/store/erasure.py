"""Erasing: what is left of a letter names nobody."""

from __future__ import annotations

from sqlalchemy import Connection, delete, update

from esdh_connect.store.tables import ACT, ATTEMPT, DATA_KEY, DISPATCH, DUTY, FACT, PAYLOAD, RECEIPT

__all__ = ["erase"]

_SEALED = {
    DISPATCH.c.id: ("private", "stopped_because"),
    ATTEMPT.c.dispatch: ("detail",),
    RECEIPT.c.dispatch: ("private",),
    DUTY.c.dispatch: ("why",),
    ACT.c.dispatch: ("private",),
}


def erase(connection: Connection, dispatch: str) -> None:
    """Delete the data key of a dispatch, what it carried and the facts of it, and what was sealed beside them."""
    connection.execute(delete(DATA_KEY).where(DATA_KEY.c.owner == dispatch))
    connection.execute(delete(PAYLOAD).where(PAYLOAD.c.dispatch == dispatch))
    connection.execute(delete(FACT).where(FACT.c.dispatch == dispatch))
    for owner, columns in _SEALED.items():
        nothing = dict.fromkeys(columns)
        connection.execute(update(owner.table).where(owner == dispatch).values(nothing))
