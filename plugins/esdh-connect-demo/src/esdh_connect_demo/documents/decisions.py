"""Afgørelser og andre breve: the texts, each a function from the facts of a case to a letter."""

from __future__ import annotations

from datetime import date, timedelta
from html import escape

import attrs

from esdh_connect_demo.documents.letters import Letter, danish_date
from esdh_connect_demo.documents.project import Project, metres
from esdh_connect_demo.documents.text import Block, Facts, Heading, Points, Text

__all__ = ["Addressee", "building_permit", "grant_draft", "neighbour_hearing", "parking_permit"]

_TECHNICAL = "Teknik og Miljø"


@attrs.frozen
class Addressee:
    """Whom a letter is written to: greeting ("Kære Frida Mortensen") and the lines of the address."""

    greeting: str = attrs.field(repr=False)
    lines: tuple[str, ...] = attrs.field(repr=False)


def building_permit(project: Project, to: Addressee, on: date, enclosures: tuple[str, ...]) -> Letter:
    """Write a byggetilladelse with its klagevejledning."""
    return Letter(
        department=_TECHNICAL,
        to=to.lines,
        on=on,
        case_number=project.case_number,
        kle="02.34.02",
        subject=f"Byggetilladelse til {project.what} på {project.address}",
        greeting=to.greeting,
        body=(*_permission(project), *_requirements(), *_complaint(on)),
        signature="Mette Kjærgård",
        role="Byggesagsbehandler",
        enclosures=enclosures,
    )


def _permission(project: Project) -> tuple[Block, ...]:
    where = escape(project.address).replace(" ", "\u00a0")
    thing = f"{project.article} {escape(project.what)}"
    return (
        Text(
            f"Du søgte den {danish_date(project.applied)} om at bygge {thing} på {where}. "
            f"<b>Vi giver dig tilladelse til at bygge.</b>"
        ),
        Text(
            "Tilladelsen er givet efter byggelovens § 16 og bygningsreglementet (BR18). Den gælder det byggeri, "
            "som er vist på situationsplanen (bilag 1) og facadetegningen (bilag 2)."
        ),
        Heading("Byggeriet"),
        Facts(
            (
                ("Ejendom", f"{project.address}, 9991 Eksempelby"),
                ("Matrikel", project.cadastral),
                ("Byggeri", f"{project.what.capitalize()}, {metres(project.new.area, 1)} m²"),
                ("Afstand til skel", f"{metres(project.to_boundary)} m mod øst"),
                ("Højde", f"{metres(project.new_height)} m over terræn"),
                ("Bebyggelsesprocent", f"{metres(project.built_up, 1)} % efter byggeriet"),
            )
        ),
        Heading("Hvorfor du får tilladelsen"),
        Text(
            "Byggeriet overholder bygningsreglementets rammer for afstand, højde og areal, og det er i "
            "overensstemmelse med lokalplanen for området. Vi har orienteret naboerne og ikke modtaget "
            "bemærkninger, som ændrer vores vurdering."
        ),
    )


def _requirements() -> tuple[Block, ...]:
    return (
        Heading("Det skal du gøre"),
        Text("Tilladelsen er givet på vilkår. Alle vilkår står i bilag 3. De vigtigste er:"),
        Points(
            (
                "Du skal begynde byggeriet, senest ét år efter at du har fået tilladelsen.",
                "Du skal give os besked, før du går i gang, og når byggeriet er færdigt.",
                "Du må ikke tage byggeriet i brug, før du har fået en ibrugtagningstilladelse.",
            ),
            numbered=True,
        ),
        Text("I bilag 4 kan du læse, hvordan forløbet er fra tilladelse til færdigt byggeri, og hvem du kan spørge."),
    )


def _complaint(on: date) -> tuple[Block, ...]:
    return (
        Heading("Hvis du vil klage"),
        Text(
            "Du kan klage til Byggeklageenheden i Nævnenes Hus, hvis du mener, at afgørelsen er i strid med "
            "byggeloven eller bygningsreglementet. Der kan klages over retlige spørgsmål, men ikke over "
            "kommunens skøn."
        ),
        Text(
            "Du klager gennem Klageportalen, som du finder på naevneneshus.dk. Klagen skal være modtaget, "
            "<b>senest 4 uger efter at du har fået dette brev</b>. Nævnenes Hus opkræver et gebyr for at "
            "behandle klagen."
        ),
        Text(
            "Vil du have afgørelsen prøvet ved domstolene, skal sagen være anlagt, senest 6 måneder efter at du "
            "har fået afgørelsen."
        ),
        Heading("Aktindsigt"),
        Text(
            f"Du har ret til at se de dokumenter, som indgår i sagen pr. {danish_date(on)}. Skriv til os, hvis du "
            "vil have dem tilsendt."
        ),
    )


def parking_permit(to: Addressee, address: str, on: date, case_number: str) -> Letter:
    """Write an afgørelse about beboerlicens til parkering: one page, no bilag."""
    year_later = on + timedelta(days=364)
    return Letter(
        department="Borgerservice",
        to=to.lines,
        on=on,
        case_number=case_number,
        subject="Du får beboerlicens til parkering",
        greeting=to.greeting,
        body=(
            Text(
                "Du har søgt om beboerlicens til parkering. <b>Vi giver dig licensen</b>, fordi du bor i "
                "licensområdet og er registreret som bruger af bilen."
            ),
            Facts(
                (
                    ("Område", "Eksempelby Midtby"),
                    ("Adresse", f"{address}, 9991 Eksempelby"),
                    ("Gælder fra", danish_date(on)),
                    ("Gælder til og med", danish_date(year_later)),
                )
            ),
            Text("Licensen er elektronisk. Du skal derfor ikke have noget liggende i forruden."),
            Heading("Hvis noget ændrer sig"),
            Text("Giv os besked, hvis du flytter eller får en anden bil. Så ændrer vi licensen med det samme."),
            Heading("Hvis du vil klage"),
            Text(
                "Er du ikke enig i afgørelsen, kan du skrive til os inden 4 uger. Vi ser på sagen igen og svarer "
                "dig skriftligt."
            ),
        ),
        signature="Ole Ærtebjerg",
        role="Borgerrådgiver",
    )


def neighbour_hearing(to: Addressee, project: Project, on: date) -> Letter:
    """Write a partshøring of a neighbour: the letter that is withdrawn in the demo."""
    deadline = on + timedelta(days=14)
    return Letter(
        department=_TECHNICAL,
        to=to.lines,
        on=on,
        case_number=project.case_number,
        kle="02.34.02",
        subject=f"Høring om {project.what} på {project.address}",
        greeting=to.greeting,
        body=(
            Text(
                f"Vi har modtaget en ansøgning om at bygge {project.article} {escape(project.what)} på "
                f"{escape(project.address)}. Du hører fra os, fordi du bor ved siden af."
            ),
            Text(
                f"Har du bemærkninger, skal du sende dem til os <b>senest den {danish_date(deadline)}</b>. "
                "Du behøver ikke at svare, hvis du ikke har nogen."
            ),
        ),
        signature="Mette Kjærgård",
        role="Byggesagsbehandler",
    )


def grant_draft(to: Addressee, on: date, case_number: str) -> Letter:
    """Write a tilsagn about lokaletilskud, of the department that has no channel yet."""
    return Letter(
        department="Kultur og Fritid",
        to=to.lines,
        on=on,
        case_number=case_number,
        subject="Tilsagn om lokaletilskud",
        greeting=to.greeting,
        body=(
            Text(
                "Jeres forening har søgt om tilskud til leje af lokaler. <b>Vi giver jer tilsagn om "
                "tilskuddet</b> for den kommende sæson."
            ),
            Text("Vi udbetaler tilskuddet, når I har sendt os regnskabet for den sæson, som er gået."),
        ),
        signature="Åse Øllgaard",
        role="Fritidskonsulent",
    )
