"""Mødesiden: the page of a department as one A4 – for a meeting, on a screen or on paper."""

from __future__ import annotations

from collections.abc import Iterator

from esdh_connect_forbrug.reports import danish
from esdh_connect_forbrug.reports.development import development
from esdh_connect_forbrug.reports.document import document, table
from esdh_connect_forbrug.reports.markup import Markup, tag
from esdh_connect_forbrug.reports.page import Page
from esdh_connect_forbrug.reports.sheet import Column, Kind, Row, Sheet
from esdh_connect_forbrug.reports.standing import Peer
from esdh_connect_forbrug.reports.tree import MERGED

__all__ = ["PROTECTED", "meeting"]

PROTECTED = (
    "Tallene er for hele afdelinger og aldrig for personer. En afdeling med færre end fem aktive brugere i en måned "
    "vises sammen med andre den måned."
)


def meeting(page: Page, *, organisation: str = "", running: str = "") -> str:
    """Give the page as HTML. ``running`` says of the month that is running that it is."""
    title = f"Forbrug: {page.name}, {danish.months(page.first, page.last)}"
    return document(
        title,
        _header(page, organisation),
        tag("p", _lead(page), class_="lead"),
        *(
            (
                _keys(page),
                development(page.trend, name=page.name, heading="Vores udvikling"),
                tag("div", _among(page), _saved(page), class_="two"),
            )
            if page.total.months
            else ()
        ),
        _next(page),
        tag("footer", tag("p", PROTECTED), tag("p", running) if running else None),
        about=_lead(page),
    )


def _header(page: Page, organisation: str) -> Markup:
    where = f"{organisation} · " if organisation else ""
    return tag(
        "header",
        tag("h1", page.name),
        tag("p", f"{where}Send digitalt, {danish.months(page.first, page.last)}"),
    )


def _lead(page: Page) -> str:
    """Give the sentence that is read aloud."""
    latest = page.latest.measures
    if latest is None:
        return "Der er ingen tal at vise her endnu: de kommer, når en måned er gjort op, og fem har brugt det i den."
    letters = danish.count(latest.letters, "brev", "breve")
    share = f": {danish.percent(latest.share)}" if latest.share is not None else ""
    told = f"I {danish.month(page.latest.month)} gik {danish.count(latest.digital)} af {letters} digitalt{share}."
    if page.growth is not None and page.growth > 0:
        told += f" De seneste tre måneder har I sendt {danish.percent(page.growth)} mere digitalt end de tre før."
    return told


def _keys(page: Page) -> Markup:
    return tag(
        "ul",
        *(tag("li", tag("strong", figure), tag("span", told)) for figure, told in _figures(page)),
        class_="keys",
    )


def _figures(page: Page) -> Iterator[tuple[str, str]]:
    total = page.total
    months = danish.count(total.months, "måned", "måneder")
    yield danish.count(total.digital), f"breve sendt digitalt på {months}"
    if total.share is not None:
        yield (
            danish.percent(total.share),
            f"digitalt på {months}: {_of(total.digital, total.letters)}",
        )
    if total.saving.lines and total.saving.total is not None:
        yield danish.money(total.saving.total), "sparet porto"
    yield danish.count(total.merged), f"bilag lagt sammen; {danish.count(total.figures.pages, 'side', 'sider')} sendt"
    if total.median is not None and total.p95 is not None:
        yield danish.duration(total.median), f"fra klik til leveret; 19 af 20 på {danish.duration(total.p95)}"


def _of(part: int, whole: int) -> str:
    """Give both on one line: ``371 af 412``."""
    return f"{danish.count(part)} af {danish.count(whole)}".replace(" ", "\N{NO-BREAK SPACE}")


# --- among others


def _among(page: Page) -> Markup | None:
    if page.own is None or len(page.peers) < 2:  # noqa: PLR2004 - one alone has no place
        return None
    good = [f"nr. {one.number} af {one.of} i {one.what}" for one in page.places if one.is_good]
    told = f"Vi er {danish.and_list(good)}." if good else "Dem øverst kan vi spørge til råds."
    return tag(
        "section",
        tag("h2", "Vores plads blandt afdelingerne"),
        tag("p", told),
        table(_standing(page), bar="share", row_class=_row_class),
    )


def _row_class(row: Row) -> str | None:
    return str(row.values.get("class_") or "") or None


def _standing(page: Page) -> Sheet:
    rows: list[Row] = []
    before = 0
    for number, peer in page.nearby:
        if number > before + 1:
            rows.append(Row({"name": "…", "share": "", "class_": "gap"}))
        name = f"{number}. {_called(peer, own=peer is page.own)}"
        rows.append(Row({"name": name, "share": peer.measures.share, "class_": "own" if peer is page.own else None}))
        before = number
    columns = (Column("name", "Afdeling", Kind.TEXT), Column("share", "Andel", Kind.SHARE))
    return Sheet(f"Andel digitalt, {danish.count(len(page.peers))} afdelinger", columns, rows)


def _called(peer: Peer, *, own: bool) -> str:
    """Give its name; one's own, which stands at the top of the page, in one word where it is long."""
    if not own:
        return peer.name
    return f"Os ({MERGED})" if peer.name.endswith(f"({MERGED})") else f"{peer.name} (os)"


def _saved(page: Page) -> Markup:
    lines = page.formula
    hope = page.hope
    hoped = (
        f"Forventet {danish.count(hope.expected, 'brev', 'breve')}, sendt {danish.count(hope.actual)}: "
        f"{danish.percent(hope.share)} af det forventede."
        if hope
        else ""
    )
    return tag(
        "section",
        tag("h2", "Det har vi sparet"),
        tag("ul", *(tag("li", line) for line in lines), class_="plain"),
        *((tag("h2", "Forventet og faktisk"), tag("p", hoped)) if hoped else ()),
    )


def _next(page: Page) -> Markup:
    return tag(
        "section",
        tag("h2", "Prøv det her som det næste"),
        tag("h3", page.advice.title),
        tag("p", page.advice.text),
        class_="next",
    )
