"""What was done to waves, as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select
from sqlalchemy.exc import IntegrityError

from esdh_connect_rollout.tables import ACT

__all__ = ["add", "everything", "heard", "last"]


def everything(connection: Connection) -> Sequence[RowMapping]:
    """Give all acts, the first first."""
    return connection.execute(select(ACT).order_by(ACT.c.number)).mappings().all()


def last(connection: Connection) -> int:
    """Give the number of the latest; 0 before the first."""
    return connection.scalar(select(func.max(ACT.c.number))) or 0


def heard(connection: Connection, wave: str, kind: str) -> Sequence[RowMapping]:
    """Give the acts of one kind of a wave."""
    query = select(ACT).where(ACT.c.wave == wave, ACT.c.kind == kind).order_by(ACT.c.number)
    return connection.execute(query).mappings().all()


def add(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Add one; False where somebody else took its number a moment ago."""
    try:
        with connection.begin_nested():
            connection.execute(insert(ACT).values(**row))
    except IntegrityError:
        return False
    return True
