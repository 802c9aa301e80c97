"""What was done to waves, as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select
from sqlalchemy.exc import IntegrityError

from esdh_connect_rollout.tables import ACT

__all__ = ["add", "alone", "everything", "last"]


def everything(connection: Connection) -> Sequence[RowMapping]:
    """Give all acts, the first first."""
    return connection.execute(select(ACT).order_by(ACT.c.number)).mappings().all()


def alone(connection: Connection) -> None:
    """Be the only one who acts, to the end of the transaction. A file has one writer anyway."""
    connection.execute(select(ACT.c.number).where(ACT.c.number == 1).with_for_update())


def last(connection: Connection) -> int:
    """Give the number of the latest; 0 before the first."""
    return connection.scalar(select(func.max(ACT.c.number))) or 0


def add(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Add one; False where somebody else took its number. Only the first can be: see :func:`alone`."""
    try:
        with connection.begin_nested():
            connection.execute(insert(ACT).values(**row))
    except IntegrityError:
        return False
    return True
