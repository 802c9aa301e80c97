"""Months that are closed, as rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from esdh_connect_forbrug.suppression import Parting
from esdh_connect_forbrug.tables import ACTIVE, CELL, MONTH, SHOWN

__all__ = ["close", "closed", "latest"]


def closed(connection: Connection, first: str, last: str) -> Sequence[str]:
    """Give the closed months from ``first`` to ``last``."""
    query = select(MONTH.c.month).where(MONTH.c.month.between(first, last), MONTH.c.closed_at.is_not(None))
    return connection.scalars(query.order_by(MONTH.c.month)).all()


def latest(connection: Connection) -> str:
    """Give the last month that is closed; "" where none is."""
    return connection.scalar(select(func.max(MONTH.c.month)).where(MONTH.c.closed_at.is_not(None))) or ""


def close(
    connection: Connection, month: str, now: datetime, parents: Mapping[str, str | None], parting: Parting
) -> None:
    """Close a month for good: store how it is shown, and delete its key and who was active in it."""
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
    connection.execute(delete(ACTIVE).where(ACTIVE.c.month == month))
    connection.execute(delete(SHOWN).where(SHOWN.c.month == month))
