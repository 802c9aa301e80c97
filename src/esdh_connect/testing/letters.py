"""
Example letters: drafts, receipts and document events as an outbox gets them.

The same arguments always give the same values, so that tests in two processes speak of the same letter. Every
name, title and file name stands in :data:`SECRETS`, and so do the numbers: what an outbox must not show.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import TypeVar
from uuid import UUID, uuid5

import attrs

from esdh_connect import progress
from esdh_connect.dispatch import Entry, Manifest, Outcome, Reason, Receipt, ReceiptEvent, Request, Work
from esdh_connect.events import DispatchEvent, DocumentEvent
from esdh_connect.ids import Cpr, Cvr
from esdh_connect.model import (
    Address,
    Case,
    Document,
    Envelope,
    Letter,
    Options,
    Party,
    Recipient,
    Sender,
    Source,
)
from esdh_connect.outbox import Draft
from esdh_connect.policy import Department, Policy

__all__ = ["NOON", "POLICY", "SECRETS", "committed", "draft", "letter", "receipt", "request", "seen"]

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
POLICY = Policy(Department("teknik", "Teknik og Miljø"), frozenset({"letters"}), ("fake",), values={"letters": "B"})
CPR = "0101901234"
NAME = "Ane Prøvenavn"
TITLE = "Afslag på byggetilladelse"
CASE_TITLE = "Byggesag Prøvevej"
FILE = "afslag-med-bilag.pdf"
ADDRESS = Address(street="Prøvevej", number="7", post_code="8000", city="Aarhus C")
BY = "bo.sagsbehandler"
#: What no byte of an outbox may show.
SECRETS = (CPR, "010190-1234", NAME, TITLE, CASE_TITLE, FILE, "Prøvevej", BY)

E = TypeVar("E", bound=DocumentEvent)
_NAMESPACE = UUID("2b1e0d0c-6a61-5a3e-9d0e-3f6f0f2f7c11")


def _uuid(*what: str) -> UUID:
    return uuid5(_NAMESPACE, "/".join(what))


def _digest(*what: str) -> str:
    return sha256("/".join(what).encode()).hexdigest()[:32]


def letter(*contents: bytes, documents: Sequence[str] = ("doc-1",)) -> tuple[Envelope, Manifest]:
    """Make what one dispatch carries: a file for each document, ``contents`` or a few bytes in it."""
    bodies = contents or tuple(f"%PDF-1.7 {name}".encode() for name in documents)
    pairs = zip(documents, bodies, strict=True)
    sources = tuple(Source(Document(name, "1", FILE), body, pages=1) for name, body in pairs)
    envelope = Envelope(
        case=Case("sag-1", "prøve", CASE_TITLE),
        sender=Sender(Cvr("55133018"), "Eksempel Kommune"),
        recipient=Recipient(Party("part-1", "prøve"), NAME, Cpr.parse(CPR), ADDRESS),
        letter=Letter.of(TITLE, sources),
        options=Options(mandatory=True, reply_by=NOON),
    )
    return envelope, Manifest.of(sources, envelope.letter)


def draft(  # noqa: PLR0913 - what tests vary, each by name
    name: str = "1",
    *,
    key: str | None = None,
    at: datetime = NOON,
    due: datetime | None = None,
    documents: Sequence[str] = ("doc-1",),
    department: str = "teknik",
    work: Work = Work.READY,
    beside: str | None = None,
    contents: Sequence[bytes] = (),
) -> Draft:
    """Make the draft called ``name``, committed ``at``. Equal documents make equal letters."""
    envelope, manifest = letter(*contents, documents=documents)
    entry = Entry(
        id=str(_uuid("dispatch", name)),
        message_uuid=_uuid("message", name),
        channel="fake",
        department=department,
        case=envelope.case,
        work=work,
        policy_version=POLICY.version,
        fingerprint=f"request={_digest('request', name)[:12]}",
        committed_at=at,
        committed_by=BY,
        due=due or at,
        extent=manifest.extent,
        beside=beside,
        owes_journal=True,
    )
    content = _digest("content", *documents)
    who = _digest("recipient", "reminder" if beside else "letter")
    reasons = (Reason("fake", taken=True, why="når modtageren"),)
    return Draft(entry, envelope, manifest, _digest("key", key or name), who, content, reasons)


def committed(draft: Draft) -> DispatchEvent:
    """Make the fact that goes with a draft."""
    return progress.committed(draft.entry)


def receipt(
    about: Entry,
    event: ReceiptEvent = ReceiptEvent.ACCEPTED,
    *,
    id: str | None = None,  # noqa: A002 - the field's own word
    at: datetime = NOON,
) -> Receipt:
    """Make a receipt for an entry; one of each event has an id of its own."""
    return Receipt(
        id=id or str(_uuid("receipt", about.id, event.value)),
        event=event,
        at=at,
        message_uuid=about.message_uuid,
        channel="fake",
        code="0" if event is not ReceiptEvent.FAILED else "afvist",
        text=f"Brevet til {NAME}",
        word=event.value,
        raw=f"<Kvittering><Navn>{NAME}</Navn><Cpr>{CPR}</Cpr></Kvittering>".encode(),
    )


def seen(
    kind: type[E],
    document: str = "doc-1",
    *,
    at: datetime = NOON,
    version: str = "1",
    id: str | None = None,  # noqa: A002
) -> E:
    """Make what the host saw happen to a document."""
    return kind(
        id=id or f"{kind.__name__}/{document}/{version}/{at:%d%H%M%S}",
        at=at,
        department="teknik",
        document=Document(document, version, FILE),
        case=Case("sag-1", "prøve", CASE_TITLE),
    )


def request(key: str = "forslag") -> Request:
    """Make the wish to send one document to one party."""
    documents = (Document("doc-1", "1", FILE),)
    return Request(key, Case("sag-1", "prøve", CASE_TITLE), "teknik", TITLE, documents, (Party("part-1", "prøve"),))


def ended(entry: Entry, outcome: Outcome, at: datetime = NOON) -> Entry:
    """Give the entry as it is when its latest attempt ended so."""
    *earlier, last = entry.attempts
    return attrs.evolve(entry, attempts=(*earlier, attrs.evolve(last, ended_at=at, outcome=outcome)))
