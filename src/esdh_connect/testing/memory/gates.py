"""Gates of channels."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import attrs

from esdh_connect.outbox import Gate
from esdh_connect.testing.memory.duties import Duties

__all__ = ["Gates"]


@attrs.define(eq=False)
class Gates(Duties):
    """The part of the outbox that has the gates."""

    _gates: dict[str, Gate] = attrs.field(factory=dict, init=False)

    def shut(self, channel: str, now: datetime, until: datetime, why: str) -> None:
        """Let nothing through a channel until then."""
        with self._lock:
            known = self._gates.get(channel, Gate(channel, now, now))
            if known.opens_at <= until or not known.rests(now):
                self._gates[channel] = attrs.evolve(known, shut_at=now, opens_at=until, why=why)

    def note_failure(
        self, channel: str, now: datetime, rest: Callable[[int], timedelta], why: str, *, asks: bool = False
    ) -> Gate:
        """Count one more failure in a row, and shut the gate."""
        with self._lock:
            known = self._gates.get(channel, Gate(channel, now, now, why))
            failures = known.failures + 1
            self._gates[channel] = attrs.evolve(known, failures=failures, asks=known.asks or asks)
            self.shut(channel, now, now + rest(failures), why)
            return self._gates[channel]

    def note_answer(self, channel: str) -> None:
        """Note that the row of failures is over."""
        with self._lock:
            if channel in self._gates:
                self._gates[channel] = attrs.evolve(self._gates[channel], asks=False, failures=0)

    def open_gate(self, channel: str) -> None:
        """Open a gate that was shut until its channel answered."""
        with self._lock:
            if channel in self._gates:
                self._gates[channel] = attrs.evolve(self._gates[channel], asks=False)

    def gates(self) -> tuple[Gate, ...]:
        """Give the gates that were ever shut."""
        return tuple(self._gates.values())
