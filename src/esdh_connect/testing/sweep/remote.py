"""
Modparten: a provider that answers by script, and remembers what it really took.

What it took is the truth that an outbox is held against: it lies on nobody's disk but its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256
from typing import Protocol
from uuid import UUID, uuid5

import attrs

from esdh_connect.channel import Conduct, Limits
from esdh_connect.dispatch import Dispatch, Entry, Receipt, ReceiptEvent
from esdh_connect.errors import DeliveryError, OutcomeUnknown, Rejected, TemporaryFailure
from esdh_connect.model import Recipient
from esdh_connect.testing.fakes import GENEROUS, FakeClock
from esdh_connect.testing.sweep.points import Process

__all__ = ["Answer", "Call", "Fate", "Line", "Remote", "Wire", "named"]

#: How long we wait for an answer before we call it none.
_TIMEOUT = timedelta(seconds=60)
_RETRY_AFTER = timedelta(seconds=30)
#: How long a letter waits for its receipt before it is handed over again.
_SETTLES = timedelta(minutes=5)


def named(entry: Entry, title: str) -> str:
    """Name a letter of a run: a reminder and a letter that was made after another have the title of that one."""
    return title + (", its reminder" if entry.beside else "") + (", once more" if entry.parent else "")


class Answer(Enum):
    """What the provider says to one call, and whether it took the letter."""

    OK = "ok"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    TOO_MANY = "429"
    ERROR_BEFORE = "500 before storing"
    ERROR_AFTER = "500 after storing"
    RESET_BEFORE = "reset before storing"
    RESET_AFTER = "reset after storing"
    HANG = "hang"
    LOST = "ok, but the answer is lost"
    EARLY = "ok, but the receipts are quicker"

    @property
    def takes(self) -> bool:
        """Tell whether the letter is with the provider afterwards."""
        return self in _TAKES

    @property
    def lasts(self) -> timedelta:
        """Tell how long we wait for it."""
        return _TIMEOUT if self in {Answer.HANG, Answer.LOST} else timedelta(0)


_SURELY_TAKEN = {Answer.OK, Answer.DUPLICATE, Answer.EARLY}
_TAKES = {*_SURELY_TAKEN, Answer.ERROR_AFTER, Answer.RESET_AFTER, Answer.LOST}
_OVERTAKEN = {Answer.LOST, Answer.EARLY}


class Fate(Enum):
    """What becomes of a letter that was taken, in the receipts that tell of it."""

    DELIVERED = (ReceiptEvent.TAKEN_IN, ReceiptEvent.DELIVERED)
    POSTED = (ReceiptEvent.TAKEN_IN, ReceiptEvent.READY, ReceiptEvent.SENT)
    FAILED = (ReceiptEvent.TAKEN_IN, ReceiptEvent.FAILED)
    SILENT = ()


@attrs.frozen
class Call:
    """One call that arrived: which letter (its title), under which ids, with which bytes."""

    letter: str
    message: UUID
    transaction: UUID
    digest: str
    took: bool


@attrs.define(eq=False)
class Remote:
    """
    The provider. ``answers`` go to the calls about the first letter it sees, in order; all others get OK.

    ``idempotent``: a message UUID it has already makes no second letter. ``heard`` is called as soon as a letter
    is taken whose answer will not arrive: its receipts are quicker.
    """

    clock: FakeClock
    answers: list[Answer]
    idempotent: bool
    fate: Fate = Fate.DELIVERED
    #: Whether the answers go to calls about any letter.
    for_all: bool = False
    #: How long one that is idempotent knows a UUID.
    window: timedelta = timedelta(days=365)
    refused: set[str] = attrs.field(factory=set)
    calls: list[Call] = attrs.field(factory=list)
    #: How many letters citizens get, by title.
    letters: dict[str, list[UUID]] = attrs.field(factory=lambda: defaultdict(list))
    waiting: list[Receipt] = attrs.field(factory=list)
    acknowledged: list[Receipt] = attrs.field(factory=list)
    heard: Callable[[], None] = lambda: None
    _known: dict[UUID, datetime] = attrs.field(factory=dict, init=False)

    def take(self, dispatch: Dispatch) -> Receipt | DeliveryError:
        """Take a call, and give what is answered."""
        title = named(dispatch.entry, dispatch.envelope.letter.title)
        mine = bool(self.answers) and (self.for_all or not self.calls or self.calls[0].letter == title)
        answer = self.answers.pop(0) if mine else Answer.OK
        self.calls.append(Call(title, dispatch.message_uuid, dispatch.transaction_id, _digest(dispatch), answer.takes))
        if answer is Answer.REFUSED:
            self.refused.add(title)
        if answer.takes:
            self._keep(title, dispatch)
        self.clock.time += answer.lasts
        if answer in _OVERTAKEN:
            self.heard()
        return self._said(answer, dispatch)

    def repeat(self, stored: Collection[str]) -> None:
        """Tell again what is known to be stored: a repetition must not make good for a receipt that was lost."""
        self.waiting += [one for one in self.acknowledged if one.id in stored and one not in self.waiting]

    def acknowledge(self, receipt: Receipt) -> None:
        """Tell this one no more."""
        self.waiting = [one for one in self.waiting if one != receipt]
        if receipt not in self.acknowledged:
            self.acknowledged.append(receipt)

    def took(self, letter: str) -> int:
        """Give how many letters of this title went to the citizen."""
        return len(self.letters[letter])

    def _keep(self, title: str, dispatch: Dispatch) -> None:
        since = self._known.setdefault(dispatch.message_uuid, self.clock())
        if self.idempotent and dispatch.message_uuid in self.letters[title] and self.clock() - since <= self.window:
            return
        self.letters[title].append(dispatch.message_uuid)
        self.waiting += self._receipts(dispatch, self.fate.value)

    def _receipts(self, dispatch: Dispatch, events: Sequence[ReceiptEvent]) -> list[Receipt]:
        uuid, at = dispatch.message_uuid, self.clock()
        code = "afvist" if ReceiptEvent.FAILED in events else ""
        return [
            Receipt(str(uuid5(uuid, event.value)), event, at, uuid, dispatch.entry.channel, code) for event in events
        ]

    def _said(self, answer: Answer, dispatch: Dispatch) -> Receipt | DeliveryError:
        if answer in _SURELY_TAKEN:
            id_ = f"technical/{dispatch.transaction_id}"
            return Receipt(id_, ReceiptEvent.ACCEPTED, self.clock(), dispatch.message_uuid, dispatch.entry.channel)
        if answer is Answer.REFUSED:
            return Rejected(answer.value, code="refused", danish="modtageren findes ikke")
        if answer is Answer.TOO_MANY:
            return TemporaryFailure(answer.value, retry_after=_RETRY_AFTER)
        return OutcomeUnknown(answer.value)


def _digest(dispatch: Dispatch) -> str:
    what = repr((dispatch.envelope, dispatch.manifest, dispatch.entry.committed_at))
    return sha256(what.encode()).hexdigest()


class Wire(Protocol):
    """What a process has of the world: who it is, and the ends of its lines."""

    process: Process
    remote: Remote

    def witness(self, dispatch: Dispatch) -> None:
        """Look at a call as it arrives, before the answer."""


@attrs.define(eq=False)
class Line:
    """The channel to the remote, as one process has it."""

    wire: Wire
    name: str = "line"
    label: str = "Prøvelinje"
    limits: Limits = GENEROUS

    @property
    def conduct(self) -> Conduct:
        """Give what is known of the remote: exactly what is true."""
        proven = self.wire.remote.idempotent
        return Conduct("proven", self.wire.remote.window, settle_within=_SETTLES) if proven else Conduct()

    def reaches(self, recipient: Recipient) -> bool:  # noqa: ARG002 - everybody
        """Reach everybody."""
        return True

    def send(self, dispatch: Dispatch) -> Receipt:
        """Hand it over; it may end before, between and after."""
        process = self.wire.process
        process.at("channel.send.before")
        self.wire.witness(dispatch)
        answer = self.wire.remote.take(dispatch)
        process.at("channel.send.answered")
        if isinstance(answer, DeliveryError):
            raise answer
        return answer
