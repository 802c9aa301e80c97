"""Journalisering: what was sent is put on the case, once, however often it takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import attrs

from esdh_connect.errors import DamagedPayload, Rejected, TemporaryFailure
from esdh_connect.log import Log
from esdh_connect.outbox import Duty, Outbox
from esdh_connect.plugins import Asked, Plugins

__all__ = ["Journal"]

_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(hours=1)
_CANNOT_LOOK = "the host may have written, and has no find_journal_entry to look with"


@attrs.frozen
class Journal:
    """Does the duties that are due, each alone: one that fails is tried again, unless refused, and stops no other."""

    outbox: Outbox
    plugins: Plugins
    now: Callable[[], datetime]
    log: Log
    shift: str

    def run(self, limit: int, goes_on: Callable[[], bool]) -> int:
        """Do what is due, while it goes on; gives how many the host answered for. Without a host it waits."""
        if not self.plugins.has_journal:
            return 0
        return sum(goes_on() and self._done(duty) for duty in self.outbox.duties(self.now(), limit))

    def _done(self, duty: Duty) -> bool:
        entry = self.outbox.entry(duty.dispatch)
        asked = self.plugins.asked(self.outbox.policy(entry.policy_version))
        if not asked.journalizes:
            return False  # this process has no host: the duty waits for one that has
        # Stored before the host is asked: a process that dies now leaves the question open.
        before = self.outbox.take_duty(duty.mark, self.shift)
        if before is None:
            return False
        if before.begun and not asked.can_look:
            return self._given_up(duty, _CANNOT_LOOK)
        try:
            answer = asked.find_journal_entry(duty.mark, entry.case) if before.begun else None
        except Exception as error:  # noqa: BLE001 - looked for again before anything is written
            return self._postponed(duty, repr(error), begun=True, asked_for=_asked_for(error))
        if answer is None:
            return self._written(duty, asked)
        self.outbox.duty_done(duty.mark, answer)
        return True

    def _written(self, duty: Duty, asked: Asked) -> bool:
        try:
            dispatch = self.outbox.dispatch(duty.dispatch)
        except DamagedPayload as error:
            return self._postponed(duty, repr(error), begun=False)
        try:
            answer = asked.journalize_dispatch(dispatch, duty.mark)
        except Exception as error:  # noqa: BLE001 - repeated alone, never blocking the next letter
            return self._failed(duty, error, can_look=asked.can_look)
        if answer is None:
            return self._postponed(duty, "nobody journalized it", begun=False)
        self.outbox.duty_done(duty.mark, answer)
        return True

    def _failed(self, duty: Duty, error: Exception, *, can_look: bool) -> bool:
        if isinstance(error, Rejected):
            return self._refused(duty, error)
        if isinstance(error, TemporaryFailure):
            return self._postponed(duty, repr(error), begun=False, asked_for=_asked_for(error))
        if can_look:
            return self._postponed(duty, repr(error), begun=True)
        return self._given_up(duty, repr(error))

    def _postponed(self, duty: Duty, why: str, *, begun: bool, asked_for: timedelta = _WAIT) -> bool:
        self.log.warning("journalizing_failed", dispatch=duty.dispatch, tries=duty.tries + 1, error=why)
        wait = max(asked_for, min(_LONGEST_WAIT, _WAIT * (1 << min(duty.tries, 10))))
        self.outbox.duty_postponed(duty.mark, self.now() + wait, why, begun=begun, shift=self.shift)
        return False

    def _refused(self, duty: Duty, error: Rejected) -> bool:
        self.log.error("journalizing_refused", dispatch=duty.dispatch, code=error.code, error=str(error))
        self.outbox.duty_refused(duty.mark, error.danish or str(error), shift=self.shift)
        return False

    def _given_up(self, duty: Duty, why: str) -> bool:
        self.log.error("journalizing_unknown", dispatch=duty.dispatch, error=why)
        self.outbox.duty_unknown(duty.mark, why, shift=self.shift)
        return False


def _asked_for(error: Exception) -> timedelta:
    """Give how long the host wants to be left alone, where it has said so."""
    wait = error.retry_after if isinstance(error, TemporaryFailure) else None
    return _WAIT if wait is None else wait
