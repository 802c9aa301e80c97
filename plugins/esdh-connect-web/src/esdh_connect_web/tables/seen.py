"""Who saw what, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, insert, select

from esdh_connect_web.tables import SEEN

__all__ = ["add", "forget", "newest"]


def add(connection: Connection, at: datetime, what: str, about: str, who: bytes) -> None:
    """Add a line."""
    connection.execute(insert(SEEN).values(at=at, what=what, about=about, who=who))


def newest(connection: Connection, about: str | None, limit: int) -> Sequence[RowMapping]:
    """Give the newest first, about one thing or all."""
    asked = select(SEEN).order_by(SEEN.c.number.desc()).limit(limit)
    if about is not None:
        asked = asked.where(SEEN.c.about == about)
    return connection.execute(asked).mappings().all()


def forget(connection: Connection, before: datetime) -> int:
    """Delete what is older; gives how many lines."""
    return connection.execute(delete(SEEN).where(SEEN.c.at < before)).rowcount
