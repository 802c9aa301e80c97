"""Opfølgning: every state that waits has a deadline, and this is where it is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import attrs

from esdh_connect import deeds, progress
from esdh_connect.dispatch import Act, Deed, Entry, Hold
from esdh_connect.errors import StoreError
from esdh_connect.log import Log
from esdh_connect.outbox import Change, Decide, Outbox
from esdh_connect.plugins import HOST, Plugins

__all__ = ["NOT_KEPT", "Sweep"]

NOT_KEPT = "ESDH-systemet gemte ikke det, brevet hørte til"
_ASK_AGAIN = timedelta(minutes=1)


@attrs.frozen
class Sweep:
    """Does what follows when somebody is late: a provider with a receipt, a host with its word, an approver."""

    outbox: Outbox
    plugins: Plugins
    now: Callable[[], datetime]
    log: Log

    def run(self, limit: int) -> int:
        """Look at what is overdue; gives how many moved."""
        return sum(self._looked_at(entry) for entry in self.outbox.overdue(self.now(), limit))

    def _looked_at(self, entry: Entry) -> bool:
        try:
            return self._followed_up(entry)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - looked at again next round; the letters behind it go on
            self.log.error("overdue_failed", dispatch=entry.id, error=repr(error))
            return False

    def _followed_up(self, entry: Entry) -> bool:
        decide = self._of_host(entry) if entry.waits_for(Hold.HOST) else self._of_others(entry)
        if decide is None:
            return False
        after = self.outbox.change(entry.id, decide)
        self.log.info("overdue", dispatch=entry.id, was=entry.work.value, now=after.work.value)
        return (after.work, after.held_for) != (entry.work, entry.held_for)

    def _of_others(self, entry: Entry) -> Decide:
        return partial(progress.overdue, now=self.now(), conduct=self.plugins.conduct(entry.channel))

    def _of_host(self, entry: Entry) -> Decide | None:
        """Ask the host whether its own transaction was committed; None where this process has no host to ask."""
        asked = self.plugins.asked(self.outbox.policy(entry.policy_version))
        if not asked.knows_commits:
            return None
        now = self.now()
        try:
            wish = self.outbox.wish(entry.id)
            answer = asked.was_committed(wish.key) if wish is not None else False
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - asked again, alone, and after a day a person is; the others go on
            self.log.warning("was_committed_failed", dispatch=entry.id, error=repr(error))
            return partial(_asked_again, now=now)
        if answer is None:
            return partial(_asked_again, now=now)
        if not answer:
            return partial(progress.stopped, why=NOT_KEPT, now=now)
        due = progress.leaves_at(wish.options, now, self.plugins.conduct(entry.channel)) if wish else now
        return partial(deeds.kept, act=Act(Deed.RELEASED, HOST, now), due=due)


def _asked_again(entry: Entry, now: datetime) -> Change:
    waited = now - entry.committed_at
    return Change(attrs.evolve(entry, due=now + max(_ASK_AGAIN, waited / 4)))
