"""Placering: which departments use it most and which grow fastest – departments, and never people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import attrs

from esdh_connect_forbrug.figures import Cell
from esdh_connect_forbrug.months import Month
from esdh_connect_forbrug.reports.measures import Measures, Scale
from esdh_connect_forbrug.reports.units import whole, within

__all__ = ["FEWEST", "WINDOW", "Peer", "Place", "fastest_growing", "growth", "most_used", "peers", "places"]

#: Months that are compared with as many before them.
WINDOW = 3
#: Fewer letters than this say too little for a share or a growth.
FEWEST = 30


@attrs.frozen
class Peer:
    """A unit that is compared with others: what it is called, its cells, and what they measure."""

    departments: frozenset[str]
    name: str
    cells: tuple[Cell, ...]
    measures: Measures
    growth: float | None


@attrs.frozen
class Place:
    """Plads: ``number`` among ``of``, by ``what``."""

    what: str
    number: int
    of: int

    @property
    def is_good(self) -> bool:
        """Tell whether it is in the better half."""
        return self.number * 2 <= self.of + 1


def growth(cells: Iterable[Cell], scale: Scale, last: Month) -> float | None:
    """
    Give how much more was sent digitally in a month of the last three than of the three before: 0.25 is a quarter more.

    None where one of the two has fewer than two months, or the earlier too few letters to say anything.
    """
    cells = tuple(cells)
    now = scale.of(one for one in cells if last.later(-WINDOW) < one.month <= last)
    before = scale.of(one for one in cells if last.later(-2 * WINDOW) < one.month <= last.later(-WINDOW))
    if min(now.months, before.months) < WINDOW - 1 or before.digital < FEWEST:
        return None
    return now.pace / before.pace - 1


def peers(
    units: Iterable[tuple[frozenset[str], str]], cells: Iterable[Cell], scale: Scale, last: Month
) -> tuple[Peer, ...]:
    """Measure units, each with its name, leaving out those with too few letters to compare."""
    cells = tuple(cells)
    measured = [
        Peer(among, name, its := within(cells, among), scale.of(its), growth(whole(cells, among), scale, last))
        for among, name in units
    ]
    return tuple(one for one in measured if one.measures.letters >= FEWEST)


def most_used(among: Iterable[Peer], limit: int = 3) -> tuple[Peer, ...]:
    """Give those that send most digitally in a month."""
    return tuple(sorted((one for one in among if one.measures.digital), key=lambda one: -one.measures.pace)[:limit])


def fastest_growing(among: Iterable[Peer], limit: int = 3) -> tuple[Peer, ...]:
    """Give those that grow most; one that does not grow is not among them."""
    growing = [(one.growth, one) for one in among if one.growth is not None and one.growth > 0]
    return tuple(one for _, one in sorted(growing, key=lambda pair: -pair[0])[:limit])


_BY: Mapping[str, Callable[[Peer], float | None]] = {
    "andel digitalt": lambda one: one.measures.share,
    "digitale breve om måneden": lambda one: one.measures.pace,
    "vækst de seneste tre måneder": lambda one: one.growth,
    "bilag lagt sammen pr. brev": lambda one: one.measures.merged / one.measures.sent if one.measures.sent else None,
}


def places(own: Peer, among: Sequence[Peer]) -> tuple[Place, ...]:
    """Give the place of one among all by each measure, the best first; equal ones share the better place."""
    found = []
    for what, measure in _BY.items():
        mine, all_ = measure(own), [value for one in among if (value := measure(one)) is not None]
        if mine is not None and len(all_) > 1:
            found.append(Place(what, 1 + sum(value > mine for value in all_), len(all_)))
    return tuple(sorted(found, key=lambda place: place.number / place.of))
