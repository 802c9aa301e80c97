"""The languages people chose, as rows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from esdh_connect_web.tables import LANGUAGE

__all__ = ["forget", "get", "put", "touch"]


def put(connection: Connection, who: str, at: datetime, language: str) -> None:
    """Keep what somebody chose."""
    connection.execute(delete(LANGUAGE).where(LANGUAGE.c.who == who))
    connection.execute(insert(LANGUAGE).values(who=who, at=at, language=language))


def touch(connection: Connection, who: str, at: datetime) -> None:
    """Note that somebody was here, where they chose one."""
    connection.execute(update(LANGUAGE).where(LANGUAGE.c.who == who).values(at=at))


def get(connection: Connection, who: str) -> str:
    """Give what somebody chose; "" where nothing."""
    asked = select(LANGUAGE.c.language).where(LANGUAGE.c.who == who)
    return connection.execute(asked).scalar_one_or_none() or ""


def forget(connection: Connection, before: datetime) -> int:
    """Delete that of those who have not been here since; gives how many."""
    return connection.execute(delete(LANGUAGE).where(LANGUAGE.c.at < before)).rowcount
