"""Answers of those who have not started, and who has, as rows. What names a person is sealed, or a digest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Date, LargeBinary, RowMapping, String, Table, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from esdh_connect.tables import LONG, Moment
from esdh_connect_forbrug.tables import METADATA

__all__ = [
    "ANSWER",
    "STARTER",
    "WATCH",
    "add_answer",
    "add_starter",
    "answers",
    "forget_answers",
    "known",
    "switch_off",
    "switch_on",
    "watch",
]

#: Written once and never changed. ``person`` is a digest of the user who gave it, where that is kept at all.
ANSWER = Table(
    "esdh_connect_forbrug_answer",
    METADATA,
    Column("seq", LONG, primary_key=True),
    Column("department", String, nullable=False, index=True),
    Column("person", String(64), nullable=False),
    Column("reason", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Column("private", LargeBinary, nullable=False),
)

#: That users are looked at: since when, the day staff was told, and the key of their digests. One row, or none.
WATCH = Table(
    "esdh_connect_forbrug_watch",
    METADATA,
    Column("id", String(8), primary_key=True),
    Column("since", Moment, nullable=False),
    Column("told", Date, nullable=False),
    Column("key", LargeBinary, nullable=False),
)

#: Who has sent a letter: a digest and nothing beside it – in its own order, not in the one they came in.
STARTER = Table(
    "esdh_connect_forbrug_starter",
    METADATA,
    Column("who", String(64), primary_key=True),
    sqlite_with_rowid=False,
)

_ONE = "users"


def answers(connection: Connection) -> Sequence[RowMapping]:
    """Give all answers, the oldest first."""
    return connection.execute(select(ANSWER).order_by(ANSWER.c.seq)).mappings().all()


def add_answer(connection: Connection, row: Mapping[str, Any]) -> None:
    """Add an answer."""
    connection.execute(insert(ANSWER).values(**row))


def forget_answers(connection: Connection, until: datetime) -> int:
    """Erase answers as old as that which are not the last of their department, or user; gives how many."""
    last = select(func.max(ANSWER.c.seq)).group_by(ANSWER.c.department, ANSWER.c.person)
    return connection.execute(delete(ANSWER).where(ANSWER.c.at <= until, ANSWER.c.seq.not_in(last))).rowcount


def watch(connection: Connection, *, held: bool = False) -> RowMapping | None:
    """Give since when users are looked at; None where they are not. ``held``, it stays so while this goes on."""
    its = select(WATCH).with_for_update() if held else select(WATCH)
    return connection.execute(its).mappings().one_or_none()


def switch_on(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Begin to look at users; False where that was so."""
    try:
        with connection.begin_nested():
            connection.execute(insert(WATCH).values(id=_ONE, **row))
    except IntegrityError:
        return False
    return True


def switch_off(connection: Connection) -> bool:
    """Erase who has started, what users answered, and the key; False where users were not looked at."""
    connection.execute(delete(STARTER))
    connection.execute(delete(ANSWER).where(ANSWER.c.person != ""))
    return bool(connection.execute(delete(WATCH)).rowcount)


def add_starter(connection: Connection, who: str) -> None:
    """
    Note that somebody has sent a letter. The same again is nothing new.

    All are written anew, in their own order: where and when a row was written would tell the order they came in. The
    row of :data:`WATCH` is held meanwhile.
    """
    before = set(connection.scalars(select(STARTER.c.who)))
    if who not in before:
        connection.execute(delete(STARTER))
        connection.execute(insert(STARTER), [{"who": one} for one in sorted(before | {who})])


def known(connection: Connection, among: Sequence[str]) -> frozenset[str]:
    """Give those of ``among`` who have sent a letter."""
    return frozenset(connection.scalars(select(STARTER.c.who).where(STARTER.c.who.in_(among))))
