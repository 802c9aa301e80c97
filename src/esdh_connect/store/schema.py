"""
The schema of the outbox, and of what each plugin keeps beside it: made at once, or brought up to date where older.

Its version is the number of the latest revision, and stands in a table of its own. Alembic is imported only where
revisions must be run.
"""

from __future__ import annotations

from pathlib import Path

import attrs
from sqlalchemy import Column, Connection, MetaData, String, Table, insert, inspect, select

from esdh_connect.errors import PluginError, ProgramOutdated, StoreError
from esdh_connect.store.server import is_server
from esdh_connect.store.tables import METADATA, SCHEMA
from esdh_connect.tables import Tables, prefix_of

__all__ = ["VERSION", "Schema", "keep", "migrate", "prepare", "refuse_outdated"]

VERSION = "0013"
_FOUND = select(SCHEMA.c.version_num)
_HERE = Path(__file__).with_name("migrations")


@attrs.frozen(eq=False)
class Schema:
    """Tables, the table that has the number of their latest revision, that number, and the folder of the revisions."""

    metadata: MetaData
    versions: Table
    latest: str
    revisions: Path

    def found(self, connection: Connection) -> str | None:
        """Give the version found: "" where all revisions were taken back, None where there is no such schema."""
        if not inspect(connection).has_table(self.versions.name):
            return None
        return connection.scalar(select(self.versions.c.version_num)) or ""

    def make(self, connection: Connection) -> None:
        """Make the tables of today."""
        self.versions.create(connection, checkfirst=True)
        self.metadata.create_all(connection)
        connection.execute(insert(self.versions).values(version_num=self.latest))

    def migrate(self, connection: Connection) -> None:
        """Run the revisions that are missing, in the connection's transaction."""
        from alembic import command
        from alembic.config import Config

        self._wait_for_others(connection)
        config = Config(attributes={"connection": connection, "version_table": self.versions.name})
        places = {"script_location": _HERE, "version_locations": self.revisions, "path_separator": "newline"}
        for name, value in places.items():
            config.set_main_option(name, str(value).replace("%", "%%"))
        command.upgrade(config, "head")

    def _wait_for_others(self, connection: Connection) -> None:
        """Wait until nobody is in a transaction that began by asking for the version, and let nobody ask meanwhile."""
        if is_server(connection):
            connection.exec_driver_sql(f"LOCK TABLE {self.versions.name} IN ACCESS EXCLUSIVE MODE")


_OUTBOX = Schema(METADATA, SCHEMA, VERSION, _HERE / "versions")


def prepare(connection: Connection, *, shared: bool) -> None:
    """
    Make the outbox, or bring it up to date. ``shared``: others may have tables in this database.

    Raises StoreError where the schema is newer than this code, or the database is something else's.
    """
    found = _OUTBOX.found(connection)
    if found is None:
        _refuse_foreign(connection, shared=shared)
        _OUTBOX.make(connection)
    elif found > VERSION:
        raise _outdated(found)
    elif found < VERSION:
        _OUTBOX.migrate(connection)


def refuse_outdated(connection: Connection) -> None:
    """
    Raise ProgramOutdated where a newer program has changed the schema since this one opened the outbox.

    Asked before anything begins: a letter, an attempt, what a person decides. What has begun comes to its end: an
    outcome or a receipt that were not stored would be lost.
    """
    found = connection.scalar(_FOUND)
    if found is not None and found > VERSION:
        raise _outdated(found)


def _outdated(found: str) -> ProgramOutdated:
    return ProgramOutdated(
        f"the outbox has schema {found}; this version of the program knows {VERSION} and older",
        danish="udbakken er skrevet af en nyere version af programmet. Start det igen i den version",
    )


def _refuse_foreign(connection: Connection, *, shared: bool) -> None:
    others = inspect(connection).get_table_names()
    if others and not shared:
        raise StoreError(
            f"the file is the database of another program: it has the table {others[0]!r}",
            danish="filen er ikke en udbakke, men et andet programs database",
        )


def migrate(connection: Connection) -> None:
    """Run the revisions of the outbox that are missing, in the connection's transaction."""
    _OUTBOX.migrate(connection)


def keep(connection: Connection, owner: str, tables: Tables) -> None:
    """
    Make the tables of a plugin, or bring them up to date.

    Raises PluginError where the schema found is newer than its code, or where it has no revisions.
    """
    schema = _schema_of(owner, tables)
    found = schema.found(connection)
    if found is None:
        schema.make(connection)
    elif found > schema.latest:
        raise PluginError(
            f"its tables have schema {found}; this version of the plugin knows {schema.latest} and older",
            plugin=owner,
            danish=f"det, pluginet »{owner}« har gemt, er skrevet af en nyere version af det",
        )
    elif found < schema.latest:
        schema.migrate(connection)


def _schema_of(owner: str, tables: Tables) -> Schema:
    version = Column("version_num", String(32), primary_key=True)
    versions = Table(f"{prefix_of(owner)}schema", MetaData(), version)
    return Schema(tables.metadata, versions, tables.version, tables.revisions)
