"""Oversigten: the statistics of the whole organisation, as HTML and as the sheets of a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import attrs

from esdh_connect_forbrug.figures import Cell
from esdh_connect_forbrug.months import Month
from esdh_connect_forbrug.reports import danish
from esdh_connect_forbrug.reports.causes import cause
from esdh_connect_forbrug.reports.development import Point, development
from esdh_connect_forbrug.reports.document import document, paragraphs, scroll, table
from esdh_connect_forbrug.reports.markup import Markup, tag
from esdh_connect_forbrug.reports.measures import Measures, share
from esdh_connect_forbrug.reports.meeting import PROTECTED
from esdh_connect_forbrug.reports.overview import By, Source, overview
from esdh_connect_forbrug.reports.saving import formula
from esdh_connect_forbrug.reports.sheet import Column, Kind, Row, Sheet
from esdh_connect_forbrug.reports.standing import Peer, fastest_growing, most_used, peers
from esdh_connect_forbrug.reports.units import Apart, usual

__all__ = ["Survey"]


@attrs.frozen
class Survey:
    """
    Oversigt of some months. ``running`` says of the month that is running that it is, where it is asked for.

    ``departments`` are those it is of, and ``name`` what they are called; none for all there is. ``merged`` are the
    months in which some of them were merged with others, which and with which: these are in no figure here.
    """

    source: Source
    by: By
    running: str = ""
    organisation: str = ""
    name: str = ""
    departments: frozenset[str] = frozenset()
    merged: Mapping[Month, Apart] = attrs.field(factory=dict)

    @property
    def title(self) -> str:
        """Give its title."""
        where = f": {self.name}," if self.name else ""
        return f"Forbrug{where} {danish.months(self.source.first, self.source.last)}"

    @cached_property
    def sheet(self) -> Sheet:
        """Give what was asked for."""
        return overview(self.source, self.by)

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """Give all sheets: what was asked for, then why letters failed, and who uses it most."""
        more = (self._failures(), *self._leading())
        return (self.sheet, *(one for one in more if one is not None and one.rows))

    @property
    def notes(self) -> tuple[str, ...]:
        """Give what has to be known to read the figures."""
        total = self.total
        shared = (
            f"Andel digitalt: {danish.count(total.digital)} af {danish.count(total.letters)} breve. Breve i alt er "
            "dem, der er sendt herfra digitalt eller på papir, og dem, der er printet lokalt. Leveret på: så længe var "
            "halvdelen af brevene højst om at nå frem, fra der blev klikket."
        )
        saving = f"Sparet porto: {'; '.join(self.formula)}" if self.source.scale.prices else ""
        hoped = "expected" in {one.key for one in self.sheet.columns}
        expected = (
            "Af forventet: breve sendt herfra, i forhold til hvor mange om måneden indstillingerne forventer af "
            "afdelingen. Tomt, hvor ingen har skrevet en forventning."
            if hoped
            else ""
        )
        return tuple(one for one in (shared, expected, saving, PROTECTED, self.running, *self._missing()) if one)

    def html(self) -> str:
        """Give it as HTML that stands alone."""
        brief = self.sheet.brief
        return document(
            self.title,
            tag(
                "header",
                tag("h1", self.title),
                tag("p", " · ".join(filter(None, [self.organisation, f"fordelt på {brief.title.lower()}"]))),
            ),
            tag("ul", *self._keys(), class_="keys"),
            self._development(),
            tag("section", scroll(table(brief, bar="share", heading=True), f"{brief.title} i tal")),
            tag("div", *(tag("section", table(one, heading=True)) for one in self.sheets[1:]), class_="two"),
            tag("footer", paragraphs(self.notes)),
            about=self.title,
            wide=True,
        )

    @cached_property
    def total(self) -> Measures:
        """Give what all of it measures together, each share with its numerator and denominator."""
        return self.source.scale.of(self.source.cells)

    @property
    def formula(self) -> tuple[str, ...]:
        """Give how the saved postage is reckoned, line by line."""
        return tuple(formula(self.total.saving))

    @cached_property
    def trend(self) -> tuple[Point, ...]:
        """Give the measures of each month; one that has nothing to show has none."""
        its: dict[Month, list[Cell]] = {one: [] for one in self.source.first.until(self.source.last)}
        for cell in self.source.cells:
            its[cell.month].append(cell)
        return tuple(
            Point(month, self.source.scale.of(cells) if cells else None, self.merged.get(month))
            for month, cells in its.items()
        )

    def _keys(self) -> Iterator[Markup]:
        total = self.total
        figures = {
            "breve sendt digitalt": danish.count(total.digital),
            f"digitalt: {danish.count(total.digital)} af {danish.count(total.letters)}": danish.percent(
                total.share or 0
            ),
            "sparet porto": danish.money(total.saving.total) if total.saving.lines and total.saving.total else "",
            "bilag lagt sammen": danish.count(total.merged),
            f"fra klik til leveret; 19 af 20 på {danish.duration(total.p95) if total.p95 else ''}": danish.duration(
                total.median
            )
            if total.median
            else "",
        }
        yield from (tag("li", tag("strong", figure), tag("span", told)) for told, figure in figures.items() if figure)

    def _development(self) -> Markup | None:
        points = self.trend
        name = self.name or self.organisation or "alle afdelinger"
        return development(points, name=name, heading="Udviklingen") if len(points) > 1 else None

    def _missing(self) -> Iterator[str]:
        """Tell what is in no sum, and name the months that have nothing to show."""
        if self.by is By.DEPARTMENT and any(
            self.source.tree.common(one.departments) is None for one in self.source.cells
        ):
            yield "Det, der er lagt sammen på tværs, står for sig og er kun med i den sidste linje."
        yield from (f"Ikke med i {danish.month(month)}: {one.told}." for month, one in self.merged.items())
        known = {one.month for one in self.source.cells} | set(self.merged)
        gone = [one for one in self.source.first.until(self.source.last) if one not in known]
        if gone:
            why = "der var under fem aktive brugere, eller måneden er ikke gjort op"
            yield f"Ingen tal for {danish.spans(gone)}: {why}."

    def _failures(self) -> Sheet | None:
        failed = self.total.figures.failed
        whole = sum(failed.values())
        rows = [
            Row({"cause": cause(code).name.capitalize(), "count": number, "share": share(number, whole)})
            for code, number in sorted(failed.items(), key=lambda one: -one[1])
        ]
        columns = (
            Column("cause", "Årsag", Kind.TEXT, brief=True),
            Column("count", "Breve"),
            Column("share", "Andel af de fejlede", Kind.SHARE),
        )
        return Sheet("Breve, der ikke nåede frem", columns, rows, key="failures")

    def _leading(self) -> Iterator[Sheet]:
        if self.by is not By.DEPARTMENT:
            return
        among = self.peers
        first = Column("name", "Afdeling", Kind.TEXT, brief=True)
        pace = Column("pace", "Digitale breve om måneden")
        most = [Row({"name": one.name, "pace": round(one.measures.pace)}) for one in most_used(among)]
        yield Sheet("Mest brugt", (first, pace), most, key="most_used")
        growing = [Row({"name": one.name, "growth": one.growth}) for one in fastest_growing(among)]
        more = Column("growth", "Flere end de tre måneder før", Kind.SHARE)
        yield Sheet("Hurtigst voksende", (first, more), growing, key="fastest_growing")

    @cached_property
    def peers(self) -> tuple[Peer, ...]:
        """Give the departments that can be compared with each other."""
        source = self.source
        units = ((unit, source.tree.unit(unit)) for unit in usual(source.cells))
        return peers(units, source.cells, source.scale, source.last)
