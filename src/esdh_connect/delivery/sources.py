"""Kilder: hosts that cannot tell what happens to their documents are read, page by page, beside everything else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

import attrs

from esdh_connect.delivery.apart import Task
from esdh_connect.delivery.resting import Resting
from esdh_connect.errors import StoreError
from esdh_connect.events import NewEvents
from esdh_connect.log import Log
from esdh_connect.outbox import Outbox
from esdh_connect.plugins import Plugins
from esdh_connect.policy import Policy

__all__ = ["Sources"]

#: Pages that are read in a row before others have their turn.
_PAGES = 100
#: How long a source is left alone that had nothing more, and how long at first one that failed.
_PAUSE = timedelta(seconds=10)
_FIRST_REST = timedelta(seconds=30)
#: The word for a gate that is shut because it is not time yet: nobody need look.
_PACE = "pace"


@attrs.frozen
class Sources:
    """
    Reads each source from where it was read to; what is new is stored together with how far that is.

    A source that fails rests, ever longer. Reading the same again does no harm: an event's id tells it.
    """

    outbox: Outbox
    plugins: Plugins
    policy_of: Callable[[str], Policy]
    now: Callable[[], datetime]
    log: Log

    @property
    def _resting(self) -> Resting:
        return Resting(self.outbox, self.now, _FIRST_REST)

    def run(self, goes_on: Callable[[], bool]) -> int:
        """Read what there is; gives how many events were new."""
        return sum(self._read(goes_on, who) for who in self.plugins.sources)

    def tasks(self) -> Mapping[str, Task]:
        """Give the same, to be done for each source beside the rounds."""
        return {who: partial(self._read, who=who) for who in self.plugins.sources}

    def _read(self, goes_on: Callable[[], bool], who: str) -> int:
        fresh, pages = 0, 0
        with self.outbox.alone(who) as alone:
            while alone and goes_on() and pages < _PAGES and not self._resting.rests(who):
                since = self.outbox.cursor(who)
                page = self._page(who, since)
                if page is None:
                    break
                seen = [(event, self.policy_of(event.department)) for event in page.events]
                fresh += self.outbox.take_in(who, page.cursor, seen)
                if not page.more or page.cursor == since:
                    self.outbox.shut(who, self.now(), self.now() + _PAUSE, _PACE)
                    break
                pages += 1
        return fresh

    def _page(self, who: str, since: str) -> NewEvents | None:
        """Read from one place on; None where nothing could be read, and it is tried again later."""
        name = self.plugins.sources[who]
        try:
            page = self.plugins.read(name, since)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - read again after a rest, from the same place: nothing is missed
            again = self._resting.failed(who, error)
            self.log.warning("source_failed", plugin=name, error=repr(error), **again)
            return None
        if self._resting.answered(who):
            self.log.info("source_answers", plugin=name)
        return page
