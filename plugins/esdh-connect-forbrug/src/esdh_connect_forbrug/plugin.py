"""The plugin: what the library asks of it, and how it is set up."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from esdh_connect import hookimpl
from esdh_connect.outbox import Shelf
from esdh_connect.tables import Tables
from esdh_connect_forbrug.prices import Price

__all__ = ["Forbrug"]


@attrs.define(eq=False)
class Forbrug:
    """
    Forbrug: counts use, department by department.

    ``days`` is how many days are kept day by day; months are kept for ever. ``prices`` are what a letter costs, from
    which day on; ``expected`` how many letters a month are expected of a department, by its id.
    """

    days: int = 90
    prices: tuple[Price, ...] = ()
    expected: Mapping[str, float] = attrs.field(factory=dict)
    _store: Shelf = attrs.field(init=False, repr=False)

    @hookimpl
    def register_tables(self, store: Shelf) -> Tables:
        """Bring the tables, and remember where they lie."""
        from esdh_connect_forbrug.tables import TABLES

        self._store = store
        return TABLES
