"""Sagskabet sends letters: all that it has of esdh_connect. Its pages are `app.py`, its database `casebook.py`."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from esdh_connect import Address, Case, Connect, Cpr, Document, Party, Plan, Recipient, Request, hookimpl, wording
from esdh_connect.dispatch import Override
from esdh_connect.events import DocumentChanged, DocumentEvent, DocumentFinalized, NewEvents
from esdh_connect.model import Circumstance
from esdh_connect.seal import Seal
from esdh_connect.settings import Settings
from esdh_connect.store import Store
from tests.third_system.casebook import Casebook

SYSTEM, DEPARTMENT, LATE, PAGE = "sagskab", "teknik", 50, 200
EVENTS = {"finalized": DocumentFinalized, "changed": DocumentChanged}


def document_of(row) -> Document:
    """A row of Sagskabet's documents, as the library knows it: always in one version."""
    return Document(row.id, row.version, row.name)


def told(row) -> DocumentEvent:
    """A line of Sagskabet's change feed, as the library is told of it."""
    document, case = Document(row.document, row.version, row.name), Case(row.case, SYSTEM)
    return EVENTS[row.what](f"change-{row.number}", datetime.fromisoformat(row.at), DEPARTMENT, document, case)


class Host:
    """What the library asks Sagskabet."""

    def __init__(self, book: Casebook) -> None:
        self.book = book

    @hookimpl
    def read_document(self, document):
        return self.book.content(document.id, document.version)

    @hookimpl
    def resolve_recipient(self, party):
        if not (person := self.book.person(party.id)):
            return None
        address = Address(street=person.street, number=person.number, post_code=person.post_code, city=person.city)
        known = map(Circumstance, person.circumstances)
        return Recipient(party, person.name, Cpr.parse(person.cpr), address, circumstances=frozenset(known))

    @hookimpl
    def find_parties(self, case):
        return [Party(person, SYSTEM) for person in self.book.parties(case.id)]

    @hookimpl
    def journalize_dispatch(self, dispatch, mark):
        letter, name = dispatch.envelope.letter, dispatch.envelope.recipient.name
        return self.book.journalize(dispatch.envelope.case.id, f"»{letter.title}« er sendt til {name}. {mark}")

    @hookimpl
    def find_journal_entry(self, mark, case):
        return next((note.id for note in self.book.journal(case.id) if mark in note.text), None)

    @hookimpl
    def dispatch_failed(self, event):
        self.book.remind(event.id, event.case.id, f"Et brev er fejlet. {event.why}")

    @hookimpl
    def read_events(self, cursor):
        rows = self.book.changes(after=int(cursor or 0) - LATE, limit=LATE + PAGE)
        end = rows[-1].number if rows else int(cursor or 0)
        return NewEvents(str(end), [told(row) for row in rows], more=len(rows) == LATE + PAGE)


def connect(settings: Path, book: Casebook) -> Connect:
    """The outbox lies in Sagskabet's own database, so that letters are part of its transactions."""
    secrets = Settings.load(settings).secrets
    outbox = Store(book.engine, Seal(secrets.installation_key(), secrets.keys))
    return Connect.from_settings(settings, host=Host(book), outbox=outbox)


def request(key: str, document, persons: Sequence[str]) -> Request:
    """One document to these persons; the key is the dialog's."""
    letter, parties = document_of(document), [Party(person, SYSTEM) for person in persons]
    return Request(key, Case(document.case, SYSTEM), DEPARTMENT, document.name, [letter], parties)


def lines(plan: Plan) -> Iterator[str]:
    """What a caseworker sees of a plan."""
    for row in plan.rows:
        yield row.recipient.name if row.recipient else "Ukendt modtager"
        yield wording.of(row.error) if row.error else "; ".join(reason.why for reason in row.reasons)
        yield from filter(None, dict.fromkeys([*row.warnings, row.timing]))


def send(post: Connect, book: Casebook, wish: Request, expect: str, by: str, overrides: Sequence[Override]) -> None:
    """The document is marked as sent and its letters are ordered, or neither."""
    with book.engine.begin() as connection:
        post.commit(wish, expect=expect, by=by, overrides=overrides, connection=connection)
        book.mark_sent(connection, wish.documents[0].id)
