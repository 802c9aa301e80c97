"""Søjler: figures as rows with a bar each, beside which the same numbers stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import attrs

from esdh_connect_forbrug.reports import Page, Survey
from esdh_connect_forbrug.reports.development import Point
from esdh_connect_forbrug.reports.measures import Measures, share
from esdh_connect_forbrug.reports.tree import Tree
from esdh_connect_forbrug.reports.units import Apart
from esdh_connect_web.figures.names import called
from esdh_connect_web.figures.words import cause
from esdh_connect_web.texts import Language

__all__ = ["Bar", "Part", "Peer", "Time", "channels", "failures", "peers", "times"]


@attrs.frozen
class Part:
    """Part of a bar: how it is drawn, and where it begins and how long it is, in percent of the longest bar."""

    look: str
    begins: float
    length: float


@attrs.frozen
class Bar:
    """A row: what it is of, how many of how many, and its bar."""

    name: str
    count: int
    share: float | None
    parts: tuple[Part, ...]


@attrs.frozen
class Time:
    """A month: its measures and bar, where it has any, and what is ``apart``: shown only together with others."""

    day: date
    measures: Measures | None
    apart: Apart | None
    parts: tuple[Part, ...] = ()


@attrs.frozen
class Peer:
    """
    A department among others: its place by the share that went digitally, and whether it is the page's ``own``.

    ``between`` is how many are left out between it and the one before it.
    """

    number: int
    name: str
    own: bool
    measures: Measures
    between: int
    parts: tuple[Part, ...]


def times(trend: Sequence[Point]) -> list[Time]:
    """Give month after month: what went digitally, and all the rest."""
    most = max((one.measures.letters for one in trend if one.measures), default=0)
    return [
        Time(
            one.month.first_day,
            one.measures,
            one.apart,
            _parts({"digital": one.measures.digital, "rest": one.measures.letters - one.measures.digital}, most)
            if one.measures
            else (),
        )
        for one in trend
    ]


def channels(survey: Survey, printed: str) -> list[Bar]:
    """Give letters by channel, and those that were printed locally."""
    measured = survey.total
    ways = survey.source.scale.ways
    counted = [(ways.label(name), number) for name, number in measured.figures.sent.items()]
    return _bars([*counted, *([(printed, measured.printed)] if measured.printed else [])])


def failures(survey: Survey, spoken: Language) -> list[Bar]:
    """Give why letters failed."""
    return _bars((cause(code, spoken), number) for code, number in survey.total.figures.failed.items())


def peers(page: Page, tree: Tree, spoken: Language) -> list[Peer]:
    """Give the departments that one is compared with, by their share, itself among them; those of a place have it."""
    before = [0, *(number for number, _ in page.nearby)]
    return [
        Peer(
            number,
            called(tree, one.departments, spoken),
            one is page.own,
            one.measures,
            number - last - 1,
            _parts({"digital": round(1000 * (one.measures.share or 0))}, 1000),
        )
        for last, (number, one) in zip(before, page.nearby, strict=False)
    ]


def _bars(counted: Iterable[tuple[str, int]]) -> list[Bar]:
    """Give the longest first."""
    rows = sorted(counted, key=lambda one: -one[1])
    whole, most = sum(number for _, number in rows), rows[0][1] if rows else 0
    return [Bar(name, number, share(number, whole), _parts({"digital": number}, most)) for name, number in rows]


def _parts(numbers: Mapping[str, int], most: int) -> tuple[Part, ...]:
    return tuple(_drawn(numbers, most)) if most else ()


def _drawn(numbers: Mapping[str, int], most: int) -> Iterator[Part]:
    begins = 0.0
    for look, number in numbers.items():
        length = 100 * number / most
        if number:
            yield Part(look, begins, length)
        begins += length
