"""
Tælling: which departments of waves have begun, and which have found their way – never who, and no figure that is shown.

A letter counts once, however often it is told. Kept are how many a department sent on a day, to tell when it has found
its way. How many letters waves have sent is what the statistics publish of them, and nothing else: see
:mod:`esdh_connect_forbrug.reports.since`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from esdh_connect.log import Log
from esdh_connect.outbox import Shelf
from esdh_connect_rollout.logbook import Logbook
from esdh_connect_rollout.waves.acts import Act, Kind
from esdh_connect_rollout.waves.states import LIVE, State
from esdh_connect_rollout.waves.wave import Wave, waves

__all__ = ["Counting", "day_of"]

#: So long a letter may be told again and still be known.
_TOLD_AGAIN = timedelta(days=90)
_WEEK = 7
_HERE = ZoneInfo("Europe/Copenhagen")


def day_of(at: datetime) -> date:
    """Give the day in Denmark."""
    return at.astimezone(_HERE).date()


@attrs.define(eq=False)
class Counting:
    """Counts in one installation. SQLAlchemy is imported with the first letter."""

    store: Shelf
    routine: int
    log: Log = attrs.field(factory=Log)
    _known: tuple[int, tuple[Wave, ...]] = attrs.field(default=(-1, ()), init=False)

    def count(self, dispatch: str, department: str, at: datetime) -> bool:
        """Count a letter that the provider has; False for one that counts already, or is none."""
        from esdh_connect_rollout.tables import counts

        entry = self.store.entry(dispatch)
        if entry.parent or entry.beside:  # another form of a letter that counts, or its reminder
            return False
        with self.store.transaction() as connection:
            if not counts.count(connection, self.store.digest("rollout:letter", dispatch), at):
                return False
            day = max(day_of(at), day_of(self.store.now()).replace(day=1))  # what comes late counts in the open month
            counts.add(connection, department, day.isoformat(), singles=0 if entry.batch else 1)
            for wave in self._of(connection, department, at):
                self._hear(connection, wave, department, at, day)
        return True

    def begun(self) -> frozenset[str]:
        """Give the departments that have sent a letter."""
        from esdh_connect_rollout.tables import counts

        with self.store.reading() as connection:
            return counts.departments(connection)

    def forget(self, now: datetime) -> int:
        """Delete what is kept of single letters, once nobody needs it; gives how much there was."""
        from esdh_connect_rollout.tables import counts

        with self.store.transaction() as connection:
            return counts.forget(connection, now - _TOLD_AGAIN)

    # --- the parts of it

    def _of(self, connection: Any, department: str, at: datetime) -> Iterable[Wave]:  # noqa: ANN401 - SQLAlchemy's
        """Give the wave a department's letter belongs to, if it is in one that has begun."""
        from esdh_connect_rollout.tables import acts

        last = acts.last(connection)
        if self._known[0] != last:
            self._known = last, waves(Logbook(self.store).read(connection))
        its = [one for one in self._known[1] if not one.is_damaged and department in one.aim.departments]
        return [one for one in its if one.state(at) in LIVE | {State.PAUSED}][-1:]

    def _hear(self, connection: Any, wave: Wave, department: str, at: datetime, day: date) -> None:  # noqa: ANN401
        """Write down, once each, a department's first letter and that it has found its way."""
        if department not in wave.heard(Kind.BEGAN):
            self._told(connection, wave, Kind.BEGAN, department, at)
        if department not in wave.heard(Kind.ROUTINE) and self._has_routine(connection, department, day):
            self._told(connection, wave, Kind.ROUTINE, department, at)

    def _told(self, connection: Any, wave: Wave, kind: Kind, department: str, at: datetime) -> None:  # noqa: ANN401
        act = Act(0, wave.name, kind, self.store.now(), at, what={"department": department})
        there = partial(_is_there, act)
        Logbook(self.store).hear(connection, act, unless=there)
        self.log.info("rollout_heard", what=kind.value, wave=wave.name, department=department)

    def _has_routine(self, connection: Any, department: str, day: date) -> bool:  # noqa: ANN401
        """
        Tell whether any seven days with this one in them have enough; letters may be told in any order.

        A mailing tells nothing of it: one person may have sent them all at once.
        """
        from esdh_connect_rollout.tables import counts

        many = [
            counts.since(
                connection, department, str(day - timedelta(days=at)), str(day + timedelta(days=_WEEK - 1 - at))
            )
            for at in range(_WEEK)
        ]
        return max(many) >= self.routine


def _is_there(act: Act, known: Iterable[Act]) -> bool:
    return any((one.wave, one.kind, one.what) == (act.wave, act.kind, act.what) for one in known)
