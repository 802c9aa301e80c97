"""Letters: what is to be sent, what was tried, what came back, and what is owed because of it."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)

from esdh_connect.dispatch import Cause, Deed, Hold, Outcome, ReceiptEvent, Status, Work
from esdh_connect.store.tables.columns import of_dispatch, sealed, table, word
from esdh_connect.tables import LONG, Moment, Span, Word

__all__ = [
    "ACT",
    "ATTEMPT",
    "DATA_KEY",
    "DISPATCH",
    "DISPATCH_DOCUMENT",
    "DUTY",
    "GATE",
    "IS_OPEN",
    "PAYLOAD",
    "PURPOSE",
    "RECEIPT",
    "SCHEMA",
]

#: Alembic's own form, so that it can go on from what was made without it.
SCHEMA = table("schema", Column("version_num", String(32), primary_key=True))

#: A wrapped data key: of each dispatch by its id, and of the outbox itself. Erasing is deleting it.
DATA_KEY = table("data_key", Column("owner", String, primary_key=True), sealed("wrapped"))

#: One row: whether letters of this outbox are of training. Written once, before the first of them.
PURPOSE = table("purpose", Column("id", Integer, primary_key=True), Column("training", Boolean, nullable=False))

_DAMAGED, _OPEN = "ix_esdh_connect_dispatch_damaged", "ix_esdh_connect_dispatch_open"
_CAUSE = "ix_esdh_connect_dispatch_cause"
#: What is not over; in the words of its index, so that it is found by it: of a case with a mailing on it nothing is
#: read but the few letters that somebody still has to do with.
IS_OPEN = text(f"(work NOT IN ('{Work.CANCELLED.value}', '{Work.CLOSED.value}') OR needs_person)")
DISPATCH = table(
    "dispatch",
    Column("seq", LONG, primary_key=True),
    word("id", unique=True),
    word("message_uuid", unique=True),
    word("key"),
    word("recipient"),
    word("content"),
    word("channel"),
    word("department"),
    word("case_id"),
    word("case_system"),
    Column("work", Word(Work), nullable=False),
    Column("waits", Boolean, nullable=False),  # a reminder whose letter was not handed over yet
    Column("due", Moment, nullable=False),
    word("policy_version"),
    word("fingerprint"),
    Column("committed_at", Moment, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("files", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("beside", String),
    Column("owes_journal", Boolean, nullable=False),
    sealed("private", nullable=True),
    sealed("stopped_because", nullable=True),
    Column("held_for", Word(Hold)),
    Column("parent", String),
    word("batch"),
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
    word("plugin"),
    # Computed when the row is written, to be found by; what is shown is computed anew.
    Column("status", Word(Status), nullable=False),
    Column("cause", Word(Cause)),
    UniqueConstraint("key", "recipient"),
    Index(None, "work", "waits", "lane", "due", "seq"),
    Index(None, "work", "due"),
    Index(None, "held_for", "work", "due"),  # who looks for the few that wait for somebody reads past no mailing
    Index(None, "needs_person", "seq"),
    Index(None, "batch", "work", "seq"),
    Index(None, "department", "seq"),
    Index(None, "case_id", "seq"),
    Index(None, "committed_at", "seq", "department", "status"),  # a search is answered from it alone
    Index(None, "content"),
    Index(None, "beside"),
    Index(None, "parent"),
    Index(None, "over_at"),
    Index(
        _CAUSE,
        "cause",
        "seq",
        "department",
        sqlite_where=text("cause IS NOT NULL"),
        postgresql_where=text("cause IS NOT NULL"),
    ),
    Index(_OPEN, "case_id", "seq", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
    Index(_DAMAGED, "seq", sqlite_where=text("damaged = 1"), postgresql_where=text("damaged")),
)

DISPATCH_DOCUMENT = table(
    "dispatch_document",
    of_dispatch(primary_key=True),
    Column("position", Integer, primary_key=True),
    word("document", index=True),
    word("version"),
)

PAYLOAD = table(
    "payload",
    Column("id", LONG, primary_key=True),
    of_dispatch(),
    word("part"),
    Column("chunk", Integer, nullable=False),
    sealed("sealed"),
    UniqueConstraint("dispatch", "part", "chunk"),
)

ATTEMPT = table(
    "attempt",
    of_dispatch(primary_key=True),
    Column("number", Integer, primary_key=True),
    word("transaction_id"),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("outcome", Word(Outcome)),
    word("code"),
    sealed("detail", nullable=True),
    word("shift"),
)

ACT = table(
    "act",
    of_dispatch(primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("deed", Word(Deed), nullable=False),
    Column("at", Moment, nullable=False),
    sealed("private", nullable=True),
)

#: One row for each gate that was ever shut, for all workers; in the file its column is called what it was first.
GATE = table(
    "gate",
    Column("channel", String, key="name", primary_key=True),
    Column("shut_at", Moment, nullable=False),
    Column("opens_at", Moment, nullable=False),
    word("why"),
    Column("failures", Integer, nullable=False),
    Column("asks", Boolean, nullable=False),
)

#: One that came before its letter has no dispatch yet.
RECEIPT = table(
    "receipt",
    Column("seq", LONG, primary_key=True),
    word("id"),
    word("message_uuid"),
    of_dispatch(nullable=True, index=True),
    Column("event", Word(ReceiptEvent), nullable=False),
    Column("at", Moment, nullable=False),
    word("channel"),
    word("code"),
    word("word"),
    sealed("private", nullable=True),
    UniqueConstraint("message_uuid", "id"),
)

DUTY = table(
    "duty",
    Column("mark", String, primary_key=True),
    of_dispatch(),
    Column("due", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("done", Boolean, nullable=False),
    word("answer"),
    sealed("why", nullable=True),
    Column("begun", Boolean, nullable=False),
    Column("is_unknown", Boolean, nullable=False),
    word("shift"),
    Column("is_refused", Boolean, nullable=False),
    Index(None, "done", "due"),
)
