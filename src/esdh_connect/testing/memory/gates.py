"""Gates: when the next letter may go through."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

import attrs

from esdh_connect.outbox import Gate
from esdh_connect.testing.memory.duties import Duties

__all__ = ["Gates"]


@attrs.define(eq=False)
class Gates(Duties):
    """The part of the outbox that has the gates."""

    _gates: dict[str, Gate] = attrs.field(factory=dict, init=False)
    _alone: set[str] = attrs.field(factory=set, init=False)

    @contextmanager
    def alone(self, what: str) -> Iterator[bool]:
        """Be the only worker at something while the block runs."""
        with self._lock:
            mine = what not in self._alone
            self._alone.add(what)
        try:
            yield mine
        finally:
            if mine:
                self._alone.discard(what)

    def shut(self, gate: str, now: datetime, until: datetime, why: str) -> None:
        """Let nothing through a gate until then."""
        with self._lock:
            known = self._gates.get(gate, Gate(gate, now, now))
            if known.opens_at <= until or not known.rests(now):
                self._gates[gate] = attrs.evolve(known, shut_at=now, opens_at=until, why=why)

    def _rest(self, gate: str, now: datetime, pace: Mapping[str, timedelta]) -> None:
        if gate in pace:
            self.shut(gate, now, now + pace[gate], "pace")

    def note_failure(
        self, gate: str, now: datetime, rest: Callable[[int], timedelta], why: str, *, asks: bool = False
    ) -> Gate:
        """Count one more failure in a row, and shut the gate."""
        with self._lock:
            known = self._gates.get(gate, Gate(gate, now, now, why))
            failures = known.failures + 1
            self._gates[gate] = attrs.evolve(known, failures=failures, asks=known.asks or asks)
            self.shut(gate, now, now + rest(failures), why)
            return self._gates[gate]

    def note_answer(self, gate: str) -> None:
        """Note that the row of failures is over."""
        with self._lock:
            if gate in self._gates:
                self._gates[gate] = attrs.evolve(self._gates[gate], asks=False, failures=0)

    def open_gate(self, gate: str) -> None:
        """Open a gate that was shut until a question was answered."""
        with self._lock:
            if gate in self._gates:
                self._gates[gate] = attrs.evolve(self._gates[gate], asks=False)

    def gates(self) -> tuple[Gate, ...]:
        """Give the gates that were ever shut."""
        return tuple(self._gates.values())
