"""The year as events, as a host and its providers would have told them: for benchmarks, and to try out everything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID

from esdh_connect.testing.municipality import PLACES, WAVES, Place, by_day
from esdh_connect.usage import Usage, UsageKind
from esdh_connect_forbrug.months import HERE, Month

__all__ = ["Told", "days", "events"]

#: An event, and who did it.
Told = tuple[Usage, str | None]

#: What follows on what, over and over: most letters are opened, sent and delivered.
_COURSE = (
    *(UsageKind.OPENED, UsageKind.SENT, UsageKind.DELIVERED) * 6,
    *(UsageKind.OPENED, UsageKind.UNUSED, UsageKind.PRINTED),
    *(UsageKind.OPENED, UsageKind.SENT, UsageKind.FAILED),
    *(UsageKind.OPENED, UsageKind.CANCELLED),
)
#: And for a letter of which only is told that it went well.
_OF_ONE = (UsageKind.OPENED, UsageKind.SENT, UsageKind.DELIVERED)
_BY_MACHINE = frozenset({UsageKind.DELIVERED, UsageKind.FAILED})
_CAUSES = ("recipient", "attachment", "certificate", "network")
_IDS, _IDS_OF_DAYS = 0x5EED << 96, 0x5EEDDA << 96
_OPENS, _WORKS = time(9), timedelta(hours=6)


def events(count: int, month: Month, at: int, *, months: int) -> Iterator[Told]:
    """Give about a ``months``-th of ``count`` events, in their order: those of the month that is number ``at``."""
    starts = {wave.number: wave.month for wave in WAVES}
    begun = [place for place in PLACES if place.wave and at >= starts[place.wave]]
    letters = sum(place.letters for place in begun)
    first, its = count * at // months, count * (at + 1) // months - count * at // months
    length = month.ends - month.begins
    turns = [place for place in begun for _ in range(max(1, 200 * place.letters // letters))]
    for number in range(its):
        place = turns[number * 7919 % len(turns)]
        kind, when = _COURSE[number % len(_COURSE)], month.begins + length * (number + 0.5) / its
        yield _told(place, number, kind, when, _IDS + first + number)


def days(month: Month, at: int, until: date) -> Iterator[Told]:
    """Give the letters of the month that is number ``at``, from its first day up to the day before ``until``."""
    for wave in WAVES:
        for place in PLACES:
            if place.wave == wave.number and at >= wave.month:
                its = by_day(place, month.first_day, at - wave.month)
                for day, letters in its.items():
                    yield from _on(place, day, letters) if day < until else ()


def _on(place: Place, day: date, letters: int) -> Iterator[Told]:
    """Give the letters of a day, which are sent while people are at work."""
    opens = datetime.combine(day, _OPENS, HERE)
    first = _IDS_OF_DAYS + (day.toordinal() << 40) + (PLACES.index(place) << 32)
    for number in range(letters):
        for step, kind in enumerate(_OF_ONE):
            id_ = first + len(_OF_ONE) * number + step
            yield _told(place, 11 * number + number % 11, kind, opens + _WORKS * number / letters, id_)


def _told(place: Place, number: int, kind: UsageKind, at: datetime, id_: int) -> Told:
    documents = 1 + number % (1 + round(2 * place.attachments))
    is_sent = kind is UsageKind.SENT
    usage = Usage(
        id=UUID(int=id_),
        kind=kind,
        department=place.id,
        at=at,
        channel="fysisk_post" if number % 11 == 0 else "digital_post",
        documents=documents if is_sent else 0,
        files=1 if is_sent else 0,
        pages=documents * 2 if is_sent else 0,
        size=documents * 140_000 if is_sent else 0,
        plugin="serviceplatformen",
        took=timedelta(seconds=40 + number % 997) if kind is UsageKind.DELIVERED else None,
        cause=_CAUSES[number % len(_CAUSES)] if kind is UsageKind.FAILED else "",
    )
    return usage, None if kind in _BY_MACHINE else f"{place.id}/{number // 11 % place.people}"
