"""
The one table of the adapter: which one-time address each step of a letter's entry goes to.

An installation names a plugin's tables for the plugin, and ours is either the host of an installation or one of its
plugins: there is a table for each, and revisions of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Column, Connection, MetaData, String, Table, delete, insert, select
from sqlalchemy.exc import IntegrityError

from esdh_connect.tables import NAMING, Moment, Tables

__all__ = ["TABLES", "drop", "drop_old", "keep", "one_of"]


def _once(owner: str) -> Table:
    return Table(
        f"esdh_connect_{owner}_once",
        MetaData(naming_convention=NAMING),
        Column("mark", String, primary_key=True),
        Column("step", String, primary_key=True),
        Column("url", String, nullable=False),
        Column("at", Moment, nullable=False, index=True),
    )


_ONCE: Mapping[str, Table] = {owner: _once(owner) for owner in ("host", "f2")}
TABLES: Mapping[str, Tables] = {
    "host": Tables(_ONCE["host"].metadata, f"{__name__}.as_host"),
    "f2": Tables(_ONCE["f2"].metadata, f"{__name__}.as_plugin"),
}


def one_of(connection: Connection, owner: str, mark: str, step: str) -> tuple[str, datetime] | None:
    """Give the address of a step and when it was made; None where there is none."""
    once = _ONCE[owner].c
    found = connection.execute(select(once.url, once.at).where(once.mark == mark, once.step == step)).first()
    return None if found is None else (found.url, found.at)


def keep(connection: Connection, owner: str, mark: str, step: str, *, url: str, at: datetime) -> tuple[str, datetime]:
    """Keep the address of a step, unless there is one; gives the one there is, and when it was made."""
    try:
        with connection.begin_nested():
            connection.execute(insert(_ONCE[owner]).values(mark=mark, step=step, url=url, at=at))
    except IntegrityError:  # somebody was first
        return one_of(connection, owner, mark, step) or (url, at)
    return url, at


def drop(connection: Connection, owner: str, mark: str, step: str, *, url: str) -> None:
    """Forget this address of a step."""
    once = _ONCE[owner].c
    connection.execute(delete(_ONCE[owner]).where(once.mark == mark, once.step == step, once.url == url))


def drop_old(connection: Connection, owner: str, before: datetime) -> int:
    """Forget what was kept before then; gives how many."""
    return connection.execute(delete(_ONCE[owner]).where(_ONCE[owner].c.at < before)).rowcount
