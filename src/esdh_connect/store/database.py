"""The database the outbox lies in: how it is opened, and how it is read and written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import Connection, Engine, Insert, delete, false, make_url
from sqlalchemy.exc import IntegrityError

from esdh_connect.errors import PluginError
from esdh_connect.store import place, schema, server
from esdh_connect.store.audit import Pen
from esdh_connect.store.engine import WRITES, file_of, open_file, open_memory, place_of, refuse_forgetful, translated
from esdh_connect.store.group_commit import GroupCommit
from esdh_connect.store.tables import DISPATCH, METADATA
from esdh_connect.store.vault import Vault
from esdh_connect.tables import Tables

if TYPE_CHECKING:
    from esdh_connect.seal import Seal

__all__ = ["Database", "done_once", "enter", "of_host", "stored_once", "take_write_lock"]


def utc_now() -> datetime:
    """Give the time."""
    return datetime.now(UTC)


def take_write_lock(connection: Connection) -> None:
    """
    Begin to write, without writing: for a connection whose driver has its own ways of beginning.

    SQLite's default driver begins a transaction only at the first change. A savepoint before that would be a
    transaction of its own, durable when released, whatever the host does afterwards; and a reader that turns
    writer is refused without waiting. A server needs nothing of this: its rows are locked one by one.
    """
    if not server.is_server(connection):
        connection.execute(delete(DISPATCH).where(false()))


def of_host(connection: object) -> Connection:
    """Give a host's connection. Raises ValueError for one of another kind."""
    if not isinstance(connection, Connection):
        raise ValueError(f"connection is a SQLAlchemy Connection, not {type(connection).__name__}")  # noqa: TRY004
    return connection


def enter(connection: Connection) -> None:
    """
    Make sure that a transaction of the host's can hold what it is given, before anything is.

    Raises ValueError where it is none, because the connection commits each statement by itself, and StoreError
    where its commit would not be durable.
    """
    if getattr(connection.connection.dbapi_connection, "autocommit", False) is True:
        raise ValueError("the connection commits each statement by itself: give one with a transaction")
    if server.is_server(connection):
        server.refuse_careless(connection)
    take_write_lock(connection)


def stored_once(connection: Connection, line: Insert, row: Mapping[str, object] | None = None) -> bool:
    """
    Store a line, with the values in it or those of ``row``.

    False where another transaction stored it a moment ago, for which this one has waited then.
    """
    return done_once(connection, partial(connection.execute, line, row))


def done_once(connection: Connection, store: Callable[[], object]) -> bool:
    """Tell the same of whatever is stored. On a server a refusal ends a transaction, so that it needs a savepoint."""
    try:
        with connection.begin_nested() if server.is_server(connection) else nullcontext():
            store()
    except IntegrityError:
        return False
    return True


def _begin(connection: Connection) -> None:
    """
    Begin where tables may be made: one process at a time, and all of them or none.

    SQLite's default driver does not begin by itself there.
    """
    if server.is_server(connection):
        server.refuse_careless(connection)
        server.alone(connection, "schema")
    elif not getattr(connection.connection.dbapi_connection, "in_transaction", True):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


class Database:
    """
    An engine, its transactions, and the vault with the keys to what lies there.

    ``settling`` is how long a server must have been there before the letters of workers that it does not know any
    more are looked after: those that are alive come back within it.
    """

    settling = timedelta(seconds=5)

    def __init__(
        self, engine: Engine, seal: Seal, *, shared: bool = True, now: Callable[[], datetime] = utc_now
    ) -> None:
        """
        Keep the outbox in the host's database. Make one Store per process, after it forked.

        ``shared`` says that the database may hold other tables; ``now`` tells when something is written. Raises
        StoreError where the schema is newer than this code, or where a commit would not be durable: a SQLite file
        that lies on a network file system or does not wait for the disk, a server that does not; and WrongSecret where
        what is there was sealed with another.
        """
        self._engine, self._shared, self._where, self._now = engine, shared, place_of(engine), now
        self._shifts: set[str] = set()
        self._known_policies: set[str] = set()  # versions that are committed, and stay for good
        self._kept = dict.fromkeys(METADATA.tables, "the outbox")
        self._group_commit = GroupCommit(self._writing)
        with self._writing() as connection:
            self._file = file_of(connection)
            if shared and self._file is not None:
                place.refuse_network(self._file)
                refuse_forgetful(connection)
            self._begin_schema(connection)
            schema.prepare(connection, shared=shared)
            take_write_lock(connection)  # a database that cannot be written is found now, not with the first letter
            self._vault = Vault.of(seal, connection)

    @classmethod
    def open(
        cls,
        path: Path,
        seal: Seal,
        *,
        busy_timeout: timedelta = timedelta(seconds=30),
        now: Callable[[], datetime] = utc_now,
    ) -> Self:
        """
        Open a SQLite file of our own, or make it, readable by its owner alone.

        ``busy_timeout`` is how long to wait while another process writes. Raises StoreError where the file cannot
        be made or is something else, and what the constructor raises.
        """
        engine = open_file(path.resolve(), busy_timeout)  # one file, one lock, wherever the process goes
        try:
            return cls(engine, seal, shared=False, now=now)
        finally:
            engine.dispose()  # a process that forks after this hands no open connection on

    @classmethod
    def connect(
        cls,
        url: str,
        seal: Seal,
        *,
        password: Callable[[], str] | None = None,
        patience: timedelta = timedelta(seconds=30),
        now: Callable[[], datetime] = utc_now,
    ) -> Self:
        """
        Use a database on a PostgreSQL server: ``postgresql://user@host:port/database``.

        ``password`` is asked for at each new connection. ``patience`` is how long to wait for one, and for what
        another transaction holds. Raises StoreError, also where the driver is not installed, and what the
        constructor raises.
        """
        engine = server.open_server(make_url(url), password, patience)
        try:
            return cls(engine, seal, now=now)
        finally:
            engine.dispose()  # a process that forks after this hands no open connection on

    @classmethod
    def in_memory(cls, seal: Seal) -> Self:
        """Make one that is gone with the process, for tests. It has one connection: one thread at a time uses it."""
        return cls(open_memory(), seal)

    def close(self) -> None:
        """Close the connections that lie ready; the store can be used again."""
        self._engine.dispose()

    def keep(self, owner: str, tables: Tables) -> None:
        """
        Make the tables of the plugin ``owner``, or bring them up to date: in one transaction, one process at a time.

        Raises PluginError where they are not named for it, are another's too, or were written by a newer version of it.
        """
        tables.refuse_strange(owner)
        others = [name for name in tables.metadata.tables if self._kept.get(name, owner) != owner]
        if others:
            raise PluginError(f"the table {others[0]!r} is that of {self._kept[others[0]]}", plugin=owner)
        with self._writing() as connection:
            self._begin_schema(connection)
            schema.keep(connection, owner, tables)
        self._kept.update(dict.fromkeys(tables.metadata.tables, owner))

    def _begin_schema(self, connection: Connection) -> None:
        """Begin where tables may be made. A file of our own has begun: who is going to write has its lock."""
        if self._shared:
            _begin(connection)

    def lasting(self, seal: Seal) -> Seal:  # noqa: ARG002 - the vault has it, with the keys that were kept
        """Give the seal with the keys that outlive the installation secret."""
        return self._vault.seal

    def _pen(self, connection: Connection) -> Pen:
        return Pen(self._vault, self._now(), connection)

    # --- transactions

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a connection that may write: durable when the block ends, undone where it raises."""
        if self._shared:
            with self._writing() as connection:
                take_write_lock(connection)
                yield connection
        else:
            with translated(self._where), self._group_commit.transaction() as connection:
                yield connection

    def reading(self) -> AbstractContextManager[Connection]:
        """Give a connection that reads what is committed, and holds up nobody who writes."""
        return self._reading()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        # Who waited for a row sees it as it is then, whatever the host's engine does by default.
        options = {WRITES: True, **self._isolated("READ COMMITTED")}
        with (
            translated(self._where),
            self._engine.connect().execution_options(**options) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        # An entry, its attempts and its receipts are of one moment.
        options = self._isolated("REPEATABLE READ")
        with translated(self._where), self._engine.connect().execution_options(**options) as connection:
            yield connection

    def _isolated(self, level: str) -> dict[str, Any]:
        return {"isolation_level": level} if server.is_server(self._engine) else {}
