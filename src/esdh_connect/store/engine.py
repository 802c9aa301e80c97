"""
The outbox's own SQLite file: made, opened and told how to behave. Errors of any database become ours here.

Durable means on the disk: ``synchronous=FULL`` always, and write-ahead logging only where SQLite has the repair
of its reset race (in 3.51.3, and in the branches 3.50.7 and 3.44.6), which otherwise can lose commits when two
connections write and checkpoint at once. Elsewhere a rollback journal that is kept and overwritten.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError, IntegrityError, InterfaceError, ProgrammingError, StatementError
from sqlalchemy.pool import StaticPool

from esdh_connect.errors import StoreError
from esdh_connect.store import place

__all__ = [
    "WRITES",
    "file_of",
    "forget_journal",
    "journal_mode",
    "lock_of",
    "open_file",
    "open_memory",
    "place_of",
    "translated",
]

#: The execution option of a connection that is going to write: it takes the write lock when it begins.
WRITES = "esdh_connect_writes"

#: macOS calls it synced when the disk has it in its memory, unless it is asked for more; elsewhere that says nothing.
_BEHAVIOUR = ("synchronous=FULL", "fullfsync=ON", "foreign_keys=ON", "secure_delete=ON")
#: What PostgreSQL says where the user may not do something; its driver takes that for a fault in the program.
_FORBIDDEN = "42501"
_FULL = 2  # as SQLite counts: OFF, NORMAL, FULL, EXTRA
_DANISH = "udbakken kan ikke bruges lige nu. Sig det til driften"


def journal_mode(version: tuple[int, ...]) -> str:
    """Choose the journal mode for a version of SQLite."""
    repaired = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    return "WAL" if repaired else "PERSIST"


def open_file(path: Path, busy_timeout: timedelta, journal: str = "") -> Engine:
    """
    Open the file, which is made for its owner alone where there is none.

    ``busy_timeout`` is how long one writer waits for another. Raises StoreError.
    """
    place.refuse_network(path)
    _make(path)
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": busy_timeout.total_seconds()},
        max_overflow=-1,  # a thread waits for the file, never for the pool
        hide_parameters=True,
    )
    make_durable(engine, journal or journal_mode(sqlite3.sqlite_version_info))
    return engine


def open_memory() -> Engine:
    """Make a database in memory, which all transactions of this process have on one connection."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    make_durable(engine, "MEMORY")
    return engine


def make_durable(engine: Engine, journal: str) -> None:
    """Have every connection of a SQLite engine wait for the disk, and every writer take the lock when it begins."""
    event.listen(engine, "connect", lambda connection, _: _prepare(connection, journal))
    event.listen(engine, "begin", _begin)


def _refuse_gone(path: Path) -> None:
    """
    Raise StoreError where an outbox was here and is gone, which its lock tells: that file stays.

    A new one in its place would know nothing of what was sent, and the same wish would be sent again.
    """
    trace = lock_of(path)
    if trace.exists() and not path.exists():
        raise StoreError(
            f"the outbox {path} is gone: it was here before, because {trace.name} is. Put it back; "
            f"delete {trace.name} where a new one is to begin",
            danish=f"udbakken {path} er væk: den var her før. Læg den tilbage; slet {trace.name}, hvis der skal "
            "begyndes forfra",
        )


def lock_of(path: Path, what: str = "") -> Path:
    """Give the file that the dispatcher of an outbox holds locked, or whoever is at ``what`` alone."""
    name = re.sub(r"\W+", "-", what)
    return path.with_name(f"{path.name}{'-' if name else ''}{name}.lock")


def _make(path: Path) -> None:
    _refuse_gone(path)
    try:
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(f"the outbox {path} cannot be made: {error.strerror}", danish=_DANISH) from error


def _prepare(connection: DBAPIConnection, mode: str) -> None:
    connection.isolation_level = None  # no BEGIN of the driver's: _begin says which kind
    cursor = connection.cursor()
    for pragma in (f"journal_mode={mode}", *_BEHAVIOUR):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Take the write lock at once: a reader that turns writer is refused without waiting."""
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def file_of(connection: Connection) -> Path | None:
    """
    Give the file a database lies in; None for a server, or a database in memory.

    SQLite itself is asked, whatever the engine was told: a relative path, a link and a URI lead to one file.
    """
    if connection.dialect.name != "sqlite":
        return None
    names = {name: file for _, name, file in connection.exec_driver_sql("PRAGMA database_list")}
    return Path(names["main"]).resolve() if names["main"] else None


def refuse_forgetful(connection: Connection) -> None:
    """Raise StoreError where a commit does not wait for the disk: what was acknowledged could be gone again."""
    level = connection.exec_driver_sql("PRAGMA synchronous").scalar()
    if int(level or 0) < _FULL:
        raise StoreError(
            'the database does not wait for the disk: set "PRAGMA synchronous = FULL" on each of its connections',
            danish="databasen venter ikke på disken, så et brev kunne gå tabt ved strømsvigt. Sig det til driften",
        )


def place_of(engine: Engine) -> str:
    """Give the name of the database for messages: its file, or its server without users, passwords and options."""
    if engine.dialect.name == "sqlite" and engine.url.database:
        return engine.url.database
    url = URL.create(engine.url.drivername, host=engine.url.host, port=engine.url.port, database=engine.url.database)
    return str(url)


def forget_journal(engine: Engine) -> None:
    """Rid the journal of what earlier transactions left in it: an old page may hold what was just deleted."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        (mode,) = cursor.execute("PRAGMA journal_mode").fetchone()
        pragmas = ("wal_checkpoint(TRUNCATE)",) if mode == "wal" else ("journal_mode=DELETE", f"journal_mode={mode}")
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}").fetchall()
    finally:
        connection.close()


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Turn what a database says when it fails into StoreError; what only code can cause stays as it is."""
    try:
        yield
    except (DatabaseError, InterfaceError) as error:
        if isinstance(error, IntegrityError | ProgrammingError) and getattr(error.orig, "sqlstate", "") != _FORBIDDEN:
            raise
        said, *_ = str(error.orig).splitlines() or [""]  # a server's further lines may quote what was to be stored
        raise StoreError(f"the outbox {where} cannot be used: {said}", danish=_DANISH) from error
    except UnicodeDecodeError as error:  # the driver cannot even read what the database says of the damage
        raise StoreError(f"the outbox {where} is damaged", danish=_DANISH) from error
    except StatementError as error:
        if isinstance(error.orig, ValueError):
            raise error.orig from error  # a value of ours, refused on its way
        raise
