"""What was known of the made-up municipality's departments beforehand, and how its waves went."""

from __future__ import annotations

import attrs

from esdh_connect.testing.municipality import PLACES, Place
from esdh_connect.testing.municipality import WAVES as BEGUN
from esdh_connect_rollout.profiles.profile import Profile

__all__ = ["PROFILES", "WAVES", "Lesson", "Story"]


@attrs.frozen
class Lesson:
    """
    What was learnt, so many days after the wave began, and how a difficulty was solved.

    Without ``by`` it is a tip; one that ``is_taken`` comes up on the checklists after.
    """

    days: int
    text: str
    by: str = ""
    types: tuple[str, ...] = ()
    module: str = ""
    difficulty: bool = False
    solved: str = ""
    is_taken: bool = False


@attrs.frozen
class Story:
    """A wave, and how it went."""

    number: int
    owner: str
    goal: int
    purpose: str
    lessons: tuple[Lesson, ...]
    ended: bool = True
    halfway: bool = True

    @property
    def title(self) -> str:
        """Give its title."""
        return BEGUN[self.number - 1].title

    @property
    def month(self) -> int:
        """Give how many months after the first of the year it began."""
        return BEGUN[self.number - 1].month

    @property
    def places(self) -> tuple[Place, ...]:
        """Give the departments that began in it."""
        return tuple(place for place in PLACES if place.wave == self.number)

    @property
    def departments(self) -> tuple[str, ...]:
        """Give the ids of the departments it names."""
        return BEGUN[self.number - 1].departments


#: Document types, how many in a hundred recipients have CPR or CVR, and how many in a hundred attachments recur.
_KNOWN = {
    "teknik": ("docx pdf", 95, 40), "byg": ("docx pdf dwg", 90, 70), "vej": ("docx pdf", 92, 40),
    "miljo": ("docx pdf xlsx", 88, 30), "plan": ("docx pdf dwg", 95, 20), "ejendom": ("docx pdf", 95, 40),
    "geodata": ("docx dwg", 95, 40), "borger": ("docx pdf", 98, 80), "ydelse": ("docx pdf", 99, 80),
    "pension": ("docx pdf", 99, 70), "folkeregister": ("docx pdf", 99, 90), "opkraevning": ("docx pdf", 96, 90),
    "bornefam": ("docx pdf", 95, 40), "familie": ("docx pdf msg", 95, 10), "dagtilbud": ("docx pdf", 95, 40),
    "skole": ("docx pdf", 95, 40), "ppr": ("docx pdf msg", 95, 10), "sundhed": ("docx pdf", 95, 40),
    "visitation": ("docx pdf", 99, 40), "hjaelpemidler": ("docx pdf", 99, 40), "kultur": ("docx pdf", 95, 40),
    "okonomi": ("docx pdf", 80, 40), "personale": ("docx pdf", 99, 40),
}  # fmt: skip
#: Who has named nobody to ask.
_ALONE = frozenset({"kultur"})


def _profile(place: Place) -> Profile:
    types, addressable, recurring = _KNOWN[place.id]
    return Profile(
        place.id, round(place.letters * 1.3), addressable / 100, place.attachments, recurring / 100,
        frozenset(types.split()), place.department.parent or place.id, "" if place.id in _ALONE else "Kontakt",
    )  # fmt: skip


#: What is known of each department but one.
PROFILES = tuple(_profile(place) for place in PLACES if place.id in _KNOWN)

WAVES = (
    Story(
        1, "Eva Holm", 2200, "Halvdelen af kommunens breve, med få og ens bilag",
        (
            Lesson(9, "Bestil certifikatet tre uger før; det var det eneste, der trak ud.", "Eva Holm"),
            Lesson(16, "Tegninger skal gemmes som PDF, før de lægges på sagen.", "Bo Lind", ("dwg",)),
            Lesson(23, "Lav klagevejledningen til en bilagspakke den første dag."),
            Lesson(40, "En times oplæring er nok, når alle sender et prøvebrev undervejs.", "Eva Holm"),
        ),
    ),
    Story(
        2, "Eva Holm", 900, "Resten af borgerområdet og de store tilsynsbreve",
        (
            Lesson(12, "Regneark bliver for brede: sæt dem til liggende A4.", "Ida Krogh", ("xlsx",)),
            Lesson(20, "Breve til virksomheder mangler P-nummer.", "Ida Krogh", difficulty=True,
                   solved="parten på sagen er rettet til CVR-nummeret"),
            Lesson(33, "Spørg teamlederne først; de ved, hvem der skriver mest."),
        ),
    ),
    Story(
        3, "Jens Toft", 750, "De afdelinger, der har flest forskellige bilag",
        (
            Lesson(15, "Mails som bilag skal gennemgås: der står ofte for meget i dem.", "Jens Toft", ("msg",)),
            Lesson(28, "Familieafdelingen har ikke tid til oplæring før sommerferien.", "Jens Toft", difficulty=True),
            Lesson(47, "Lad en kollega fra en tidligere bølge sidde med den første dag.", is_taken=True),
        ),
        ended=False,
    ),
    Story(
        4, "Jens Toft", 1150, "De sidste store, så alle borgere får det samme",
        (
            Lesson(11, "Skolernes skabeloner har logo i sidefoden; det fylder for meget.", "Mia Dahl", difficulty=True),
            Lesson(30, "Visitationen sender bedst om formiddagen, før telefonerne åbner."),
        ),
        ended=False,
        halfway=False,
    ),
)  # fmt: skip
