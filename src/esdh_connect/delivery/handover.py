"""Aflevering: letters claimed, handed to their channel, and what came of it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import attrs

from esdh_connect import progress
from esdh_connect.channel import Channel, Conduct
from esdh_connect.delivery.breaker import Breaker
from esdh_connect.delivery.desk import Desk
from esdh_connect.dispatch import DAMAGED, Dispatch, Entry
from esdh_connect.errors import DamagedPayload, DeliveryError, OutcomeUnknown, Rejected, StoreError, TemporaryFailure
from esdh_connect.log import Log
from esdh_connect.outbox import Change, Claim, Decide, Ended, Outbox
from esdh_connect.plugins import Plugins

__all__ = ["WITHDRAWN", "Handover"]

WITHDRAWN = "et dokument i brevet blev trukket tilbage"
#: How long to wait between tries to store what came of a letter, in seconds: half a minute in all.
_PATIENCE = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
#: So many attempts that never began are remembered, the latest.
_REMEMBERED = 1000


@attrs.frozen
class Handover:
    """Hands letters over, one after the other; several threads may at once."""

    outbox: Outbox
    plugins: Plugins
    now: Callable[[], datetime]
    new_uuid: Callable[[], UUID]
    log: Log
    pause: Callable[[float], None] = time.sleep
    breaker: Breaker = attrs.field()
    #: Attempts whose claim may have been stored or not, because the outbox went away: nothing was sent in them.
    never_begun: deque[UUID] = attrs.field(factory=lambda: deque(maxlen=_REMEMBERED))

    @breaker.default
    def _of_the_outbox(self) -> Breaker:
        return Breaker(self.outbox, self.now, self.log)

    def desk(self, shift: str) -> Desk:
        """Give the desk where the threads of a shift hand in outcomes and get letters."""
        return Desk(partial(self._served, shift, self._pace()))

    def send(self, desk: Desk, goes_on: Callable[[], bool], limit: int) -> int:
        """Hand over what is ready and due, at most ``limit`` and while it goes on; gives how many were tried."""
        ended: Ended | None = None
        for done in range(limit + 1):
            claim = self._next(desk, ended, wants=done < limit and goes_on())
            if claim is None:
                return done
            ended = (claim, self._outcome(claim))
        return limit

    def _next(self, desk: Desk, ended: Ended | None, *, wants: bool) -> Claim | None:
        try:
            return desk.next(ended, wants=wants)
        except Exception as error:
            if ended is None:
                raise
            # Another's letter may be the trouble: what became of this one is stored alone.
            self._log_of(ended[0].entry).warning("not_stored_with_others", error=repr(error))
            self._told(*ended)
            return desk.next(None, wants=wants)

    def _served(
        self, shift: str, pace: Mapping[str, timedelta], ended: Sequence[Ended], wanted: int
    ) -> Sequence[Claim]:
        now, attempts = self.now(), [self.new_uuid() for _ in range(wanted)]
        starts = [partial(self._begun, transaction_id=one, now=now, shift=shift) for one in attempts]
        # Only what can be sent here: a process without a plugin leaves its letters to those that have it.
        gates, stop = self.plugins.gates, partial(_stopped, now=now)
        try:
            return self.outbox.serve(ended, now, starts, stop, pace=pace, gates=gates, channels=gates.keys())
        except StoreError:
            self.never_begun.extend(attempts)
            raise

    def _begun(self, entry: Entry, transaction_id: UUID, now: datetime, shift: str) -> Change:
        """Begin an attempt. One more may have become due in time, and not be taken up in time."""
        given_up = progress.expired(entry, now, self.plugins.conduct(entry.channel))
        return given_up or progress.started(entry, transaction_id, now, shift)

    def _told(self, claim: Claim, decide: Decide) -> None:
        """Store what came of it. An outbox that is away is waited for: nobody else knows, and it cannot be asked."""
        entry = claim.entry
        for seconds in _PATIENCE:
            try:
                self.outbox.change(entry.id, decide)
            except StoreError as error:
                self._log_of(entry).warning("outcome_not_stored", error=str(error), again_in=seconds)
                self.pause(seconds)
            else:
                return
        self.outbox.change(entry.id, decide)

    def _pace(self) -> Mapping[str, timedelta]:
        """Give the least time between two letters through each gate: of channels that differ, the longest."""
        pace: dict[str, timedelta] = {}
        for name, gate in self.plugins.gates.items():
            if rate := self.plugins.conduct(name).per_second:
                pace[gate] = max(timedelta(seconds=1 / rate), pace.get(gate, timedelta(0)))
        return pace

    def _outcome(self, claim: Claim) -> Decide:
        entry = claim.entry
        attempt, conduct = entry.attempts[-1].transaction_id, self.plugins.conduct(entry.channel)
        try:
            contents = _contents(claim)
            self._refuse_late(entry, conduct)
        except (TemporaryFailure, DamagedPayload) as error:  # it says nothing of the channel, which was not asked
            return self._failed(entry, self._sorted(entry, error))
        try:
            receipt = self._channel(entry).send(contents)
        except Exception as error:  # noqa: BLE001 - sorted below; a channel that breaks its contract may have sent
            sorted_ = self._sorted(entry, error)
            self.breaker.note(self.plugins.gate(entry.channel), self.plugins.channels.get(entry.channel), sorted_)
            return self._failed(entry, sorted_)
        self.breaker.note(self.plugins.gate(entry.channel), None, None)
        self._log_of(entry).info("dispatch_accepted")
        return partial(progress.accepted, receipt=receipt, attempt=attempt, now=self.now(), conduct=conduct)

    def _refuse_late(self, entry: Entry, conduct: Conduct) -> None:
        """Raise TemporaryFailure where the worker stood still with the letter in its hand for too long."""
        if progress.is_late(entry, self.now(), conduct):
            raise TemporaryFailure("it came too late to be handed over again, and nothing was sent")

    def _failed(self, entry: Entry, error: DeliveryError) -> Decide:
        attempt, conduct = entry.attempts[-1].transaction_id, self.plugins.conduct(entry.channel)
        match error:
            case TemporaryFailure():
                return partial(progress.postponed, error=error, attempt=attempt, now=self.now())
            case Rejected():
                return partial(progress.rejected, error=error, attempt=attempt, now=self.now(), conduct=conduct)
        unknown = error if isinstance(error, OutcomeUnknown) else OutcomeUnknown(type(error).__name__)
        return partial(progress.unresolved, error=unknown, attempt=attempt, now=self.now(), conduct=conduct)

    def _sorted(self, entry: Entry, error: Exception) -> DeliveryError:
        """Say in the log what went wrong, and sort it by what may have happened at the other end."""
        log = self._log_of(entry)
        match error:
            case DamagedPayload():
                log.error("letter_damaged", error=str(error))
                return Rejected(str(error), code=DAMAGED, danish=error.danish)
            case TemporaryFailure():
                log.warning("dispatch_postponed", error=str(error))
            case Rejected():
                log.warning("dispatch_rejected", code=error.code, error=str(error))
            case OutcomeUnknown():
                log.error("dispatch_unresolved", error=str(error))
            case _:
                log.error("channel_broke_its_contract", error=repr(error))
                return OutcomeUnknown(type(error).__name__)
        return error

    def _log_of(self, entry: Entry) -> Log:
        return self.log.bind(dispatch=entry.id, channel=entry.channel, department=entry.department)

    def _channel(self, entry: Entry) -> Channel:
        return self.plugins.channels[entry.channel]


def _stopped(entry: Entry, now: datetime) -> Change | None:
    return progress.stopped(entry, WITHDRAWN if entry.beside is None else progress.BESIDE_STOPPED, now)


def _contents(claim: Claim) -> Dispatch:
    try:
        return claim.carried()
    except StoreError as error:
        raise TemporaryFailure(f"the outbox is away, and nothing was sent: {error}") from error
