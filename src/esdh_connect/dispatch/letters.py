"""Forsendelser: one letter to one recipient through one channel, as the outbox and a channel have it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

import attrs

from esdh_connect.dispatch.manifest import Extent, Manifest
from esdh_connect.dispatch.plan import Reason
from esdh_connect.dispatch.status import (
    TRANSITIONS,
    Act,
    Attempt,
    Deed,
    Hold,
    Lane,
    Outcome,
    Receipt,
    Standing,
    Status,
    Work,
    is_proof,
    status_of,
)
from esdh_connect.model import Case, Envelope, Options, Recipient

__all__ = ["Cover", "Dispatch", "Entry"]


@attrs.frozen
class Entry:
    """
    A line of the outbox (udbakke): everything about a dispatch but what it carries.

    ``fingerprint`` is the plan's, cut to this row; ``due`` is when the machine acts on it next, or by when somebody
    else should have; ``beside`` the id of the letter a reminder belongs to, ``parent`` that of the letter this one
    was made after; ``owes_journal`` says that there was somebody to journalize it when it was committed. ``batch``
    is the host's name of the mailing it is part of; a lower ``lane`` is sent first. ``settled`` says that a person
    has done what was to be done about its failure. ``plugin`` is the one that brought its channel.

    ``held_for`` is what it waits for, or waited for last; ``to_approve`` says that a second person must approve it
    after that, and ``undo`` is how long it can be regretted when nothing holds it any more.
    """

    id: str
    message_uuid: UUID
    channel: str
    department: str
    case: Case
    work: Work
    policy_version: str
    fingerprint: str
    committed_at: datetime
    committed_by: str
    due: datetime
    extent: Extent = Extent()
    attempts: tuple[Attempt, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    beside: str | None = None
    owes_journal: bool = False
    stopped_because: str = ""
    held_for: Hold | None = None
    parent: str | None = None
    batch: str = ""
    lane: Lane = Lane.SINGLE
    acts: tuple[Act, ...] = ()
    settled: bool = False
    to_approve: bool = False
    undo: timedelta = timedelta(0)
    plugin: str = ""

    @property
    def status(self) -> Status:
        """Give what people see."""
        return status_of(self.work, self.attempts, self.receipts, self.acts)

    @property
    def standing(self) -> Standing | None:
        """Tell why it has its status, where that is more than the word says: it waits for a person, or was refused."""
        if self.waits_for(Hold.APPROVAL):
            return Standing.TO_APPROVE
        refused = self.work is Work.CANCELLED and any(act.deed is Deed.SENT_BACK for act in self.acts)
        return Standing.SENT_BACK if refused and not self.has_proof else None

    @property
    def has_proof(self) -> bool:
        """Tell whether the provider has said that it has the letter."""
        return any(map(is_proof, self.receipts)) or any(one.outcome is Outcome.ACCEPTED for one in self.attempts)

    def waits_for(self, *reasons: Hold) -> bool:
        """Tell whether it is held for one of these now."""
        return self.work is Work.HELD and self.held_for in reasons

    @property
    def needs_approval(self) -> bool:
        """Tell whether a second person must approve it before it leaves, now or when something else has happened."""
        return self.work is Work.HELD and (self.held_for is Hold.APPROVAL or self.to_approve)

    @property
    def may_have_left(self) -> bool:
        """Tell whether the provider has the letter, or may have it: then it cannot be called back."""
        possible = (Work.SENDING, Work.UNKNOWN, Work.HANDED_OVER)
        return self.work in possible or self.has_proof or any(one.outcome is Outcome.UNKNOWN for one in self.attempts)

    @property
    def is_open(self) -> bool:
        """Tell whether it is not over: it is under way, or a person has to look at it."""
        return bool(TRANSITIONS[self.work]) or self.needs_person

    @property
    def needs_person(self) -> bool:
        """Tell whether nothing more happens until a person has looked: it is in the failure inbox (fejlbakken)."""
        failed = self.work is Work.CLOSED and self.status is Status.FAILED
        stopped_in_vain = self.work is Work.CANCELLED and self.has_proof
        return self.work is Work.SET_ASIDE or ((failed or stopped_in_vain or self.was_sent_back) and not self.settled)

    @property
    def was_sent_back(self) -> bool:
        """
        Tell whether nobody approved it, and whoever committed it is to hear of that.

        A mailing is sent back as a whole, and of a letter after another that one is taken up again.
        """
        alone = not self.batch and self.parent is None and self.beside is None
        return self.work is Work.CANCELLED and alone and any(act.deed is Deed.SENT_BACK for act in self.acts)


@attrs.frozen
class Cover:
    """What a dispatch carries, without the contents: for showing."""

    recipient: Recipient
    title: str = attrs.field(repr=False)
    manifest: Manifest
    reasons: tuple[Reason, ...] = ()
    options: Options = Options()

    @classmethod
    def of(cls, envelope: Envelope, manifest: Manifest, reasons: tuple[Reason, ...] = ()) -> Self:
        """Give that of an envelope."""
        return cls(envelope.recipient, envelope.letter.title, manifest, reasons, envelope.options)


@attrs.frozen
class Dispatch:
    """
    Forsendelse: one letter to one recipient through one channel, as a channel gets it.

    ``message_uuid`` was fixed when the letter was committed and never changes; ``transaction_id`` names this
    attempt. The same dispatch always gives the same message: its time is ``entry.committed_at``.
    """

    entry: Entry
    envelope: Envelope
    manifest: Manifest
    transaction_id: UUID

    @property
    def id(self) -> str:
        """Give our own id of the dispatch."""
        return self.entry.id

    @property
    def message_uuid(self) -> UUID:
        """Give the letter's UUID, the same in every attempt."""
        return self.entry.message_uuid
