"""Just enough of a database driver over apsw for SQLAlchemy's SQLite dialect: apsw lets a test stand below SQLite."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import apsw

apilevel, threadsafety, paramstyle = "2.0", 1, "qmark"
Binary = bytes
sqlite_version = apsw.sqlite_lib_version()
sqlite_version_info = tuple(map(int, sqlite_version.split(".")))


class Error(Exception):
    """As the standard for drivers has them; SQLAlchemy knows them by name."""


class InterfaceError(Error): ...


class DatabaseError(Error): ...


class OperationalError(DatabaseError): ...


class IntegrityError(DatabaseError): ...


class ProgrammingError(DatabaseError): ...


@contextmanager
def translated() -> Iterator[None]:
    try:
        yield
    except apsw.ConstraintError as error:
        raise IntegrityError(str(error)) from error
    except apsw.Error as error:
        raise OperationalError(str(error)) from error


class Cursor:
    """Reads every row at once: the results of these tests are small."""

    arraysize = 1

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection, self._cursor = connection, connection.cursor()
        self._cursor.exec_trace = self._described
        self.description: Any = None
        self.rowcount, self.lastrowid = -1, 0
        self._rows: Iterator[tuple[Any, ...]] = iter(())

    def _described(self, cursor: apsw.Cursor, _sql: str, _bindings: object) -> bool:
        self.description = tuple((*column[:2], None, None, None, None, None) for column in cursor.description) or None
        return True

    def execute(self, sql: str, values: Sequence[Any] = ()) -> "Cursor":
        before = self._connection.total_changes()
        with translated():
            self._rows = iter(self._cursor.execute(sql, tuple(values)).fetchall())
        self.rowcount, self.lastrowid = self._changed(before), self._connection.last_insert_rowid()
        return self

    def executemany(self, sql: str, many: Iterable[Sequence[Any]]) -> "Cursor":
        before = self._connection.total_changes()
        with translated():
            for values in many:
                self._cursor.execute(sql, tuple(values)).fetchall()
        self.rowcount = self._changed(before)
        return self

    def _changed(self, before: int) -> int:
        return self._connection.total_changes() - before

    def fetchone(self) -> tuple[Any, ...] | None:
        return next(self._rows, None)

    def fetchall(self) -> list[tuple[Any, ...]]:
        return list(self._rows)

    def fetchmany(self, size: int = 1) -> list[tuple[Any, ...]]:
        return [row for _, row in zip(range(size), self._rows, strict=False)]

    def close(self) -> None:
        self._cursor.close(force=True)


class Connection:
    """Begins nothing by itself; the store says when."""

    isolation_level: str | None = None

    def __init__(self, path: str, vfs: str) -> None:
        self._connection = apsw.Connection(path, vfs=vfs)

    @property
    def in_transaction(self) -> bool:
        return self._connection.in_transaction

    def cursor(self) -> Cursor:
        return Cursor(self._connection)

    def create_function(self, name: str, arguments: int, function: Any, **options: Any) -> None:
        self._connection.create_scalar_function(name, function, arguments, **options)

    def commit(self) -> None:
        if self.in_transaction:
            self.cursor().execute("COMMIT")

    def rollback(self) -> None:
        if self.in_transaction:
            self.cursor().execute("ROLLBACK")

    def close(self) -> None:
        self._connection.close(force=True)


def connect(path: str, *, vfs: str, **_: object) -> Connection:
    """Open the file through a VFS that was registered before."""
    return Connection(path, vfs)
