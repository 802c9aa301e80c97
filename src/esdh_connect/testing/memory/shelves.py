"""What plugins keep: in a database in memory, which is made when the first of them keeps something."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import attrs

from esdh_connect.seal import Seal
from esdh_connect.testing.memory.endings import Endings

if TYPE_CHECKING:
    from esdh_connect.store import Store
    from esdh_connect.tables import Tables

__all__ = ["Shelves"]


@attrs.define(eq=False)
class Shelves(Endings):
    """The part of the outbox that has other people's tables. One thread at a time is in a transaction."""

    _database: Store | None = attrs.field(default=None, init=False)

    def keep(self, owner: str, tables: Tables) -> None:
        """Make the tables of a plugin."""
        with self._lock:
            self._opened().keep(owner, tables)

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """Give a connection that may write."""
        with self._lock, self._opened().transaction() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """Give a connection that reads."""
        with self._lock, self._opened().reading() as connection:
            yield connection

    def sealed(self, part: str, text: str) -> bytes:
        """Seal a text."""
        with self._lock:
            return self._opened().sealed(part, text)

    def unsealed(self, part: str, column: bytes) -> str:
        """Open it."""
        with self._lock:
            return self._opened().unsealed(part, column)

    def note(self, connection: object, what: str, about: str = "", *, by: str = "", why: str = "") -> None:
        """Write a line in an audit log that nobody reads: this outbox has none."""
        self._opened().note(connection, what, about, by=by, why=why)

    def _opened(self) -> Store:
        if self._database is None:
            from esdh_connect.store import Store  # SQLAlchemy takes a second: for those whose plugins keep something

            self._database = Store.in_memory(Seal(os.urandom(32)))
        return self._database
