"""
Dispatches as a channel gets them: within the channel's own limits, each with a UUID of its own (version 4).

For tests of channels; those of outboxes have :mod:`esdh_connect.testing.letters`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import attrs

from esdh_connect.channel import Limits
from esdh_connect.dispatch import Attempt, Dispatch, Entry, Manifest, Work
from esdh_connect.ids import Cpr, Cvr
from esdh_connect.model import (
    PDF,
    Address,
    Case,
    Document,
    Envelope,
    File,
    Letter,
    Options,
    Party,
    Recipient,
    Sender,
    Source,
)
from esdh_connect.testing.fakes import pdf_of

__all__ = ["CITIZEN", "COMMITTED", "NOBODY", "dispatch", "envelope"]

COMMITTED = datetime(2026, 11, 23, 9, 30, 15, 250_000, tzinfo=UTC)
#: Somebody with a CPR number and an address on paper.
CITIZEN = Recipient(
    party=Party("part-1", "prøve"),
    name="Ane Prøve",
    id=Cpr("1212121212"),
    address=Address(street="Prøvevej", number="7", post_code="8000", city="Aarhus C"),
)
#: Somebody of whom only the name is known.
NOBODY = Recipient(party=Party("part-2", "prøve"), name="Bo Ukendt")
_REMINDER = "Husk din tid i morgen kl. 10."


def envelope(
    limits: Limits, recipient: Recipient = CITIZEN, *, title: str = "Afgørelse", name: str = "Afgørelse"
) -> Envelope:
    """Make what fits: one file of the first type the channel takes, or the text of a reminder where it takes none."""
    sources = _sources(limits, name)
    return Envelope(
        case=Case("sag-1", "prøve"),
        sender=Sender(Cvr("55133018"), "Eksempel Kommune"),
        recipient=recipient,
        letter=_letter(title, sources, limits),
        options=Options(reminder="" if limits.max_files else _REMINDER),
    )


def dispatch(channel: str, carried: Envelope, *, new_id: Callable[[], UUID] = uuid4) -> Dispatch:
    """Make the dispatch that carries it through the channel of this name, at its first attempt."""
    documents = tuple(
        Source(Document(f"doc-{at}", "1", file.name, file.media_type), file.content, file.pages)
        for at, file in enumerate(carried.letter.files)
    )
    manifest = Manifest.of(documents, carried.letter)
    transaction = new_id()
    entry = Entry(
        id=str(new_id()),
        message_uuid=new_id(),
        channel=channel,
        department="teknik",
        case=carried.case,
        work=Work.SENDING,
        policy_version="1",
        fingerprint="",
        committed_at=COMMITTED,
        committed_by="test",
        due=COMMITTED,
        extent=manifest.extent,
        attempts=(Attempt(transaction, COMMITTED),),
    )
    return Dispatch(entry, carried, manifest, transaction)


def _sources(limits: Limits, name: str) -> tuple[Source, ...]:
    if not limits.max_files:
        return ()
    kind = PDF if PDF in limits.media_types else next(iter(limits.media_types))
    content = pdf_of("Kære borger") if kind == PDF else b"Kaere borger\n"
    return (Source(Document("doc-0", "1", name, kind), content, 1 if kind == PDF else None),)


def _letter(title: str, sources: tuple[Source, ...], limits: Limits) -> Letter:
    letter = Letter.of(title, sources)
    return attrs.evolve(letter, files=tuple(_named(file, limits) for file in letter.files))


def _named(file: File, limits: Limits) -> File:
    return attrs.evolve(file, name=file.name + limits.media_types[file.media_type][0])
