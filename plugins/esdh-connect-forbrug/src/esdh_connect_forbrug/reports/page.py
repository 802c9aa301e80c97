"""Siden: what a head of department brings to a meeting, as values. All of it is sums of published cells."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from esdh_connect_forbrug.figures import Cell
from esdh_connect_forbrug.months import Month
from esdh_connect_forbrug.reports.advice import Advice, Seen, advice
from esdh_connect_forbrug.reports.development import Point
from esdh_connect_forbrug.reports.measures import Measures, share
from esdh_connect_forbrug.reports.overview import Source
from esdh_connect_forbrug.reports.saving import formula
from esdh_connect_forbrug.reports.standing import WINDOW, Peer, Place, growth, peers, places
from esdh_connect_forbrug.reports.units import apart, usual, whole, within

__all__ = ["Hope", "Page", "named", "page"]

#: A drawing of fewer says nothing of how it goes.
_FEWEST_MONTHS = 6
#: So many departments fit beside each other on the page.
_MOST_PEERS = 6


@attrs.frozen
class Hope:
    """Forventet og faktisk: letters sent in the months that have figures."""

    expected: int
    actual: int

    @property
    def share(self) -> float:
        """Give how much of what was expected was sent."""
        return share(self.actual, self.expected) or 0.0


@attrs.frozen
class Page:
    """
    The page of one department.

    ``departments`` and their ``name`` are what the figures are of: it, with those below it, or merged with others.
    ``peers`` are those it is compared with, itself among them as ``own``, highest share first.
    """

    name: str
    departments: frozenset[str]
    first: Month
    last: Month
    trend: tuple[Point, ...]
    total: Measures
    latest: Point
    growth: float | None
    own: Peer | None
    peers: tuple[Peer, ...]
    places: tuple[Place, ...]
    hope: Hope | None
    advice: Advice

    @property
    def formula(self) -> tuple[str, ...]:
        """Give how the saved postage is reckoned, line by line."""
        return tuple(formula(self.total.saving))

    @property
    def nearby(self) -> tuple[tuple[int, Peer], ...]:
        """Give the peers there is room for, each with its number: the first three, and those around one's own."""
        numbered = tuple(enumerate(self.peers, start=1))
        if len(numbered) <= _MOST_PEERS:
            return numbered
        at = next((number for number, one in numbered if one is self.own), 1)
        wanted = {1, 2, 3, at - 1, at, at + 1} & {number for number, _ in numbered}
        for number, _ in numbered:
            if len(wanted) < _MOST_PEERS:
                wanted.add(number)
        return tuple((number, one) for number, one in numbered if number in wanted)


def page(source: Source, department: str) -> Page:
    """Make the page of a department from twelve months, or as many as there are; six at least are drawn."""
    scope = source.of(department)
    cells = within(source.cells, scope)
    first = _first(source)
    trend = _trend(source, scope, cells, first)
    total, grown = source.scale.of(cells), growth(whole(source.cells, scope), source.scale, source.last)
    others = _peers(source, scope, department)
    own = next((one for one in others if one.departments == scope), None)
    recent = source.scale.of(one for one in cells if one.month > source.last.later(-WINDOW))
    return Page(
        name=named(source, scope, department),
        departments=scope,
        first=first,
        last=source.last,
        trend=trend,
        total=total,
        latest=_latest(trend),
        growth=grown,
        own=own,
        peers=others,
        places=places(own, others) if own else (),
        hope=None if (expected := source.expected_in(cells)) is None else Hope(expected, total.sent),
        advice=advice(Seen(recent, grown)),
    )


def _first(source: Source) -> Month:
    """Give the month the page begins with: not long before the organisation did, and no drawing has too few months."""
    began = min((one.month for one in source.cells), default=source.last)
    return max(source.first, min(began, source.last.later(1 - _FEWEST_MONTHS)))


# --- whose figures they are


def _trend(source: Source, scope: frozenset[str], cells: Sequence[Cell], first: Month) -> tuple[Point, ...]:
    merged = apart(source.cells, source.tree, scope)
    its = {month: [one for one in cells if one.month == month] for month in first.until(source.last)}
    return tuple(Point(month, source.scale.of(of) if of else None, merged.get(month)) for month, of in its.items())


def _latest(trend: Sequence[Point]) -> Point:
    """Give the last month with figures, one of the whole scope where there is one: it stands for how it goes."""
    known = [one for one in reversed(trend) if one.measures]
    return next((one for one in known if not one.apart), known[0] if known else trend[-1])


def named(source: Source, scope: frozenset[str], department: str) -> str:
    """Give what a scope is called that was asked for as one department."""
    own = source.tree.below(department)
    if scope != own:
        return source.tree.unit(scope)
    seen = {name for one in source.known or source.cells for name in one.departments}
    name = source.tree.name(department)
    return f"{name} med underafdelinger" if len(own & seen - {department}) else name


# --- among others


def _peers(source: Source, scope: frozenset[str], department: str) -> tuple[Peer, ...]:
    """Give those of its own kind: units for one that has none below it, else departments beside it with theirs."""
    own = source.tree.below(department)
    beside = _beside(source, own, department) if len(own) > 1 else usual(source.cells)
    others = [one for one in beside if not one & scope]
    found = peers(((one, _called(source, one)) for one in [scope, *others]), source.cells, source.scale, source.last)
    return tuple(sorted(found, key=lambda one: -(one.measures.share or 0)))


def _beside(source: Source, own: frozenset[str], department: str) -> Sequence[frozenset[str]]:
    above = (source.tree.lineage(department)[1:2] or (None,))[0]
    siblings = source.tree.children(above, source.tree.departments)
    return [below for one in siblings if (below := source.tree.below(one)) != own]


def _called(source: Source, departments: frozenset[str]) -> str:
    top = source.tree.common(tuple(departments))
    if len(departments) > 1 and top in departments and departments == source.tree.below(top):
        return source.tree.name(top)
    return source.tree.unit(departments)
