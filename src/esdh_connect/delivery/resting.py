"""Hvile: whoever outside fails is left alone, ever longer, and the outbox remembers until when, for all workers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

import attrs

from esdh_connect.errors import TemporaryFailure
from esdh_connect.outbox import Outbox

__all__ = ["Resting"]

_LONGEST = timedelta(minutes=15)


@attrs.frozen
class Resting:
    """Tells who rests: ``first`` after one failure, twice that after each more in a row, 15 minutes at most."""

    outbox: Outbox
    now: Callable[[], datetime]
    first: timedelta

    def rests(self, who: str) -> bool:
        """Tell whether it is to be left alone now."""
        return any(gate.name == who and gate.is_shut(self.now()) for gate in self.outbox.gates())

    def failed(self, who: str, error: Exception) -> Mapping[str, float]:
        """Note a failure, and let it rest: as long as it asks for where it does. Gives what the log says of that."""
        gate = self.outbox.note_failure(who, self.now(), partial(self._rest, error), type(error).__name__)
        return {"again_in": (gate.opens_at - self.now()).total_seconds(), "row": gate.failures}

    def answered(self, who: str) -> bool:
        """Note that it answers; True where it had failed before."""
        had_failed = any(gate.name == who and gate.failures for gate in self.outbox.gates())
        if had_failed:
            self.outbox.note_answer(who)
        return had_failed

    def _rest(self, error: Exception, row: int) -> timedelta:
        if isinstance(error, TemporaryFailure) and error.retry_after is not None:
            return max(error.retry_after, self.first)
        return min(_LONGEST, self.first * (1 << min(row - 1, 10)))
