"""What a letter is: documents, files, wishes, and what one dispatch carries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from typing import Literal, Self

import attrs

from esdh_connect.model.people import Address, Case, Recipient, Sender

__all__ = [
    "PDF",
    "Document",
    "Envelope",
    "File",
    "Finding",
    "Letter",
    "LetterAction",
    "Options",
    "Place",
    "PostCategory",
    "Printing",
    "Reservation",
    "Source",
]

PDF = "application/pdf"

#: Postkategori: how a letter on paper is carried, in the words of print suppliers.
PostCategory = Literal[
    "", "Prioritaire", "Economique", "Bulk", "Rekommanderet", "Rekommanderet med modtagerbevis", "Forkyndelse"
]


@attrs.frozen
class Document:
    """
    Dokument in the host, in one version. ``kind`` is the host's document type ("afgørelse").

    ``bundle`` names the shared bundle (bilagspakke) it was taken from, and in which version: "byggesag@3".
    """

    id: str
    version: str = "1"
    name: str = attrs.field(default="", repr=False)
    media_type: str = PDF
    kind: str = ""
    bundle: str = ""


@attrs.frozen
class Reservation:
    """Aftale: a time and place the recipient can put in a calendar. Both times are aware."""

    id: str
    description: str
    abstract: str
    location: str
    start: datetime
    end: datetime
    organizer_email: str = ""
    organizer_name: str = ""


@attrs.frozen
class LetterAction:
    """
    Handling in Digital Post: a button on the letter, a link (``url``, https) or a ``reservation``, not both.

    ``code`` is one of AFTALE, BEKRAEFT, BETALING, FORBEREDELSE, INFORMATION, SELVBETJENING, TILMELDING,
    UNDERSKRIV.
    """

    code: str
    label: str
    url: str = ""
    reservation: Reservation | None = None
    start: datetime | None = None
    end: datetime | None = None


@attrs.frozen
class Options:
    """
    What the caseworker wishes for this letter beyond its content; a channel that has no such thing ignores it.

    ``mandatory`` is *lovpligtig*, ``legal_notification`` *forkyndelse*, ``not_before`` the day before which
    Digital Post must not deliver it, ``reminder`` the text of a NemSMS sent beside the letter, never instead
    of it. ``deadline`` is the day on which it must be there at the latest: the plan says whether it will.
    """

    reply_allowed: bool = False
    reply_by: datetime | None = None
    mandatory: bool = False
    legal_notification: bool = False
    not_before: date | None = None
    notification: str = ""
    reminder: str = ""
    actions: tuple[LetterAction, ...] = ()
    post_category: PostCategory = ""
    duplex: bool | None = None
    colour: bool | None = None
    deadline: date | None = None


@attrs.frozen
class Place:
    """
    Where a document lies in a file: from ``first_page`` (1-based), over ``pages`` pages.

    ``document`` is its position in the request; None marks front matter that was added (an attachment list).
    Both page figures are None in a file that has no pages to count. ``changes`` says what was done to it:
    ``converted``, ``repaired``, ``made safe``; of front matter what it is, in Danish. ``bundle``
    is the shared bundle (bilagspakke) it was taken from.
    """

    document: int | None
    first_page: int | None
    pages: int | None
    changes: tuple[str, ...] = ()
    bundle: str = ""


@attrs.frozen
class Finding:
    """
    Fund: what was seen in a document or done to it, for whoever sends it. It stops nothing: what does is an error.

    ``id`` is a word for programs and ``text`` Danish, a sentence that follows the document's name and a colon; ``done``
    says in Danish what was mended. ``document`` is the position in the request, None for the letter as a whole;
    ``acts`` is who must do something about it, nobody where it is empty.
    """

    id: str
    text: str = attrs.field(repr=False)
    document: int | None = None
    acts: Literal["", "caseworker", "administrator"] = ""
    done: str = attrs.field(default="", repr=False)


@attrs.frozen
class Source:
    """
    A chosen document with its bytes as the host gave them.

    ``media_type`` is what the bytes are, whatever the document calls itself. ``pages`` is None where there are none to
    count.
    """

    document: Document
    content: bytes = attrs.field(repr=False)
    pages: int | None = None
    media_type: str = attrs.Factory(lambda self: self.document.media_type, takes_self=True)
    findings: tuple[Finding, ...] = ()

    @cached_property
    def sha256(self) -> str:
        """Give the hex SHA-256 of the bytes."""
        return sha256(self.content).hexdigest()


@attrs.frozen
class File:
    """Fil: one file as it goes out, and which documents lie where in it."""

    name: str = attrs.field(repr=False)
    media_type: str
    content: bytes = attrs.field(repr=False)
    places: tuple[Place, ...]
    pages: int | None = None
    language: str = "da"

    @cached_property
    def sha256(self) -> str:
        """Give the hex SHA-256 of the bytes."""
        return sha256(self.content).hexdigest()

    @property
    def size(self) -> int:
        """Give the number of bytes, before any encoding for the wire."""
        return len(self.content)


@attrs.frozen
class Letter:
    """
    Brev med bilag: the files in order, the first is the letter itself. A NemSMS has none.

    ``findings`` is what whoever sends it should know of its documents; the plan shows them.
    """

    title: str = attrs.field(repr=False)
    files: tuple[File, ...]
    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, title: str, sources: Sequence[Source]) -> Self:
        """Make the letter that has one file for each document, untouched."""
        found = (attrs.evolve(one, document=at) for at, source in enumerate(sources) for one in source.findings)
        return cls(title, tuple(_as_file(at, source) for at, source in enumerate(sources)), tuple(found))

    @property
    def main(self) -> File:
        """Give the letter itself (hoveddokument)."""
        return self.files[0]

    @property
    def attachments(self) -> tuple[File, ...]:
        """Give the bilag, in order."""
        return self.files[1:]


def _as_file(at: int, source: Source) -> File:
    first = None if source.pages is None else 1
    return File(
        name=source.document.name,
        media_type=source.media_type,
        content=source.content,
        places=(Place(at, first, source.pages, bundle=source.document.bundle),),
        pages=source.pages,
    )


@attrs.frozen
class Printing:
    """
    Print: what remote print is told beside the letter, where the department has said it.

    ``product`` is the supplier's number for paper and envelope; ``cost_centre`` (konteringsgruppe) is who is billed.
    """

    product: str = ""
    cost_centre: str = ""
    return_address: Address | None = attrs.field(default=None, repr=False)


@attrs.frozen
class Envelope:
    """What one dispatch carries: all that a channel needs to write its message."""

    case: Case
    sender: Sender
    recipient: Recipient
    letter: Letter
    options: Options = Options()
    printing: Printing = Printing()
