"""The plugin: what the library asks of it, and how it is set up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from esdh_connect import hookimpl
from esdh_connect.diagnosis import Diagnosis
from esdh_connect.events import UsageRecorded
from esdh_connect.outbox import Shelf
from esdh_connect.tables import Tables
from esdh_connect.usage import UsageKind
from esdh_connect_forbrug.closing import Closing, Kept
from esdh_connect_forbrug.counting import Counting
from esdh_connect_forbrug.expectation import are_letters, examined
from esdh_connect_forbrug.prices import Price, apart
from esdh_connect_forbrug.starting.answers import Answers
from esdh_connect_forbrug.starting.starters import Starters
from esdh_connect_forbrug.starting.values import Starting

__all__ = ["Forbrug"]

_DAYS = attrs.validators.and_(attrs.validators.instance_of(int), attrs.validators.ge(7))
_GRACE = attrs.validators.and_(attrs.validators.instance_of(int), attrs.validators.in_(range(28)))
_MONTHS = attrs.validators.optional(attrs.validators.and_(attrs.validators.instance_of(int), attrs.validators.ge(1)))


@attrs.define(eq=False)
class Forbrug:
    """
    Forbrug: counts use, department by department.

    ``days`` is how many days are kept day by day, and at most how late an event may come. ``grace`` is how many days
    after its end a month closes. ``months`` is how long what is published of a month is kept; for ever without it.
    ``prices`` are what a letter costs, from which day on; ``expected`` how many letters a month are expected of a
    department, by its id. ``starting`` says when somebody has not started.
    """

    days: int = attrs.field(default=90, validator=_DAYS)
    grace: int = attrs.field(default=3, validator=_GRACE)
    months: int | None = attrs.field(default=None, validator=_MONTHS)
    prices: tuple[Price, ...] = attrs.field(default=(), validator=apart)
    expected: Mapping[str, float] = attrs.field(factory=dict, validator=are_letters)
    starting: Starting = attrs.field(factory=Starting)
    _store: Shelf = attrs.field(init=False, repr=False)

    @property
    def kept(self) -> Kept:
        """Give how long what is kept."""
        return Kept(self.days, self.grace, self.months)

    def leads_outside(self) -> str:
        """Nothing does."""
        return ""

    @hookimpl
    def register_tables(self, store: Shelf) -> Tables:
        """Bring the tables, and remember where they lie."""
        from esdh_connect_forbrug.tables import TABLES

        self._store = store
        return TABLES

    @hookimpl
    def usage_recorded(self, event: UsageRecorded, actor: str | None) -> None:
        """Count it, once; and note that somebody has started, where that is kept."""
        Counting(self._store, self.days).count(event.usage, actor)
        if actor and event.usage.kind is UsageKind.SENT:
            Starters(self._store).add(actor)

    @hookimpl
    def examine_plugin(self) -> Sequence[Diagnosis]:
        """Look whether letters are expected of departments that are there."""
        return examined(self.expected, {one.id for one in self._store.departments()})

    @hookimpl
    def erase_expired(self) -> int:
        """Close the months that are over, and erase what is too old."""
        return Closing(self._store, self.kept).run() + Answers(self._store).forget(self.starting.months)
