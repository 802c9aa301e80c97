"""Ark: figures in rows and columns, before they become text, HTML, CSV or a workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

import attrs

from esdh_connect_forbrug.reports import danish

__all__ = ["Column", "Kind", "Level", "Row", "Sheet", "Value", "shown"]

Value = str | int | float | Decimal | timedelta | None


class Kind(Enum):
    """What is in a column."""

    TEXT = "text"
    COUNT = "count"
    SHARE = "share"
    MONEY = "money"
    SPAN = "span"


class Level(Enum):
    """What a row is: a thing of its own, the sum of some of them, or of all."""

    OWN = "own"
    SUM = "sum"
    TOTAL = "total"


@attrs.frozen
class Column:
    """A column: ``key`` is its English name in JSON; only a ``brief`` one is shown where room is short."""

    key: str
    title: str
    kind: Kind = Kind.COUNT
    brief: bool = False


@attrs.frozen
class Row:
    """A row: its values by the key of their column. ``depth`` is how deep its department lies."""

    values: Mapping[str, Value]
    level: Level = Level.OWN
    depth: int = 0


@attrs.frozen
class Sheet:
    """Ark: its title, columns and rows. The first column says what a row is about; ``key`` is its English name."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    key: str = "rows"

    @property
    def brief(self) -> Sheet:
        """Give it with the columns that matter most."""
        return attrs.evolve(self, columns=tuple(one for one in self.columns if one.brief))

    def cells(self, row: Row) -> Iterable[tuple[Column, Value]]:
        """Give the values of a row with their columns."""
        return ((column, row.values.get(column.key)) for column in self.columns)

    @property
    def plain(self) -> list[dict[str, Any]]:
        """Give it as JSON has it."""
        return [
            {"level": row.level.value, **{one.key: _plain(value) for one, value in self.cells(row)}}
            for row in self.rows
        ]


_NONE = "–"


def shown(kind: Kind, value: Value) -> str:
    """Give a value as people read it; a dash where there is none. A text in place of a figure stands as it is."""
    if value is None:
        return _NONE
    return value if isinstance(value, str) else _SHOWN[kind](value)


_SHOWN: Mapping[Kind, Callable[[Any], str]] = {
    Kind.TEXT: str,
    Kind.COUNT: danish.count,
    Kind.SHARE: danish.percent,
    Kind.MONEY: danish.money,
    Kind.SPAN: danish.duration,
}


def _plain(value: Value) -> Any:  # noqa: ANN401 - what JSON knows
    match value:
        case timedelta():
            return round(value.total_seconds(), 3)
        case Decimal():
            return float(value)
        case float():
            return round(value, 4)
    return value
