"""
Levering: everything that happens after the commit, in an order that may be killed at any instant.

Consequences of document events, proposals, letters, duties, facts. One dispatcher at a time; whatever an earlier
one left under way is *unknown*, because its process may have died after the letter left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import attrs

from esdh_connect import progress
from esdh_connect.channel import Channel
from esdh_connect.dispatch import Entry
from esdh_connect.errors import DamagedPayload, OutcomeUnknown, PluginError, Rejected, TemporaryFailure
from esdh_connect.events import DocumentEvent, DocumentFinalized, DocumentPrinted, DocumentWithdrawn, UsageRecorded
from esdh_connect.log import Log
from esdh_connect.outbox import Change, Decide, Duty, Outbox, Proposal, Telling
from esdh_connect.plugins import Plugins
from esdh_connect.policy import Policy
from esdh_connect.usage import Usage, UsageKind

__all__ = ["Delivered", "Delivery"]

WITHDRAWN = "et dokument i brevet blev trukket tilbage"
_BESIDE_FAILED = "brevet, den hører til, blev ikke sendt"
_DUTY_WAIT = timedelta(seconds=30)
_LONGEST_DUTY_WAIT = timedelta(hours=1)


@attrs.frozen
class Delivered:
    """What one round of delivery did. ``elected`` is False where another process was at it."""

    elected: bool = True
    events: int = 0
    proposals: int = 0
    letters: int = 0
    journalized: int = 0
    told: int = 0

    def __bool__(self) -> bool:
        """Tell whether anything was done."""
        return bool(self.events or self.letters or self.journalized or self.told)


@attrs.frozen
class Delivery:
    """The machine of one installation. ``now`` and ``new_uuid`` are handed in."""

    outbox: Outbox
    plugins: Plugins
    policy_of: Callable[[str], Policy]
    now: Callable[[], datetime]
    new_uuid: Callable[[], UUID]
    log: Log = Log()

    def run(self, limit: int = 1000) -> Delivered:
        """Do one round: at most ``limit`` of each kind. Safe to kill, safe to call again."""
        with self.outbox.dispatching() as elected:
            if not elected:
                return Delivered(elected=False)
            self._recover()
            self._match_receipts(limit)
            events, proposals = self._treat_events(limit)
            letters = sum(1 for _ in self._send_letters(limit))
            journalized = sum(self._journalize(duty) for duty in self.outbox.duties(self.now(), limit))
            told = sum(self._tell(name, limit) for name in self.plugins.listeners)
            return Delivered(events=events, proposals=proposals, letters=letters, journalized=journalized, told=told)

    def _recover(self) -> None:
        died = OutcomeUnknown("the process that was sending it ended before the answer came")
        for entry in self.outbox.sending():
            self.log.warning("outcome_unknown_after_crash", dispatch=entry.id)
            self.outbox.change(entry.id, partial(progress.unresolved, error=died, now=self.now()))

    def _match_receipts(self, limit: int) -> None:
        """Apply what came before its letter was there: those that have one by now come first."""
        for receipt in self.outbox.unmatched(limit):
            if self.outbox.receive(receipt, partial(progress.received, now=self.now())) is None:
                return

    # --- document events

    def _treat_events(self, limit: int) -> tuple[int, int]:
        events = self.outbox.untreated(limit)
        return len(events), sum(self._treat(event) for event in events)

    def _treat(self, event: DocumentEvent) -> int:
        if isinstance(event, DocumentWithdrawn):
            for entry in self.outbox.open_with(event):
                self.outbox.change(entry.id, partial(progress.cancelled, why=WITHDRAWN, now=self.now()))
        proposals = self._proposals(event) if isinstance(event, DocumentFinalized) else ()
        self.outbox.treated(event, proposals, _usage_of(event) if isinstance(event, DocumentPrinted) else ())
        return len(proposals)

    def _proposals(self, event: DocumentEvent) -> tuple[Proposal, ...]:
        asked = self.plugins.asked(self.policy_of(event.department))
        try:
            requests = asked.request_letters(event)
        except Exception as error:  # noqa: BLE001 - one plugin's fault must not stop the letters behind it
            self.log.error("request_letters_failed", about=event.id, error=repr(error))
            return ()
        return tuple(Proposal(f"{event.id}/{at}", event.id, request, self.now()) for at, request in enumerate(requests))

    # --- letters

    def _send_letters(self, limit: int) -> Iterator[Entry]:
        for _ in range(limit):
            now = self.now()
            start = partial(progress.started, transaction_id=self.new_uuid(), now=now)
            entry = self.outbox.claim(now, start, partial(_stopped, now=now))
            if entry is None:
                return
            yield self.outbox.change(entry.id, self._outcome(entry))

    def _outcome(self, entry: Entry) -> Decide:
        log = self.log.bind(dispatch=entry.id, channel=entry.channel, department=entry.department)
        try:
            receipt = self._channel(entry).send(self.outbox.dispatch(entry.id))
        except DamagedPayload as error:
            log.error("letter_damaged", error=str(error))
            refused = Rejected(str(error), code="esdh_connect.damaged", danish=error.danish)
            return partial(progress.rejected, error=refused, now=self.now())
        except TemporaryFailure as error:
            log.warning("dispatch_postponed", error=str(error))
            return partial(progress.postponed, error=error, now=self.now())
        except Rejected as error:
            log.warning("dispatch_rejected", code=error.code, error=str(error))
            return partial(progress.rejected, error=error, now=self.now())
        except OutcomeUnknown as error:
            log.error("dispatch_unresolved", error=str(error))
            return partial(progress.unresolved, error=error, now=self.now())
        except Exception as error:  # noqa: BLE001 - a channel that breaks its contract may have sent
            log.error("channel_broke_its_contract", error=repr(error))
            return partial(progress.unresolved, error=OutcomeUnknown(type(error).__name__), now=self.now())
        log.info("dispatch_accepted")
        return partial(progress.accepted, receipt=receipt, now=self.now())

    def _channel(self, entry: Entry) -> Channel:
        channel = self.plugins.channels.get(entry.channel)
        if channel is None:
            raise TemporaryFailure(f"no loaded plugin brings the channel {entry.channel!r}")
        return channel

    # --- duties

    def _journalize(self, duty: Duty) -> bool:
        entry = self.outbox.entry(duty.dispatch)
        asked = self.plugins.asked(self.outbox.policy(entry.policy_version))
        if not asked.journalizes:
            return False  # this process has no host: the duty waits for one that has
        try:
            answer = asked.find_journal_entry(duty.mark) if duty.tries else None
            answer = answer or asked.journalize_dispatch(self.outbox.dispatch(duty.dispatch), duty.mark)
            if answer is None:
                raise PluginError("nobody journalized it")
        except Exception as error:  # noqa: BLE001 - repeated alone, never blocking the next letter
            self.log.warning("journalizing_failed", dispatch=duty.dispatch, tries=duty.tries + 1, error=repr(error))
            self.outbox.duty_postponed(duty.mark, self.now() + _duty_wait(duty.tries), repr(error))
            return False
        self.outbox.duty_done(duty.mark, answer)
        return True

    # --- facts

    def _tell(self, name: str, limit: int) -> int:
        told, passed = 0, None
        for telling in self.outbox.unheard(name, limit):
            if self._concerns(name, telling):
                try:
                    self.plugins.tell(name, telling.event)
                except Exception as error:  # noqa: BLE001 - told again next round, alone; the others go on
                    self.log.error("subscriber_failed", subscriber=name, fact=telling.event.id, error=repr(error))
                    break
                self.outbox.heard(name, telling.position)
                told, passed = told + 1, None
            else:
                passed = telling.position
        if passed is not None:
            self.outbox.heard(name, passed)
        return told

    def _concerns(self, name: str, telling: Telling) -> bool:
        may_hear = self.plugins.is_always_on(name) or name in telling.plugins
        return may_hear and self.plugins.listens(name, telling.event)


def _stopped(entry: Entry, now: datetime) -> Change | None:
    why = WITHDRAWN if entry.beside is None else _BESIDE_FAILED
    return progress.cancelled(entry, why, now)


def _duty_wait(tries: int) -> timedelta:
    return min(_LONGEST_DUTY_WAIT, _DUTY_WAIT * (1 << min(tries, 10)))


def _usage_of(event: DocumentEvent) -> tuple[UsageRecorded, ...]:
    """Count a document that was sent the old way."""
    id_ = Usage.id_of(event.id, UsageKind.PRINTED)
    usage = Usage(id_, UsageKind.PRINTED, event.department, event.at, documents=1)
    return (UsageRecorded(id=str(id_), at=event.at, department=event.department, usage=usage),)
