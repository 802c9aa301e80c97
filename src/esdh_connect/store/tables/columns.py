"""What the tables are made of: their common name, and kinds of columns that come again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from esdh_connect.tables import NAMING

__all__ = ["METADATA", "of_dispatch", "on_server", "sealed", "table", "word"]

METADATA = MetaData(naming_convention=NAMING)


def table(name: str, *parts: Any, **options: Any) -> Table:  # noqa: ANN401 - handed on as they are
    """Make a table of the outbox."""
    return Table(f"esdh_connect_{name}", METADATA, *parts, **options)


def word(name: str, **options: Any) -> Column[str]:  # noqa: ANN401
    """Make a column of text in clear."""
    return Column(name, String, nullable=False, **options)


def sealed(name: str, *, nullable: bool = False) -> Column[bytes]:
    """Make a column of what can name a person."""
    return Column(name, LargeBinary, nullable=nullable)


def on_server(index: Index) -> Index:
    """Have an index made on a server alone."""
    return index.ddl_if(dialect="postgresql")


def of_dispatch(**options: Any) -> Column[str]:  # noqa: ANN401
    """Make the column that says whose row it is."""
    return Column("dispatch", String, ForeignKey("esdh_connect_dispatch.id"), **{"nullable": False, **options})
