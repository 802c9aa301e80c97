"""Fortælling: each subscriber is told the facts it has not heard, alone and in their order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

import attrs

from esdh_connect.delivery.apart import Task
from esdh_connect.delivery.resting import Resting
from esdh_connect.events import FactDamaged
from esdh_connect.log import Log
from esdh_connect.outbox import Outbox, Telling
from esdh_connect.plugins import Plugins

__all__ = ["Teller"]

_FIRST_REST = timedelta(seconds=5)


@attrs.frozen
class Teller:
    """Tells what is stored; one that raises is told again after a rest, and the others go on."""

    outbox: Outbox
    plugins: Plugins
    now: Callable[[], datetime]
    log: Log

    @property
    def _resting(self) -> Resting:
        return Resting(self.outbox, self.now, _FIRST_REST)

    def run(self, limit: int) -> int:
        """Tell each subscriber at most ``limit`` facts; gives how many were told. Others may be at it for some."""
        return sum(self._told(_always, name, limit) for name in self.plugins.listeners)

    def tasks(self, limit: int) -> Mapping[str, Task]:
        """Give the same, to be done for each subscriber apart."""
        return {name: partial(self._told, name=name, limit=limit) for name in self.plugins.listeners}

    def _told(self, goes_on: Callable[[], bool], name: str, limit: int) -> int:
        with self.outbox.alone(_who(name)) as alone:
            tellings = self.outbox.unheard(name, limit) if alone else ()
            if not tellings or self._resting.rests(_who(name)):
                return 0
            return self._tell(goes_on, name, tellings)

    def _tell(self, goes_on: Callable[[], bool], name: str, tellings: tuple[Telling, ...]) -> int:
        told, passed = 0, None
        for telling in tellings:
            if not goes_on():
                break
            if isinstance(telling.event, FactDamaged):
                self._miss(name, telling, telling.event)
                passed = None
            elif self._concerns(name, telling):
                if not self._heard(name, telling):
                    break
                if not told and self._resting.answered(_who(name)):
                    self.log.info("subscriber_hears", subscriber=name)
                told, passed = told + 1, None
            else:
                passed = telling.position
        if passed is not None:
            self.outbox.heard(name, passed)
        return told

    def _heard(self, name: str, telling: Telling) -> bool:
        try:
            self.plugins.tell(name, telling.event, telling.actor)
        except Exception as error:  # noqa: BLE001 - told again after a rest, alone; the others go on
            again = self._resting.failed(_who(name), error)
            self.log.error("subscriber_failed", subscriber=name, fact=telling.event.id, error=repr(error), **again)
            return False
        self.outbox.heard(name, telling.position)
        return True

    def _miss(self, name: str, telling: Telling, fact: FactDamaged) -> None:
        """Pass over a fact that does not open any more, and say so: nobody can tell it."""
        self.log.error("fact_does_not_open", subscriber=name, fact=fact.id, hook=fact.name)
        self.outbox.heard(name, telling.position, missed=self.now())

    def _concerns(self, name: str, telling: Telling) -> bool:
        may_hear = self.plugins.is_always_on(name) or name in telling.plugins
        return may_hear and self.plugins.listens(name, telling.event)


def _who(name: str) -> str:
    """Give what a subscriber is called in the outbox: for those who are alone at it, and for its rest."""
    return f"telling {name}"


def _always() -> bool:
    return True
