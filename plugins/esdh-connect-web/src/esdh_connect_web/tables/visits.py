"""Visits, as rows: each step is taken by one, whichever process it comes to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from esdh_connect_web.tables import VISIT

__all__ = ["add", "change", "end", "end_of", "forget", "get", "step"]


def add(connection: Connection, id_: str, expires: datetime, private: bytes, who: str) -> None:
    """Add a launch that nobody has used."""
    connection.execute(insert(VISIT).values(id=id_, expires=expires, step=0, private=private, who=who))


def get(connection: Connection, id_: str) -> RowMapping | None:
    """Give one; None where there is none."""
    return connection.execute(select(VISIT).where(VISIT.c.id == id_)).mappings().one_or_none()


def step(connection: Connection, id_: str, at: int, expires: datetime) -> bool:
    """Take the step after ``at``; False where another was quicker."""
    taken = update(VISIT).where(VISIT.c.id == id_, VISIT.c.step == at).values(step=at + 1, expires=expires)
    return connection.execute(taken).rowcount == 1


def change(connection: Connection, id_: str, at: int, private: bytes) -> None:
    """Store what one is about from now on, unless it has gone on meanwhile."""
    connection.execute(update(VISIT).where(VISIT.c.id == id_, VISIT.c.step == at).values(private=private))


def end(connection: Connection, id_: str) -> None:
    """Delete one."""
    connection.execute(delete(VISIT).where(VISIT.c.id == id_))


def end_of(connection: Connection, who: str) -> int:
    """Delete those of one person; gives how many."""
    return connection.execute(delete(VISIT).where(VISIT.c.who == who)).rowcount


def forget(connection: Connection, now: datetime) -> int:
    """Delete those that are over; gives how many."""
    return connection.execute(delete(VISIT).where(VISIT.c.expires < now)).rowcount
