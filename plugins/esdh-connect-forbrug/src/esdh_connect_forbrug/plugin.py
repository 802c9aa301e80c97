"""The plugin: what the library asks of it, and how it is set up."""

from __future__ import annotations

import attrs

from esdh_connect import hookimpl
from esdh_connect.outbox import Shelf
from esdh_connect.tables import Tables

__all__ = ["Forbrug"]


@attrs.define(eq=False)
class Forbrug:
    """
    Forbrug: counts use, department by department.

    ``days`` is how many days are kept day by day; months are kept for ever.
    """

    days: int = 90
    _store: Shelf = attrs.field(init=False, repr=False)

    @hookimpl
    def register_tables(self, store: Shelf) -> Tables:
        """Bring the tables, and remember where they lie."""
        from esdh_connect_forbrug.tables import TABLES

        self._store = store
        return TABLES
