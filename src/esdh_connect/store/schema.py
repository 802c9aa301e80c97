"""
The schema of the outbox: made at once where there is none, brought up to date where it is older.

Its version is the number of the latest revision in :mod:`esdh_connect.store.migrations`. Alembic is imported only
where revisions must be run.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, insert, inspect, select

from esdh_connect.errors import StoreError
from esdh_connect.store.tables import METADATA, SCHEMA

__all__ = ["VERSION", "migrate", "prepare"]

VERSION = "0003"


def prepare(connection: Connection, *, shared: bool) -> None:
    """
    Make the tables, or bring them up to date. ``shared``: others may have tables in this database.

    Raises StoreError where the schema is newer than this code, or the database is something else's.
    """
    found = _version(connection)
    if found is None:
        _refuse_foreign(connection, shared=shared)
        METADATA.create_all(connection)
        connection.execute(insert(SCHEMA).values(version_num=VERSION))
    elif found > VERSION:
        raise StoreError(
            f"the outbox has schema {found}; this version of the program knows {VERSION} and older",
            danish="udbakken er skrevet af en nyere version af programmet",
        )
    elif found < VERSION:
        migrate(connection)


def _version(connection: Connection) -> str | None:
    """Give the version found: "" where all revisions were taken back, None where there is no schema of ours."""
    if not inspect(connection).has_table(SCHEMA.name):
        return None
    return connection.scalar(select(SCHEMA.c.version_num)) or ""


def _refuse_foreign(connection: Connection, *, shared: bool) -> None:
    others = inspect(connection).get_table_names()
    if others and not shared:
        raise StoreError(
            f"the file is the database of another program: it has the table {others[0]!r}",
            danish="filen er ikke en udbakke, men et andet programs database",
        )


def migrate(connection: Connection) -> None:
    """Run the revisions that are missing, in the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    command.upgrade(config, "head")
