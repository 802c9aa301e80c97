"""
Indlæsning: many rows of one table at once, by the shortest way each driver has.

SQLAlchemy prepares every value of every row by itself, which for a mailing costs more than SQLite takes to store
them. Here each column is prepared as a whole, and the rows go to the driver together: to a file as tuples, to
PostgreSQL as a COPY. What a driver raises is raised as SQLAlchemy would.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from operator import itemgetter
from typing import Any

import attrs
from sqlalchemy import Connection, Dialect, Table, TypeDecorator
from sqlalchemy.exc import DBAPIError

from esdh_connect.store import many

__all__ = ["load"]

#: Below this many rows a COPY, which takes a message more each way, does not pay.
_FEW = 20

Rows = Sequence[tuple[Any, ...]]


def load(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, once: tuple[str, ...] = ()
) -> None:
    """
    Insert the rows, which all name the same columns, two or more; ``once`` names those whose values are unique.

    A row with values that are there already is left out.
    """
    if not rows:
        return
    dialect, layout = connection.dialect, _layout(table, tuple(rows[0]))
    if dialect.name == "sqlite":
        marks = ", ".join("?" * len(layout.columns))
        line = f"INSERT INTO {table.name} ({layout.names}) VALUES ({marks}){_unless(once)}"  # noqa: S608 - names of ours
        _run(connection, line, partial(_insert, rows=layout.prepared(dialect, rows)))
    elif dialect.driver == "psycopg" and len(rows) >= _FEW and not once:
        line = f"COPY {table.name} ({layout.names}) FROM STDIN WITH (FORMAT BINARY)"
        _run(connection, line, partial(_copy, kinds=layout.kinds(dialect), rows=layout.prepared(dialect, rows)))
    else:
        many.add(connection, table, rows, once=once)


def _unless(once: tuple[str, ...]) -> str:
    return f" ON CONFLICT ({', '.join(once)}) DO NOTHING" if once else ""


@attrs.frozen
class _Layout:
    """Some columns of a table; ``own`` are the types of ours among them, by position."""

    columns: tuple[str, ...]
    names: str
    own: Mapping[int, TypeDecorator[Any]]
    _types: Sequence[Any]

    def prepared(self, dialect: Dialect, rows: Sequence[Mapping[str, Any]]) -> Rows:
        """Give the rows as the driver takes them: our own types, of few different values, as they are stored."""
        columns: list[Sequence[Any]] = list(zip(*map(itemgetter(*self.columns), rows), strict=True))
        for at, kind in self.own.items():
            stored = {value: kind.process_bind_param(value, dialect) for value in set(columns[at])}
            columns[at] = [stored[value] for value in columns[at]]
        return list(zip(*columns, strict=True))

    def kinds(self, dialect: Dialect) -> list[str]:
        """Give what a server calls the types."""
        return [str(one.compile(dialect)).partition("(")[0].lower() for one in self._types]


@cache  # for the few tables there are
def _layout(table: Table, columns: tuple[str, ...]) -> _Layout:
    types = [table.c[name].type for name in columns]
    own = {at: kind for at, kind in enumerate(types) if isinstance(kind, TypeDecorator)}
    return _Layout(columns, ", ".join(f'"{name}"' for name in columns), own, types)


def _run(connection: Connection, line: str, give: Callable[[Any, str], None]) -> None:
    """Have the driver run a line. Raises what SQLAlchemy makes of the driver's errors."""
    driver: Any = connection.connection.dbapi_connection
    errors = connection.dialect.loaded_dbapi.Error
    cursor = driver.cursor()
    try:
        give(cursor, line)
    except errors as error:
        raise DBAPIError.instance(line, None, error, errors, hide_parameters=True) from error
    finally:
        cursor.close()


def _insert(cursor: Any, line: str, rows: Rows) -> None:  # noqa: ANN401 - drivers have no types in common
    cursor.executemany(line, rows)


def _copy(cursor: Any, line: str, kinds: Sequence[str], rows: Rows) -> None:  # noqa: ANN401
    """Copy as binary, since what is sealed would be twice as long as text."""
    with cursor.copy(line) as copy:
        copy.set_types(kinds)
        for row in rows:
            copy.write_row(row)
