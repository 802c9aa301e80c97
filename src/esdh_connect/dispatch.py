"""
Forsendelse: from the wish to send to what its receipts say.

``Request`` (the wish) → ``Plan`` (who gets what and how, nothing has happened) → ``Dispatch`` (one letter, one
recipient, one channel) → ``Receipt`` s → ``Status``. *Work* is what the machine does next and is stored;
*status* is what people see and is computed from attempts and receipts alone, so late, repeated and reordered
receipts need no code.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from hashlib import sha256
from types import MappingProxyType
from typing import Self
from uuid import UUID

import attrs

from esdh_connect.errors import PlanError
from esdh_connect.model import Case, Document, Envelope, Letter, Options, Party, Recipient, Sender, Source

__all__ = [
    "FINAL",
    "TRANSITIONS",
    "Attempt",
    "Cover",
    "Dispatch",
    "Entry",
    "Extent",
    "Manifest",
    "ManifestDocument",
    "ManifestFile",
    "Outcome",
    "Plan",
    "Reason",
    "Receipt",
    "ReceiptEvent",
    "Request",
    "Row",
    "Status",
    "Work",
    "status_of",
]


@attrs.frozen
class Request:
    """
    The wish to send: these documents (the first is the letter, the rest its bilag) to these parties.

    ``key`` is the host's name for *this* wish, one per opened dialog: the same key never makes a second letter.
    ``sender`` None means the installation's own.
    """

    key: str = attrs.field(repr=False)
    case: Case
    department: str
    title: str = attrs.field(repr=False)
    documents: tuple[Document, ...] = attrs.field(converter=tuple[Document, ...])
    parties: tuple[Party, ...] = attrs.field(converter=tuple[Party, ...])
    sender: Sender | None = None
    options: Options = Options()

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot be a letter. Raises ValueError: this is the host's mistake, not the caseworker's."""
        if not self.key or not self.documents or not self.parties:
            raise ValueError("a request has a key, at least one document and at least one party")
        if len(set(self.parties)) != len(self.parties):
            raise ValueError("a request names each party once")


@attrs.frozen
class ManifestDocument:
    """
    One chosen document: what it was, and where it went.

    ``file`` is the position in :attr:`Manifest.files`; ``first_page`` is 1-based.
    """

    id: str
    version: str
    name: str = attrs.field(repr=False)
    sha256: str
    size: int
    pages: int | None
    file: int
    first_page: int | None
    placed_pages: int | None
    changes: tuple[str, ...] = ()


@attrs.frozen
class ManifestFile:
    """One file that goes out. ``front_matter`` is the number of pages that no chosen document accounts for."""

    name: str = attrs.field(repr=False)
    sha256: str
    size: int
    pages: int | None
    media_type: str
    front_matter: int = 0


@attrs.frozen
class Extent:
    """Omfang: how much a dispatch carries. ``size`` is in bytes, before any encoding."""

    documents: int = 0
    files: int = 0
    pages: int = 0
    size: int = 0


@attrs.frozen
class Manifest:
    """
    Følgeseddel: what was chosen and what goes out, so that chosen = shown = sent = journalized can be checked.

    Every document has exactly one place; places follow each other without gaps; its fingerprint is its SHA-256.
    """

    documents: tuple[ManifestDocument, ...]
    files: tuple[ManifestFile, ...]

    @classmethod
    def of(cls, sources: Sequence[Source], letter: Letter) -> Self:
        """Write the manifest of ``letter``. Raises ValueError if a document is missing, doubled or out of place."""
        placed = {
            place.document: (at, place)
            for at, file in enumerate(letter.files)
            for place in file.places
            if place.document is not None
        }
        chosen = [place.document for file in letter.files for place in file.places if place.document is not None]
        if chosen != list(range(len(sources))):
            raise ValueError(f"{len(sources)} documents were chosen, but the places are {chosen}")
        documents = []
        for position, source in enumerate(sources):
            file, place = placed[position]
            documents.append(
                ManifestDocument(
                    id=source.document.id,
                    version=source.document.version,
                    name=source.document.name,
                    sha256=source.sha256,
                    size=len(source.content),
                    pages=source.pages,
                    file=file,
                    first_page=place.first_page,
                    placed_pages=place.pages,
                    changes=place.changes,
                )
            )
        return cls(tuple(documents), tuple(_manifest_file(letter, at) for at in range(len(letter.files))))

    @property
    def extent(self) -> Extent:
        """Give how much it is in all."""
        return Extent(
            documents=len(self.documents),
            files=len(self.files),
            pages=sum(file.pages or 0 for file in self.files),
            size=sum(file.size for file in self.files),
        )

    @property
    def fingerprint(self) -> str:
        """Give the SHA-256 of the whole, hex."""
        return sha256(json.dumps(attrs.asdict(self), sort_keys=True).encode()).hexdigest()


def _manifest_file(letter: Letter, at: int) -> ManifestFile:
    file = letter.files[at]
    expected = 1
    for place in file.places:
        if place.first_page is not None:
            if place.first_page != expected:
                raise ValueError(f"page {expected} of file {at} belongs to no document")
            expected += place.pages or 0
    if file.pages is not None and expected != file.pages + 1:
        raise ValueError(f"file {at} has {file.pages} pages, its places account for {expected - 1}")
    front = sum(place.pages or 0 for place in file.places if place.document is None)
    return ManifestFile(file.name, file.sha256, file.size, file.pages, file.media_type, front)


@attrs.frozen
class Reason:
    """Why a channel was taken or skipped: ``why`` is Danish, for the caseworker. ``taken`` None means *unknown*."""

    channel: str
    taken: bool | None
    why: str


@attrs.frozen
class Row:
    """
    One recipient's line of a plan: what will happen, or ``error``, and why each channel was taken or skipped.

    ``envelope`` holds exactly the bytes that will go. ``reminder`` marks the NemSMS beside the letter.
    """

    party: Party
    recipient: Recipient | None = None
    channel: str = ""
    envelope: Envelope | None = attrs.field(default=None, repr=False)
    manifest: Manifest | None = attrs.field(default=None, repr=False)
    reasons: tuple[Reason, ...] = ()
    warnings: tuple[str, ...] = ()
    error: PlanError | None = None
    reminder: bool = False


@attrs.frozen
class Plan:
    """
    Who gets what and how, before anything has happened.

    ``fingerprint`` is a string of short keyed digests, one per part, so that a difference has a name.
    """

    request: Request
    rows: tuple[Row, ...]
    fingerprint: str
    policy_version: str
    made_at: datetime

    @property
    def is_clear(self) -> bool:
        """Tell whether every row can be sent."""
        return all(row.error is None for row in self.rows)


class Work(Enum):
    """What the machine does next with a dispatch."""

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
        Work.READY: frozenset({Work.SENDING, Work.CANCELLED, Work.HANDED_OVER, Work.CLOSED}),
        Work.SENDING: frozenset({Work.READY, Work.HANDED_OVER, Work.UNKNOWN, Work.SET_ASIDE, Work.CLOSED}),
        Work.HANDED_OVER: frozenset({Work.CLOSED}),
        Work.UNKNOWN: frozenset({Work.HANDED_OVER, Work.CLOSED}),
        Work.SET_ASIDE: frozenset({Work.READY, Work.CANCELLED, Work.HANDED_OVER, Work.CLOSED}),
        Work.CANCELLED: frozenset(),
        Work.CLOSED: frozenset(),
    }
)


class Status(Enum):
    """What people see. The Danish words stand in :mod:`esdh_connect.wording`."""

    WAITING = "waiting"
    IN_PROGRESS = "in_progress"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNRESOLVED = "unresolved"


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


@attrs.frozen
class Receipt:
    """
    Kvittering. *Teknisk* (our call was accepted) or *forretningskvittering* (what became of the letter).

    ``id`` is the provider's own id of the receipt, so that one told twice is stored once; ``message_uuid`` is
    the letter it is about. ``text`` may quote the letter and is personal data.
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
class Attempt:
    """Forsøg: one call to the provider; ``transaction_id`` was stored before it began."""

    transaction_id: UUID
    started_at: datetime
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    code: str = ""
    detail: str = ""


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


def status_of(  # noqa: PLR0911 - the rows of a table, in the order they outrank each other
    work: Work, attempts: Sequence[Attempt], receipts: Iterable[Receipt]
) -> Status:
    """
    Tell what people see. Receipts are a set: order and repetition do not matter.

    *Failed* outranks *delivered*: the citizen may not have it, so a person must look.
    """
    events = {receipt.event for receipt in receipts} - _SILENT
    outcomes = {attempt.outcome for attempt in attempts}
    if work is Work.CANCELLED:
        return Status.CANCELLED
    if events & _FAILED or Outcome.REJECTED in outcomes:
        return Status.FAILED
    if events & _DELIVERED:
        return Status.DELIVERED
    if ReceiptEvent.SENT in events:
        return Status.SENT
    if events or Outcome.ACCEPTED in outcomes:
        return Status.IN_PROGRESS
    if work is Work.SET_ASIDE:
        return Status.FAILED
    if Outcome.UNKNOWN in outcomes:
        return Status.UNRESOLVED
    return Status.IN_PROGRESS if work is Work.SENDING else Status.WAITING
