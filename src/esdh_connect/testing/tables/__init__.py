"""
What every plugin's tables must keep: subclass :class:`TablesSuite` in a test file, with two fixtures.

.. code-block:: python

    class TestMyTables(TablesSuite):
        @pytest.fixture
        def owner(self):
            return "myplugin"

        @pytest.fixture
        def tables(self):
            return TABLES

A fixture ``url`` replaces the database, which else is a SQLite file: with ``esdh_postgres_url`` of
esdh-connect-postgres it is one on a server.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, inspect, text

from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.tables import Tables, prefix_of

__all__ = ["TablesSuite"]

_SEAL = Seal(b"a secret of at least thirty-two bytes")


class TablesSuite:
    """The promises of :class:`esdh_connect.tables.Tables`."""

    @pytest.fixture
    def owner(self) -> str:
        """Give the name of the plugin."""
        raise NotImplementedError("a subclass of TablesSuite has a fixture `owner`")

    @pytest.fixture
    def tables(self) -> Tables:
        """Give its tables."""
        raise NotImplementedError("a subclass of TablesSuite has a fixture `tables`")

    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        """Give an empty database."""
        return f"sqlite:///{tmp_path / 'outbox.db'}"

    @pytest.fixture
    def database(self, url: str) -> Iterator[Engine]:
        """Give the engine of it, which waits for the disk as an outbox must."""
        engine = create_engine(url)
        yield engine
        engine.dispose()

    def test_all_revisions_together_give_what_is_made_at_once(
        self, owner: str, tables: Tables, database: Engine
    ) -> None:
        """What grew with the plugin is the same as what is made today."""
        versions = f"{prefix_of(owner)}schema"
        with database.connect() as connection:
            connection.execute(text(f"CREATE TABLE {versions} (version_num VARCHAR(32) NOT NULL)"))
            connection.commit()
            grown = _described(_kept(database, owner, tables), tables)
            tables.metadata.drop_all(connection)
            connection.execute(text(f"DROP TABLE {versions}"))
            connection.commit()
        assert grown == _described(_kept(database, owner, tables), tables)

    def test_it_is_made_once_and_found_again(self, owner: str, tables: Tables, database: Engine) -> None:
        """The next start changes nothing, and knows which version it found."""
        first = _described(_kept(database, owner, tables), tables)
        assert _described(_kept(database, owner, tables), tables) == first
        with database.connect() as connection:
            version = connection.scalar(text(f"SELECT version_num FROM {prefix_of(owner)}schema"))  # noqa: S608
        assert version == tables.version


def _kept(database: Engine, owner: str, tables: Tables) -> Engine:
    """Start with these tables in the database, as an installation does."""
    store = Store(database, _SEAL)
    store.keep(owner, tables)
    return database


def _described(database: Engine, tables: Tables) -> list[tuple[Any, ...]]:
    """Give everything the database says of them."""
    with database.connect() as connection:
        return [_table(connection, name) for name in sorted(tables.metadata.tables)]


def _table(connection: Connection, name: str) -> tuple[Any, ...]:
    look = inspect(connection)
    return (
        name,
        [(one["name"], str(one["type"]), one["nullable"]) for one in look.get_columns(name)],
        look.get_pk_constraint(name),
        sorted(look.get_unique_constraints(name), key=str),
        sorted(look.get_indexes(name), key=str),
        sorted(look.get_foreign_keys(name), key=str),
    )
