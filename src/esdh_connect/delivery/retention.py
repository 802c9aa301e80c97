"""Sletning: what nobody has anything to do with any more is erased after the times the settings say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import attrs

from esdh_connect.log import Log
from esdh_connect.outbox import Outbox

__all__ = ["Retention"]

#: Each is a transaction of its own, and the next letter does not wait behind many.
_AT_ONCE = 100
_USED_AT_ONCE = 5000
#: So long it is known who did what is counted, for subscribers that have not heard it yet.
_ACTORS = timedelta(days=30)


@attrs.frozen
class Retention:
    """
    Erases what letters carried ``after`` they were over for so long; never where that is None.

    What was kept beside letters goes after the same time. What documents were made into is forgotten after
    ``converted``, and what was used after ``usage``.
    """

    outbox: Outbox
    now: Callable[[], datetime]
    log: Log
    after: timedelta | None
    converted: timedelta
    usage: timedelta

    def run(self, limit: int) -> int:
        """Erase what has lain long enough; gives how many letters."""
        if forgotten := self.outbox.forget_actors(self.now() - _ACTORS):
            self.log.warning("actors_forgotten_untold", facts=forgotten)
        if forgotten := self.outbox.forget_usage(self.now() - self.usage, _USED_AT_ONCE):
            self.log.info("usage_forgotten", events=forgotten)
        if forgotten := self.outbox.forget_converted(self.now() - self.converted):
            self.log.info("converted_forgotten", documents=forgotten)
        if self.after is None:
            return 0
        if forgotten := self.outbox.forget(self.now() - self.after, min(limit, _AT_ONCE)):
            self.log.info("forgotten", kept_beside_letters=forgotten)
        found = self.outbox.erasable(self.now() - self.after, min(limit, _AT_ONCE))
        return sum(self._erased(id_, self.after) for id_ in found)

    def _erased(self, id_: str, after: timedelta) -> bool:
        try:
            self.outbox.erase(id_, by="settings", why=f"retention.payload_days = {after.days}")
        except ValueError:
            return False  # a receipt came in between: a person has to look first
        self.log.info("erased", dispatch=id_)
        return True
