"""Duties: letters that must be journalized."""

from __future__ import annotations

from datetime import datetime

import attrs

from esdh_connect.outbox import Duty, UnknownDispatch
from esdh_connect.testing.memory.documents import Documents

__all__ = ["Duties"]


@attrs.define(eq=False)
class Duties(Documents):
    """The part of the outbox that remembers what is owed to the host."""

    _duties: dict[str, Duty] = attrs.field(factory=dict, init=False)
    _answers: dict[str, str] = attrs.field(factory=dict, init=False)

    def duties(self, now: datetime, limit: int = 100) -> tuple[Duty, ...]:
        """Give the duties that are due."""
        due = [duty for duty in self._open_duties() if duty.due <= now and not duty.waits_for_person]
        return tuple(sorted(due, key=lambda duty: duty.due)[:limit])

    def stuck_duties(self, tries: int, limit: int = 100) -> tuple[Duty, ...]:
        """Give the open duties that go no further by themselves."""
        return tuple(duty for duty in self._open_duties() if duty.waits_for_person or duty.tries >= tries)[:limit]

    def take_duty(self, mark: str, shift: str) -> Duty | None:
        """Take a duty in hand."""
        with self._lock:
            duty = self._duty(mark)
            if mark in self._answers or duty.waits_for_person or not self._is_free(duty.shift, shift):
                return None
            self._duties[mark] = attrs.evolve(duty, begun=True, shift=shift)
            return duty

    def _is_free(self, holder: str, shift: str) -> bool:  # noqa: ARG002 - there is one shift at a time: others are over
        return True

    def duty_done(self, mark: str, answer: str) -> None:
        """Note the host's answer."""
        with self._lock:
            self._answers[self._duty(mark).mark] = answer

    def duty_postponed(self, mark: str, due: datetime, why: str, *, begun: bool, shift: str = "") -> None:
        """Note a failed try."""
        with self._lock:
            duty = self._duty(mark)
            if duty.shift == shift:
                failed = Duty(mark, duty.dispatch, due, duty.tries + 1, begun, why=why)
                self._duties[mark] = failed

    def duty_unknown(self, mark: str, why: str, *, shift: str = "") -> None:
        """Note that nobody can know whether the host has written."""
        with self._lock:
            duty = self._duty(mark)
            if duty.shift == shift:
                self._duties[mark] = attrs.evolve(duty, is_unknown=True, shift="", why=why)

    def duty_refused(self, mark: str, why: str, *, shift: str = "") -> None:
        """Note that the host has not written and will not, as things are."""
        with self._lock:
            duty = self._duty(mark)
            if duty.shift == shift:
                failed = Duty(mark, duty.dispatch, duty.due, duty.tries + 1, is_refused=True, why=why)
                self._duties[mark] = failed

    def _resolve(self, mark: str, now: datetime, *, written: bool) -> str | None:
        """Take a person's word for whether the host has written; None where nobody has to say it."""
        duty = self._duty(mark)
        if mark in self._answers or duty.shift:
            return None
        if written:
            self._answers[mark] = ""
        begun = duty.begun and not duty.is_unknown
        self._duties[mark] = Duty(mark, duty.dispatch, now, begun=begun)
        return duty.dispatch

    def _owe(self, duty: Duty) -> None:
        self._duties.setdefault(duty.mark, duty)

    def _open_duties(self) -> list[Duty]:
        with self._lock:
            return [duty for duty in self._duties.values() if duty.mark not in self._answers]

    def _duty(self, mark: str) -> Duty:
        if mark not in self._duties:
            raise UnknownDispatch(f"no duty {mark!r}")
        return self._duties[mark]
