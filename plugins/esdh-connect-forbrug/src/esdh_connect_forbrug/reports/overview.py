"""Overblik: published cells as rows, by department, month, channel or plugin. Each figure is a sum of cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from itertools import chain

import attrs

from esdh_connect_forbrug.figures import Cell
from esdh_connect_forbrug.months import Month
from esdh_connect_forbrug.reports import danish
from esdh_connect_forbrug.reports.causes import cause
from esdh_connect_forbrug.reports.measures import Measures, Scale, share
from esdh_connect_forbrug.reports.sheet import Column, Kind, Level, Row, Sheet, Value
from esdh_connect_forbrug.reports.tree import Tree
from esdh_connect_forbrug.reports.units import scope_of

__all__ = ["By", "Expected", "Source", "overview"]

#: How many letters a month were expected of a department.
Expected = Mapping[str, float]


class By(Enum):
    """What there is a row for."""

    DEPARTMENT = "department"
    MONTH = "month"
    CHANNEL = "channel"
    PLUGIN = "plugin"


@attrs.frozen
class Source:
    """
    Kilde: the published cells of some months, and what they are shown with.

    ``scope`` are the departments they are of, none for all there is: above these nothing has a sum here. ``known`` are
    the cells of all months there are.
    """

    first: Month
    last: Month
    cells: tuple[Cell, ...]
    tree: Tree = attrs.field(factory=Tree)
    scale: Scale = attrs.field(factory=Scale)
    expected: Expected = attrs.field(factory=dict)
    scope: frozenset[str] = frozenset()
    known: tuple[Cell, ...] = ()

    def of(self, department: str) -> frozenset[str]:
        """
        Give the departments that figures of one are of: the same whatever months are looked at.

        So a month has the same figures by itself, as a row among others and in a ranking.
        """
        return scope_of(self.known or self.cells, self.tree, department)

    def has_sum(self, department: str | None) -> bool:
        """Tell whether all that is published of a department and those below it is here."""
        return department is not None and (not self.scope or self.tree.below(department) <= self.scope)

    def expected_in(self, cells: Iterable[Cell]) -> int | None:
        """Give how many letters were expected in cells; None where nothing was of one of their departments."""
        each = [self.expected.get(department) for one in cells for department in one.departments]
        known = [one for one in each if one is not None]
        return round(sum(known)) if known and len(known) == len(each) else None


def overview(source: Source, by: By) -> Sheet:
    """Give the sheet of all that was published, with its sum at the end."""
    return _SHEETS[by](source)


# --- by department and by month: everything that is measured


def _by_department(source: Source) -> Sheet:
    units: dict[tuple[str, ...], list[Cell]] = {}
    for cell in source.cells:
        units.setdefault(cell.departments, []).append(cell)
    rows = [*_branch(source, None, units, 0), _row(source, "I alt", source.cells, level=Level.TOTAL)]
    return _sheet(source, "Afdelinger", Column("department", "Afdeling", Kind.TEXT, brief=True), rows)


def _branch(
    source: Source, department: str | None, units: Mapping[tuple[str, ...], Sequence[Cell]], depth: int
) -> Iterator[Row]:
    """Give the rows of the units right here and of those below, merged ones last; above several stands their sum."""
    tree = source.tree
    here = {unit: cells for unit, cells in units.items() if tree.common(unit) == department}
    rest = {unit: cells for unit, cells in units.items() if unit not in here}
    below = {one: _below(tree, one, rest) for one in tree.children(department, _all_above(tree, rest))}
    below = {one: found for one, found in below.items() if found}
    if department is not None and source.has_sum(department) and (below or len(units) > 1):
        together = list(chain.from_iterable(units.values()))
        name = f"{tree.name(department)} i alt"
        yield _row(source, name, together, level=Level.SUM, depth=depth, key=department)
        depth += 1
    alone, merged = [unit for unit in here if len(unit) == 1], [unit for unit in here if len(unit) > 1]
    yield from (_row(source, tree.unit(unit), here[unit], depth=depth, unit=unit) for unit in alone)
    for one, found in below.items():
        yield from _branch(source, one, found, depth)
    for unit in sorted(merged, key=tree.order):
        yield _row(source, tree.unit(unit), here[unit], depth=depth, unit=unit)


def _below(
    tree: Tree, department: str, units: Mapping[tuple[str, ...], Sequence[Cell]]
) -> dict[tuple[str, ...], Sequence[Cell]]:
    return {unit: cells for unit, cells in units.items() if department in tree.lineage(tree.common(unit) or "")}


def _all_above(tree: Tree, units: Iterable[tuple[str, ...]]) -> set[str]:
    return {above for unit in units for above in tree.lineage(tree.common(unit) or unit[0])}


def _by_month(source: Source) -> Sheet:
    rows = []
    for month in source.first.until(source.last):
        cells = [one for one in source.cells if one.month == month]
        if cells:
            rows.append(_row(source, danish.month(month), cells, key=str(month)))
        else:
            rows.append(Row({"month": danish.month(month), "key": str(month)}))
    rows.append(_row(source, "I alt", source.cells, level=Level.TOTAL))
    return _sheet(source, "Måneder", Column("month", "Måned", Kind.TEXT, brief=True), rows)


def _row(
    source: Source,
    name: str,
    cells: Sequence[Cell],
    *,
    level: Level = Level.OWN,
    depth: int = 0,
    unit: tuple[str, ...] = (),
    key: str = "",
) -> Row:
    measured = source.scale.of(cells)
    values = {"department": name, "month": name, "key": key or "+".join(unit), **_values(measured)}
    expected = source.expected_in(cells)
    if expected is not None:
        values |= {"expected": expected, "of_expected": share(measured.sent, expected)}
    return Row(values, level, depth)


def _values(one: Measures) -> dict[str, Value]:
    by_channel = {f"sent_{name}": number for name, number in one.figures.sent.items()}
    by_cause = {f"failed_{code}": number for code, number in one.figures.failed.items()}
    return {
        "months": one.months,
        "letters": one.letters,
        "digital": one.digital,
        "share": one.share,
        "printed": one.printed,
        "merged": one.merged,
        "pages": one.figures.pages,
        "saved": one.saving.total,
        "delivered": one.figures.delivered,
        "median": one.median,
        "p95": one.p95,
        "failed": one.failures,
        "cancelled": one.figures.cancelled,
        "opened": one.figures.opened,
        "unused": one.figures.unused,
        **by_channel,
        **by_cause,
    }


def _sheet(source: Source, title: str, first: Column, rows: Sequence[Row]) -> Sheet:
    """Put the columns together: channels and causes that occur have one each; saving and expectation where known."""
    known = source.scale.of(source.cells)
    channels = [Column(f"sent_{one}", source.scale.ways.label(one)) for one in known.figures.sent]
    causes = [Column(f"failed_{one}", f"Fejl: {cause(one).name}") for one in known.figures.failed]
    priced = [Column("saved", "Sparet porto", Kind.MONEY, brief=True)] if source.scale.prices else []
    hoped = any("expected" in row.values for row in rows)
    expected = [Column("expected", "Forventet"), Column("of_expected", "Af forventet", Kind.SHARE, brief=True)]
    months = [Column("months", "Måneder", brief=first.key == "department")]
    columns = (
        first, Column("key", "Id", Kind.TEXT), *months,
        Column("letters", "Breve i alt", brief=True),
        *channels,
        Column("printed", "Printet lokalt"),
        Column("digital", "Digitalt", brief=True),
        Column("share", "Andel digitalt", Kind.SHARE, brief=True),
        *(expected if hoped else ()),
        Column("merged", "Bilag lagt sammen", brief=True),
        Column("pages", "Sider"),
        *priced,
        Column("delivered", "Leveret"),
        Column("median", "Leveret på", Kind.SPAN, brief=True),
        Column("p95", "19 af 20 leveret på", Kind.SPAN),
        Column("failed", "Fejlet", brief=True),
        *causes,
        Column("cancelled", "Afbrudt"),
        Column("opened", "Send digitalt åbnet"),
        Column("unused", "Åbnet, ikke sendt"),
    )  # fmt: skip
    none: dict[str, Value] = {one.key: 0 for one in (*channels, *causes)}
    filled = [attrs.evolve(row, values={**none, **row.values}) if "letters" in row.values else row for row in rows]
    return Sheet(title, columns, filled)


# --- by channel and by plugin: how many, and the share of all


def _by_channel(source: Source) -> Sheet:
    measured = source.scale.of(source.cells)
    ways = source.scale.ways
    counts = {name: (ways.label(name), number) for name, number in measured.figures.sent.items()}
    if measured.printed:
        counts["printed"] = ("Printet lokalt", measured.printed)
    return _counted("Kanaler", Column("channel", "Kanal", Kind.TEXT, brief=True), counts)


def _by_plugin(source: Source) -> Sheet:
    counts = {name: (name, number) for name, number in source.scale.of(source.cells).figures.plugins.items()}
    return _counted("Plugins", Column("plugin", "Plugin", Kind.TEXT, brief=True), counts)


def _counted(title: str, first: Column, counts: Mapping[str, tuple[str, int]]) -> Sheet:
    whole = sum(number for _, number in counts.values())
    lines = [*sorted(counts.items(), key=lambda one: -one[1][1]), ("", ("I alt", whole))]
    rows = [
        Row(
            {first.key: name, "key": key, "count": number, "share": share(number, whole)},
            Level.OWN if key else Level.TOTAL,
        )
        for key, (name, number) in lines
    ]
    columns = (
        first,
        Column("key", "Id", Kind.TEXT),
        Column("count", "Sendt", brief=True),
        Column("share", "Andel", Kind.SHARE, brief=True),
    )
    return Sheet(title, columns, rows)


_SHEETS: Mapping[By, Callable[[Source], Sheet]] = {
    By.DEPARTMENT: _by_department,
    By.MONTH: _by_month,
    By.CHANNEL: _by_channel,
    By.PLUGIN: _by_plugin,
}
