"""
Tælling: how many letters the departments of waves send, and when each has found its way – never who sent them.

A letter counts once, however often it is told. Kept are how many a department sent on a day. The figures of a wave in
a month are shown when the month is over and five different people have sent in it; of a month that is running nothing
is, for two readings could be subtracted. Until they are five each of them is known by a digest that nobody can resolve,
and no longer than the month lasts.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
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

__all__ = ["FEWEST", "Counting", "Letters", "day_of"]

#: So many people must have sent in a wave within a month for its figures to be shown.
FEWEST = 5
#: So long a letter may be told again and still be known.
_TOLD_AGAIN = timedelta(days=90)
#: So long after its end a month is over: whatever is being counted at midnight is in by then.
_SETTLED = timedelta(hours=1)
_WEEK = 7
_HERE = ZoneInfo("Europe/Copenhagen")


def day_of(at: datetime) -> date:
    """Give the day in Denmark."""
    return at.astimezone(_HERE).date()


@attrs.frozen
class Letters:
    """What the departments of a wave sent: letters by day, and the months (``2026-10``) whose figures may be shown."""

    days: Mapping[date, int] = attrs.field(factory=dict)
    months: frozenset[str] = frozenset()

    @property
    def until(self) -> str | None:
        """Give the last month whose figures may be shown; None where there is none."""
        return max(self.months, default=None)

    def total(self, first: date, last: date) -> int | None:
        """Give how many from one day to another, of the months that may be shown; None where there is none such."""
        if not self.within(first, last):
            return None
        return sum(many for day, many in self.days.items() if first <= day <= last and self._is_shown(day))

    def within(self, first: date, last: date) -> int:
        """Count the days from one to another whose figures may be shown."""
        return sum(self._is_shown(first + timedelta(days=at)) for at in range((last - first).days + 1))

    def _is_shown(self, day: date) -> bool:
        return day.isoformat()[:7] in self.months


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
                self._notice(connection, wave, entry.committed_by, day)
        return True

    def letters(self, wave: Wave, now: datetime) -> Letters:
        """Give what the departments of a wave have sent in months that are over, and may be shown."""
        from esdh_connect_rollout.tables import counts

        running = _month(day_of(now - _SETTLED))
        with self.store.reading() as connection:
            months = frozenset(month for month in counts.shown(connection, wave.name) if month < running)
            days = counts.by_day(connection, wave.aim.departments)
        return Letters({date.fromisoformat(day): many for day, many in days.items() if day[:7] in months}, months)

    def begun(self) -> frozenset[str]:
        """Give the departments that have sent a letter."""
        from esdh_connect_rollout.tables import counts

        with self.store.reading() as connection:
            return counts.departments(connection)

    def forget(self, now: datetime) -> int:
        """Delete what is kept of single letters and of people, once nobody needs it; gives how much there was."""
        from esdh_connect_rollout.tables import counts

        with self.store.transaction() as connection:
            return counts.forget(connection, now - _TOLD_AGAIN, _month(day_of(now)))

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

    def _notice(self, connection: Any, wave: Wave, sender: str, day: date) -> None:  # noqa: ANN401
        """Count who has sent in this month, until they are enough for the figures to be shown."""
        from esdh_connect_rollout.tables import counts

        month = _month(day)
        if not sender or month != _month(day_of(self.store.now())) or self._is_settled(connection, month, wave):
            return
        salt = counts.salt(connection, month, os.urandom(16))
        if salt is None:
            return
        digest = self.store.digest("rollout:sender", salt.hex(), wave.name, sender)
        if counts.senders(connection, month, wave.name, digest) >= FEWEST:
            counts.show(connection, month, wave.name)

    def _is_settled(self, connection: Any, month: str, wave: Wave) -> bool:  # noqa: ANN401
        """
        Tell whether this month is shown, of this wave or of another that one of its departments was in.

        A department that comes from one wave into the next would be in both figures: they could be subtracted.
        """
        from esdh_connect_rollout.tables import counts

        its = frozenset(wave.aim.departments)
        alike = (one.name for one in self._known[1] if not one.is_damaged and its.intersection(one.aim.departments))
        return any(counts.is_shown(connection, month, name) for name in alike)


def _is_there(act: Act, known: Iterable[Act]) -> bool:
    return any((one.wave, one.kind, one.what) == (act.wave, act.kind, act.what) for one in known)


def _month(day: date) -> str:
    return day.isoformat()[:7]
