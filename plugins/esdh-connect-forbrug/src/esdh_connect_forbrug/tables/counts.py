"""Counts by day, which events are in them, and who was active, as rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite

from esdh_connect_forbrug.tables import ACTIVE, COUNTED, DAY, MONTH

__all__ = ["add", "be_active", "insert_once", "latest_closed", "month", "note"]

_INSERT: dict[str, Callable[[Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
# Statements of every event are made once: making one costs more than running it.
_ONCE = {
    (dialect, table.name): insert(table).on_conflict_do_nothing()
    for dialect, insert in _INSERT.items()
    for table in (COUNTED, MONTH, ACTIVE)
}
_ADD = {
    dialect: (adding := insert(DAY)).on_conflict_do_update(
        index_elements=list(DAY.primary_key), set_={"count": DAY.c.count + adding.excluded.count}
    )
    for dialect, insert in _INSERT.items()
}
# Not every driver is asked for it otherwise.
_ROWS = {"preserve_rowcount": True}
_LATEST = select(func.max(MONTH.c.month)).where(MONTH.c.closed_at.is_not(None))


def insert_once(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Insert a row; False where there is one of its key."""
    found = _ONCE.get((connection.dialect.name, table.name))
    statement = _INSERT[connection.dialect.name](table).on_conflict_do_nothing() if found is None else found
    return connection.execute(statement, row, execution_options=_ROWS).rowcount == 1


def note(connection: Connection, id_: str, day: date) -> bool:
    """Note that an event is counted; False where it was before."""
    return insert_once(connection, COUNTED, {"id": id_, "day": str(day)})


def add(connection: Connection, day: date, department: str, counts: Iterable[tuple[str, str, int]]) -> None:
    """Add to what was counted on a day. In one order, so that nobody waits for each other in a circle."""
    its = {"day": str(day), "department": department}
    rows = [its | {"figure": figure, "name": name, "count": count} for figure, name, count in sorted(counts)]
    connection.execute(_ADD[connection.dialect.name], rows)


def latest_closed(connection: Connection) -> str:
    """Give the last month that is closed; "" where none is."""
    return connection.scalar(_LATEST) or ""


def month(connection: Connection, name: str, key: Callable[[], bytes]) -> Row[Any]:
    """Give the row of a month, made with a ``key`` where there is none; it stays as it is while this goes on."""
    its = select(MONTH).where(MONTH.c.month == name).with_for_update(read=True)
    row = connection.execute(its).one_or_none()
    if row is None:
        insert_once(connection, MONTH, {"month": name, "key": key(), "closed_at": None, "parents": None})
        row = connection.execute(its).one()
    return row


def be_active(connection: Connection, month: str, department: str, who: str) -> None:
    """Note that somebody was active in a department."""
    insert_once(connection, ACTIVE, {"month": month, "department": department, "who": who})
