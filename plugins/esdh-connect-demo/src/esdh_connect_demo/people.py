"""Medarbejderne: the five people one can be in the demo. Every one of them is invented."""

from __future__ import annotations

import attrs

from esdh_connect.model import Colleague
from esdh_connect_demo import seed
from esdh_connect_web import Person, Role

__all__ = ["EMPLOYEES", "LEADERS", "Employee", "approvers", "called"]

_ALL = frozenset({"*"})


@attrs.frozen
class Employee:
    """En medarbejder: who it is to esdh_connect, what they do, and what there is to try as them."""

    person: Person
    title: str
    tries: str

    @property
    def works_with_cases(self) -> bool:
        """Tell whether they have cases to open."""
        return self.person.has([Role.CASEWORKER])


def _employee(id_: str, name: str, title: str, tries: str, *roles: Role, of: frozenset[str] = _ALL) -> Employee:
    return Employee(Person(id_, name, roles, of), title, tries)


#: By their id, in the order in which they can be chosen.
EMPLOYEES = {
    one.person.id: one
    for one in (
        _employee(
            "mkj",
            "Mette Kjærgård",
            "Byggesagsbehandler i Teknik og Miljø",
            "Åbn en byggesag, og send afgørelsen med dens bilag. Et af hendes breve nåede ikke frem.",
            Role.CASEWORKER,
            of=frozenset({seed.TECHNICAL.id}),
        ),
        _employee(
            "oae",
            "Ole Ærtebjerg",
            "Sagsbehandler i Borgerservice",
            "Et forslag venter: send beboerlicensen, eller afvis det. Her skal en kollega godkende, før brevet går ud.",
            Role.CASEWORKER,
            of=frozenset({seed.SERVICE.id}),
        ),
        _employee(
            "lda",
            "Lone Dam",
            "Teamleder i Borgerservice og kontaktperson for afdelingen",
            "Godkend Oles brev på sagen, eller send det tilbage.",
            Role.CASEWORKER,
            Role.CONTACT,
            of=frozenset({seed.SERVICE.id}),
        ),
        _employee(
            "sba",
            "Søren Bak",
            "Administrator",
            "Slå en afdeling til, og se, hvordan installationen har det.",
            Role.ADMINISTRATOR,
        ),
        _employee(
            "rho",
            "Rikke Holm",
            "Digitaliseringskonsulent",
            "Se, hvilke afdelinger der bruger det, og hvem der kunne have glæde af hjælp.",
            Role.CONSULTANT,
        ),
    )
}

#: Who leads a department, and can approve its letters; nobody can be one of them in the demo.
LEADERS = {
    seed.TECHNICAL.id: Colleague("kst", "Karin Storgaard"),
    seed.SERVICE.id: Colleague("jlu", "Jens Lund"),
    seed.CULTURE.id: Colleague("pel", "Pernille Elkjær"),
}


def approvers(department: str) -> list[Colleague]:
    """Give who can approve a letter of a department: those who work with its cases, and who leads it."""
    working = [one.person for one in EMPLOYEES.values() if one.works_with_cases]
    theirs = [Colleague(one.id, one.name) for one in working if one.works_for([department])]
    return theirs + ([LEADERS[department]] if department in LEADERS else [])


def called(id_: str) -> Colleague | None:
    """Give an employee with their name."""
    known = [Colleague(one.person.id, one.person.name) for one in EMPLOYEES.values()]
    return next((one for one in (*known, *LEADERS.values()) if one.id == id_), None)
