"""
Udbakke: the one place where truth about dispatches is kept, as a protocol.

The store implements it on SQLAlchemy, :mod:`esdh_connect.testing` in memory; ``OutboxSuite`` holds both to it.
An outbox keeps and finds; what a happening *does* to a dispatch is decided by the pure functions of
:mod:`esdh_connect.progress`, handed in and run inside the outbox's own transaction. So a change, the facts that
tell of it and the duty it brings are stored together or not at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

import attrs

from esdh_connect.dispatch import (
    TRANSITIONS,
    Attempt,
    Cover,
    Dispatch,
    Entry,
    Manifest,
    Reason,
    Receipt,
    Request,
    Work,
)
from esdh_connect.events import DocumentChanged, DocumentEvent, DocumentFinalized, DocumentWithdrawn, Event
from esdh_connect.model import Envelope
from esdh_connect.policy import Policy
from esdh_connect.progress import Change
from esdh_connect.usage import UsageKind

__all__ = [
    "OPEN",
    "Change",
    "Decide",
    "DocumentState",
    "Draft",
    "Duty",
    "KeyTaken",
    "Outbox",
    "Proposal",
    "Telling",
    "UnknownDispatch",
    "check_change",
    "with_receipt",
]


class KeyTaken(Exception):
    """Somebody committed this (key, recipient) a moment ago: look it up again."""


class UnknownDispatch(LookupError):
    """There is no such dispatch in this outbox."""


@attrs.frozen
class Draft:
    """
    A dispatch about to be added. ``key``, ``recipient`` and ``content`` are keyed digests, never the things.

    (``key``, ``recipient``) is unique for ever; ``content`` is equal for equal letters to the same recipient.
    """

    entry: Entry
    envelope: Envelope = attrs.field(repr=False)
    manifest: Manifest = attrs.field(repr=False)
    key: str
    recipient: str
    content: str
    reasons: tuple[Reason, ...] = ()


#: The work of a letter that was not handed over: what a document event may still stop.
OPEN = frozenset({Work.HELD, Work.READY, Work.SENDING, Work.SET_ASIDE})

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
    """Pligt: a dispatch that must be journalized. ``mark`` is what our entry in the host carries."""

    mark: str
    dispatch: str
    due: datetime
    tries: int = 0


@attrs.frozen
class Telling:
    """A stored fact on its way to a subscriber. ``plugins`` are those its governing policy had enabled."""

    position: int
    event: Event
    plugins: frozenset[str]


def check_change(before: Entry, after: Entry) -> None:
    """
    Refuse a change that no happening can bring: every outbox asks this before it stores one.

    Work moves along TRANSITIONS; attempts and receipts are only ever added, and an attempt ends once; what was
    fixed when the letter was committed stays. Raises ValueError.
    """
    if after.work is not before.work and after.work not in TRANSITIONS[before.work]:
        raise ValueError(f"a dispatch that is {before.work.value} cannot become {after.work.value}")
    if after.receipts[: len(before.receipts)] != before.receipts:
        raise ValueError("receipts are only ever added")
    begun = tuple(_begun(*pair) for pair in zip(before.attempts, after.attempts, strict=False))
    if begun != before.attempts:
        raise ValueError("attempts are only ever added, and end once")
    moving = ("work", "due", "attempts", "receipts", "stopped_because")
    if attrs.evolve(after, **{name: getattr(before, name) for name in moving}) != before:
        raise ValueError("what was fixed when the letter was committed never changes")


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


class Outbox(Protocol):
    """
    Everything durable. Every method is one transaction, durable when it returns, and safe in many processes.

    Methods that take an id raise UnknownDispatch where there is none.
    """

    # --- the commit

    def add(
        self, drafts: Sequence[Draft], facts: Sequence[Event], policy: Policy, *, connection: object | None = None
    ) -> None:
        """
        Add all drafts with their facts, or none. Raises KeyTaken where a (key, recipient) is there already.

        With ``connection`` (a SQLAlchemy Connection of the host) it writes there and leaves the commit to the
        host. Raises ValueError where a reminder's letter is neither there nor among the drafts.
        """

    def committed(self, key: str) -> Mapping[str, Entry]:
        """Give the entries of this key digest, by recipient digest."""

    def identical(self, content: str, key: str, since: datetime) -> bool:
        """Tell whether an equal letter was committed after ``since`` under another key, and not cancelled."""

    # --- reading

    def entry(self, id: str) -> Entry:  # noqa: A002 - the field's own word
        """Give one entry."""

    def entries(self, *, department: str | None = None, case: str | None = None, limit: int = 100) -> tuple[Entry, ...]:
        """Give the newest entries first."""

    def cover(self, id: str) -> Cover:  # noqa: A002
        """Give what the dispatch carries, without the contents."""

    def dispatch(self, id: str) -> Dispatch:  # noqa: A002
        """
        Give the dispatch with its contents; its transaction id is that of the latest attempt.

        Raises DamagedPayload where the contents do not open: then nothing of it may leave.
        """

    def policy(self, version: str) -> Policy:
        """Give the policy that governs what was stored under this version. Raises LookupError for a version unknown."""

    # --- sending and receiving

    def dispatching(self) -> AbstractContextManager[bool]:
        """Be the one dispatcher of this outbox while the block runs; False where another process is."""

    def claim(self, now: datetime, start: Decide, withdrawn: Decide) -> Entry | None:
        """
        Take the next letter that is ready and due, oldest first, and apply ``start`` in the same transaction.

        A letter with a document that was withdrawn after the letter was committed gets ``withdrawn`` instead and
        the next is tried. A reminder waits until the letter it stands beside was handed over, and is withdrawn
        with it where that letter failed or was cancelled. None where nothing is to do.
        """

    def change(self, id: str, decide: Decide) -> Entry:  # noqa: A002
        """Apply ``decide`` to one entry and give it as it is now. Raises ValueError on what check_change refuses."""

    def sending(self) -> tuple[Entry, ...]:
        """Give the entries under way: after a crash, those whose process died."""

    def receive(self, receipt: Receipt, decide: Callable[[Entry, Receipt], Change | None]) -> Entry | None:
        """
        Store a receipt once (by its id) and apply ``decide`` to the entry with its message UUID.

        None where no entry has that UUID: the receipt is kept, and :meth:`unmatched` gives it until it is received
        again when its entry is there. UUIDs are stored before anything leaves, so it is about somebody else's
        letter, or one the host has not committed yet.
        """

    def unmatched(self, limit: int = 100) -> tuple[Receipt, ...]:
        """Give the receipts that belonged to no entry: first those whose entry is there by now, then the oldest."""

    # --- document events

    def tell(self, event: DocumentEvent, policy: Policy) -> bool:
        """Store what the host saw, and the fact of it; False where this event id was stored before."""

    def untreated(self, limit: int = 100) -> tuple[DocumentEvent, ...]:
        """Give the stored document events whose consequences are not drawn yet, oldest first."""

    def open_with(self, event: DocumentEvent) -> tuple[Entry, ...]:
        """Give the entries committed before the event that hold its document and were not handed over."""

    def treated(self, event: DocumentEvent, proposals: Sequence[Proposal], facts: Sequence[Event] = ()) -> None:
        """Note that the consequences are drawn, and store the proposals and facts that follow with it."""

    def document_state(self, id: str) -> DocumentState | None:  # noqa: A002
        """Give what the events say of a document; None where the host told nothing."""

    # --- proposals

    def proposals(self) -> tuple[Proposal, ...]:
        """Give the proposals that wait for a caseworker, oldest first."""

    def close_proposal(self, id: str, *, by: str, why: str) -> bool:  # noqa: A002
        """Take a proposal off the list, accepted or not; False where it was off already."""

    # --- duties

    def duties(self, now: datetime, limit: int = 100) -> tuple[Duty, ...]:
        """Give the duties that are due."""

    def duty_done(self, mark: str, answer: str) -> None:
        """Note the host's answer; the duty never comes again."""

    def duty_postponed(self, mark: str, due: datetime, why: str) -> None:
        """Note a failed try."""

    # --- facts and usage

    def install(self, subscriber: str) -> None:
        """Let a subscriber hear from now on; does nothing where it is installed already."""

    def unheard(self, subscriber: str, limit: int = 100) -> tuple[Telling, ...]:
        """Give the facts a subscriber has not heard, in the order they were stored."""

    def heard(self, subscriber: str, position: int) -> None:
        """Note that a subscriber has heard everything up to ``position``."""

    def usage(self, since: datetime, until: datetime) -> Counter[tuple[str, UsageKind, str]]:
        """Count the usage facts in a half-open time span by (department, kind, channel)."""

    # --- the end

    def close(self) -> None:
        """Let go of files and connections; nothing is lost by not calling it."""
