"""
Forløb: what each happening does to a dispatch. Pure: an entry in, a change out, never an error.

Run by the outbox inside its transaction, on the entry as it is there. Work moves only along
:data:`esdh_connect.dispatch.TRANSITIONS`; where it has moved on already – a receipt came before the answer to our
own call – only the record grows.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

import attrs

from esdh_connect.dispatch import (
    FINAL,
    TRANSITIONS,
    Attempt,
    Entry,
    Outcome,
    Receipt,
    ReceiptEvent,
    Status,
    Work,
)
from esdh_connect.errors import OutcomeUnknown, Rejected, TemporaryFailure
from esdh_connect.events import (
    DispatchCancelled,
    DispatchCommitted,
    DispatchDelivered,
    DispatchEvent,
    DispatchFailed,
    DispatchSent,
    DispatchUnresolved,
    Event,
    ReceiptReceived,
    UsageRecorded,
)
from esdh_connect.usage import Usage, UsageKind

__all__ = [
    "MAX_TRIES",
    "RECEIPT_DEADLINE",
    "Change",
    "accepted",
    "cancelled",
    "committed",
    "postponed",
    "received",
    "rejected",
    "started",
    "unresolved",
]

E = TypeVar("E", bound=DispatchEvent)

#: A letter that surely was not taken is tried this often, over about four hours, and then set aside.
MAX_TRIES = 12
#: Receipts may take many hours in busy periods; after this long a person is asked to look.
RECEIPT_DEADLINE = timedelta(hours=72)
_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(hours=1)
_NO_PROOF = frozenset({ReceiptEvent.UPDATE, ReceiptEvent.UNKNOWN})


@attrs.frozen
class Change:
    """What a happening did: the entry as it is now, the facts that tell of it, and whether journaling fell due."""

    entry: Entry
    facts: tuple[Event, ...] = ()
    journalize: bool = False


def committed(entry: Entry) -> DispatchCommitted:
    """Give the fact that goes with a letter into the outbox."""
    return _fact(DispatchCommitted, entry, entry.committed_at)


def started(entry: Entry, transaction_id: UUID, now: datetime) -> Change:
    """Begin an attempt: stored, with its transaction id, before the first byte leaves."""
    attempt = Attempt(transaction_id, now)
    return Change(_moved(attrs.evolve(entry, attempts=(*entry.attempts, attempt)), Work.SENDING))


def accepted(entry: Entry, receipt: Receipt, now: datetime) -> Change:
    """Take the provider's yes: the technical receipt."""
    return received(_ended(entry, Outcome.ACCEPTED, now), receipt, now)


def postponed(entry: Entry, error: TemporaryFailure, now: datetime) -> Change:
    """Surely nothing was sent: wait and try again, or set the letter aside after MAX_TRIES."""
    ended = _ended(entry, Outcome.TEMPORARY, now, detail=str(error))
    if entry.work is not Work.SENDING:
        return Change(ended)
    if len(entry.attempts) < MAX_TRIES:
        return Change(_moved(ended, Work.READY, now + (error.retry_after or _wait(len(entry.attempts)))))
    aside = _moved(attrs.evolve(ended, stopped_because=error.danish), Work.SET_ASIDE)
    return Change(aside, (*_failed(aside, now),))


def rejected(entry: Entry, error: Rejected, now: datetime) -> Change:
    """Nothing was sent and never will be: closed, and a person is told."""
    ended = _ended(entry, Outcome.REJECTED, now, code=error.code, detail=str(error))
    if entry.work is not Work.SENDING:
        return Change(ended)
    closed = _moved(attrs.evolve(ended, stopped_because=error.danish), Work.CLOSED)
    return Change(closed, (*_failed(closed, now),))


def unresolved(entry: Entry, error: OutcomeUnknown, now: datetime) -> Change:
    """Perhaps sent: wait for a receipt under the same UUID, resend nothing."""
    ended = _ended(entry, Outcome.UNKNOWN, now, detail=str(error))
    if entry.work is not Work.SENDING:
        return Change(ended)
    waiting = _moved(ended, Work.UNKNOWN, now + RECEIPT_DEADLINE)
    return Change(waiting, (_fact(DispatchUnresolved, waiting, now, str(len(entry.attempts))),))


def received(entry: Entry, receipt: Receipt, now: datetime) -> Change:
    """Take a receipt in, whenever it comes. The same receipt again changes nothing."""
    if any(known.id == receipt.id for known in entry.receipts):
        return Change(entry)
    grown = attrs.evolve(entry, receipts=(*entry.receipts, receipt))
    first_proof = _is_proof(receipt) and not any(_is_proof(known) for known in entry.receipts)
    if receipt.event in FINAL:
        grown = _moved(grown, Work.CLOSED)
    elif _is_proof(receipt):
        grown = _moved(grown, Work.HANDED_OVER, now + RECEIPT_DEADLINE)
    told = attrs.evolve(_fact(ReceiptReceived, grown, now, receipt.id), event=receipt.event)
    sent = _sent(grown, now) if first_proof else ()
    return Change(grown, (told, *sent, *_news(entry, grown, now)), journalize=first_proof and entry.owes_journal)


def cancelled(entry: Entry, why: str, now: datetime) -> Change | None:
    """Stop a letter that was not handed over; None where it is too late. ``why`` is Danish."""
    if Work.CANCELLED not in TRANSITIONS[entry.work]:
        return None
    stopped = attrs.evolve(entry, work=Work.CANCELLED, stopped_because=why)
    told = attrs.evolve(_fact(DispatchCancelled, stopped, now), why=why)
    return Change(stopped, (told, _usage(stopped, UsageKind.CANCELLED, now)))


def _is_proof(receipt: Receipt) -> bool:
    return receipt.event not in _NO_PROOF


def _moved(entry: Entry, work: Work, due: datetime | None = None) -> Entry:
    if work not in TRANSITIONS[entry.work]:
        return entry
    return attrs.evolve(entry, work=work, due=due or entry.due)


def _ended(entry: Entry, outcome: Outcome, now: datetime, *, code: str = "", detail: str = "") -> Entry:
    if not entry.attempts or entry.attempts[-1].outcome is not None:
        return entry  # nothing is under way: an attempt ends once
    *earlier, last = entry.attempts
    ended = attrs.evolve(last, ended_at=now, outcome=outcome, code=code, detail=detail)
    return attrs.evolve(entry, attempts=(*earlier, ended))


def _wait(tries: int) -> timedelta:
    return min(_LONGEST_WAIT, _FIRST_WAIT * (1 << max(tries - 1, 0)))


def _news(before: Entry, after: Entry, now: datetime) -> tuple[Event, ...]:
    if after.status is before.status:
        return ()
    if after.status is Status.DELIVERED:
        return (_fact(DispatchDelivered, after, now), _usage(after, UsageKind.DELIVERED, now))
    return _failed(after, now) if after.status is Status.FAILED else ()


def _sent(entry: Entry, now: datetime) -> tuple[Event, ...]:
    return (_fact(DispatchSent, entry, now), _usage(entry, UsageKind.SENT, now))


def _failed(entry: Entry, now: datetime) -> tuple[Event, ...]:
    told = _fact(DispatchFailed, entry, now, str(len(entry.attempts)))
    return (attrs.evolve(told, why=entry.stopped_because or _reported(entry)), _usage(entry, UsageKind.FAILED, now))


def _reported(entry: Entry) -> str:
    """Give what the receipts say of a failure, in Danish; their texts may quote the letter and stay where they are."""
    codes = [receipt.code for receipt in entry.receipts if receipt.event is ReceiptEvent.FAILED and receipt.code]
    return f"leverandøren melder fejlen {codes[-1]}" if codes else "leverandøren melder fejl"


def _fact(kind: type[E], entry: Entry, now: datetime, *suffix: str) -> E:
    return kind(
        id="/".join((entry.id, kind.hook(), *suffix)),
        at=now,
        department=entry.department,
        dispatch=entry.id,
        channel=entry.channel,
        case=entry.case,
        status=entry.status,
        policy_version=entry.policy_version,
    )


def _usage(entry: Entry, kind: UsageKind, now: datetime) -> UsageRecorded:
    id_ = Usage.id_of(entry.id, kind)
    return UsageRecorded(
        id=str(id_),
        at=now,
        department=entry.department,
        usage=Usage(id_, kind, entry.department, now, entry.channel, **attrs.asdict(entry.extent)),
    )
