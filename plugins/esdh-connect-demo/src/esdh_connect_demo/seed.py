"""Begyndelsen: who lives in Eksempel Kommune, which cases are open, and what has been drafted on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import attrs

from esdh_connect.events import DocumentEvent
from esdh_connect.ids import Cpr, Cvr, Kle
from esdh_connect.model import Address
from esdh_connect.policy import Department
from esdh_connect_demo import documents
from esdh_connect_demo.documents import Box, Project, decisions
from esdh_connect_demo.documents.decisions import Addressee
from esdh_connect_demo.documents.letters import letter_pdf
from esdh_connect_demo.municipality import DECISION, CaseFile, Municipality, Registered

__all__ = [
    "CITIZEN",
    "COMPANY",
    "CULTURE",
    "EXEMPT",
    "NEIGHBOUR",
    "SERVICE",
    "TECHNICAL",
    "drafts",
    "furnish",
    "neighbours",
    "settled",
]

TECHNICAL = Department("teknik", "Teknik og Miljø")
SERVICE = Department("borger", "Borgerservice")
CULTURE = Department("kultur", "Kultur og Fritid")

_TOWN = {"post_code": "9991", "city": "Eksempelby"}
CITIZEN = Registered(
    "P-1001", "Frida Mortensen", Cpr.parse("1212121212"), Address(street="Solsikkevej", number="12", **_TOWN)
)
EXEMPT = Registered(
    "P-1002", "Åge Sørensen", Cpr.parse("0202915678"), Address(street="Hasselvænget", number="4", **_TOWN)
)
COMPANY = Registered(
    "P-1003", "Æblegård Tømrer ApS", Cvr.parse("13748136"), Address(street="Værkstedsvej", number="8", **_TOWN)
)
NEIGHBOUR = Registered(
    "P-1004", "Bente Øster", Cpr.parse("2412772222"), Address(street="Solsikkevej", number="16", **_TOWN)
)
_CLUB = Registered(
    "P-1005", "Eksempelby Boldklub", Cvr.parse("19435075"), Address(street="Stadionvej", number="1", **_TOWN)
)

_BILAG = ("Situationsplan", "Facadetegning", "Vilkår", "Vejledning om byggeri")
_HOUSE = Box(4.6, 12, 10.5, 9)


def _projects(on: date) -> tuple[Project, ...]:
    carport = Project(
        case_number="BYG-0114",
        address="Solsikkevej 12",
        cadastral="12ab Eksempelby By",
        what="carport",
        article="en",
        owner=CITIZEN.id,
        applied=on - timedelta(days=62),
        plot_width=24,
        plot_depth=36,
        house=_HOUSE,
        new=Box(15.1, 13.5, 5.4, 6.0),
    )
    conservatory = attrs.evolve(
        carport,
        case_number="BYG-0121",
        address="Hasselvænget 4",
        cadastral="7c Eksempelby By",
        what="udestue",
        owner=EXEMPT.id,
        plot_depth=34,
        new=Box(15.1, 13.5, 4.5, 5.5),
        new_height=2.9,
        glazed=True,
    )
    shelter = attrs.evolve(
        carport,
        case_number="BYG-0127",
        address="Værkstedsvej 8",
        cadastral="31d Eksempelby By",
        what="overdækning",
        owner=COMPANY.id,
        plot_width=25,
        house=Box(4.0, 11, 11.0, 10),
        new=Box(15.0, 13, 4.8, 7.0),
        house_name="værksted",
    )
    return carport, conservatory, shelter


def _garage(on: date) -> Project:
    return attrs.evolve(
        _projects(on)[0],
        case_number="BYG-0133",
        address="Solsikkevej 14",
        cadastral="12ac Eksempelby By",
        what="garage",
        owner="P-1006",
    )


def furnish(esdh: Municipality) -> None:
    """Register the parties and open the cases."""
    esdh.register(CITIZEN, EXEMPT, COMPANY, NEIGHBOUR, _CLUB)
    building = Kle.parse("02.34.02")
    for project in _projects(esdh.now().date()):
        title = f"Byggesag: {project.what} på {project.address}"
        esdh.open(CaseFile(project.case_number, title, TECHNICAL, "Mette Kjærgård", building, parties=(project.owner,)))
    hearing, club = (NEIGHBOUR.id,), (_CLUB.id,)
    esdh.open(
        CaseFile(
            "BYG-0133", "Byggesag: garage på Solsikkevej 14", TECHNICAL, "Mette Kjærgård", building, parties=hearing
        ),
        CaseFile("BOR-0771", "Beboerlicens", SERVICE, "Ole Ærtebjerg", standing=CITIZEN.id, parties=(CITIZEN.id,)),
        CaseFile("KUL-0042", "Lokaletilskud", CULTURE, "Åse Øllgaard", parties=club),
    )


def drafts(esdh: Municipality) -> Iterator[DocumentEvent]:
    """Draft every document of the demo, and give the events of it."""
    on = esdh.now().date()
    guidance = documents.guidance_pdf()
    for project in _projects(on):
        yield from _building_case(esdh, project, on, guidance)
    hearing = decisions.neighbour_hearing(_addressee(NEIGHBOUR), _garage(on), on)
    yield esdh.file("BYG-0133", f"{hearing.subject}.pdf", "brev", letter_pdf(hearing))
    permit = decisions.parking_permit(_addressee(CITIZEN), "Solsikkevej 12", on, "BOR-0771")
    yield esdh.file("BOR-0771", f"{permit.subject}.pdf", DECISION, letter_pdf(permit))
    grant = decisions.grant_draft(_addressee(_CLUB, "Til bestyrelsen"), on, "KUL-0042")
    yield esdh.file("KUL-0042", f"{grant.subject}.pdf", DECISION, letter_pdf(grant))


def neighbours(esdh: Municipality) -> Iterator[DocumentEvent]:
    """Open a case with a letter to several at once, and give the events of it."""
    on, name = esdh.now().date(), "BYG-0140"
    garage = attrs.evolve(_garage(on), case_number=name)
    parties = (CITIZEN.id, EXEMPT.id, NEIGHBOUR.id)
    title = f"Nabohøring: {garage.what} på {garage.address}"
    esdh.open(CaseFile(name, title, TECHNICAL, "Mette Kjærgård", Kle.parse("02.34.02"), parties=parties))
    everybody = Addressee("Kære nabo", (f"Naboer til {garage.address}",))
    hearing = decisions.neighbour_hearing(everybody, garage, on)
    yield esdh.file(name, f"{hearing.subject}.pdf", "brev", letter_pdf(hearing))
    yield esdh.file(name, "Bilag 1 – Situationsplan.pdf", "bilag", documents.site_plan_pdf(garage, on))


def settled(esdh: Municipality) -> Iterator[DocumentEvent]:
    """Open a case whose decision goes to whom it is settled beforehand, and give the events of it."""
    name = "BOR-0774"
    address, to = "Solsikkevej 16", NEIGHBOUR.id
    esdh.open(CaseFile(name, f"Beboerlicens: {address}", SERVICE, "Ole Ærtebjerg", standing=to, parties=(to,)))
    permit = decisions.parking_permit(_addressee(NEIGHBOUR), address, esdh.now().date(), name)
    yield esdh.file(name, f"{permit.subject}.pdf", DECISION, letter_pdf(permit))


def _building_case(esdh: Municipality, project: Project, on: date, guidance: bytes) -> Iterator[DocumentEvent]:
    owner = esdh.party(project.owner)
    greeting = "Kære Ågot Æblegård" if owner is COMPANY else ""
    letter = decisions.building_permit(project, _addressee(owner, greeting), on, _BILAG)
    contents = (
        documents.site_plan_pdf(project, on),
        documents.facade_pdf(project, on),
        documents.conditions_pdf(project, on),
        guidance,
    )
    yield esdh.file(project.case_number, f"{letter.subject}.pdf", DECISION, letter_pdf(letter))
    for number, (name, content) in enumerate(zip(_BILAG, contents, strict=True), start=1):
        yield esdh.file(project.case_number, f"Bilag {number} – {name}.pdf", "bilag", content)


def _addressee(to: Registered, greeting: str = "") -> Addressee:
    address = to.address
    street = f"{address.street} {address.number}"
    return Addressee(greeting or f"Kære {to.name}", (to.name, street, f"{address.post_code} {address.city}"))
