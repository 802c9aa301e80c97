"""The plugin: what the library asks of it, and how it is set up."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from esdh_connect import hookimpl
from esdh_connect.events import UsageRecorded
from esdh_connect.outbox import Shelf
from esdh_connect.tables import Tables
from esdh_connect.usage import UsageKind
from esdh_connect_forbrug.prices import Price
from esdh_connect_forbrug.starting.answers import Answers
from esdh_connect_forbrug.starting.starters import Starters
from esdh_connect_forbrug.starting.values import Starting

__all__ = ["Forbrug"]


@attrs.define(eq=False)
class Forbrug:
    """
    Forbrug: counts use, department by department.

    ``days`` is how many days are kept day by day; months are kept for ever. ``prices`` are what a letter costs, from
    which day on; ``expected`` how many letters a month are expected of a department, by its id. ``starting`` says when
    somebody has not started.
    """

    days: int = 90
    prices: tuple[Price, ...] = ()
    expected: Mapping[str, float] = attrs.field(factory=dict)
    starting: Starting = attrs.field(factory=Starting)
    _store: Shelf = attrs.field(init=False, repr=False)

    @hookimpl
    def register_tables(self, store: Shelf) -> Tables:
        """Bring the tables, and remember where they lie."""
        from esdh_connect_forbrug.tables import TABLES

        self._store = store
        return TABLES

    @hookimpl
    def usage_recorded(self, event: UsageRecorded, actor: str | None) -> None:
        """Note that somebody has started, where that is kept."""
        if actor and event.usage.kind is UsageKind.SENT:
            Starters(self._store).add(actor)

    @hookimpl
    def erase_expired(self) -> int:
        """Erase answers that are too old."""
        return Answers(self._store).forget(self.starting.months)
