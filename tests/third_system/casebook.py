"""The database of Sagskabet: cases, parties, documents in versions, a journal, a change feed. It knows no letters."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

import attrs
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    func,
    select,
)

TABLES = MetaData()
CASES = Table("sag", TABLES, Column("id", String, primary_key=True), Column("title", String), Column("state", String))
PARTIES = Table("part", TABLES, Column("case", String, primary_key=True), Column("person", String, primary_key=True))
DOCUMENTS = Table(
    "dokument",
    TABLES,
    Column("id", String, primary_key=True),
    *(Column(name, String) for name in ("case", "name", "version", "state")),
)
VERSIONS = Table(
    "udgave",
    TABLES,
    Column("document", String, primary_key=True),
    Column("version", String, primary_key=True),
    Column("content", LargeBinary),
)
CHANGES = Table(
    "haendelse",
    TABLES,
    Column("number", Integer, primary_key=True),
    *(Column(name, String) for name in ("what", "at", "document", "version")),
)
JOURNAL = Table(
    "journal",
    TABLES,
    Column("id", String, primary_key=True),
    Column("case", String),
    Column("text", String),
)
REMINDERS = Table(
    "erindring", TABLES, *(Column(name, String, primary_key=name == "id") for name in ("id", "case", "text"))
)


@attrs.frozen
class Person:
    """As the register next door knows them: their numbers do not lie in Sagskabet's own tables."""

    id: str
    name: str
    cpr: str = attrs.field(repr=False)
    street: str
    number: str
    post_code: str
    city: str
    circumstances: tuple[str, ...]  # protected, dead, emigrated: as the register has them


class CaseClosed(Exception):
    """Nothing can be put on a closed case."""


@attrs.define(eq=False)
class Casebook:
    """The database. `loses_answers`: how many of the next notes are written without anybody being told."""

    engine: Engine
    people: dict[str, Person] = attrs.field(factory=dict, repr=False)
    loses_answers: int = 0

    def __attrs_post_init__(self) -> None:
        TABLES.create_all(self.engine)

    # cases and their parties

    def new_case(self, title: str = "Carport") -> str:
        with self.engine.begin() as connection:
            number = f"2026-{(connection.scalar(select(func.count()).select_from(CASES)) or 0) + 1:04}"
            connection.execute(CASES.insert().values(id=number, title=title, state="open"))
        return number

    def case(self, number: str) -> Row | None:
        return self._one(select(CASES).where(CASES.c.id == number))

    def set_case(self, number: str, state: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(CASES.update().where(CASES.c.id == number).values(state=state))

    def new_person(self, name: str, cpr: str, *circumstances: str) -> str:
        identity = str(uuid4())
        self.people[identity] = Person(identity, name, cpr, "Solsikkevej", "12", "8000", "Aarhus C", circumstances)
        return identity

    def person(self, identity: str) -> Person | None:
        return self.people.get(identity)

    def add_party(self, case: str, person: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(PARTIES.insert().values(case=case, person=person))

    def parties(self, case: str) -> list[str]:
        return [row.person for row in self._all(select(PARTIES).where(PARTIES.c.case == case))]

    # documents, and what happens to them

    def new_document(self, case: str, name: str, content: bytes) -> str:
        with self.engine.begin() as connection:
            identity = str(uuid4())
            connection.execute(
                DOCUMENTS.insert().values(id=identity, case=case, name=name, version="1", state="kladde")
            )
            connection.execute(VERSIONS.insert().values(document=identity, version="1", content=content))
        return identity

    def document(self, identity: str) -> Row | None:
        return self._one(select(DOCUMENTS).where(DOCUMENTS.c.id == identity))

    def documents(self, case: str) -> Sequence[Row]:
        return self._all(select(DOCUMENTS).where(DOCUMENTS.c.case == case))

    def content(self, identity: str, version: str) -> bytes | None:
        found = self._one(select(VERSIONS).where(VERSIONS.c.document == identity, VERSIONS.c.version == version))
        return found.content if found else None

    def edit(self, identity: str, content: bytes) -> None:
        """A new version, in draft."""
        with self.engine.begin() as connection:
            old = connection.execute(select(DOCUMENTS).where(DOCUMENTS.c.id == identity)).one()
            new = str(int(old.version) + 1)
            connection.execute(VERSIONS.insert().values(document=identity, version=new, content=content))
            self._set_document(connection, identity, version=new, state="kladde")
            self._note_change(connection, "changed", identity, new)

    def overwrite(self, identity: str, content: bytes) -> None:
        """What goes wrong in a gateway: other bytes under the version there is."""
        with self.engine.begin() as connection:
            connection.execute(VERSIONS.update().where(VERSIONS.c.document == identity).values(content=content))

    def finalize(self, identity: str, number: int | None = None) -> int:
        """Done: this version will not change. Gives the number of the change, which may have been taken long before."""
        with self.engine.begin() as connection:
            version = connection.execute(select(DOCUMENTS.c.version).where(DOCUMENTS.c.id == identity)).scalar_one()
            self._set_document(connection, identity, state="færdig")
            return self._note_change(connection, "finalized", identity, version, number)

    def mark_sent(self, connection: Connection, identity: str) -> None:
        """In the caller's own transaction."""
        self._set_document(connection, identity, state="afsendt")

    def changes(self, after: int, limit: int) -> Sequence[Row]:
        """The feed, by number. One is taken when a transaction begins, so a lower one may show later."""
        joined = CHANGES.join(DOCUMENTS, CHANGES.c.document == DOCUMENTS.c.id)
        found = select(CHANGES, DOCUMENTS.c.name, DOCUMENTS.c.case).select_from(joined).where(CHANGES.c.number > after)
        return self._all(found.order_by(CHANGES.c.number).limit(limit))

    # the journal

    def journalize(self, case: str, text: str) -> str:
        with self.engine.begin() as connection:
            state = connection.execute(select(CASES.c.state).where(CASES.c.id == case)).scalar_one()
            if state != "open":
                raise CaseClosed(case)
            identity = str(uuid4())
            connection.execute(JOURNAL.insert().values(id=identity, case=case, text=text))
        if self.loses_answers:
            self.loses_answers -= 1
            raise ConnectionResetError("the note was written, and its answer lost")
        return identity

    def journal(self, case: str) -> Sequence[Row]:
        return self._all(select(JOURNAL).where(JOURNAL.c.case == case))

    def remind(self, identity: str, case: str, text: str) -> None:
        """In the caseworker's list; once, whoever tells it again."""
        with self.engine.begin() as connection:
            again = REMINDERS.insert().prefix_with("OR IGNORE")
            connection.execute(again.values(id=identity, case=case, text=text))

    def reminders(self, case: str) -> Sequence[Row]:
        return self._all(select(REMINDERS).where(REMINDERS.c.case == case))

    # inside

    def _one(self, query) -> Row | None:
        with self.engine.connect() as connection:
            return connection.execute(query).one_or_none()

    def _all(self, query) -> Sequence[Row]:
        with self.engine.connect() as connection:
            return connection.execute(query).all()

    @staticmethod
    def _set_document(connection: Connection, identity: str, **values: str) -> None:
        connection.execute(DOCUMENTS.update().where(DOCUMENTS.c.id == identity).values(**values))

    @staticmethod
    def _note_change(connection: Connection, what: str, identity: str, version: str, number: int | None = None) -> int:
        taken = (
            number or (connection.scalar(select(func.max(CHANGES.c.number))) or 0) + 2
        )  # other rooms take the odd ones
        at = datetime.now(UTC).isoformat()
        connection.execute(CHANGES.insert().values(number=taken, what=what, at=at, document=identity, version=version))
        return taken
