"""
Eksempel Kommune: a small case system (ESDH) in memory – departments, parties, cases, documents and journal notes.

It knows nothing of esdh_connect but the values it hands over. What happens to a document comes back as the event
that the host tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import Enum
from typing import TypeVar

import attrs

from esdh_connect.events import (
    DocumentChanged,
    DocumentCreated,
    DocumentEvent,
    DocumentFinalized,
    DocumentWithdrawn,
)
from esdh_connect.ids import Cpr, Cvr, Kle
from esdh_connect.model import Address, Case, Document, Party, Recipient
from esdh_connect.policy import Department

__all__ = [
    "DECISION",
    "SYSTEM",
    "CaseFile",
    "Filed",
    "LifeCycle",
    "Message",
    "Municipality",
    "Note",
    "Registered",
    "UnknownToUs",
]

E = TypeVar("E", bound=DocumentEvent)
T = TypeVar("T")

#: The name of this system in the ids it hands over.
SYSTEM = "eksempel-esdh"
#: The kind of document that is a decision (afgørelse).
DECISION = "afgørelse"


class UnknownToUs(LookupError):
    """There is no such thing in this case system."""


class LifeCycle(Enum):
    """Livscyklus of a document."""

    DRAFT = "kladde"
    FINAL = "færdiggjort"
    WITHDRAWN = "trukket tilbage"


@attrs.frozen
class Registered:
    """En part, as the case system has registered it: ``id`` is its own number, never a CPR number."""

    id: str
    name: str = attrs.field(repr=False)
    number: Cpr | Cvr
    address: Address = attrs.field(repr=False)

    @property
    def party(self) -> Party:
        """Give the name a request uses."""
        return Party(self.id, SYSTEM)

    @property
    def recipient(self) -> Recipient:
        """Give who and where it is."""
        return Recipient(self.party, self.name, self.number, self.address)


@attrs.frozen
class CaseFile:
    """
    En sag. ``parties`` are the ids of those whom its letters go to.

    ``standing`` is the party that every decision of the case goes to, if that is settled beforehand.
    """

    id: str
    title: str = attrs.field(repr=False)
    department: Department
    caseworker: str
    kle: Kle | None = None
    standing: str | None = None
    parties: tuple[str, ...] = ()

    @property
    def case(self) -> Case:
        """Give the case as esdh_connect knows it."""
        return Case(self.id, SYSTEM, self.title, self.kle)


@attrs.frozen
class Filed:
    """Et dokument on a case, with all its versions: the newest is the last."""

    id: str
    case: str
    name: str = attrs.field(repr=False)
    kind: str
    versions: tuple[bytes, ...] = attrs.field(repr=False)
    life: LifeCycle = LifeCycle.DRAFT

    @property
    def document(self) -> Document:
        """Give the newest version."""
        return Document(self.id, str(len(self.versions)), self.name, kind=self.kind)


@attrs.frozen
class Note:
    """Et journalnotat. ``mark`` is what esdh_connect finds it by."""

    id: str
    case: str
    dispatch: str
    mark: str
    lines: tuple[str, ...] = attrs.field(repr=False)


@attrs.frozen
class Message:
    """En besked to a caseworker about a letter, by its id."""

    to: str
    letter: str
    text: str = attrs.field(repr=False)


class Municipality:
    """The case system. Whatever is asked for and not there raises UnknownToUs."""

    def __init__(self, departments: Iterable[Department], now: Callable[[], datetime]) -> None:
        self.departments = tuple(departments)
        self.now = now
        self.parties: dict[str, Registered] = {}
        self.cases: dict[str, CaseFile] = {}
        self.documents: dict[str, Filed] = {}
        self.notes: dict[str, Note] = {}
        self.messages: list[Message] = []

    # --- registering

    def register(self, *parties: Registered) -> None:
        """Register parties."""
        self.parties |= {party.id: party for party in parties}

    def open(self, *cases: CaseFile) -> None:
        """Open cases."""
        self.cases |= {case.id: case for case in cases}

    # --- finding

    def party(self, id: str) -> Registered:  # noqa: A002 - the field's own word
        """Give a party."""
        return _found(self.parties, id)

    def case(self, id: str) -> CaseFile:  # noqa: A002
        """Give a case."""
        return _found(self.cases, id)

    def filed(self, id: str) -> Filed:  # noqa: A002
        """Give a document with its versions."""
        return _found(self.documents, id)

    def content(self, document: Document) -> bytes:
        """Give the bytes of a document in the version asked for."""
        versions = self.filed(document.id).versions
        if not document.version.isdecimal() or not 1 <= int(document.version) <= len(versions):
            raise UnknownToUs(f"document {document.id} has no version {document.version}")
        return versions[int(document.version) - 1]

    def on_case(self, case: str) -> tuple[Filed, ...]:
        """Give the documents of a case, in the order they were filed."""
        return tuple(filed for filed in self.documents.values() if filed.case == case)

    # --- the life of a document; each step gives the event to tell

    def file(self, case: str, name: str, kind: str, content: bytes) -> DocumentCreated:
        """File a draft on a case (opret)."""
        home = self.case(case)
        filed = Filed(f"{home.id}-{len(self.on_case(case)) + 1:02d}", case, name, kind, (content,))
        return self._became(DocumentCreated, filed)

    def change(self, id: str, content: bytes) -> DocumentChanged:  # noqa: A002
        """Add a version; the document is a draft again."""
        filed = self.filed(id)
        grown = attrs.evolve(filed, versions=(*filed.versions, content), life=LifeCycle.DRAFT)
        return self._became(DocumentChanged, grown)

    def finalize(self, id: str) -> DocumentFinalized:  # noqa: A002
        """Finalize the newest version (færdiggør)."""
        return self._became(DocumentFinalized, attrs.evolve(self.filed(id), life=LifeCycle.FINAL))

    def withdraw(self, id: str) -> DocumentWithdrawn:  # noqa: A002
        """Withdraw a document (træk tilbage)."""
        return self._became(DocumentWithdrawn, attrs.evolve(self.filed(id), life=LifeCycle.WITHDRAWN))

    def _became(self, kind: type[E], filed: Filed) -> E:
        self.documents[filed.id] = filed
        case = self.case(filed.case)
        return kind(
            id=f"{SYSTEM}/{filed.id}/{len(filed.versions)}/{kind.hook()}",
            at=self.now(),
            department=case.department.id,
            document=filed.document,
            case=case.case,
        )

    # --- the journal, and what caseworkers are told

    def journal(self, case: str, dispatch: str, mark: str, *lines: str) -> Note:
        """Write a note about a dispatch on a case."""
        note = Note(f"N{len(self.notes) + 1:04d}", self.case(case).id, dispatch, mark, lines)
        self.notes[note.id] = note
        return note

    def noted(self, mark: str) -> Note | None:
        """Find a note by its mark; None where there is none."""
        return next((note for note in self.notes.values() if note.mark == mark), None)

    def add_to_note(self, dispatch: str, line: str) -> bool:
        """Add a line to the note of a dispatch, once; False where the dispatch has no note."""
        note = next((note for note in self.notes.values() if note.dispatch == dispatch), None)
        if note is None:
            return False
        if line not in note.lines:
            self.notes[note.id] = attrs.evolve(note, lines=(*note.lines, line))
        return True

    def notify(self, case: str, letter: str, text: str) -> None:
        """Leave a message for the caseworker of a case; the same one is left once."""
        message = Message(self.case(case).caseworker, letter, text)
        if message not in self.messages:
            self.messages.append(message)


def _found(things: dict[str, T], id: str) -> T:  # noqa: A002
    if id not in things:
        raise UnknownToUs(f"there is no {id!r} here")
    return things[id]
