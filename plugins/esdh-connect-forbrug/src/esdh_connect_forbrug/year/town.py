"""The departments of the made-up municipality, how large they are, and when each began."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

import attrs

from esdh_connect.policy import Department, PolicyChange
from esdh_connect_forbrug.months import Month

__all__ = ["DEPARTMENTS", "PLACES", "WAVES", "Place", "Wave", "changes"]


@attrs.frozen
class Place:
    """
    One department: how many work there, how many letters they send in a month at most, and how they do it.

    ``wave`` is the wave it began in, 0 for none; ``pace`` how fast it grows: 1 is as most, 0.3 lags behind.
    """

    department: Department
    people: int
    letters: int
    wave: int
    pace: float = 1.0
    attachments: float = 2.0
    citizens: float = 0.8


@attrs.frozen
class Wave:
    """One wave: it begins ``month`` months after the first month of the year that is shown."""

    number: int
    name: str
    month: int

    @property
    def departments(self) -> tuple[str, ...]:
        """Give the departments that began in it."""
        return tuple(place.department.id for place in PLACES if place.wave == self.number)


WAVES = (Wave(1, "Bølge 1: de letteste", 0), Wave(2, "Bølge 2", 3), Wave(3, "Bølge 3", 6), Wave(4, "Bølge 4", 9))


def _place(id_: str, name: str, parent: str | None, *figures: float, **more: float) -> Place:
    people, letters, wave = (int(one) for one in figures)
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

_ON: Mapping[str, object] = MappingProxyType(
    {"plugins": ("serviceplatformen", "bilag", "forbrug", "rollout"), "channels": ("digital_post", "fysisk_post")}
)


def changes(first: Month) -> tuple[PolicyChange, ...]:
    """Give the decisions that made the year that begins with ``first``: all departments, and each on with its wave."""
    long_ago = datetime(first.year - 1, 1, 1, tzinfo=UTC)
    begun = tuple(PolicyChange(one, {}, "demo", long_ago, long_ago, "eksempel") for one in DEPARTMENTS)
    return begun + tuple(
        PolicyChange(place.department, _ON, "demo", starts, starts, wave.name)
        for wave in WAVES
        for place in PLACES
        if place.wave == wave.number
        for starts in (first.later(wave.month).begins,)
    )
