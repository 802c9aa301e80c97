"""
Tables of the plugin: what was done to waves, and how many letters their departments sent.

What can name a person, a department's difficulty or a plan is sealed. Who sent a letter is not kept.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, String, Table

from esdh_connect.tables import NAMING, Moment, Tables

__all__ = ["ACT", "COUNTED", "DAY", "TABLES"]

_METADATA = MetaData(naming_convention=NAMING)

#: Written once and never changed. Two who act at the same time want the same number, and one of them tries again.
ACT = Table(
    "esdh_connect_rollout_act",
    _METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("wave", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("in_force", Moment, nullable=False),
    Column("private", LargeBinary, nullable=False),
    Index(None, "wave", "kind"),
)

#: Letters of a department on a day in Denmark, and how many of them were no part of a mailing.
DAY = Table(
    "esdh_connect_rollout_day",
    _METADATA,
    Column("department", String, primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("letters", Integer, nullable=False),
    Column("singles", Integer, nullable=False),
)

#: A letter that was counted, by a digest of its id: told again, it counts once.
COUNTED = Table(
    "esdh_connect_rollout_counted",
    _METADATA,
    Column("id", String, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
)

TABLES = Tables(_METADATA, f"{__name__}.revisions")
