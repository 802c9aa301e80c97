"""
Tables of the plugin: the versions of shared bundles, and what is learnt of attachments that are sent together.

What can name a person, a document or a place is sealed; what is learnt has no names at all, but keyed digests.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text, UniqueConstraint

from esdh_connect.tables import LONG, NAMING, Moment, Tables

__all__ = ["LETTER", "PIECE", "REFUSAL", "SALT", "TABLES", "VERSION"]

_METADATA = MetaData(naming_convention=NAMING)

#: Written once and never changed: what a bundle is at a moment follows from its versions.
VERSION = Table(
    "esdh_connect_bilag_version",
    _METADATA,
    Column("seq", LONG, primary_key=True),
    Column("bundle", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("title", String, nullable=False),
    Column("department", String, nullable=False),
    Column("in_force", Moment, nullable=False),
    Column("decided_at", Moment, nullable=False),
    Column("private", LargeBinary, nullable=False),
    UniqueConstraint("bundle", "number"),
)

#: A letter that was counted, by a digest of its id, and the pieces that were sent together in it. ``sender`` is a
#: pseudonym within the month; ``at`` is the day.
LETTER = Table(
    "esdh_connect_bilag_letter",
    _METADATA,
    Column("id", String, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("department", String, nullable=False),
    Column("kle", String, nullable=False),
    Column("sender", String, nullable=False),
    Column("pieces", Text, nullable=False),
    Index(None, "at"),
    Index(None, "department", "at"),
)

#: An attachment, by a digest of its SHA-256 in a department, and how large it is.
PIECE = Table(
    "esdh_connect_bilag_piece",
    _METADATA,
    Column("id", String, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("last", Moment, nullable=False, index=True),
)

#: What pseudonyms are made with, for as long as its month lasts.
SALT = Table(
    "esdh_connect_bilag_salt",
    _METADATA,
    Column("month", String(7), primary_key=True),
    Column("salt", LargeBinary, nullable=False),
)

#: A suggestion that somebody refused.
REFUSAL = Table(
    "esdh_connect_bilag_refusal",
    _METADATA,
    Column("seq", LONG, primary_key=True),
    Column("department", String, nullable=False, index=True),
    Column("kle", String, nullable=False),
    Column("pieces", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("private", LargeBinary, nullable=False),
)

TABLES = Tables(_METADATA, f"{__name__}.revisions")
