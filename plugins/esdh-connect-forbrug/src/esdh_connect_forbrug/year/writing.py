"""The year's figures, month by month, and how they are stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType

import attrs

from esdh_connect.connect import Connect
from esdh_connect.testing.municipality import MONTHS, PLACES, WAVES, Place, chance, sent
from esdh_connect_forbrug.closing import Closing, Kept
from esdh_connect_forbrug.counting import Counting
from esdh_connect_forbrug.figures import Figures, Histogram
from esdh_connect_forbrug.months import Month
from esdh_connect_forbrug.suppression import Unit, parted
from esdh_connect_forbrug.year.events import days as days_of
from esdh_connect_forbrug.year.events import events as events_of

__all__ = ["lived", "units", "written"]

#: What goes wrong, and how often in a thousand letters.
_CAUSES = MappingProxyType({"recipient": 5, "attachment": 4, "certificate": 2, "network": 1})
_PARENTS = MappingProxyType({place.department.id: place.department.parent for place in PLACES})
_PAGES, _BYTES = 2.6, 88_000


def written(post: Connect, *, before: date, months: int = MONTHS) -> tuple[Month, ...]:
    """
    Store the year whose last month is the one before ``before``; gives its months, the first one first.

    The days of the next month up to ``before`` are counted, as in real life: it is running. Raises ValueError where
    anything was counted or published already: what is published never changes.
    """
    from esdh_connect_forbrug.tables import closing

    its = _months(before, months)
    with post.store.transaction() as connection:
        if used := closing.used(connection):
            raise ValueError(f"use was counted already: {used}")
        for at, month in enumerate(its):
            closing.close(connection, str(month), post.store.now(), _PARENTS, parted(units(month, at), _PARENTS))
    Counting(post.store, _days_since(post, its)).count_all(days_of(its[-1].next, months, before))
    return its


def lived(post: Connect, *, before: date, events: int, months: int = MONTHS) -> tuple[Month, ...]:
    """
    Have the year happen: so many events are counted and each month is closed, as in real life; gives its months.

    Raises ValueError where anything was counted or published already.
    """
    from esdh_connect_forbrug.tables import closing

    its = _months(before, months)
    with post.store.reading() as connection:
        if used := closing.used(connection):
            raise ValueError(f"use was counted already: {used}")
    days = _days_since(post, its)
    store = attrs.evolve(post.store, departments=lambda: [place.department for place in PLACES])
    for at, month in enumerate(its):
        Counting(store, days).count_all(events_of(events, month, at, months=months))
        Closing(store, Kept(days, 0, None)).close()
    return its


def _days_since(post: Connect, its: Sequence[Month]) -> int:
    return max(0, (post.store.now() - its[0].begins).days) + 2


def _months(before: date, months: int) -> tuple[Month, ...]:
    last = Month.of(before).previous
    return tuple(last.later(1 - months).until(last))


def units(month: Month, at: int) -> Mapping[str, Unit]:
    """Give what was counted in the month that is number ``at`` of the year, department by department."""
    starts = {wave.number: wave.month for wave in WAVES}
    return {
        place.department.id: unit
        for place in PLACES
        if place.wave and at >= starts[place.wave]
        for unit in (_unit(place, month, at - starts[place.wave]),)
    }


def _unit(place: Place, month: Month, since: int) -> Unit:
    """Give a month of a department, so many months after it began."""
    people = place.active(month.first_day, since)
    names = frozenset(f"{place.id}/{at}" for at in range(people))
    figures = _figures(place, sent(place, month.first_day, since), 1 - place.grown(since), chance(place.id, str(month)))
    return Unit(figures, names) if figures.letters else Unit()


def _figures(place: Place, sent: int, unsure: float, chance: Iterator[float]) -> Figures:
    """Give what so many letters come to; ``unsure`` people stop more often, and print more."""
    on_paper = round(sent * (0.04 + 0.08 * place.citizens) * (0.9 + 0.2 * next(chance)))
    channels = {"digital_post": sent - on_paper, "fysisk_post": on_paper}
    failed = {cause: round(sent * often / 1000 * (0.5 + next(chance) + unsure)) for cause, often in _CAUSES.items()}
    documents = round(sent * (1 + place.attachments * (0.9 + 0.2 * next(chance))))
    pages = round(documents * _PAGES * (0.9 + 0.2 * next(chance)))
    cancelled = round(sent * 0.012 * (0.5 + next(chance)))
    unused = round(sent * (0.03 + 0.25 * unsure))
    delivered = sent - sum(failed.values())
    return Figures(
        sent={name: count for name, count in channels.items() if count},
        delivered=delivered,
        cancelled=cancelled,
        printed=round(place.letters * unsure * 0.7 * (0.8 + 0.4 * next(chance))),
        opened=sent + cancelled + unused,
        unused=unused,
        failed={name: count for name, count in failed.items() if count},
        documents=documents,
        files=round(sent * 1.04),
        pages=pages,
        size=pages * _BYTES,
        plugins={"serviceplatformen": sent},
        took=_took(delivered, chance),
    )


def _took(letters: int, chance: Iterator[float]) -> Histogram:
    """Give durations of so many letters: most are there in minutes, those on paper in days."""
    usual = 60 + 120 * next(chance)
    shares = ((usual, 0.55), (usual * 4, 0.25), (usual * 20, 0.1), (36 * 3600 * (1 + next(chance)), 0.1))
    parts = (Histogram.of([timedelta(seconds=seconds)] * round(letters * share)) for seconds, share in shares)
    return sum(parts, Histogram())
