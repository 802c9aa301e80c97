"""Vilkår (bilag 3): the conditions of a byggetilladelse, two pages with a table."""

from __future__ import annotations

from datetime import date

from reportlab.lib.units import mm

from esdh_connect_demo.documents.bilag import Bilag, bilag_pdf
from esdh_connect_demo.documents.letters import danish_date
from esdh_connect_demo.documents.project import Project, metres
from esdh_connect_demo.documents.text import Block, Grid, Heading, NewPage, Points, Text

__all__ = ["conditions_pdf"]


def conditions_pdf(project: Project, on: date) -> bytes:
    """Make the PDF of the conditions."""
    title = f"Vilkår for byggetilladelse til {project.what}"
    facts = f"{project.address} · matr.nr. {project.cadastral} · sagsnr. {project.case_number}"
    return bilag_pdf(Bilag(3, title, facts, (*_opening(on), *_demands(project), *_duties(), *_terms())))


def _opening(on: date) -> tuple[Block, ...]:
    return (
        Text(
            f"Byggetilladelsen af {danish_date(on)} er givet på de vilkår, som står her. Overholder du ikke et "
            "vilkår, kan tilladelsen falde bort, og vi kan kræve forholdet gjort lovligt."
        ),
        Heading("1. Byggeriet"),
        Points(
            (
                "Byggeriet skal opføres, som situationsplanen (bilag\u00a01) og facadetegningen (bilag\u00a02) viser.",
                "Vil du ændre noget – også noget, som virker småt – skal du spørge os, før du gør det.",
                "Målene i skemaet herunder gælder, hvis tegninger og skema ikke siger det samme.",
            )
        ),
    )


def _demands(project: Project) -> tuple[Block, ...]:
    rows = (
        ("Forhold", "Krav", "Byggeriet", "Vurdering"),
        ("Afstand til skel mod øst", "mindst 2,50 m", f"{metres(project.to_boundary)} m", "Overholdt"),
        ("Højde over terræn", "højst 8,50 m", f"{metres(project.new_height)} m", "Overholdt"),
        ("Bebyggelsesprocent", "højst 30 %", f"{metres(project.built_up, 1)} %", "Overholdt"),
        ("Etager", "højst 2", "1", "Overholdt"),
        ("Afstand til vejmidte", "mindst 10,00 m", f"{metres(project.new.y + 3.85)} m", "Overholdt"),
        ("Parkering på egen grund", "mindst 2 pladser", "2 pladser", "Overholdt"),
        ("Regnvand", "nedsives på egen grund", "faskine, 2,0 m³", "Se vilkår 3"),
    )
    return (Grid(rows, (52 * mm, 42 * mm, 38 * mm, 28 * mm)),)


def _duties() -> tuple[Block, ...]:
    return (
        Heading("2. Før du går i gang"),
        Points(
            (
                "Du skal give os besked om, hvornår du begynder. Det gør du i Byg og Miljø, hvor du også søgte.",
                "Du skal undersøge, om der ligger ledninger i jorden, hvor du vil grave (Ledningsejerregistret).",
                "Ejendommens skel skal være kendt. Er du i tvivl, skal en landinspektør afsætte dem.",
                "Skal du bruge fortovet eller vejen, mens du bygger, skal du have en særskilt tilladelse til det.",
            )
        ),
        Heading("3. Regnvand og jord"),
        Points(
            (
                "Regnvand fra taget skal nedsives i en faskine på din egen grund, mindst 2 m fra skel.",
                "Faskinen skal ligge mindst 5 m fra bygninger med kælder.",
                "Flytter du jord væk fra ejendommen, skal du anmelde det, før jorden bliver kørt bort.",
                "Finder du tegn på forurening eller på fortidsminder, skal du standse arbejdet og ringe til os.",
            )
        ),
        Heading("4. Mens du bygger"),
        Points(
            (
                "Støjende arbejde må foregå på hverdage kl. 7–18 og lørdage kl. 8–14.",
                "Affald skal sorteres på stedet. Asbestholdige plader må kun fjernes af folk med den rette uddannelse.",
                "Byggepladsen skal være indrettet, så ingen kommer til skade, og naboer kan komme forbi.",
                "Kommunens medarbejdere kan komme på tilsyn. De viser altid legitimation.",
            )
        ),
    )


def _terms() -> tuple[Block, ...]:
    return (
        NewPage(),
        Heading("5. Når byggeriet er færdigt"),
        Text("Du skal melde byggeriet færdigt i Byg og Miljø, før du tager det i brug. Vi skal have:"),
        Points(
            (
                "en erklæring om, at byggeriet er udført efter tilladelsen og bygningsreglementet,",
                "mindst tre fotos, som viser byggeriet set fra vejen og fra to sider,",
                "dokumentation for faskinen: placering, størrelse og et foto, før den bliver dækket til,",
                "de endelige mål, hvis de afviger fra skemaet, så vi kan rette oplysningerne i BBR.",
            ),
            numbered=True,
        ),
        Text(
            "Du får en ibrugtagningstilladelse, når vi har set materialet igennem. Det tager sjældent mere end en uge."
        ),
        Heading("6. Frister"),
        Grid(
            (
                ("Hvad", "Hvornår", "Hvis fristen ikke holdes"),
                ("Byggeriet begynder", "Inden 1 år fra tilladelsen", "Tilladelsen bortfalder, og du skal søge igen"),
                ("Besked om start", "Senest dagen før", "Vi kan standse arbejdet"),
                ("Færdigmelding", "Før ibrugtagning", "Byggeriet må ikke bruges"),
                ("Rettelser til BBR", "Samtidig med færdigmelding", "Kommunen retter efter eget skøn"),
            ),
            (42 * mm, 48 * mm, 70 * mm),
        ),
        Heading("7. Tilsyn og ansvar"),
        Points(
            (
                "Du har som ejer ansvaret for, at byggeriet følger loven, også når andre udfører det for dig.",
                "Vi udtager byggerier til kontrol ved lodtrækning. Bliver dit udtaget, hører du det fra os.",
                "Finder vi fejl, aftaler vi en frist for at rette dem, før vi gør andet.",
                "Tilladelsen følger ejendommen: sælger du, før byggeriet er færdigt, binder vilkårene køberen.",
            )
        ),
        Heading("8. Hvad der ikke er taget stilling til"),
        Text(
            "Tilladelsen handler om byggeloven. Vi har ikke taget stilling til private servitutter, til naboretlige "
            "spørgsmål eller til, om konstruktionerne kan bære: det står den inde for, som har beregnet dem."
        ),
        Text("Har du spørgsmål til vilkårene, er du velkommen til at ringe på 12 34 56 78."),
    )
