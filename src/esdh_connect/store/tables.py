"""
Tables of the outbox. All begin with ``esdh_connect_``, because they may lie in the host's own database.

What can name a person is ``LargeBinary`` and sealed; everything else is in clear, for those who must look without
the secret: ids, states, times and figures. Contents lie apart from the rows whose state changes, because SQLite
rewrites a row whole.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Sequence,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from esdh_connect.dispatch import Deed, Hold, Outcome, ReceiptEvent, Work
from esdh_connect.tables import LONG, NAMING, Moment, Span, Word
from esdh_connect.usage import UsageKind

__all__ = [
    "ACT",
    "ATTEMPT",
    "AUDIT",
    "CONVERTED",
    "DATA_KEY",
    "DECISION",
    "DISPATCH",
    "DISPATCH_DOCUMENT",
    "DOCUMENT_EVENT",
    "DUTY",
    "FACT",
    "GATE",
    "METADATA",
    "PAYLOAD",
    "POLICY",
    "POSITION",
    "PROPOSAL",
    "RECEIPT",
    "SCHEMA",
    "SUBSCRIBER",
    "USAGE",
]

METADATA = MetaData(naming_convention=NAMING)


def _table(name: str, *parts: Any, **options: Any) -> Table:  # noqa: ANN401 - handed on as they are
    return Table(f"esdh_connect_{name}", METADATA, *parts, **options)


def _text(name: str, **options: Any) -> Column[str]:  # noqa: ANN401
    return Column(name, String, nullable=False, **options)


def _sealed(name: str, *, nullable: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=nullable)


def _on_server(index: Index) -> Index:
    return index.ddl_if(dialect="postgresql")


def _of_dispatch(**options: Any) -> Column[str]:  # noqa: ANN401
    return Column("dispatch", String, ForeignKey("esdh_connect_dispatch.id"), **{"nullable": False, **options})


#: Alembic's own form, so that it can go on from what was made without it.
SCHEMA = _table("schema", Column("version_num", String(32), primary_key=True))

#: A wrapped data key: of each dispatch by its id, and of the outbox itself. Erasing is deleting it.
DATA_KEY = _table("data_key", Column("owner", String, primary_key=True), _sealed("wrapped"))

POLICY = _table("policy", Column("version", String, primary_key=True), Column("content", Text, nullable=False))

#: What was decided about departments: only ever added to. ``number`` counts without a gap, in the order of commits.
DECISION = _table(
    "decision",
    Column("number", Integer, primary_key=True, autoincrement=False),
    _text("department", index=True),
    _text("name"),
    Column("parent", String),
    Column("what", Text, nullable=False),
    Column("decided_at", Moment, nullable=False),
    Column("in_force", Moment, nullable=False),
    _sealed("private"),
)

_DAMAGED = "ix_esdh_connect_dispatch_damaged"
DISPATCH = _table(
    "dispatch",
    Column("seq", LONG, primary_key=True),
    _text("id", unique=True),
    _text("message_uuid", unique=True),
    _text("key"),
    _text("recipient"),
    _text("content"),
    _text("channel"),
    _text("department"),
    _text("case_id"),
    _text("case_system"),
    Column("work", Word(Work), nullable=False),
    Column("waits", Boolean, nullable=False),  # a reminder whose letter was not handed over yet
    Column("due", Moment, nullable=False),
    _text("policy_version"),
    _text("fingerprint"),
    Column("committed_at", Moment, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("files", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("beside", String),
    Column("owes_journal", Boolean, nullable=False),
    _sealed("private", nullable=True),
    _sealed("stopped_because", nullable=True),
    Column("held_for", Word(Hold)),
    Column("parent", String),
    _text("batch"),
    Column("lane", Integer, nullable=False),
    Column("settled", Boolean, nullable=False),
    Column("needs_person", Boolean, nullable=False),  # computed when the row is written, to be found by
    Column(
        "audited", Integer, nullable=False
    ),  # how many lines the audit log has of it; 0 for what is older than the log
    Column("over_at", Moment),  # since when nobody has anything to do with it any more; None when it was erased
    Column("to_approve", Boolean, nullable=False),
    Column("undo", Span, nullable=False),
    Column("damaged", Boolean, nullable=False),  # found to be what nobody can have written
    _text("plugin"),
    UniqueConstraint("key", "recipient"),
    Index(None, "work", "waits", "lane", "due", "seq"),
    Index(None, "work", "due"),
    Index(None, "held_for", "work", "due"),  # who looks for the few that wait for somebody reads past no mailing
    Index(None, "needs_person", "seq"),
    Index(None, "batch", "work", "seq"),
    Index(None, "department", "seq"),
    Index(None, "case_id", "seq"),
    Index(None, "content"),
    Index(None, "beside"),
    Index(None, "parent"),
    Index(None, "over_at"),
    Index(_DAMAGED, "seq", sqlite_where=text("damaged = 1"), postgresql_where=text("damaged")),
)

DISPATCH_DOCUMENT = _table(
    "dispatch_document",
    _of_dispatch(primary_key=True),
    Column("position", Integer, primary_key=True),
    _text("document", index=True),
    _text("version"),
)

PAYLOAD = _table(
    "payload",
    Column("id", LONG, primary_key=True),
    _of_dispatch(),
    _text("part"),
    Column("chunk", Integer, nullable=False),
    _sealed("sealed"),
    UniqueConstraint("dispatch", "part", "chunk"),
)

ATTEMPT = _table(
    "attempt",
    _of_dispatch(primary_key=True),
    Column("number", Integer, primary_key=True),
    _text("transaction_id"),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("outcome", Word(Outcome)),
    _text("code"),
    _sealed("detail", nullable=True),
    _text("shift"),
)

ACT = _table(
    "act",
    _of_dispatch(primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("deed", Word(Deed), nullable=False),
    Column("at", Moment, nullable=False),
    _sealed("private", nullable=True),
)

#: One row for each gate that was ever shut, for all workers; in the file its column is called what it was first.
GATE = _table(
    "gate",
    Column("channel", String, key="name", primary_key=True),
    Column("shut_at", Moment, nullable=False),
    Column("opens_at", Moment, nullable=False),
    _text("why"),
    Column("failures", Integer, nullable=False),
    Column("asks", Boolean, nullable=False),
)

#: One that came before its letter has no dispatch yet.
RECEIPT = _table(
    "receipt",
    Column("seq", LONG, primary_key=True),
    _text("id"),
    _text("message_uuid"),
    _of_dispatch(nullable=True, index=True),
    Column("event", Word(ReceiptEvent), nullable=False),
    Column("at", Moment, nullable=False),
    _text("channel"),
    _text("code"),
    _text("word"),
    _sealed("private", nullable=True),
    UniqueConstraint("message_uuid", "id"),
)

DUTY = _table(
    "duty",
    Column("mark", String, primary_key=True),
    _of_dispatch(),
    Column("due", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("done", Boolean, nullable=False),
    _text("answer"),
    _sealed("why", nullable=True),
    Column("begun", Boolean, nullable=False),
    Column("is_unknown", Boolean, nullable=False),
    _text("shift"),
    Index(None, "done", "due"),
)

#: Positions are never used twice, also where old facts are deleted. In a file, where one writes at a time, ``seq`` is
#: the position. On a server what has a lower ``seq`` may be committed later: there facts get theirs when they are read.
POSITION = Sequence("esdh_connect_fact_position", metadata=METADATA)
FACT = _table(
    "fact",
    Column("seq", LONG, primary_key=True),
    _text("name"),
    _text("id"),
    _text("department"),
    Column("dispatch", String, index=True),
    Column("at", Moment, nullable=False),
    _text("policy_version"),
    _sealed("data"),
    Column("position", BigInteger),
    _sealed("actor", nullable=True),  # who did what usage tells of, until all have heard it
    UniqueConstraint("name", "id"),
    Index("ix_esdh_connect_fact_actor", "seq", sqlite_where=(its := text("actor IS NOT NULL")), postgresql_where=its),
    _on_server(Index("ix_esdh_connect_fact_position", "position", unique=True)),
    _on_server(Index("ix_esdh_connect_fact_unnumbered", "seq", postgresql_where=text("position IS NULL"))),
    sqlite_autoincrement=True,
)

SUBSCRIBER = _table(
    "subscriber",
    Column("name", String, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("missed", Integer, nullable=False),  # how many facts it passed over that do not open any more
    Column("missed_at", Moment),
)

SOURCE = _table(
    "source",
    Column("name", String, primary_key=True),
    Column("cursor", Text, nullable=False),
)

USAGE = _table(
    "usage",
    Column("id", String, primary_key=True),
    Column("kind", Word(UsageKind), nullable=False),
    _text("department"),
    Column("at", Moment, nullable=False, index=True),
    _text("channel"),
    Column("documents", Integer, nullable=False),
    Column("files", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    _text("plugin"),
    Column("took", Span),
    _text("cause"),
)

_TRIED = "ix_esdh_connect_document_event_tried"
DOCUMENT_EVENT = _table(
    "document_event",
    Column("seq", LONG, primary_key=True),
    _text("id", unique=True),
    _text("name"),
    _text("document", index=True),
    _text("version"),
    _text("department"),
    Column("at", Moment, nullable=False),
    _text("policy_version"),
    Column("treated", Boolean, nullable=False),
    _sealed("data"),
    Column("tries", Integer, nullable=False),  # how often a plugin could not be asked about it
    Column("due", Moment),
    Index(None, "treated", "seq"),
    Index(_TRIED, "seq", sqlite_where=text("tries > 0"), postgresql_where=text("tries > 0")),
)

PROPOSAL = _table(
    "proposal",
    Column("seq", LONG, primary_key=True),
    _text("id", unique=True),
    _text("event"),
    Column("made_at", Moment, nullable=False),
    _sealed("request"),
    Column("open", Boolean, nullable=False),
    _sealed("closed", nullable=True),
)

#: What documents were made into, by keyed digests of the original and of how. The big column is the last one: a count
#: of the others reads past it.
CONVERTED = _table(
    "converted",
    Column("name", String, primary_key=True),
    _text("original", index=True),
    Column("kept_at", Moment, nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    _sealed("findings"),
    _sealed("content"),
)

#: Written once and never changed, but for its place in the chain, which it gets a little later: see store/audit.py.
AUDIT = _table(
    "audit",
    Column("seq", LONG, primary_key=True),
    Column("position", BigInteger, unique=True),
    Column("link", LargeBinary),
    _sealed("mac"),
    _text("dispatch"),
    Column("number", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    _text("what"),
    _text("about"),
    Column("work", Word(Work)),
    _sealed("private", nullable=True),
    UniqueConstraint("dispatch", "number"),
    sqlite_autoincrement=True,
)
