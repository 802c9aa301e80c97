"""
Indlæsning: many rows of one table at once, by the shortest way each driver has.

SQLAlchemy prepares every value of every row by itself, which for a mailing costs more than SQLite takes to store
them. Here each column is prepared as a whole, and the rows go to the driver together: to a file as tuples, to
PostgreSQL as a COPY. What a driver raises is raised as SQLAlchemy would.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Table, TypeDecorator, insert
from sqlalchemy.exc import DBAPIError

__all__ = ["load"]

#: Below this many rows a COPY, which takes a message more each way, does not pay.
_FEW = 20


def load(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows, which all name the same columns."""
    if not rows:
        return
    dialect, columns = connection.dialect, tuple(rows[0])
    if dialect.name == "sqlite":
        connection.exec_driver_sql(_insert(table, columns), _prepared(dialect, table, columns, rows))
    elif dialect.driver == "psycopg" and len(rows) >= _FEW:
        _copy(connection, _copy_in(table, columns), _prepared(dialect, table, columns, rows))
    else:
        connection.execute(insert(table), rows)


def _prepared(
    dialect: Dialect, table: Table, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> list[tuple[Any, ...]]:
    """Give the rows as tuples of what the driver takes: our own types, of few different values, as they are stored."""
    prepared = []
    for name in columns:
        values, kind = [row[name] for row in rows], table.c[name].type
        if isinstance(kind, TypeDecorator):
            stored = {value: kind.process_bind_param(value, dialect) for value in set(values)}
            values = [stored[value] for value in values]
        prepared.append(values)
    return list(zip(*prepared, strict=True))


def _copy(connection: Connection, line: str, rows: Iterable[tuple[Any, ...]]) -> None:
    driver: Any = connection.connection.dbapi_connection
    errors = connection.dialect.loaded_dbapi.Error
    try:
        with driver.cursor() as cursor, cursor.copy(line) as copy:
            for row in rows:
                copy.write_row(row)
    except errors as error:
        raise DBAPIError.instance(line, None, error, errors, hide_parameters=True) from error


def _insert(table: Table, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table.name} ({_names(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 - names of ours


def _copy_in(table: Table, columns: tuple[str, ...]) -> str:
    return f"COPY {table.name} ({_names(columns)}) FROM STDIN"


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
