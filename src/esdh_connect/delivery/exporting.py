"""Aflevering af forbrug: what was used is handed on to receivers outside, many at a time, beside everything else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

import attrs

from esdh_connect.delivery.apart import Task
from esdh_connect.delivery.resting import Resting
from esdh_connect.events import FactDamaged, UsageRecorded
from esdh_connect.log import Log
from esdh_connect.outbox import Outbox, Telling
from esdh_connect.plugins import Plugins
from esdh_connect.usage import Usage

__all__ = ["Exporter"]

_AT_ONCE = 100
#: Facts of all kinds looked through for them: a letter has some five, of which two tell of use.
_LOOKED_THROUGH = 500
_FIRST_REST = timedelta(seconds=5)


@attrs.frozen
class Exporter:
    """Hands on, to each plugin alone and from a position of its own; one that fails rests, ever longer."""

    outbox: Outbox
    plugins: Plugins
    now: Callable[[], datetime]
    log: Log

    @property
    def _resting(self) -> Resting:
        return Resting(self.outbox, self.now, _FIRST_REST)

    def run(self, goes_on: Callable[[], bool]) -> int:
        """Hand on what there is; gives how much was used."""
        return sum(self._exported(goes_on, who) for who in self.plugins.exporters)

    def tasks(self) -> Mapping[str, Task]:
        """Give the same, to be done for each plugin beside the rounds."""
        return {who: partial(self._exported, who=who) for who in self.plugins.exporters}

    def _exported(self, goes_on: Callable[[], bool], who: str) -> int:
        count = 0
        with self.outbox.alone(who) as alone:
            while alone and goes_on() and not self._resting.rests(who):
                tellings = self.outbox.unheard(who, _LOOKED_THROUGH)
                if not tellings:
                    break
                done = self._batch(who, tellings)
                if done is None:
                    break
                count += done
        return count

    def _batch(self, who: str, tellings: tuple[Telling, ...]) -> int | None:
        """Hand on the first of them, as one call; gives how many, None where it failed and is tried again later."""
        found: list[Usage] = []
        position = tellings[0].position
        for telling in tellings:
            if isinstance(telling.event, FactDamaged) and telling.event.name == UsageRecorded.hook():
                if not found:
                    return self._missed(who, telling, telling.event)
                break
            position = telling.position
            if isinstance(telling.event, UsageRecorded) and self._concerns(who, telling):
                found.append(telling.event.usage)
            if len(found) == _AT_ONCE:
                break
        if found and not self._handed_on(who, found):
            return None
        self.outbox.heard(who, position)
        return len(found)

    def _handed_on(self, who: str, found: list[Usage]) -> bool:
        name = self.plugins.exporters[who]
        try:
            self.plugins.export(name, found)
        except Exception as error:  # noqa: BLE001 - handed on again after a rest; nobody else notices
            again = self._resting.failed(who, error)
            self.log.warning("export_failed", plugin=name, error=str(error), **again)
            return False
        if self._resting.answered(who):
            self.log.info("export_answers", plugin=name)
        return True

    def _missed(self, who: str, telling: Telling, fact: FactDamaged) -> int:
        self.log.error("fact_does_not_open", subscriber=who, fact=fact.id, hook=fact.name)
        self.outbox.heard(who, telling.position, missed=self.now())
        return 0

    def _concerns(self, who: str, telling: Telling) -> bool:
        name = self.plugins.exporters[who]
        return self.plugins.is_always_on(name) or name in telling.plugins
