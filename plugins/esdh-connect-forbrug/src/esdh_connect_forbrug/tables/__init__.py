"""
Tables of the plugin: counts day by day, which events are in them, who was active by pseudonyms, and published cells.

No row names a person. A pseudonym is made with a key of its month, and key and pseudonyms are deleted when it closes.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, String, Table, Text

from esdh_connect.tables import NAMING, Moment, Tables

__all__ = ["ACTIVE", "CELL", "COUNTED", "DAY", "METADATA", "MONTH", "TABLES"]

METADATA = MetaData(naming_convention=NAMING)

#: How often something was counted on a day in Denmark: ``figure`` is a field of Figures, ``name`` what it is by.
DAY = Table(
    "esdh_connect_forbrug_day",
    METADATA,
    Column("day", String(10), primary_key=True),
    Column("department", String, primary_key=True),
    Column("figure", String(16), primary_key=True),
    Column("name", String, primary_key=True),
    Column("count", BigInteger, nullable=False),
)

#: The events that are in it, each with the day it happened.
COUNTED = Table(
    "esdh_connect_forbrug_counted",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("day", String(10), nullable=False, index=True),
)

#: A month that something was counted in. ``key`` makes its pseudonyms, until it closes; ``parents`` is the tree of
#: departments it was closed with.
MONTH = Table(
    "esdh_connect_forbrug_month",
    METADATA,
    Column("month", String(7), primary_key=True),
    Column("key", LargeBinary),
    Column("closed_at", Moment),
    Column("parents", Text),
)

#: Who was active where, in a month that is not closed.
ACTIVE = Table(
    "esdh_connect_forbrug_active",
    METADATA,
    Column("month", String(7), primary_key=True),
    Column("department", String, primary_key=True),
    Column("who", String(32), primary_key=True),
)

#: Written once, when the month closes, and never changed. Without figures it says which departments are withheld.
CELL = Table(
    "esdh_connect_forbrug_cell",
    METADATA,
    Column("month", String(7), primary_key=True),
    Column("departments", String, primary_key=True),
    Column("figures", Text),
)

from esdh_connect_forbrug.tables import starting  # noqa: E402, F401 - its tables are among these

TABLES = Tables(METADATA, f"{__name__}.revisions")
