"""The database the outbox lies in: how it is opened, and how it is read and written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sqlalchemy import Connection, Engine, delete, false

from esdh_connect.store import place, schema
from esdh_connect.store.engine import WRITES, file_of, open_file, refuse_forgetful, translated
from esdh_connect.store.tables import DISPATCH
from esdh_connect.store.vault import Vault

if TYPE_CHECKING:
    from esdh_connect.seal import Seal

__all__ = ["Database", "take_write_lock"]


def take_write_lock(connection: Connection) -> None:
    """
    Begin to write, without writing: for a connection whose driver has its own ways of beginning.

    SQLite's default driver begins a transaction only at the first change. A savepoint before that would be a
    transaction of its own, durable when released, whatever the host does afterwards; and a reader that turns
    writer is refused without waiting.
    """
    connection.execute(delete(DISPATCH).where(false()))


def _begin(connection: Connection) -> None:
    """Have SQLite's default driver begin: it does not by itself where tables are made, so that half of them may be."""
    driver = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite" and not getattr(driver, "in_transaction", True):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


class Database:
    """An engine, its transactions, and the vault with the keys to what lies there."""

    def __init__(self, engine: Engine, seal: Seal, *, shared: bool = True) -> None:
        """
        Keep the outbox in the host's database. Make one Store per process, after it forked.

        ``shared`` says that the database may hold other tables. Raises StoreError where the schema is newer than
        this code, or the database is a SQLite file that lies on a network file system or does not wait for the
        disk; and WrongSecret where what is there was sealed with another secret.
        """
        self._engine, self._shared = engine, shared
        self._where = engine.url.database or engine.url.render_as_string()
        with self._writing() as connection:
            self._file = file_of(connection)
            if shared and self._file is not None:
                place.refuse_network(self._file)
                refuse_forgetful(connection)
            if shared:
                _begin(connection)
            schema.prepare(connection, shared=shared)
            take_write_lock(connection)  # a database that cannot be written is found now, not with the first letter
            self._vault = Vault.of(seal, connection)

    @classmethod
    def open(cls, path: Path, seal: Seal, *, busy_timeout: timedelta = timedelta(seconds=30)) -> Self:
        """
        Open a SQLite file of our own, or make it, readable by its owner alone.

        ``busy_timeout`` is how long to wait while another process writes. Raises StoreError where the file cannot
        be made or is something else, and what the constructor raises.
        """
        engine = open_file(path.resolve(), busy_timeout)  # one file, one lock, wherever the process goes
        try:
            return cls(engine, seal, shared=False)
        finally:
            engine.dispose()  # a process that forks after this hands no open connection on

    def close(self) -> None:
        """Close the connections that lie ready; the store can be used again."""
        self._engine.dispose()

    # --- transactions

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a connection that may write: durable when the block ends, undone where it raises."""
        with self._writing() as connection:
            if self._shared:
                take_write_lock(connection)
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with (
            translated(self._where),
            self._engine.connect().execution_options(**{WRITES: True}) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with translated(self._where), self._engine.connect() as connection:
            yield connection
