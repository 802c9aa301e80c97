"""
Sikring: a provider that is down, or asks for peace, is left alone for a while, by all letters of all workers.

How often it failed in a row is counted in the outbox. An outcome that nobody knows is a person's work, so after
one the channel is shut until it has answered a question that carries no letter, where it can be asked one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

import attrs

from esdh_connect.channel import Channel, TakesQuestions
from esdh_connect.errors import DeliveryError, OutcomeUnknown, StoreError, TemporaryFailure
from esdh_connect.ids import mask
from esdh_connect.log import Log
from esdh_connect.outbox import Gate, Outbox

__all__ = ["Breaker", "rest_after"]

#: So many failures in a row, of any letters, and the channel rests; twice as long after each that follows.
_IN_A_ROW = 5
_FIRST_REST = timedelta(seconds=30)
#: To try a letter that may be tried again costs nothing; one whose outcome is unknown is a person's work.
_LONGEST_REST, _LONGEST_AFTER_UNKNOWN = timedelta(minutes=5), timedelta(hours=1)
_NO_REST = timedelta(0)


@attrs.frozen
class Breaker:
    """Shuts and opens the gates of an outbox, by what its channels answer."""

    outbox: Outbox
    now: Callable[[], datetime]
    log: Log
    #: Channels that failed, as far as this worker knows: a yes of theirs is worth noting.
    _failing: set[str] = attrs.field(factory=set, init=False)

    def look(self, channels: Mapping[str, Channel]) -> None:
        """Look at the gates before letters go: those shut until the channel answers a question are asked it now."""
        now, gates = self.now(), self.outbox.gates()
        self._failing.clear()
        self._failing.update(gate.channel for gate in gates if gate.failures)
        for gate in gates:
            if gate.asks and not gate.rests(now) and gate.channel in channels:
                self._ask(gate, channels[gate.channel])

    def note(self, name: str, channel: Channel | None, error: DeliveryError | None) -> None:
        """Note what a channel answered: a yes, where ``error`` is None."""
        failed = isinstance(error, TemporaryFailure | OutcomeUnknown)
        if failed or name in self._failing:
            self._stored(name, error if failed else None, channel)

    def _ask(self, gate: Gate, channel: Channel) -> None:
        error = _answer(channel)
        if error is not None:
            self._stored(gate.channel, error, channel)
            return
        self.outbox.open_gate(gate.channel)
        self.log.info("channel_answers", channel=gate.channel)

    def _stored(self, name: str, error: DeliveryError | None, channel: Channel | None) -> None:
        try:
            if error is None:
                self.outbox.note_answer(name)
                self._failing.discard(name)
            else:
                self._failing.add(name)
                self._shut(name, error, asks=isinstance(error, OutcomeUnknown) and isinstance(channel, TakesQuestions))
        except StoreError as away:  # what came of the letter is not stored yet, and worth more
            self.log.warning("channel_not_noted", channel=name, error=str(away))

    def _shut(self, name: str, error: DeliveryError, *, asks: bool) -> None:
        now, why = self.now(), mask(str(error))  # a gate is stored in clear
        gate = self.outbox.note_failure(name, now, partial(rest_after, error), why, asks=asks)
        if gate.is_shut(now):
            seconds = (gate.opens_at - now).total_seconds()
            self.log.warning("channel_shut", channel=name, seconds=seconds, asks=gate.asks, error=why)


def _answer(channel: object) -> DeliveryError | None:
    """Ask a channel, where it can be asked."""
    if not isinstance(channel, TakesQuestions):
        return None
    try:
        channel.ask()
    except DeliveryError as error:
        return error
    except Exception as error:  # noqa: BLE001 - a channel that cannot say so is not open
        return TemporaryFailure(f"{type(error).__name__} when asked")
    return None


def rest_after(error: DeliveryError, row: int) -> timedelta:
    """Give how long to leave a channel alone after this failure, which is the ``row``-th; a refusal is a yes."""
    if isinstance(error, TemporaryFailure) and error.retry_after is not None:
        return error.retry_after
    if row < _IN_A_ROW:
        return _NO_REST
    longest = _LONGEST_AFTER_UNKNOWN if isinstance(error, OutcomeUnknown) else _LONGEST_REST
    return min(longest, _FIRST_REST * (1 << min(row - _IN_A_ROW, 10)))
