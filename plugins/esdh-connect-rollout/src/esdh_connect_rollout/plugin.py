"""The plugin: what the library asks of it and tells it, and how it is set up."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

import attrs

from esdh_connect.events import DispatchSent
from esdh_connect.hookspecs import hookimpl
from esdh_connect.outbox import Shelf
from esdh_connect.tables import Tables
from esdh_connect_rollout.counting import Counting
from esdh_connect_rollout.suggestions.weights import CLEAN, Weights

__all__ = ["Rollout"]


@attrs.define(eq=False, slots=False)
class Rollout:
    """
    Udrulning: waves of departments that begin together.

    ``routine`` is how many letters in a week show that a department has found its way. ``weights`` says how much each
    thing counts when departments are put in order, and ``clean`` which kinds of documents become a PDF without anybody
    having to look.
    """

    routine: int = attrs.field(default=10, validator=attrs.validators.ge(1))
    weights: Weights = attrs.field(factory=Weights)
    clean: tuple[str, ...] = CLEAN
    _store: Shelf = attrs.field(init=False, repr=False)

    def leads_outside(self) -> str:
        """Nothing does."""
        return ""

    @hookimpl
    def register_tables(self, store: Shelf) -> Tables:
        """Bring the tables, and remember where they lie."""
        from esdh_connect_rollout.tables import TABLES

        self._store = store
        return TABLES

    @hookimpl
    def dispatch_sent(self, event: DispatchSent) -> None:
        """Hear of a letter of a department."""
        self.counting.count(event.dispatch, event.department, event.at)

    @hookimpl
    def erase_expired(self, now: datetime) -> int:
        """Forget what was kept of single letters."""
        return self.counting.forget(now)

    @cached_property
    def counting(self) -> Counting:
        """Give what counts letters."""
        return Counting(self._store, self.routine)
