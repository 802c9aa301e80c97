"""Udveje: why a letter goes no further by itself, who must act, and what a person can do about it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from esdh_connect.dispatch.letters import Entry
from esdh_connect.dispatch.status import Outcome, ReceiptEvent, Status, is_proof

__all__ = [
    "DAMAGED",
    "MAYBE_THERE",
    "NOT_THERE",
    "Cause",
    "Owner",
    "Remedy",
    "cause_of",
    "counts",
    "failure_of",
    "owner_of",
    "remedies_of",
]

#: The code of a refusal that is our own: what was stored of the letter does not open.
DAMAGED = "esdh_connect.damaged"


class Owner(Enum):
    """Who must act: the caseworker (sagsbehandler), the administrator, or the provider (leverandør)."""

    CASEWORKER = "caseworker"
    ADMINISTRATOR = "administrator"
    PROVIDER = "provider"


class Remedy(Enum):
    """
    What can be done: RETRY and CONFIRM go on with this letter, the next three make a new one after it.

    SOLVED does nothing but take it off the list, and so does SEEN for one that was sent back. RELEASE and WITHDRAW are
    for a host that never said what became of its own transaction, JOURNALED and JOURNALIZE for one that may have
    written on the case.
    """

    RETRY = "retry"
    CONFIRM = "confirm"
    SEND_AGAIN = "send_again"
    SEND_AS_PRINT = "send_as_print"
    CHANGE_RECIPIENT = "change_recipient"
    SOLVED = "solved"
    SEEN = "seen"
    RELEASE = "release"
    WITHDRAW = "withdraw"
    JOURNALED = "journaled"
    JOURNALIZE = "journalize"

    @property
    def makes_a_letter(self) -> bool:
        """Tell whether a new letter is made after this one."""
        return self in _ANEW


class Cause(Enum):
    """Årsag: every way in which a letter can need a person."""

    REFUSED = "refused"
    MALFORMED = "malformed"
    DAMAGED = "damaged"
    GAVE_UP = "gave_up"
    NO_ANSWER = "no_answer"
    NO_RECEIPT = "no_receipt"
    NOT_DELIVERED = "not_delivered"
    RECALLED = "recalled"
    CONTRADICTED = "contradicted"
    STOPPED_IN_VAIN = "stopped_in_vain"
    SENT_BACK = "sent_back"
    HOST_SILENT = "host_silent"
    JOURNAL_UNKNOWN = "journal_unknown"
    JOURNAL_REFUSED = "journal_refused"
    JOURNAL_FAILING = "journal_failing"

    @property
    def owner(self) -> Owner:
        """Tell who must act."""
        return _OWNERS[self]

    @property
    def remedies(self) -> tuple[Remedy, ...]:
        """Give what can be done, the best first."""
        return _REMEDIES[self]


_ANEW = (Remedy.SEND_AS_PRINT, Remedy.CHANGE_RECIPIENT, Remedy.SEND_AGAIN)
_OWNERS: Mapping[Cause, Owner] = MappingProxyType(
    {
        Cause.REFUSED: Owner.CASEWORKER,
        Cause.MALFORMED: Owner.ADMINISTRATOR,
        Cause.DAMAGED: Owner.ADMINISTRATOR,
        Cause.GAVE_UP: Owner.ADMINISTRATOR,
        Cause.NO_ANSWER: Owner.PROVIDER,
        Cause.NO_RECEIPT: Owner.PROVIDER,
        Cause.NOT_DELIVERED: Owner.CASEWORKER,
        Cause.RECALLED: Owner.CASEWORKER,
        Cause.CONTRADICTED: Owner.CASEWORKER,
        Cause.STOPPED_IN_VAIN: Owner.CASEWORKER,
        Cause.SENT_BACK: Owner.CASEWORKER,
        Cause.HOST_SILENT: Owner.ADMINISTRATOR,
        Cause.JOURNAL_UNKNOWN: Owner.CASEWORKER,
        Cause.JOURNAL_REFUSED: Owner.CASEWORKER,
        Cause.JOURNAL_FAILING: Owner.ADMINISTRATOR,
    }
)
_REMEDIES: Mapping[Cause, tuple[Remedy, ...]] = MappingProxyType(
    {
        Cause.REFUSED: (*_ANEW, Remedy.SOLVED),
        # No other recipient would get it either, in this form.
        Cause.MALFORMED: (Remedy.SEND_AS_PRINT, Remedy.SEND_AGAIN, Remedy.SOLVED),
        Cause.DAMAGED: (Remedy.SOLVED,),
        Cause.GAVE_UP: (Remedy.RETRY, *_ANEW, Remedy.SOLVED),
        # Nothing new may be made of these two: it may be there.
        Cause.NO_ANSWER: (Remedy.CONFIRM, Remedy.RETRY, Remedy.SOLVED),
        Cause.NO_RECEIPT: (Remedy.CONFIRM, Remedy.SOLVED),
        Cause.NOT_DELIVERED: (*_ANEW, Remedy.SOLVED),
        # Somebody wanted it back, or the recipient may have it: the default is to send nothing.
        Cause.RECALLED: (Remedy.SOLVED, *_ANEW),
        Cause.CONTRADICTED: (Remedy.SOLVED, *_ANEW),
        Cause.STOPPED_IN_VAIN: (Remedy.SOLVED,),
        # What is wrong is put right on the case, and the letter is sent from there. Who did not order it says why.
        Cause.SENT_BACK: (Remedy.SEEN, Remedy.SOLVED),
        Cause.HOST_SILENT: (Remedy.RELEASE, Remedy.WITHDRAW),
        Cause.JOURNAL_UNKNOWN: (Remedy.JOURNALED, Remedy.JOURNALIZE),
        Cause.JOURNAL_REFUSED: (Remedy.JOURNALIZE, Remedy.JOURNALED),
        Cause.JOURNAL_FAILING: (Remedy.JOURNALIZE, Remedy.JOURNALED),
    }
)
_NO_GOOD = frozenset({ReceiptEvent.FAILED, ReceiptEvent.RECALLED})
_ARRIVED = frozenset({ReceiptEvent.DELIVERED, ReceiptEvent.WITH_POSTAL_SERVICE})

#: The statuses of a letter whose recipient does not have it, but for what :data:`MAYBE_THERE` is the cause of.
NOT_THERE = frozenset({Status.FAILED, Status.CANCELLED})
MAYBE_THERE = frozenset({Cause.CONTRADICTED, Cause.STOPPED_IN_VAIN})


def cause_of(entry: Entry) -> Cause | None:
    """Tell why a letter needs a person; None where it needs nobody."""
    if not entry.needs_person:
        return None
    if entry.status is Status.CANCELLED:
        return Cause.STOPPED_IN_VAIN if entry.has_proof else Cause.SENT_BACK
    if entry.status is Status.UNRESOLVED:
        return Cause.NO_ANSWER
    return failure_of(entry) if entry.status is Status.FAILED else Cause.NO_RECEIPT


def failure_of(entry: Entry) -> Cause:
    """Tell why a letter that failed did, also where that was dealt with."""
    told = {receipt.event for receipt in entry.receipts if is_proof(receipt)}
    refused = any(attempt.outcome is Outcome.REJECTED for attempt in entry.attempts)
    if told & _ARRIVED or (refused and told - _NO_GOOD):
        return Cause.CONTRADICTED
    if any(one.is_ours for one in (*entry.attempts, *entry.receipts)):
        return Cause.MALFORMED
    if told:
        return Cause.NOT_DELIVERED if ReceiptEvent.FAILED in told else Cause.RECALLED
    if not refused:
        return Cause.GAVE_UP
    return Cause.DAMAGED if entry.attempts[-1].code == DAMAGED else Cause.REFUSED


def counts(entry: Entry) -> bool:
    """Tell whether its recipient has it, will have it, or may: one more would be the same letter twice."""
    return entry.status not in NOT_THERE or cause_of(entry) in MAYBE_THERE


def remedies_of(entry: Entry) -> tuple[Remedy, ...]:
    """
    Give what can be done about a letter, the best first; nothing where it needs nobody.

    A reminder is never made anew: the letter it stands beside is what counts.
    """
    cause = cause_of(entry)
    known = cause.remedies if cause else ()
    return tuple(one for one in known if entry.beside is None or not one.makes_a_letter)


def owner_of(entry: Entry) -> Owner | None:
    """Tell who must act; None where nobody must."""
    cause = cause_of(entry)
    return cause.owner if cause else None
