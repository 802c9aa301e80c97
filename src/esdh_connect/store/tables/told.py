"""What is told and remembered beside the letters: policies, facts, document events, use, conversions and the log."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    Sequence,
    String,
    Text,
    UniqueConstraint,
    text,
)

from esdh_connect.dispatch import Work
from esdh_connect.store.tables.columns import METADATA, on_server, sealed, table, word
from esdh_connect.tables import LONG, Moment, Span, Word
from esdh_connect.usage import UsageKind

__all__ = [
    "AUDIT",
    "CONVERTED",
    "DECISION",
    "DOCUMENT_EVENT",
    "FACT",
    "POLICY",
    "POSITION",
    "PROPOSAL",
    "SOURCE",
    "SUBSCRIBER",
    "USAGE",
]

POLICY = table("policy", Column("version", String, primary_key=True), Column("content", Text, nullable=False))

#: What was decided about departments: only ever added to. ``number`` counts without a gap, in the order of commits.
DECISION = table(
    "decision",
    Column("number", Integer, primary_key=True, autoincrement=False),
    word("department", index=True),
    word("name"),
    Column("parent", String),
    Column("what", Text, nullable=False),
    Column("decided_at", Moment, nullable=False),
    Column("in_force", Moment, nullable=False),
    sealed("private"),
)

#: Positions are never used twice, also where old facts are deleted. In a file, where one writes at a time, ``seq`` is
#: the position. On a server what has a lower ``seq`` may be committed later: there facts get theirs when they are read.
_WITH_ACTOR = "ix_esdh_connect_fact_actor"
POSITION = Sequence("esdh_connect_fact_position", metadata=METADATA)
FACT = table(
    "fact",
    Column("seq", LONG, primary_key=True),
    word("name"),
    word("id"),
    word("department"),
    Column("dispatch", String, index=True),
    Column("at", Moment, nullable=False),
    word("policy_version"),
    sealed("data"),
    Column("position", BigInteger),
    sealed("actor", nullable=True),  # who did what usage tells of, until all have heard it
    UniqueConstraint("name", "id"),
    Index(_WITH_ACTOR, "seq", sqlite_where=text("actor IS NOT NULL"), postgresql_where=text("actor IS NOT NULL")),
    on_server(Index("ix_esdh_connect_fact_position", "position", unique=True)),
    on_server(Index("ix_esdh_connect_fact_unnumbered", "seq", postgresql_where=text("position IS NULL"))),
    sqlite_autoincrement=True,
)

SUBSCRIBER = table(
    "subscriber",
    Column("name", String, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("missed", Integer, nullable=False),  # how many facts it passed over that do not open any more
    Column("missed_at", Moment),
)

SOURCE = table(
    "source",
    Column("name", String, primary_key=True),
    Column("cursor", Text, nullable=False),
)

USAGE = table(
    "usage",
    Column("id", String, primary_key=True),
    Column("kind", Word(UsageKind), nullable=False),
    word("department"),
    Column("at", Moment, nullable=False, index=True),
    word("channel"),
    Column("documents", Integer, nullable=False),
    Column("files", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    word("plugin"),
    Column("took", Span),
    word("cause"),
)

_TRIED = "ix_esdh_connect_document_event_tried"
DOCUMENT_EVENT = table(
    "document_event",
    Column("seq", LONG, primary_key=True),
    word("id", unique=True),
    word("name"),
    word("document", index=True),
    word("version"),
    word("department"),
    Column("at", Moment, nullable=False),
    word("policy_version"),
    Column("treated", Boolean, nullable=False),
    sealed("data"),
    Column("tries", Integer, nullable=False),  # how often a plugin could not be asked about it
    Column("due", Moment),
    Index(None, "treated", "seq"),
    Index(_TRIED, "seq", sqlite_where=text("tries > 0"), postgresql_where=text("tries > 0")),
)

PROPOSAL = table(
    "proposal",
    Column("seq", LONG, primary_key=True),
    word("id", unique=True),
    word("event"),
    Column("made_at", Moment, nullable=False),
    sealed("request"),
    Column("open", Boolean, nullable=False),
    sealed("closed", nullable=True),
)

#: What documents were made into, by keyed digests of the original and of how. The big column is the last one: a count
#: of the others reads past it.
CONVERTED = table(
    "converted",
    Column("name", String, primary_key=True),
    word("original", index=True),
    Column("kept_at", Moment, nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    sealed("findings"),
    sealed("content"),
)

#: Written once and never changed, but for its place in the chain, which it gets a little later: see store/audit.py.
AUDIT = table(
    "audit",
    Column("seq", LONG, primary_key=True),
    Column("position", BigInteger, unique=True),
    Column("link", LargeBinary),
    sealed("mac"),
    word("dispatch"),
    Column("number", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    word("what"),
    word("about"),
    Column("work", Word(Work)),
    sealed("private", nullable=True),
    UniqueConstraint("dispatch", "number"),
    sqlite_autoincrement=True,
)
