"""Duties: letters that must be journalized."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from esdh_connect.dispatch import Entry
from esdh_connect.outbox import Duty, UnknownDispatch
from esdh_connect.store.tables import DUTY
from esdh_connect.store.vault import Vault, sealed

__all__ = ["add", "done", "due", "postpone"]


def add(connection: Connection, entry: Entry) -> None:
    """Add the duty to journalize this letter, once. It is due at once; its mark is the id of the dispatch."""
    if connection.scalar(select(DUTY.c.mark).where(DUTY.c.mark == entry.id)) is None:
        fresh = insert(DUTY).values(mark=entry.id, dispatch=entry.id, due=entry.committed_at)
        connection.execute(fresh.values(tries=0, done=False, answer=""))


def due(connection: Connection, now: datetime, limit: int) -> tuple[Duty, ...]:
    """Give those that are due."""
    query = select(DUTY).where(~DUTY.c.done, DUTY.c.due <= now).order_by(DUTY.c.due, DUTY.c.mark).limit(limit)
    return tuple(Duty(row.mark, row.dispatch, row.due, row.tries) for row in connection.execute(query))


def done(connection: Connection, mark: str, answer: str) -> None:
    """Note the host's answer."""
    _known(connection, mark)
    connection.execute(update(DUTY).where(DUTY.c.mark == mark).values(done=True, answer=answer))


def postpone(connection: Connection, vault: Vault, mark: str, until: datetime, why: str) -> None:
    """Note a failed try."""
    said = sealed(vault.key_to_write(connection, _known(connection, mark)), "duty", why)
    failed = update(DUTY).where(DUTY.c.mark == mark).values(due=until, tries=DUTY.c.tries + 1, why=said)
    connection.execute(failed)


def _known(connection: Connection, mark: str) -> str:
    dispatch: str | None = connection.scalar(select(DUTY.c.dispatch).where(DUTY.c.mark == mark))
    if dispatch is None:
        raise UnknownDispatch(f"no duty {mark!r}")
    return dispatch
