"""
Many rows in one statement.

SQLite is quick to run the same statement for each row. A server has a price for each, on both sides of the wire: there
the rows go over as an array for each column, and once what is the same in all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Connection, Insert, Table, Update, bindparam, func, select, update
from sqlalchemy.dialects import postgresql

from esdh_connect.store.server import is_server

__all__ = ["add", "change"]

Rows = Sequence[Mapping[str, Any]]
Names = tuple[str, ...]

#: What stands before the names of parameters: SQLAlchemy keeps the names of columns for itself.
_ITS = "its_"
#: Statements that are remembered: a few for each table, by which columns are the same in all rows.
_STATEMENTS = 256


def add(connection: Connection, table: Table, rows: Rows, *, once: Names = ()) -> None:
    """Insert rows on a server; with ``once`` those alone that nobody has in these columns."""
    if len(rows) > 1:
        same, different = _parted(rows, once)
        connection.execute(_inserting(table, tuple(same), tuple(different), once), _named(same | different))
    else:
        line = postgresql.insert(table)
        connection.execute(line.on_conflict_do_nothing(index_elements=once) if once else line, rows)


def change(connection: Connection, table: Table, by: Names, rows: Rows) -> None:
    """Update rows, found by the columns ``by``; all have the same columns."""
    if is_server(connection) and len(rows) > 1:
        same, different = _parted(rows, by)
        connection.execute(_updating(table, by, tuple(same), tuple(different)), _named(same | different))
    elif rows:
        connection.execute(_updating_each(table, by, tuple(rows[0])), [_named(row) for row in rows])


def _parted(rows: Rows, keys: Names) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the columns with the same value in all rows, and the others as lists: those of a key, and one at least."""
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    keys = keys or tuple(columns)[:1]
    same = {name: its[0] for name, its in columns.items() if name not in keys and its.count(its[0]) == len(its)}
    return same, {name: its for name, its in columns.items() if name not in same}


def _named(values: Mapping[str, Any]) -> dict[str, Any]:
    return {_ITS + name: value for name, value in values.items()}


@lru_cache(_STATEMENTS)
def _inserting(table: Table, same: Names, different: Names, once: Names) -> Insert:
    given = _given(table, different)
    values = [*(_its(table, name) for name in same), *(given.c[name] for name in different)]
    line = postgresql.insert(table).from_select([*same, *different], select(*values))
    return line.on_conflict_do_nothing(index_elements=once) if once else line


@lru_cache(_STATEMENTS)
def _updating(table: Table, by: Names, same: Names, different: Names) -> Update:
    given = _given(table, different)
    values = {name: _its(table, name) for name in same} | {name: given.c[name] for name in different if name not in by}
    return update(table).where(*(table.c[name] == given.c[name] for name in by)).values(values)


def _given(table: Table, names: Names) -> Any:  # noqa: ANN401 - a table that SQLAlchemy has no name for
    arrays = [bindparam(_ITS + name, type_=postgresql.ARRAY(table.c[name].type)) for name in names]
    return func.unnest(*arrays).table_valued(*names).render_derived("given")


def _its(table: Table, name: str) -> BindParameter[Any]:
    return bindparam(_ITS + name, type_=table.c[name].type)


@lru_cache(_STATEMENTS)
def _updating_each(table: Table, by: Names, names: Names) -> Update:
    its = [table.c[name] == _its(table, name) for name in by]
    return update(table).where(*its).values({name: _its(table, name) for name in names if name not in by})
