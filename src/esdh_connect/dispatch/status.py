"""Arbejde og status: what the machine does next, and what people see; the second is computed, never stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum, IntEnum
from types import MappingProxyType
from uuid import UUID

import attrs

__all__ = [
    "FINAL",
    "TRANSITIONS",
    "Act",
    "Attempt",
    "Deed",
    "Hold",
    "Lane",
    "Outcome",
    "Receipt",
    "ReceiptEvent",
    "Standing",
    "Status",
    "Work",
    "is_proof",
    "ours",
    "status_of",
]


class Work(Enum):
    """What the machine does next with a dispatch; at ``SET_ASIDE`` nothing, until a person decides."""

    HELD = "held"
    READY = "ready"
    SENDING = "sending"
    HANDED_OVER = "handed_over"
    UNKNOWN = "unknown"
    SET_ASIDE = "set_aside"
    CANCELLED = "cancelled"
    CLOSED = "closed"


#: Every move work may make. Receipts may close anything but what a person cancelled; closed never re-opens.
TRANSITIONS: Mapping[Work, frozenset[Work]] = MappingProxyType(
    {
        Work.HELD: frozenset({Work.READY, Work.CANCELLED, Work.HANDED_OVER, Work.CLOSED}),
        Work.READY: frozenset({Work.SENDING, Work.CANCELLED, Work.SET_ASIDE, Work.HANDED_OVER, Work.CLOSED}),
        Work.SENDING: frozenset({Work.READY, Work.HANDED_OVER, Work.UNKNOWN, Work.SET_ASIDE, Work.CLOSED}),
        Work.HANDED_OVER: frozenset({Work.SET_ASIDE, Work.CLOSED}),
        Work.UNKNOWN: frozenset({Work.READY, Work.HANDED_OVER, Work.SET_ASIDE, Work.CLOSED}),
        Work.SET_ASIDE: frozenset({Work.READY, Work.CANCELLED, Work.HANDED_OVER, Work.CLOSED}),
        Work.CANCELLED: frozenset(),
        Work.CLOSED: frozenset(),
    }
)


class Hold(Enum):
    """What a held dispatch waits for: somebody's approval, the release of its batch, or the host's own commit."""

    APPROVAL = "approval"
    BATCH = "batch"
    HOST = "host"


class Lane(IntEnum):
    """Spor: whose turn it is; the lowest goes first, so that no single letter is behind a mailing."""

    SINGLE = 0
    MAILING = 1


class Status(Enum):
    """What people see. The Danish words stand in :mod:`esdh_connect.wording`."""

    WAITING = "waiting"
    IN_PROGRESS = "in_progress"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNRESOLVED = "unresolved"


class Standing(Enum):
    """Why a letter has its status, where two that are not alike have the same: it is told beside it."""

    TO_APPROVE = "to_approve"
    SENT_BACK = "sent_back"


class Outcome(Enum):
    """How one attempt to hand over ended; an attempt without one is under way, or its process died."""

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


class ReceiptEvent(Enum):
    """What a receipt tells, in one vocabulary for all channels; the provider's own word is kept beside it."""

    ACCEPTED = "accepted"
    TAKEN_IN = "taken_in"
    DELIVERED = "delivered"
    READY = "ready"
    AT_PRINTER = "at_printer"
    PRINTING = "printing"
    SENT = "sent"
    WITH_POSTAL_SERVICE = "with_postal_service"
    UPDATE = "update"
    FAILED = "failed"
    RECALLED = "recalled"
    UNKNOWN = "unknown"


#: The events after which nothing more is awaited: work is closed at the first of them.
FINAL = frozenset(
    {ReceiptEvent.DELIVERED, ReceiptEvent.WITH_POSTAL_SERVICE, ReceiptEvent.FAILED, ReceiptEvent.RECALLED}
)
_FAILED = frozenset({ReceiptEvent.FAILED, ReceiptEvent.RECALLED})
_DELIVERED = frozenset({ReceiptEvent.DELIVERED, ReceiptEvent.WITH_POSTAL_SERVICE})
_SILENT = frozenset({ReceiptEvent.UPDATE, ReceiptEvent.UNKNOWN})


_OURS = "esdh_connect.ours:"


def ours(code: str) -> str:
    """Mark a provider's code as one of our making: the program wrote the letter so that it cannot be read."""
    return f"{_OURS}{code}"


class _Told:
    """What the provider told with a code."""

    __slots__ = ()
    code: str

    @property
    def is_ours(self) -> bool:
        """Tell whether it is the program's fault: nobody can mend it by sending the letter again."""
        return self.code.startswith(_OURS)

    @property
    def providers_code(self) -> str:
        """Give the code in the provider's own spelling."""
        return self.code.removeprefix(_OURS)


@attrs.frozen
class Receipt(_Told):
    """
    Kvittering. *Teknisk* (our call was accepted) or *forretningskvittering* (what became of the letter).

    ``id`` is the provider's own id of the receipt, so that one told twice is stored once; ``message_uuid`` is
    the letter it is about. A ``code`` may be marked as :func:`ours`; ``text`` may quote the letter and is personal
    data.
    """

    id: str
    event: ReceiptEvent
    at: datetime
    message_uuid: UUID
    channel: str = ""
    code: str = ""
    text: str = attrs.field(default="", repr=False)
    word: str = ""
    raw: bytes = attrs.field(default=b"", repr=False)


@attrs.frozen
class Attempt(_Told):
    """
    Forsøg: one call to the provider; ``transaction_id`` was stored before it began.

    It is also the fence: whoever reports how an attempt ended names it, and only the latest one can still end.
    ``shift`` is the worker that made it.
    """

    transaction_id: UUID
    started_at: datetime
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    code: str = ""
    detail: str = ""
    shift: str = ""


class Deed(Enum):
    """What people do to a dispatch."""

    APPROVED = "approved"
    SENT_BACK = "sent_back"
    PASSED_ON = "passed_on"
    RELEASED = "released"
    CANCELLED = "cancelled"
    RETRIED = "retried"
    CONFIRMED = "confirmed"
    FOLLOWED = "followed"
    REOPENED = "reopened"
    SOLVED = "solved"
    JOURNALED = "journaled"
    JOURNALIZED_AGAIN = "journalized_again"
    OVERRODE = "overrode"


@attrs.frozen
class Act:
    """
    Handling: what somebody did to a dispatch, and why. ``to`` is whom it was passed on to.

    Of a concern that was overridden ``concern`` is its id and ``seen`` what it said.
    """

    deed: Deed
    by: str = attrs.field(repr=False)
    at: datetime
    why: str = attrs.field(default="", repr=False)
    to: str = attrs.field(default="", repr=False)
    concern: str = ""
    seen: str = attrs.field(default="", repr=False)


def is_proof(receipt: Receipt) -> bool:
    """Tell whether a receipt proves that the provider has the letter."""
    return receipt.event not in _SILENT


def status_of(  # noqa: PLR0911 - the rows of a table, in the order they outrank each other
    work: Work, attempts: Sequence[Attempt], receipts: Iterable[Receipt], acts: Iterable[Act] = ()
) -> Status:
    """
    Tell what people see. Receipts are a set: order and repetition do not matter.

    *Failed* outranks *delivered*: the citizen may not have it, so a person must look. A letter that one attempt
    may have handed over is unresolved until a receipt or a person settles it, whatever later attempts say.
    """
    events = {receipt.event for receipt in receipts} - _SILENT
    outcomes = {attempt.outcome for attempt in attempts}
    is_confirmed = any(act.deed is Deed.CONFIRMED for act in acts)
    if work is Work.CANCELLED:
        return Status.CANCELLED
    if events & _FAILED or Outcome.REJECTED in outcomes:
        return Status.FAILED
    if events & _DELIVERED:
        return Status.DELIVERED
    if ReceiptEvent.SENT in events:
        return Status.SENT
    if events or Outcome.ACCEPTED in outcomes or is_confirmed:
        return Status.IN_PROGRESS
    if Outcome.UNKNOWN in outcomes:
        return Status.UNRESOLVED
    if work in (Work.SET_ASIDE, Work.CLOSED):
        return Status.FAILED
    return Status.IN_PROGRESS if work is Work.SENDING else Status.WAITING
