"""What people are called, as rows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from esdh_connect_web.tables import NAME

__all__ = ["forget", "get", "put"]


def put(connection: Connection, who: str, at: datetime, private: bytes) -> None:
    """Keep what somebody is called now."""
    connection.execute(delete(NAME).where(NAME.c.who == who))
    connection.execute(insert(NAME).values(who=who, at=at, private=private))


def get(connection: Connection, who: str) -> bytes | None:
    """Give what somebody was called last; None where that is not known."""
    found: bytes | None = connection.execute(select(NAME.c.private).where(NAME.c.who == who)).scalar_one_or_none()
    return found


def forget(connection: Connection, before: datetime) -> int:
    """Delete those who have not been here since; gives how many."""
    return connection.execute(delete(NAME).where(NAME.c.at < before)).rowcount
