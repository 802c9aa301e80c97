"""A plugin that keeps notes: the smallest that has tables, for tests and as an example."""

from __future__ import annotations

import attrs
from sqlalchemy import Column, MetaData, String, Table, insert, select

from esdh_connect.hookspecs import hookimpl
from esdh_connect.outbox import Shelf
from esdh_connect.tables import LONG, NAMING, Tables

__all__ = ["TABLES", "Notes"]

_METADATA = MetaData(naming_convention=NAMING)
_NOTE = Table(
    "esdh_connect_notes_note",
    _METADATA,
    Column("seq", LONG, primary_key=True),
    Column("text", String, nullable=False),
)
TABLES = Tables(_METADATA, f"{__package__}.revisions")


@attrs.define(eq=False)
class Notes:
    """Keeps notes, in the order they were written."""

    store: Shelf | None = None

    @hookimpl
    def register_tables(self, store: Shelf) -> Tables:
        """Bring the table, and remember where it lies."""
        self.store = store
        return TABLES

    def write(self, text: str) -> None:
        """Write a note: durable when it returns."""
        with self._store.transaction() as connection:
            connection.execute(insert(_NOTE).values(text=text))

    def written(self) -> list[str]:
        """Give all notes."""
        with self._store.reading() as connection:
            return list(connection.scalars(select(_NOTE.c.text).order_by(_NOTE.c.seq)))

    @property
    def _store(self) -> Shelf:
        if self.store is None:
            raise RuntimeError("a plugin can keep something only in an installation")
        return self.store
