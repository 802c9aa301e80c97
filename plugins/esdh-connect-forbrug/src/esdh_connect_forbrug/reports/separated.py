"""CSV, as a Danish Excel opens it with a double click: semicolons, decimal commas, UTF-8 with its mark."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from decimal import Decimal
from io import StringIO

from esdh_connect_forbrug.reports.sheet import Column, Kind, Sheet, Value

__all__ = ["as_csv", "harmless"]

#: What a cell must not begin with: a spreadsheet would reckon, or look elsewhere. Also the wide forms of these signs.
_DANGEROUS = re.compile(r"^[\s\W_]*?[=+\-@|%\uFF0B\uFF0D\uFF1D\uFF20\u2212]")
_BREAKS = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")


def as_csv(sheet: Sheet) -> bytes:
    """
    Give a sheet as CSV.

    There is no line ``sep=;``: a Danish Excel separates by semicolons anyway, and that line makes it overlook the mark
    that says UTF-8.
    """
    lines = StringIO(newline="")
    writer = csv.writer(lines, delimiter=";", quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow([harmless(_title(one)) for one in sheet.columns])
    for row in sheet.rows:
        writer.writerow([_cell(value) for _, value in sheet.cells(row)])
    return lines.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """Give a text as a cell that is a text to every spreadsheet: on one line, with an apostrophe before a formula."""
    text = _BREAKS.sub(" ", text).strip()
    return f"'{text}" if _DANGEROUS.match(text) else text


def _title(column: Column) -> str:
    """Give the title with the unit its numbers are in."""
    return column.title + {Kind.SPAN: " i sekunder", Kind.MONEY: " i kr."}.get(column.kind, "")


def _cell(value: Value) -> str:
    match value:
        case None:
            return ""
        case str():
            return harmless(value)
        case timedelta():
            return str(round(value.total_seconds()))
        case float():
            return _comma(f"{value:.4f}")
        case Decimal():
            return _comma(f"{value:.2f}")
    return str(value)


def _comma(number: str) -> str:
    return number.replace(".", ",")
