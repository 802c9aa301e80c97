"""Udviklingen: month after month, as a drawing and with the same numbers as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import attrs

from esdh_connect_forbrug.months import Month
from esdh_connect_forbrug.reports import danish
from esdh_connect_forbrug.reports.document import scroll, table
from esdh_connect_forbrug.reports.drawing import Bar, trend
from esdh_connect_forbrug.reports.markup import Markup, tag
from esdh_connect_forbrug.reports.measures import Measures
from esdh_connect_forbrug.reports.sheet import Column, Kind, Row, Sheet
from esdh_connect_forbrug.reports.units import Apart

__all__ = ["Point", "development"]

#: More months than this do not fit beside each other in a table.
_MOST_COLUMNS = 13


@attrs.frozen
class Point:
    """A month of the trend: its measures, if there are any, and what is apart and not in them."""

    month: Month
    measures: Measures | None = None
    apart: Apart | None = None


def development(points: Sequence[Point], *, name: str, heading: str) -> Markup:
    """Give the section with drawing and table."""
    return tag(
        "section",
        tag("h2", heading),
        scroll(trend([_bar(one) for one in points], name=name), f"{heading}, tegnet"),
        *(scroll(_numbers(part), f"{heading}, i tal") for part in _parts(points)),
        *_gaps(points),
    )


def _bar(point: Point) -> Bar:
    its = point.measures
    return Bar(point.month, its.digital, its.letters - its.digital) if its else Bar(point.month, None)


def _parts(points: Sequence[Point]) -> Iterable[Sequence[Point]]:
    """Give the months in tables that fit: as many in each, so that none has one month alone."""
    tables = -(-len(points) // _MOST_COLUMNS)
    size = -(-len(points) // tables) if tables else 1
    return (points[at : at + size] for at in range(0, len(points), size))


def _numbers(points: Sequence[Point]) -> Markup:
    months = [Column(str(one.month), danish.short_month(one.month)) for one in points]
    known = {str(one.month): one.measures for one in points if one.measures}
    shares = {key: danish.percent(one.share) for key, one in known.items() if one.share is not None}
    rows = (
        Row({"what": "Breve i alt", **{key: one.letters for key, one in known.items()}}),
        Row({"what": "Digitalt", **{key: one.digital for key, one in known.items()}}),
        Row({"what": "Andel", **shares}),
    )
    title = f"Breve måned for måned, {danish.months(points[0].month, points[-1].month)}"
    return table(Sheet(title, (Column("what", "", Kind.TEXT), *months), rows), class_="months")


def _gaps(points: Sequence[Point]) -> Iterator[Markup]:
    told = [f"{danish.month(one.month)} {one.apart.told}" for one in points if one.apart]
    if told:
        yield tag("p", f"Ikke med her, for der var for få aktive brugere: {'; '.join(told)}.", class_="note")
