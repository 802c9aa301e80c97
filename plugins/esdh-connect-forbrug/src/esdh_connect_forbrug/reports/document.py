"""Dokument: HTML that stands alone, without script, and tables in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from esdh_connect_forbrug.reports.markup import Markup, joined, tag
from esdh_connect_forbrug.reports.sheet import Kind, Level, Row, Sheet, shown
from esdh_connect_forbrug.reports.style import CSS, LANDSCAPE, PORTRAIT

__all__ = ["document", "scroll", "table"]

#: It fetches nothing, runs nothing and sends nothing, and a browser is told to hold it to that.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def document(title: str, *content: str | None, about: str = "", wide: bool = False) -> str:
    """Give a whole document in Danish."""
    style = Markup((LANDSCAPE if wide else PORTRAIT) + CSS)
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="description", content=about) if about else None,
        tag("title", title),
        tag("style", style),
    )
    body = tag("body", tag("main", *content, class_="wide" if wide else None))
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='da')}\n"


def scroll(content: str, label: str) -> Markup:
    """Give what is too wide for a small screen, so that it can be moved there – by keyboard too."""
    return tag("div", content, class_="scroll", role="region", aria_label=label, tabindex="0")


def table(
    sheet: Sheet,
    *,
    bar: str = "",
    heading: bool = False,
    class_: str | None = None,
    row_class: Callable[[Row], str | None] = lambda _: None,
) -> Markup:
    """Give a sheet as a table; the share in column ``bar`` has a bar beside it, and its title may be a heading."""
    titles = [
        tag("th", one.title, scope="col", class_="text" if one.kind is Kind.TEXT else None) for one in sheet.columns
    ]
    if bar:
        titles.append(tag("td", class_="bar"))
    rows = (_row(sheet, row, bar, row_class(row)) for row in sheet.rows)
    title = tag("h2", sheet.title) if heading else sheet.title
    head, body = tag("thead", tag("tr", *titles)), tag("tbody", *rows)
    return tag("table", tag("caption", title), head, body, class_=class_)


def _row(sheet: Sheet, row: Row, bar: str, class_: str | None) -> Markup:
    cells = []
    for at, (column, value) in enumerate(sheet.cells(row)):
        text = shown(column.kind, value)
        if at == 0:
            indent = f"padding-left: {row.depth * 14 + 5}px" if row.depth else None
            cells.append(tag("th", text, scope="row", style=indent))
        else:
            cells.append(tag("td", text, class_="text" if column.kind is Kind.TEXT else None))
    if bar:
        cells.append(_bar(row.values.get(bar)))
    level = None if row.level is Level.OWN else row.level.value
    return tag("tr", *cells, class_=class_ or level)


def _bar(share: object) -> Markup:
    width = max(0.0, min(1.0, share)) * 100 if isinstance(share, int | float) else 0.0
    return tag("td", tag("span", style=f"width: {width:.1f}%") if width else None, class_="bar", aria_hidden="true")


def paragraphs(texts: Iterable[str]) -> Markup:
    """Give each text as a paragraph."""
    return joined(*(tag("p", text) for text in texts))
