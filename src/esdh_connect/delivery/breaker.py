"""Sikring: a provider that is down, or asks for peace, is left alone for a while, by all letters at once."""

from __future__ import annotations

from datetime import timedelta
from threading import Lock
from typing import Any

import attrs

from esdh_connect.errors import DeliveryError, OutcomeUnknown, TemporaryFailure

__all__ = ["Breaker"]

#: So many failures in a row, of any letters, and the channel rests; twice as long after each that follows.
_IN_A_ROW = 5
_FIRST_REST = timedelta(seconds=30)
_LONGEST_REST = timedelta(minutes=5)


@attrs.frozen
class Breaker:
    """Counts failures in a row for each channel."""

    _in_a_row: dict[str, int] = attrs.field(factory=dict, init=False)
    _lock: Any = attrs.field(factory=Lock, init=False, repr=False)

    def after(self, channel: str, error: DeliveryError | None) -> timedelta | None:
        """Give how long to leave the channel alone after this answer; None where it may go on. A refusal is a yes."""
        with self._lock:
            failed = isinstance(error, TemporaryFailure | OutcomeUnknown)
            row = self._in_a_row[channel] = self._in_a_row.get(channel, 0) + 1 if failed else 0
        if isinstance(error, TemporaryFailure) and error.retry_after is not None:
            return error.retry_after
        if row < _IN_A_ROW:
            return None
        return min(_LONGEST_REST, _FIRST_REST * (1 << min(row - _IN_A_ROW, 10)))
