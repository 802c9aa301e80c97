"""Counts by day, which events are in them, and who was active, as rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from esdh_connect_forbrug.tables import ACTIVE, COUNTED, DAY, MONTH

__all__ = ["Key", "Person", "add", "be_active", "insert_once", "latest_closed", "month", "note", "sent"]

#: Day, department, figure and name of a count.
Key = tuple[str, str, str, str]
#: Month, department and pseudonym.
Person = tuple[str, str, str]

#: How many values go into one statement.
_IN = 500
_KNOWN = select(COUNTED.c.id).where(COUNTED.c.id.in_(bindparam("ids", expanding=True)))
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
_MONTH = select(MONTH).where(MONTH.c.month == bindparam("month")).with_for_update(read=True)
_LATEST = select(func.max(MONTH.c.month)).where(MONTH.c.closed_at.is_not(None))


def insert_once(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Insert a row; False where there is one of its key."""
    found = _ONCE.get((connection.dialect.name, table.name))
    statement = _INSERT[connection.dialect.name](table).on_conflict_do_nothing() if found is None else found
    return connection.execute(statement, row, execution_options=_ROWS).rowcount == 1


def note(connection: Connection, days: Mapping[str, date]) -> Collection[str]:
    """Note that these events are counted, by id with the day they happened; gives those that were not before."""
    rows = [{"id": id_, "day": str(day)} for id_, day in sorted(days.items())]
    if len(rows) == 1:
        return list(days) if insert_once(connection, COUNTED, rows[0]) else ()
    known: set[str] = set()
    for at in range(0, len(rows), _IN):
        known.update(connection.scalars(_KNOWN, {"ids": [row["id"] for row in rows[at : at + _IN]]}))
    fresh = [row for row in rows if row["id"] not in known]
    if fresh:
        connection.execute(insert(COUNTED), fresh)
    return [row["id"] for row in fresh]


def add(connection: Connection, sums: Mapping[Key, int]) -> None:
    """Add to what was counted. In one order, so that nobody waits for each other in a circle."""
    names = ("day", "department", "figure", "name", "count")
    rows = [dict(zip(names, (*key, count), strict=True)) for key, count in sorted(sums.items())]
    if rows:
        connection.execute(_ADD[connection.dialect.name], rows)


def sent(connection: Connection, first: date, until: date) -> set[str]:
    """Give the departments that sent something from the day ``first`` up to the day before ``until``."""
    its = (DAY.c.figure == "sent", DAY.c.day >= str(first), DAY.c.day < str(until))
    return set(connection.scalars(select(DAY.c.department).where(*its).distinct()))


def latest_closed(connection: Connection) -> str:
    """Give the last month that is closed; "" where none is."""
    return connection.scalar(_LATEST) or ""


def month(connection: Connection, name: str, key: Callable[[], bytes]) -> Row[Any]:
    """Give the row of a month, made with a ``key`` where there is none; it stays as it is while this goes on."""
    row = connection.execute(_MONTH, {"month": name}).one_or_none()
    if row is None:
        insert_once(connection, MONTH, {"month": name, "key": key(), "closed_at": None, "parents": None})
        row = connection.execute(_MONTH, {"month": name}).one()
    return row


def be_active(connection: Connection, people: Collection[Person]) -> None:
    """Note who was active, as (month, department, pseudonym)."""
    if people:
        rows = [dict(zip(("month", "department", "who"), person, strict=True)) for person in sorted(people)]
        connection.execute(_ONCE[connection.dialect.name, ACTIVE.name], rows)
