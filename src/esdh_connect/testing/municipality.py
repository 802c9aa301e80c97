"""
En opdigtet kommune: 24 departments that got there in four waves, and what each of them sent on which day.

For whoever shows what a year looks like. It is the same each time, so that what two plugins show of it agrees, though
neither of them knows the other. All of it is made up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from hashlib import sha256
from math import exp
from types import MappingProxyType

import attrs

from esdh_connect.policy import Department

__all__ = ["DEPARTMENTS", "MADE_UP", "MONTHS", "PLACES", "WAVES", "Place", "Wave", "by_day", "chance", "later", "sent"]

#: Why the departments are there, as their history says: so they are told from a municipality's own.
MADE_UP = "opdigtet"
#: How many months the year has: one more than a year, to compare with the same month of last year.
MONTHS = 13
#: How much of a usual month is sent in each: summer, Christmas, Easter.
_SEASON = MappingProxyType({7: 0.45, 12: 0.75, 8: 0.85, 4: 0.9, 2: 0.92, 1: 1.08, 9: 1.1, 10: 1.06, 11: 1.08})
_MONTHS_TO_MOST = 2.2
#: How many are at work in July.
_JULY, _AT_WORK = 7, 0.8
#: Days from the start of its wave to a department's first letter, where not the usual few; None never sent one.
_LATE: Mapping[str, int | None] = MappingProxyType({"geodata": 41, "familie": 24, "ppr": None})
_SOON, _WEEK, _SATURDAY = 3, 7, 5


@attrs.frozen
class Place:
    """
    Sted: one department, how many work there, how many letters they send in a month at most, and how they do it.

    ``wave`` is the wave it began in, 0 for none; ``pace`` how fast it grows: 1 is as most, 0.3 lags behind.
    ``attachments`` is how many a letter has, and ``citizens`` how many of its recipients have a CPR number.
    """

    department: Department
    people: int
    letters: int
    wave: int
    pace: float = 1.0
    attachments: float = 2.0
    citizens: float = 0.8

    @property
    def id(self) -> str:
        """Give its id."""
        return self.department.id

    @property
    def late(self) -> int | None:
        """Give how many days after the start of its wave its first letter was sent; None where none was."""
        return _LATE.get(self.id, _SOON + len(self.id) % _WEEK)

    def grown(self, months: int) -> float:
        """Give how much of its letters it sends, so many months after it began: more, and less and less more."""
        return 1 - exp(-self.pace * (months + 0.6) / _MONTHS_TO_MOST)

    def active(self, month: date, months: int) -> int:
        """Give how many of its people are active in a month."""
        at_work = _AT_WORK if month.month == _JULY else 1
        left = self.people * min(1.0, 0.25 + self.grown(months)) * at_work
        return max(1, round(left - next(chance("people", self.id, f"{month:%Y-%m}"))))


@attrs.frozen
class Wave:
    """Bølge: it begins ``month`` months after the first month of the year that is shown."""

    number: int
    title: str
    month: int

    @property
    def departments(self) -> tuple[str, ...]:
        """Give the departments that began in it."""
        return tuple(place.id for place in PLACES if place.wave == self.number)


WAVES = (
    Wave(1, "Bølge 1: de letteste", 0),
    Wave(2, "Bølge 2: ydelser og miljø", 3),
    Wave(3, "Bølge 3: børn og plan", 6),
    Wave(4, "Bølge 4: skole og sundhed", 9),
)


def _place(id_: str, name: str, parent: str | None, *figures: int, **more: float) -> Place:
    people, letters, wave = figures
    return Place(Department(id_, name, parent), people, letters, wave, **more)


PLACES = (
    _place("teknik", "Teknik og Miljø", None, 8, 40, 1),
    _place("byg", "Byggeri", "teknik", 22, 620, 1, attachments=5.5, citizens=0.7),
    _place("vej", "Vej og Park", "teknik", 14, 210, 1),
    _place("miljo", "Miljø og Natur", "teknik", 17, 260, 2, attachments=4.0, citizens=0.3),
    _place("plan", "Plan og GIS", "teknik", 9, 90, 3, attachments=6.0, citizens=0.6),
    _place("ejendom", "Ejendomme", "teknik", 7, 55, 3),
    _place("geodata", "Geodata", "teknik", 3, 12, 2, attachments=1.0),
    _place("borger", "Borgerservice", None, 12, 350, 1, attachments=0.6, citizens=0.98),
    _place("ydelse", "Ydelser", "borger", 26, 1450, 1, attachments=1.2, citizens=0.99),
    _place("pension", "Pension", "borger", 11, 640, 2, attachments=1.0, citizens=1.0),
    _place("folkeregister", "Folkeregister", "borger", 6, 280, 2, attachments=0.4, citizens=1.0),
    _place("opkraevning", "Opkrævning", "borger", 8, 900, 1, attachments=0.2, citizens=0.85),
    _place("bornefam", "Børn og Familie", None, 10, 60, 3, citizens=0.95),
    _place("familie", "Familieafdelingen", "bornefam", 34, 480, 3, pace=0.3, attachments=3.2, citizens=0.97),
    _place("dagtilbud", "Dagtilbud", "bornefam", 12, 160, 3, attachments=0.8, citizens=0.97),
    _place("skole", "Skoler", "bornefam", 18, 190, 4, attachments=1.1, citizens=0.96),
    _place("ppr", "Pædagogisk Psykologisk Rådgivning", "bornefam", 13, 120, 4, attachments=2.4, citizens=1.0),
    _place("sundhed", "Sundhed og Ældre", None, 9, 70, 4, citizens=0.99),
    _place("visitation", "Visitation", "sundhed", 21, 540, 4, attachments=1.8, citizens=1.0),
    _place("hjaelpemidler", "Hjælpemidler", "sundhed", 12, 310, 4, attachments=1.5, citizens=1.0),
    _place("kultur", "Kultur og Fritid", None, 5, 35, 0),
    _place("bibliotek", "Bibliotek", "kultur", 6, 40, 0),
    _place("okonomi", "Økonomi", None, 10, 80, 2, attachments=1.0, citizens=0.4),
    _place("personale", "Personale og Løn", "okonomi", 8, 130, 3, attachments=1.6, citizens=1.0),
)

DEPARTMENTS = tuple(place.department for place in PLACES)


def later(month: date, months: int) -> date:
    """Give the first day of the month so many months after the month of a day, or before it where that is below 0."""
    year, number = divmod(month.year * 12 + month.month - 1 + months, 12)
    return date(year, number + 1, 1)


def by_day(place: Place, month: date, months: int) -> Mapping[date, int]:
    """
    Give the letters of each working day of a month, ``months`` after the department's wave began.

    None before its first letter, and none at all where there never was one.
    """
    if place.late is None:
        return {}
    first = max(month, later(month, -months) + timedelta(days=place.late))
    left = (later(month, 1) - first).days
    days = [day for at in range(left) if (day := first + timedelta(days=at)).weekday() < _SATURDAY]
    many = max(place.active(month, months), round(place.letters * _season(place, month) * place.grown(months)))
    shares = {day: many * (at + 1) // len(days) - many * at // len(days) for at, day in enumerate(days)}
    return {day: share for day, share in shares.items() if share}


def sent(place: Place, month: date, months: int) -> int:
    """Give the letters of a month, so many months after the department's wave began."""
    return sum(by_day(place, month, months).values())


def _season(place: Place, month: date) -> float:
    by_chance = 0.9 + 0.2 * next(chance("letters", place.id, f"{month:%Y-%m}"))
    return _SEASON.get(month.month, 1.0) * by_chance


def chance(*names: str) -> Iterator[float]:
    """Give numbers from 0 to 1 that look like chance and are the same each time."""
    at = 0
    while True:
        yield int.from_bytes(sha256("/".join((*names, str(at))).encode()).digest()[:6]) / 2**48
        at += 1
