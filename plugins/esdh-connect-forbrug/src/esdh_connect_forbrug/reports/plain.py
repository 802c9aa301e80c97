"""Tabel: a sheet as text, in columns that line up and are no wider than they must be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from textwrap import wrap

from esdh_connect_forbrug.reports.sheet import Kind, Level, Row, Sheet, shown

__all__ = ["as_text"]

_INDENT = 2
_BETWEEN = "  "
#: A name that is longer goes on in the next line.
_LONGEST_NAME = 40


def as_text(sheet: Sheet) -> Iterator[str]:
    """Give its lines: titles, rows, and a rule above the sum."""
    body = [[shown(column.kind, value) for column, value in sheet.cells(row)] for row in sheet.rows]
    widths = [_width(sheet, at, [texts[at] for texts in body]) for at in range(len(sheet.columns))]
    rule = "─" * (sum(widths) + len(_BETWEEN) * (len(widths) - 1))
    titles = [wrap(column.title, width) or [""] for column, width in zip(sheet.columns, widths, strict=True)]
    tallest = max(map(len, titles))
    yield from _lines(sheet, [["" for _ in range(tallest - len(title))] + title for title in titles], widths)
    yield rule
    for row, (name, *texts) in zip(sheet.rows, body, strict=True):
        if row.level is Level.TOTAL:
            yield rule
        yield from _lines(sheet, [_indented(row, name, widths[0]), *([text] for text in texts)], widths)


def _width(sheet: Sheet, at: int, texts: Sequence[str]) -> int:
    """Give the width of a column: that of its values and of the longest word of its title."""
    if at == 0:
        deepest = max((len(text) + _INDENT * row.depth for row, text in zip(sheet.rows, texts, strict=True)), default=0)
        return max(min(deepest, _LONGEST_NAME), len(sheet.columns[0].title))
    return max(map(len, [*texts, *sheet.columns[at].title.split(" ")]))


def _indented(row: Row, name: str, width: int) -> list[str]:
    """Break a name into lines; what goes on stands a little further in."""
    begins = " " * (_INDENT * row.depth)
    return wrap(name, width, initial_indent=begins, subsequent_indent=begins + " " * _INDENT) or [""]


def _lines(sheet: Sheet, cells: Sequence[Sequence[str]], widths: Sequence[int]) -> Iterator[str]:
    for texts in zip_longest(*cells, fillvalue=""):
        placed = (
            text.ljust(width) if column.kind is Kind.TEXT else text.rjust(width)
            for column, text, width in zip(sheet.columns, texts, widths, strict=True)
        )
        yield _BETWEEN.join(placed).rstrip()
