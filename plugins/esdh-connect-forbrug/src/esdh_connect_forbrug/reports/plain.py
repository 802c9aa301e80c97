"""Tabel: a sheet as text, in columns that line up."""

from __future__ import annotations

from collections.abc import Iterator

from esdh_connect_forbrug.reports.sheet import Kind, Level, Row, Sheet, shown

__all__ = ["as_text"]

_INDENT = 2
_BETWEEN = "  "


def as_text(sheet: Sheet) -> Iterator[str]:
    """Give its lines: titles, rows, and a rule above the sum."""
    body = [_texts(sheet, row) for row in sheet.rows]
    head = [column.title for column in sheet.columns]
    widths = [max(map(len, column)) for column in zip(head, *body, strict=True)]
    yield _line(sheet, head, widths)
    yield "─" * (sum(widths) + len(_BETWEEN) * (len(widths) - 1))
    for row, texts in zip(sheet.rows, body, strict=True):
        if row.level is Level.TOTAL:
            yield "─" * (sum(widths) + len(_BETWEEN) * (len(widths) - 1))
        yield _line(sheet, texts, widths)


def _texts(sheet: Sheet, row: Row) -> list[str]:
    first, *rest = [shown(column.kind, value) for column, value in sheet.cells(row)]
    return [" " * (_INDENT * row.depth) + first, *rest]


def _line(sheet: Sheet, texts: list[str], widths: list[int]) -> str:
    cells = (
        text.ljust(width) if column.kind is Kind.TEXT else text.rjust(width)
        for column, text, width in zip(sheet.columns, texts, widths, strict=True)
    )
    return _BETWEEN.join(cells).rstrip()
