"""
Vejledning om byggeri (bilag 4): a standard bilag of three pages, the same bytes in every case.

That it is the same is the point: shared bilag are kept once and recognized by their SHA-256.
"""

from __future__ import annotations

from reportlab.lib.colors import HexColor, white
from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from esdh_connect_demo.documents.bilag import WIDTH, Bilag, bilag_pdf
from esdh_connect_demo.documents.paper import BRICK, GREY, INK, LINE, PALE, PETROL, PLAIN
from esdh_connect_demo.documents.sheet import dimension, label
from esdh_connect_demo.documents.text import Block, Drawn, Grid, Heading, NewPage, Points, Text

__all__ = ["guidance_pdf"]

_STEPS = ("Ansøgning", "Tilladelse", "Byggeri", "Færdigmelding", "Ibrugtagning")
_DONE = _STEPS[:2]


def guidance_pdf() -> bytes:
    """Make the PDF of the guidance; it depends on nothing."""
    facts = "Standardbilag · udgave 3, januar 2025 · sendes med alle byggetilladelser"
    return bilag_pdf(Bilag(4, "Vejledning om byggeri", facts, (*_course(), *_distances(), *_checklist())))


class _Course(Flowable):  # type: ignore[misc] # reportlab ships no types
    """The steps of a building case as a row of arrows."""

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return WIDTH, 25 * mm

    def draw(self) -> None:
        width = WIDTH / len(_STEPS)
        for number, step in enumerate(_STEPS):
            self._arrow(number * width, width - 1.5 * mm, done=step in _DONE)
            colour = white if step in _DONE else PETROL
            label(self.canv, (number * width + width / 2 + 1 * mm, 16 * mm), [step], size=7.4, colour=colour)
        self.canv.setFillColor(GREY)
        self.canv.setFont(PLAIN, 7)
        self.canv.drawString(width, 5.5 * mm, "Her er du nu: du har fået din tilladelse.")

    def _arrow(self, left: float, width: float, *, done: bool) -> None:
        tip, bottom, top = 3.5 * mm, 10 * mm, 22 * mm
        outline = self.canv.beginPath()
        outline.moveTo(left, bottom)
        for x, y in (
            (left + width - tip, bottom),
            (left + width + 1 * mm, (bottom + top) / 2),
            (left + width - tip, top),
            (left, top),
            (left + tip, (bottom + top) / 2),
        ):
            outline.lineTo(x, y)
        outline.close()
        self.canv.setFillColor(PETROL if done else PALE)
        self.canv.drawPath(outline, stroke=0, fill=1)


class _Distances(Flowable):  # type: ignore[misc] # reportlab ships no types
    """A cross-section of a plot: a house, a small building near the boundary, and what may stand how near."""

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return WIDTH, 65 * mm

    def draw(self) -> None:
        canvas = self.canv
        canvas.setFillColor(PALE)
        canvas.roundRect(0, 4 * mm, WIDTH, 58 * mm, 4, stroke=0, fill=1)
        ground = 20 * mm
        self._house(20 * mm, ground)
        self._shed(78 * mm, ground)
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(1.4)
        canvas.line(6 * mm, ground, WIDTH - 6 * mm, ground)
        boundary = 128 * mm
        canvas.setDash([6, 2, 1, 2])
        canvas.setLineWidth(0.8)
        canvas.line(boundary, ground - 4 * mm, boundary, ground + 36 * mm)
        canvas.setDash()
        canvas.setFillColor(GREY)
        canvas.setFont(PLAIN, 7.5)
        canvas.drawCentredString(boundary, ground + 37.5 * mm, "Skel")
        canvas.drawCentredString(boundary + 15 * mm, ground + 3 * mm, "Nabo")
        dimension(canvas, (98 * mm, ground - 4 * mm), (boundary, ground - 4 * mm), "kan stå nærmere")
        dimension(canvas, (62 * mm, ground - 9.5 * mm), (boundary, ground - 9.5 * mm), "bolig: mindst 2,5 m, ofte mere")

    def _house(self, left: float, ground: float) -> None:
        canvas = self.canv
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.8)
        canvas.setFillColor(white)
        canvas.rect(left, ground, 42 * mm, 15 * mm, stroke=1, fill=1)
        roof = canvas.beginPath()
        roof.moveTo(left - 3 * mm, ground + 15 * mm)
        roof.lineTo(left + 21 * mm, ground + 33 * mm)
        roof.lineTo(left + 45 * mm, ground + 15 * mm)
        roof.close()
        canvas.setFillColor(HexColor(0xC9CFD3))
        canvas.drawPath(roof, stroke=1, fill=1)
        label(canvas, (left + 21 * mm, ground + 7.5 * mm), ["Bolig"], size=8)

    def _shed(self, left: float, ground: float) -> None:
        canvas = self.canv
        canvas.setStrokeColor(BRICK)
        canvas.setFillColor(HexColor(0xF6DFD5))
        canvas.setLineWidth(1)
        canvas.rect(left, ground, 20 * mm, 12 * mm, stroke=1, fill=1)
        canvas.setFillColor(HexColor(0xD9B99B))
        canvas.rect(left - 1.5 * mm, ground + 12 * mm, 23 * mm, 1.8 * mm, stroke=1, fill=1)
        label(canvas, (left + 10 * mm, ground + 6 * mm), ["Carport,", "udhus m.m."], size=7, colour=BRICK)


class _Check(Flowable):  # type: ignore[misc] # reportlab ships no types
    """A line to tick off."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return WIDTH, 7.2 * mm

    def draw(self) -> None:
        self.canv.setStrokeColor(PETROL)
        self.canv.setLineWidth(0.8)
        self.canv.rect(0, 1.4 * mm, 3.8 * mm, 3.8 * mm, stroke=1, fill=0)
        self.canv.setFillColor(INK)
        self.canv.setFont(PLAIN, 9)
        self.canv.drawString(7 * mm, 2.1 * mm, self.words)
        self.canv.setStrokeColor(LINE)
        self.canv.setLineWidth(0.3)
        self.canv.line(7 * mm, 0, WIDTH, 0)


def _course() -> tuple[Block, ...]:
    return (
        Text(
            "Du har fået en byggetilladelse. Denne vejledning fortæller, hvad der sker nu, hvad du selv skal sørge "
            "for, og hvor du kan få hjælp. Den erstatter ikke vilkårene i din tilladelse."
        ),
        Heading("Forløbet"),
        Drawn(_Course()),
        Points(
            (
                "<b>Ansøgning.</b> Du har beskrevet dit byggeri, og vi har set på, om det følger reglerne.",
                "<b>Tilladelse.</b> Gem brevet med afgørelse, tegninger og vilkår: det hører til ejendommen.",
                "<b>Byggeri.</b> Du giver besked om start og bygger, som tegningerne viser.",
                "<b>Færdigmelding.</b> Du sender fotos og erklæringer, når byggeriet er færdigt.",
                "<b>Ibrugtagning.</b> Vi ser materialet igennem, retter BBR og giver dig lov til at bruge byggeriet.",
            ),
            numbered=True,
        ),
        Heading("Hvem har ansvaret?"),
        Text(
            "Du er som ejer ansvarlig for, at byggeriet følger loven – også når en håndværker udfører det. Aftal "
            "derfor skriftligt, hvem der giver os besked, hvem der tager fotos, og hvem der sørger for erklæringerne."
        ),
        Heading("Naboer"),
        Text(
            "En tilladelse fra kommunen ændrer ikke de private aftaler, der kan være tinglyst på ejendommen. Tal med "
            "dine naboer, før du går i gang. De fleste uenigheder opstår, fordi nogen blev overrasket."
        ),
        Heading("Hvis du vil ændre noget"),
        Text(
            "Det sker, at et byggeri bliver anderledes end tegnet: et vindue mere, et andet tag, en halv meter til "
            "siden. Spørg os, før du gør det. Ofte er et svar på en mail nok; andre gange skal tilladelsen ændres."
        ),
        Heading("Gebyr"),
        Text(
            "Vi tager betaling for den tid, vi bruger på din sag, efter takstbladet på hjemmesiden. Regningen kommer, "
            "når du har fået ibrugtagningstilladelsen. Vejledning koster ikke noget."
        ),
        NewPage(),
    )


def _distances() -> tuple[Block, ...]:
    return (
        Heading("Afstande og højder"),
        Text(
            "Bygningsreglementet har rammer for, hvor tæt på skel og hvor højt du må bygge. Lokalplanen for dit "
            "område kan sige noget andet, og så er det den, der gælder."
        ),
        Drawn(_Distances()),
        Grid(
            (
                ("Byggeri", "Afstand til skel", "Højde", "Bemærk"),
                ("Bolig", "mindst 2,5 m", "højst 8,5 m", "Etager og bebyggelsesprocent tæller med"),
                ("Carport, garage, udhus", "kan stå nærmere", "højst 2,5 m nær skel", "Højst 12 m i alt mod skel"),
                ("Overdækket terrasse", "kan stå nærmere", "højst 2,5 m nær skel", "Tæller med i det samlede areal"),
                ("Udestue", "mindst 2,5 m", "højst 8,5 m", "Regnes som en del af boligen"),
                ("Drivhus under 10 m²", "kan stå nærmere", "højst 2,5 m nær skel", "Kræver sjældent tilladelse"),
                ("Swimmingpool", "mindst 2,5 m", "–", "Skal kunne lukkes af for børn"),
            ),
            (40 * mm, 34 * mm, 37 * mm, 49 * mm),
        ),
        Heading("Sådan måler du"),
        Points(
            (
                "Afstand måles vandret fra det yderste af væggen til skel. Tagudhæng under 50 cm tæller ikke med.",
                "Højde måles fra terrænet, som det var, før du begyndte at grave.",
                "Areal måles udvendigt. En carport regnes med, så langt taget går.",
            )
        ),
        Text("Er du i tvivl om dit skel, kan en landinspektør afsætte det. Hegn og hække står ikke altid rigtigt."),
        NewPage(),
    )


def _checklist() -> tuple[Block, ...]:
    before = (
        "Jeg har læst tilladelsen og alle vilkår",
        "Jeg har set efter ledninger i jorden",
        "Jeg har fortalt naboerne, hvornår det begynder",
        "Jeg har givet kommunen besked om start",
        "Jeg har aftalt affald og jord med håndværkeren",
    )
    after = (
        "Jeg har fotos fra vejen og fra to sider",
        "Jeg har fotos af faskine og fundament, før de blev dækket til",
        "Jeg har fået erklæringer fra dem, der har bygget",
        "Jeg har meldt byggeriet færdigt",
        "Jeg har fået en ibrugtagningstilladelse",
    )
    return (
        Heading("Huskeliste: før du går i gang"),
        *(Drawn(_Check(words)) for words in before),
        Heading("Huskeliste: når du er færdig"),
        *(Drawn(_Check(words)) for words in after),
        Heading("Ord, du kan møde"),
        Grid(
            (
                ("Ord", "Hvad det betyder"),
                ("BBR", "Bygnings- og Boligregistret, hvor arealer og installationer på din ejendom står"),
                ("Bebyggelsesprocent", "Hvor stor en del af grunden der er bygget på, i procent"),
                ("Faskine", "Et hulrum i jorden, hvor regnvand siver ned i stedet for at løbe i kloakken"),
                ("Helhedsvurdering", "Kommunens samlede skøn, når et byggeri ikke holder alle rammer"),
                ("Matrikel", "Det officielle navn på dit stykke jord: et nummer og et ejerlav"),
                ("Servitut", "En tinglyst aftale om, hvad der må ske på ejendommen"),
            ),
            (42 * mm, 118 * mm),
        ),
        Heading("Hjælp"),
        Text(
            "Ring til Byggesag på 12 34 56 78, mandag til torsdag kl. 10–14. Du kan også bestille tid i "
            "Borgerservice på Rådhuspladsen 1. Har du brug for hjælp til at læse eller skrive breve fra os, sidder "
            "der altid nogen, som gør det sammen med dig."
        ),
    )
