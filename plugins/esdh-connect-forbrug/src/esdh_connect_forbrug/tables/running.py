"""What the running month has so far, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, func, select

from esdh_connect_forbrug.tables import ACTIVE, DAY, SHOWN
from esdh_connect_forbrug.tables.counts import insert_once

__all__ = ["active", "counts", "show"]


def active(connection: Connection, month: str, department: str) -> int:
    """Tell how many people were active in a department."""
    its = (ACTIVE.c.month == month, ACTIVE.c.department == department)
    return connection.scalar(select(func.count()).where(*its)) or 0


def counts(connection: Connection, first: date, until: date, department: str) -> Sequence[tuple[str, str, int]]:
    """Give (figure, name, count) of a department, from the day ``first`` up to the day before ``until``."""
    by = (DAY.c.figure, DAY.c.name)
    its = (DAY.c.day >= str(first), DAY.c.day < str(until), DAY.c.department == department)
    rows = connection.execute(select(*by, func.sum(DAY.c.count)).where(*its).group_by(*by).order_by(*by))
    return [(figure, name, int(count)) for figure, name, count in rows]


def show(connection: Connection, month: str, department: str) -> None:
    """Remember that somebody sees the figures of a department while its month is running."""
    insert_once(connection, SHOWN, {"month": month, "department": department})
