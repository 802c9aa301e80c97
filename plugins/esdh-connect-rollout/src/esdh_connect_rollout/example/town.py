"""The departments of the made-up municipality, what was known of them beforehand, and the waves they came in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from esdh_connect.policy import Department
from esdh_connect_rollout.profiles.profile import Profile

__all__ = ["DEPARTMENTS", "PLACES", "WAVES", "Lesson", "Place", "Story"]


@attrs.frozen
class Place:
    """A department; ``letters`` is what it sends digitally in a month in the end, ``pace`` how fast it gets there."""

    department: Department
    letters: int
    wave: int
    pace: float
    profile: Profile

    @property
    def id(self) -> str:
        """Give its id."""
        return self.department.id


@attrs.frozen
class Lesson:
    """What was learnt, so many days after the wave began, and how a difficulty was solved."""

    days: int
    text: str
    by: str = ""
    types: tuple[str, ...] = ()
    module: str = ""
    difficulty: bool = False
    solved: str = ""


@attrs.frozen
class Story:
    """A wave, and how it went: ``late`` are days from its start to a department's first letter, where not the usual."""

    number: int
    title: str
    month: int
    owner: str
    goal: int
    purpose: str
    lessons: tuple[Lesson, ...]
    late: Mapping[str, int | None] = attrs.field(factory=dict)
    ended: bool = True
    halfway: bool = True

    @property
    def departments(self) -> tuple[str, ...]:
        """Give the departments it names."""
        return tuple(place.id for place in PLACES if place.wave == self.number)


def _place(  # noqa: PLR0913, PLR0917 - a line of the table
    id_: str, name: str, parent: str, letters: int, wave: int, types: str = "docx pdf", *,
    pace: float = 1, known: bool = True, contact: str = "Kontakt", addressable: float = 0.95, bilag: float = 1.5,
    recurring: float = 0.4,
) -> Place:  # fmt: skip
    types_, module = frozenset(types.split()), parent or id_
    profile = Profile(id_, round(letters * 1.3), addressable, bilag, recurring, types_, module, contact)
    return Place(Department(id_, name, parent or None), letters, wave, pace, profile if known else Profile(id_))


PLACES = (
    _place("teknik", "Teknik og Miljø", "", 40, 1),
    _place("byg", "Byggeri", "teknik", 620, 1, "docx pdf dwg", bilag=5.5, recurring=0.7, addressable=0.9),
    _place("vej", "Vej og Park", "teknik", 210, 1, addressable=0.92),
    _place("miljo", "Miljø og Natur", "teknik", 260, 2, "docx pdf xlsx", bilag=4, recurring=0.3, addressable=0.88),
    _place("plan", "Plan og GIS", "teknik", 90, 3, "docx pdf dwg", bilag=6, recurring=0.2),
    _place("ejendom", "Ejendomme", "teknik", 55, 3),
    _place("geodata", "Geodata", "teknik", 12, 2, "docx dwg", bilag=1),
    _place("borger", "Borgerservice", "", 350, 1, bilag=0.6, recurring=0.8, addressable=0.98),
    _place("ydelse", "Ydelser", "borger", 1450, 1, bilag=1.2, recurring=0.8, addressable=0.99),
    _place("pension", "Pension", "borger", 640, 2, bilag=1, recurring=0.7, addressable=0.99),
    _place("folkeregister", "Folkeregister", "borger", 280, 2, bilag=0.4, recurring=0.9, addressable=0.99),
    _place("opkraevning", "Opkrævning", "borger", 900, 1, bilag=0.2, recurring=0.9, addressable=0.96),
    _place("bornefam", "Børn og Familie", "", 60, 3),
    _place("familie", "Familieafdelingen", "bornefam", 480, 3, "docx pdf msg", pace=0.3, bilag=3.2, recurring=0.1),
    _place("dagtilbud", "Dagtilbud", "bornefam", 160, 3, bilag=0.8),
    _place("skole", "Skoler", "bornefam", 190, 4, bilag=1.1),
    _place("ppr", "Pædagogisk Psykologisk Rådgivning", "bornefam", 120, 4, "docx pdf msg", bilag=2.4, recurring=0.1),
    _place("sundhed", "Sundhed og Ældre", "", 70, 4),
    _place("visitation", "Visitation", "sundhed", 540, 4, bilag=1.8, addressable=0.99),
    _place("hjaelpemidler", "Hjælpemidler", "sundhed", 310, 4, bilag=1.5, addressable=0.99),
    _place("kultur", "Kultur og Fritid", "", 35, 0, contact=""),
    _place("bibliotek", "Bibliotek", "kultur", 40, 0, known=False),
    _place("okonomi", "Økonomi", "", 80, 2, addressable=0.8),
    _place("personale", "Personale og Løn", "okonomi", 130, 3, addressable=0.99),
)
DEPARTMENTS = tuple(place.department for place in PLACES)

WAVES = (
    Story(
        1, "Bølge 1: de letteste", 0, "Eva Holm", 2200, "Halvdelen af kommunens breve, med få og ens bilag",
        (
            Lesson(9, "Bestil certifikatet tre uger før; det var det eneste, der trak ud.", "Eva Holm"),
            Lesson(16, "Tegninger skal gemmes som PDF, før de lægges på sagen.", "Bo Lind", ("dwg",)),
            Lesson(23, "Lav klagevejledningen til en bilagspakke den første dag."),
            Lesson(40, "En times oplæring er nok, når alle sender et prøvebrev undervejs.", "Eva Holm"),
        ),
    ),
    Story(
        2, "Bølge 2: ydelser og miljø", 3, "Eva Holm", 900, "Resten af borgerområdet og de store tilsynsbreve",
        (
            Lesson(12, "Regneark bliver for brede: sæt dem til liggende A4.", "Ida Krogh", ("xlsx",)),
            Lesson(20, "Breve til virksomheder mangler P-nummer.", "Ida Krogh", difficulty=True,
                   solved="parten på sagen er rettet til CVR-nummeret"),
            Lesson(33, "Spørg teamlederne først; de ved, hvem der skriver mest."),
        ),
        MappingProxyType({"geodata": 41}),
    ),
    Story(
        3, "Bølge 3: børn og plan", 6, "Jens Toft", 750, "De afdelinger, der har flest forskellige bilag",
        (
            Lesson(15, "Mails som bilag skal gennemgås: der står ofte for meget i dem.", "Jens Toft", ("msg",)),
            Lesson(28, "Familieafdelingen har ikke tid til oplæring før sommerferien.", "Jens Toft", difficulty=True),
            Lesson(47, "Lad en kollega fra en tidligere bølge sidde med den første dag."),
        ),
        MappingProxyType({"familie": 24}),
        ended=False,
    ),
    Story(
        4, "Bølge 4: skole og sundhed", 9, "Jens Toft", 1150, "De sidste store, så alle borgere får det samme",
        (
            Lesson(11, "Skolernes skabeloner har logo i sidefoden; det fylder for meget.", "Mia Dahl", difficulty=True),
            Lesson(30, "Visitationen sender bedst om formiddagen, før telefonerne åbner."),
        ),
        MappingProxyType({"ppr": None}),
        ended=False,
        halfway=False,
    ),
)  # fmt: skip
