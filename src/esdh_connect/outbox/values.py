"""What an outbox takes and gives, and the rules every outbox asks before it stores a change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

import attrs

from esdh_connect.dispatch import (
    TRANSITIONS,
    Attempt,
    Cause,
    Dispatch,
    Entry,
    Hold,
    Looked,
    Manifest,
    Reason,
    Receipt,
    Request,
    Work,
)
from esdh_connect.errors import StoreError
from esdh_connect.events import DocumentChanged, DocumentEvent, DocumentFinalized, DocumentWithdrawn, Event
from esdh_connect.facts import Change
from esdh_connect.model import Envelope

__all__ = [
    "EXPORTS",
    "MAX_ASKED",
    "NO_PACE",
    "OPEN",
    "OWN_GATES",
    "Change",
    "Claim",
    "Decide",
    "DocumentState",
    "Draft",
    "Duty",
    "Ended",
    "Gate",
    "KeyTaken",
    "NotRung",
    "Overtaken",
    "Proposal",
    "Ring",
    "Telling",
    "UnknownDispatch",
    "check_change",
    "other_kind",
    "with_receipt",
]


class KeyTaken(Exception):
    """Somebody committed this (key, recipient) a moment ago: look it up again."""


class Overtaken(Exception):
    """An equal letter was committed since they were looked for: plan again, and weigh it."""


class NotRung(Exception):
    """The bell could not be rung. No harm is done: the letters are found by a worker that looks."""


class UnknownDispatch(LookupError):
    """There is no such dispatch in this outbox."""


@attrs.frozen
class Draft:
    """
    A dispatch about to be added. ``key``, ``recipient`` and ``content`` are keyed digests, never the things.

    (``key``, ``recipient``) is unique for ever; ``content`` is equal for equal letters to the same recipient. A letter
    that is held keeps the ``wish`` it came from, to be planned from again. Where equal letters were ``looked`` for, it
    is added only while there is no newer one.
    """

    entry: Entry
    envelope: Envelope = attrs.field(repr=False)
    manifest: Manifest = attrs.field(repr=False)
    key: str
    recipient: str
    content: str
    reasons: tuple[Reason, ...] = ()
    wish: Request | None = attrs.field(default=None, repr=False)
    looked: Looked | None = None


#: The work of a letter that was not handed over: what a document event may still stop.
OPEN = frozenset({Work.HELD, Work.READY, Work.SENDING, Work.SET_ASIDE})

#: So often plugins are asked for proposals because of one event, over about two hours.
MAX_ASKED = 9

#: How those are called who hand on what was used: they hear of nobody, so nobody is remembered for them.
EXPORTS = "export "

#: Channels that say nothing of how fast letters may come.
NO_PACE: Mapping[str, timedelta] = MappingProxyType({})
#: Each channel has a gate of its own, of the same name.
OWN_GATES: Mapping[str, str] = MappingProxyType({})

#: Rings the bell for so many letters in the transaction of a connection, or none. Raises NotRung.
Ring = Callable[[object | None, int], None]

#: Decides, from the entry as it is inside the transaction, what changes; None changes nothing.
Decide = Callable[[Entry], Change | None]


@attrs.frozen
class DocumentState:
    """What the stored events say of a document: its latest version, and whether it is finalized or withdrawn."""

    version: str
    finalized: bool = False
    withdrawn: bool = False

    @classmethod
    def after(cls, events: Iterable[tuple[type[DocumentEvent], str]]) -> DocumentState | None:
        """
        Fold what the host saw, as (kind, version), in the order it happened; None where it saw nothing.

        A new version has to be finalized again. A withdrawal stands until the document is finalized again.
        """
        state: DocumentState | None = None
        for kind, version in events:
            state = state or cls(version)
            if kind in (DocumentChanged, DocumentFinalized):
                state = attrs.evolve(state, version=version, finalized=kind is DocumentFinalized)
            if kind in (DocumentFinalized, DocumentWithdrawn):
                state = attrs.evolve(state, withdrawn=kind is DocumentWithdrawn)
        return state


@attrs.frozen
class Proposal:
    """Forslag from a plugin, waiting for a caseworker. ``event`` is the id of the document event behind it."""

    id: str
    event: str
    request: Request
    made_at: datetime


@attrs.frozen
class Duty:
    """
    Pligt: a dispatch that must be journalized. ``mark`` is what our entry in the host carries.

    ``begun`` says that the host was asked and nobody knows whether it wrote; ``is_unknown`` that it cannot be looked
    up either, so that a person must; ``is_refused`` that the host will not have it as things are, and ``why`` in its
    words. ``shift`` is the worker that has it in hand.
    """

    mark: str
    dispatch: str
    due: datetime
    tries: int = 0
    begun: bool = False
    is_unknown: bool = False
    is_refused: bool = False
    shift: str = ""
    why: str = attrs.field(default="", eq=False)

    @property
    def cause(self) -> Cause:
        """Tell why it needs a person, where it does."""
        if self.is_unknown:
            return Cause.JOURNAL_UNKNOWN
        return Cause.JOURNAL_REFUSED if self.is_refused else Cause.JOURNAL_FAILING

    @property
    def waits_for_person(self) -> bool:
        """Tell whether it is not tried again before somebody has said so."""
        return self.is_unknown or self.is_refused


@attrs.frozen(eq=False)
class Claim:
    """
    A letter in hand: its entry, with the attempt that has begun, and what it carries, given when it is asked for.

    ``carried`` raises DamagedPayload where the contents do not open, and StoreError where they cannot be read.
    """

    entry: Entry
    carried: Callable[[], Dispatch] = attrs.field(repr=False)


#: A letter that was in hand, and what becomes of it.
Ended = tuple[Claim, Decide]

#: By so much the clocks of two workers may differ.
SKEW = timedelta(minutes=5)


@attrs.frozen
class Gate:
    """
    Port: when the next letter may go through to a channel, or to the service of several.

    ``why`` it is shut is English, for the log.
    One that was shut in the future is open: the clock was set back, and would keep it shut for as long as that was.
    ``failures`` is how often what is behind it failed in a row. One that ``asks`` is shut, whatever the time, until
    that has answered a question.
    """

    name: str
    shut_at: datetime
    opens_at: datetime
    why: str = ""
    failures: int = 0
    asks: bool = False

    def is_shut(self, now: datetime) -> bool:
        """Tell whether nothing goes through now."""
        return self.asks or self.rests(now)

    def rests(self, now: datetime) -> bool:
        """Tell whether what is behind it is left alone now: nobody asks it either."""
        return self.shut_at - SKEW <= now < self.opens_at


@attrs.frozen
class Telling:
    """
    A stored fact on its way to a subscriber. ``plugins`` are those its governing policy had enabled.

    ``actor`` is who did what a usage fact tells of, until everybody has heard it; the fact itself names nobody.
    """

    position: int
    event: Event
    plugins: frozenset[str]
    actor: str | None = attrs.field(default=None, repr=False)


def other_kind(*, training: bool) -> StoreError:
    """Say that an outbox is of the other kind than the installation."""
    if training:
        return StoreError(
            'the outbox holds real letters: mode = "training" needs one of its own',
            danish="udbakken er til rigtige breve og kan ikke bruges til øvelse. Giv øvelsen sin egen under [store]",
        )
    return StoreError(
        "the outbox was begun in training and never becomes one of real letters",
        danish="udbakken er begyndt som øvelse og kan aldrig bruges til rigtige breve. Brug en ny under [store]",
    )


def check_change(before: Entry, after: Entry) -> None:
    """
    Refuse a change that no happening can bring: every outbox asks this before it stores one.

    Work moves along TRANSITIONS; a letter that is held is held for its approval last; attempts and receipts are only
    ever added, and an attempt ends once; what was fixed when the letter was committed stays. Raises ValueError.
    """
    if after.work is not before.work and after.work not in TRANSITIONS[before.work]:
        raise ValueError(f"a dispatch that is {before.work.value} cannot become {after.work.value}")
    if before.to_approve and before.work is Work.HELD and after.work is Work.READY:
        raise ValueError("a dispatch that is to be approved cannot leave before it was")
    if (after.held_for, after.to_approve) != (before.held_for, before.to_approve) and not _now_to_approve(
        before, after
    ):
        raise ValueError("what a dispatch is held for changes once: to its approval")
    if after.receipts[: len(before.receipts)] != before.receipts:
        raise ValueError("receipts are only ever added")
    begun = tuple(_begun(*pair) for pair in zip(before.attempts, after.attempts, strict=False))
    if begun != before.attempts:
        raise ValueError("attempts are only ever added, and end once")
    if after.acts[: len(before.acts)] != before.acts:
        raise ValueError("acts are only ever added")
    moving = (
        *("work", "due", "held_for", "to_approve", "undo"),
        *("attempts", "receipts", "stopped_because", "acts", "settled"),
    )
    if attrs.evolve(after, **{name: getattr(before, name) for name in moving}) != before:
        raise ValueError("what was fixed when the letter was committed never changes")


def _now_to_approve(before: Entry, after: Entry) -> bool:
    waits_already = before.work is Work.HELD and before.to_approve
    return waits_already and after.waits_for(Hold.APPROVAL) and not after.to_approve


def _begun(before: Attempt, after: Attempt) -> Attempt:
    """Give ``after`` as it was before it ended, if that is all that happened to it."""
    if before.outcome is not None:
        return after
    return attrs.evolve(after, ended_at=None, outcome=None, code=before.code, detail=before.detail)


def with_receipt(entry: Entry, receipt: Receipt, change: Change | None) -> Change:
    """Give the change with the receipt in it: it is kept even where nothing was decided about it."""
    change = change or Change(entry)
    if any(known.id == receipt.id for known in change.entry.receipts):
        return change
    return attrs.evolve(change, entry=attrs.evolve(change.entry, receipts=(*change.entry.receipts, receipt)))
