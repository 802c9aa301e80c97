"""
Tables of the plugin: visits that are under way, who saw what, what people are called, and the language they chose.

What a visit is about and who makes it is sealed, and so is who saw; a table of visits stands for nobody and no letter.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table

from esdh_connect.tables import LONG, NAMING, Moment, Tables

__all__ = ["LANGUAGE", "NAME", "SEEN", "TABLES", "VISIT"]

_METADATA = MetaData(naming_convention=NAMING)

#: A launch, and the dialog or session it opens. ``step`` is 0 until the launch is used, and counts the answers given.
#: ``who`` is a keyed digest of the person's id: by it somebody's visits are ended.
VISIT = Table(
    "esdh_connect_web_visit",
    _METADATA,
    Column("id", String(32), primary_key=True),
    Column("expires", Moment, nullable=False, index=True),
    Column("step", Integer, nullable=False),
    Column("private", LargeBinary, nullable=False),
    Column("who", String(32), nullable=False, server_default="", index=True),
)

#: Who saw or did what, in which department. ``about`` is a letter's id or a digest of a key.
SEEN = Table(
    "esdh_connect_web_seen",
    _METADATA,
    Column("number", LONG, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("what", String, nullable=False),
    Column("about", String, nullable=False, index=True),
    Column("who", LargeBinary, nullable=False),
)

#: What people are called: ``who`` is a keyed digest of their id, ``at`` when they were here last.
NAME = Table(
    "esdh_connect_web_name",
    _METADATA,
    Column("who", String(32), primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("private", LargeBinary, nullable=False),
)

#: The language somebody chose: ``who`` is a keyed digest of their id, ``at`` when they were here last.
LANGUAGE = Table(
    "esdh_connect_web_language",
    _METADATA,
    Column("who", String(32), primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("language", String(8), nullable=False),
)

TABLES = Tables(_METADATA, f"{__name__}.revisions")
