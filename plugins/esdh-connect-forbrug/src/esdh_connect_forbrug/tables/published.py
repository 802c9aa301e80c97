"""Published cells and the decisions behind them, as rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from esdh_connect_forbrug.tables import CELL

__all__ = ["between", "departments", "months", "withheld"]


def between(connection: Connection, first: str, last: str) -> Sequence[tuple[str, list[str], dict[str, Any]]]:
    """Give (month, departments, figures) of all that is published from month ``first`` to ``last``."""
    query = (
        select(CELL)
        .where(CELL.c.month.between(first, last), CELL.c.figures.is_not(None))
        .order_by(CELL.c.month, CELL.c.departments)
    )
    return [(row.month, json.loads(row.departments), json.loads(row.figures)) for row in connection.execute(query)]


def months(connection: Connection) -> Sequence[str]:
    """Give the months of which anything is published, the first one first."""
    query = select(CELL.c.month).where(CELL.c.figures.is_not(None)).distinct().order_by(CELL.c.month)
    return connection.scalars(query).all()


def departments(connection: Connection) -> set[str]:
    """Give the departments of which there is anything in a closed month, shown or withheld."""
    return {name for names in connection.scalars(select(CELL.c.departments).distinct()) for name in json.loads(names)}


def withheld(connection: Connection, month: str) -> tuple[str, ...]:
    """Give the departments of which a month shows nothing."""
    query = select(CELL.c.departments).where(CELL.c.month == month, CELL.c.figures.is_(None))
    return tuple(name for row in connection.scalars(query) for name in json.loads(row))
