"""Regneark: sheets as an Excel workbook, written by xlsxwriter. Nothing in it is a formula."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from io import BytesIO
from typing import Any

from esdh_connect.errors import ConfigurationError
from esdh_connect_forbrug.reports.sheet import Column, Kind, Level, Row, Sheet, Value

__all__ = ["as_workbook"]

_NUMBERS: Mapping[Kind, str] = {
    Kind.TEXT: "@",
    Kind.COUNT: "#,##0",
    Kind.SHARE: "0.0%",
    Kind.MONEY: '#,##0 "kr."',
    Kind.SPAN: "[h]:mm:ss",
}
_SAFE = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
#: Excel's own limits: characters of a sheet's name, and in a cell.
_LONGEST_NAME, _LONGEST_TEXT = 31, 32_767
_DAY = timedelta(days=1)
_NARROW, _WIDE, _HEAD = 15, 48, 48
_FORBIDDEN = str.maketrans("[]:*?/\\'", "        ")


def as_workbook(title: str, sheets: Iterable[Sheet], notes: Iterable[str]) -> bytes:
    """Give sheets as a workbook, the last of which says what they are. Raises ConfigurationError without xlsxwriter."""
    xlsxwriter = _xlsxwriter()
    content = BytesIO()
    with xlsxwriter.Workbook(content, _SAFE) as book:
        book.set_properties({"title": title, "language": "da-DK"})
        for sheet in sheets:
            _write(book, sheet)
        _explain(book, title, notes)
    return content.getvalue()


def _xlsxwriter() -> Any:  # noqa: ANN401 - a module of a library without types
    try:
        import xlsxwriter
    except ImportError as error:
        raise ConfigurationError(
            f"xlsxwriter is missing: {error}",
            danish="Excel kræver xlsxwriter: pip install 'esdh-connect-forbrug[xlsx]'",
        ) from error
    return xlsxwriter


def _write(book: Any, sheet: Sheet) -> None:  # noqa: ANN401
    page = book.add_worksheet(sheet.title.translate(_FORBIDDEN)[:_LONGEST_NAME])
    head = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}
    heads = {True: book.add_format(head), False: book.add_format(head | {"align": "right"})}
    formats = _formats(book, max((row.depth for row in sheet.rows), default=0))
    for at, column in enumerate(sheet.columns):
        page.write_string(0, at, column.title, heads[column.kind is Kind.TEXT])
        page.set_column(at, at, _WIDE if at == 0 else _NARROW)
    page.set_row(0, _HEAD)
    for down, row in enumerate(sheet.rows, start=1):
        for at, (column, value) in enumerate(sheet.cells(row)):
            form = formats[column.kind, row.level is not Level.OWN, 0 if at else row.depth]
            _put(page, (down, at), column, value, form)
        _fold(page, down, row)
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.columns) - 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _formats(book: Any, depth: int) -> Mapping[tuple[Kind, bool, int], Any]:  # noqa: ANN401
    """Give the formats of cells: by kind, bold or not, and how far they stand in."""
    return {
        (kind, bold, at): book.add_format({"num_format": number, "bold": bold, "indent": at})
        for kind, number in _NUMBERS.items()
        for bold in (False, True)
        for at in range(depth + 1)
    }


def _put(page: Any, where: tuple[int, int], column: Column, value: Value, form: Any) -> None:  # noqa: ANN401
    match value:
        case None:
            page.write_blank(*where, None, form)
        case str():
            page.write_string(*where, value[:_LONGEST_TEXT], form)
        case timedelta():
            page.write_number(*where, value / _DAY, form)
        case _:
            page.write_number(*where, float(value) if column.kind is Kind.MONEY else value, form)


def _fold(page: Any, down: int, row: Row) -> None:  # noqa: ANN401
    """Let Excel fold what lies below a department."""
    if row.depth:
        page.set_row(down, None, None, {"level": min(row.depth, 7)})


def _explain(book: Any, title: str, notes: Iterable[str]) -> None:  # noqa: ANN401
    page = book.add_worksheet("Om tallene")
    page.set_column(0, 0, 100)
    page.write_string(0, 0, title, book.add_format({"bold": True}))
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    for at, note in enumerate(notes, start=2):
        page.write_string(at, 0, note[:_LONGEST_TEXT], wrap)
