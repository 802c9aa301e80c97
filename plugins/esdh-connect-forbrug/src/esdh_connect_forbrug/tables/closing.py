"""Months as they are closed, and what becomes too old, as rows."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from esdh_connect_forbrug.figures import Figures
from esdh_connect_forbrug.suppression import Parting, Unit
from esdh_connect_forbrug.tables import ACTIVE, CELL, COUNTED, DAY, MONTH
from esdh_connect_forbrug.tables.starting import ANSWER, STARTER, WATCH

__all__ = [
    "begin",
    "close",
    "closed",
    "forget_all",
    "forget_counts",
    "forget_months",
    "opened",
    "units",
    "used",
]


def closed(connection: Connection, first: str, last: str) -> Sequence[str]:
    """Give the closed months from ``first`` to ``last``."""
    query = select(MONTH.c.month).where(MONTH.c.month.between(first, last), MONTH.c.closed_at.is_not(None))
    return connection.scalars(query.order_by(MONTH.c.month)).all()


def used(connection: Connection) -> str | None:
    """Give a month in which something was counted, or that is closed; None where none is."""
    return connection.scalar(select(MONTH.c.month).limit(1))


def opened(connection: Connection) -> Sequence[str]:
    """Give the months that are not closed, and in which something was counted."""
    return connection.scalars(select(MONTH.c.month).where(MONTH.c.closed_at.is_(None)).order_by(MONTH.c.month)).all()


def begin(connection: Connection, month: str) -> bool:
    """Be the one who closes a month, when all that is being counted in it is; False where it is closed."""
    query = select(MONTH.c.closed_at).where(MONTH.c.month == month).with_for_update()
    return connection.execute(query).one().closed_at is None


def units(connection: Connection, month: str, first: date, until: date) -> dict[str, Unit]:
    """Give what was counted from ``first`` up to the day before ``until``, and who was active in it."""
    by = (DAY.c.department, DAY.c.figure, DAY.c.name)
    its = (DAY.c.day >= str(first), DAY.c.day < str(until))
    counted = defaultdict(list)
    sums = select(*by, func.sum(DAY.c.count)).where(*its).group_by(*by).order_by(*by)
    for department, figure, name, count in connection.execute(sums):
        counted[department].append((figure, name, int(count)))
    people = defaultdict(set)
    for department, who in connection.execute(select(ACTIVE.c.department, ACTIVE.c.who).where(ACTIVE.c.month == month)):
        people[department].add(who)
    return {
        name: Unit(Figures.counted(counted.get(name, ())), frozenset(people.get(name, ())))
        for name in sorted({*counted, *people})
    }


def close(
    connection: Connection, month: str, now: datetime, parents: Mapping[str, str | None], parting: Parting
) -> int:
    """
    Close a month for good: store how it is shown, and delete its key and who was active in it.

    Gives how many rows hold nothing any more.
    """
    keyed = select(func.count(MONTH.c.key)).where(MONTH.c.month == month)
    keys = connection.scalar(keyed) or 0
    if connection.scalar(select(MONTH.c.month).where(MONTH.c.month == month)) is None:
        connection.execute(insert(MONTH).values(month=month))
    how: dict[str, Any] = {"key": None, "closed_at": now, "parents": json.dumps(dict(parents), sort_keys=True)}
    connection.execute(update(MONTH).where(MONTH.c.month == month).values(how))
    rows: list[dict[str, Any]] = [
        {"month": month, "departments": json.dumps(names), "figures": json.dumps(figures.plain)}
        for names, figures in parting.cells.items()
    ]
    if parting.withheld:
        rows.append({"month": month, "departments": json.dumps(parting.withheld), "figures": None})
    if rows:
        connection.execute(insert(CELL), rows)
    return keys + connection.execute(delete(ACTIVE).where(ACTIVE.c.month == month)).rowcount


def forget_counts(connection: Connection, until: date, counted_until: date) -> int:
    """Delete days before ``until``, and that events were counted which happened before ``counted_until``."""
    days = connection.execute(delete(DAY).where(DAY.c.day < str(until))).rowcount
    return days + connection.execute(delete(COUNTED).where(COUNTED.c.day < str(counted_until))).rowcount


def forget_months(connection: Connection, until: str) -> int:
    """Delete what is published of months before ``until``; that they were closed is known."""
    return connection.execute(delete(CELL).where(CELL.c.month < until)).rowcount


def forget_all(connection: Connection) -> int:
    """Delete everything, who has started and what was answered too; gives how many rows."""
    tables = (DAY, COUNTED, ACTIVE, CELL, MONTH, ANSWER, STARTER, WATCH)
    return sum(connection.execute(delete(one)).rowcount for one in tables)
