"""Forsendelser: one letter to one recipient through one channel, as the outbox and a channel have it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import attrs

from esdh_connect.dispatch.manifest import Extent, Manifest
from esdh_connect.dispatch.plan import Reason
from esdh_connect.dispatch.status import Attempt, Receipt, Status, Work, status_of
from esdh_connect.model import Case, Envelope, Recipient

__all__ = ["Cover", "Dispatch", "Entry"]


@attrs.frozen
class Entry:
    """
    A line of the outbox (udbakke): everything about a dispatch but what it carries.

    ``fingerprint`` is the plan's, cut to this row; ``due`` is when the machine acts on it next, or when a
    receipt is overdue; ``beside`` the id of the letter a reminder belongs to; ``owes_journal`` says that there was
    somebody to journalize it when it was committed.
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

    @property
    def status(self) -> Status:
        """Give what people see."""
        return status_of(self.work, self.attempts, self.receipts)


@attrs.frozen
class Cover:
    """What a dispatch carries, without the contents: for showing."""

    recipient: Recipient
    title: str = attrs.field(repr=False)
    manifest: Manifest
    reasons: tuple[Reason, ...] = ()


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
