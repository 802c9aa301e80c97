"""The year as events, as a host and its providers would have told them: for benchmarks, and to try out everything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from esdh_connect.usage import Usage, UsageKind
from esdh_connect_forbrug.months import Month
from esdh_connect_forbrug.year.town import PLACES, WAVES, Place

__all__ = ["Told", "events"]

#: An event, and who did it.
Told = tuple[Usage, str | None]

#: What follows on what, over and over: most letters are opened, sent and delivered.
_COURSE = (
    *(UsageKind.OPENED, UsageKind.SENT, UsageKind.DELIVERED) * 6,
    *(UsageKind.OPENED, UsageKind.UNUSED, UsageKind.PRINTED),
    *(UsageKind.OPENED, UsageKind.SENT, UsageKind.FAILED),
    *(UsageKind.OPENED, UsageKind.CANCELLED),
)
_BY_MACHINE = frozenset({UsageKind.DELIVERED, UsageKind.FAILED})
_CAUSES = ("recipient", "attachment", "certificate", "network")
_IDS = 0x5EED << 96


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
        usage = _usage(place, number, month.begins + length * (number + 0.5) / its, first + number)
        yield usage, None if usage.kind in _BY_MACHINE else f"{place.department.id}/{number // 11 % place.people}"


def _usage(place: Place, number: int, at: datetime, id_: int) -> Usage:
    kind = _COURSE[number % len(_COURSE)]
    documents = 1 + number % (1 + round(2 * place.attachments))
    is_sent = kind is UsageKind.SENT
    return Usage(
        id=UUID(int=_IDS + id_),
        kind=kind,
        department=place.department.id,
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
