"""Ordlyd: what a caseworker or an administrator reads of a finding; what it is, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from esdh_connect import media
from esdh_connect.ids import mask
from esdh_connect_bilag.preflight.flaws import Finding, Flaw

__all__ = ["text"]

_SHOWN = 5


def text(finding: Finding) -> str:
    """Tell what was found, and what to do about it, in whole sentences."""
    return mask(_TEXTS[finding.flaw](finding))


def _pages(finding: Finding) -> str:
    """Name the pages: "side 2", "side 2, 5 og 7" or "12 sider (2, 3, 4, 5, 6 …)"."""
    pages = [str(page) for page in finding.pages]
    if len(pages) > _SHOWN:
        return f"{len(pages)} sider ({', '.join(pages[:_SHOWN])} …)"
    return f"side {_listed(pages)}"


def _listed(words: Sequence[str]) -> str:
    shown = [*words[:_SHOWN], *(["flere"] if len(words) > _SHOWN else [])]
    return " og ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _type(finding: Finding) -> str:
    return media.described(finding.names[0] if finding.names else "")


def _repaired(finding: Finding) -> str:
    counted = "" if finding.before is None else f", og alle {finding.after} sider er med"
    return f"Filen var beskadiget. Den er repareret{counted}. Se siderne igennem, før brevet sendes."


def _some(finding: Finding, one: str, more: str) -> str:
    return one if finding.count <= 1 else f"{finding.count} {more}"


def _always(words: str) -> Callable[[Finding], str]:
    return lambda _: words


_TEXTS: Mapping[Flaw, Callable[[Finding], str]] = {
    Flaw.EMPTY: _always("Filen er tom. Vedhæft den igen."),
    Flaw.NOT_PDF: lambda it: f"Filen er ikke en PDF, men {_type(it)}. Gem den som PDF, og vedhæft den igen.",
    Flaw.LOCKED: _always("Filen er låst med en adgangskode. Vedhæft en udgave uden adgangskode."),
    Flaw.DAMAGED: _always(
        "Filen er beskadiget og kan ikke repareres. Åbn den, gem den som PDF igen, eller bed om en ny udgave."
    ),
    Flaw.UNREPAIRED: _always(
        "Filen skal repareres, og det kan ikke ske her. Administratoren skal se efter, om reparation er installeret."
    ),
    Flaw.TOO_MUCH: _always("Filen er større eller mere indviklet, end der er plads til. Gem den i mindre dele."),
    Flaw.NO_PAGES: _always("Filen har ingen sider. Vedhæft den igen."),
    Flaw.PAGES_LOST: lambda it: (
        f"Filen er beskadiget: den skulle have {it.before} sider, og kun {it.after} kunne reddes. Bed om en ny udgave."
    ),
    Flaw.DYNAMIC_FORM: _always(
        "Filen er en dynamisk formular, der kun kan ses i Adobe Reader. Udskriv den til PDF dér, og vedhæft resultatet."
    ),
    Flaw.PORTFOLIO: _always(
        "Filen er en PDF-portefølje, en mappe med andre filer. Gem dem hver for sig, og vedhæft dem."
    ),
    Flaw.NOT_REDACTED: lambda it: (
        f"Overstregningerne på {_pages(it)} er kun markeret: teksten under dem kan stadig læses. "
        "Udfør overstregningen, og vedhæft filen igen."
    ),
    Flaw.SIGNED: _always(
        "Filen er underskrevet digitalt. Underskriften ville blive ugyldig, hvis filen blev lagt sammen med andre, "
        "så den sendes som en fil for sig."
    ),
    Flaw.REPAIRED: _repaired,
    Flaw.DECRYPTED: _always("Filen var krypteret uden adgangskode. Den kommer med uden kryptering."),
    Flaw.TWO_TYPES: lambda it: f"Filen er både en PDF og {_type(it)}. Kun PDF-siderne kommer med.",
    Flaw.SCRIPTS: lambda it: f"{_some(it, 'Et script', 'scripts')} (JavaScript) i filen tages ud.",
    Flaw.LAUNCHES: lambda it: f"{_some(it, 'En handling', 'handlinger')}, der starter et program, tages ud.",
    Flaw.SENDS_DATA: lambda it: f"{_some(it, 'En handling', 'handlinger')}, der sender eller henter data, tages ud.",
    Flaw.LEADS_OUT: lambda it: (
        f"{_some(it, 'En henvisning', 'henvisninger')} til andre filer eller usikre adresser tages ud. "
        "Almindelige links virker stadig."
    ),
    Flaw.MULTIMEDIA: lambda it: f"{_some(it, 'Et lyd- eller filmklip', 'lyd- og filmklip')} tages ud; billedet er der.",
    Flaw.EMBEDDED_FILES: lambda it: (
        f"{_some(it, 'En vedhæftet fil', 'vedhæftede filer')} inde i PDF-filen tages ud. "
        "Skal modtageren have indholdet, så vedhæft det som et bilag."
    ),
    Flaw.XFA: _always("Formularens XFA-del tages ud. Felterne kan stadig udfyldes."),
    Flaw.BROKEN_BOOKMARKS: _always(
        "Filens bogmærker er i stykker: dem, der ikke kan læses, tages ud. Siderne er der alle."
    ),
    Flaw.RESTRICTED: _always("Den, der lavede filen, vil ikke have den ændret eller kopieret. Må I bruge den sådan?"),
    Flaw.ACTS_AND_SIGNED: _always(
        "Filen er underskrevet, så scripts og lignende i den kan ikke tages ud. Stoler I på den, der har lavet den?"
    ),
    Flaw.ODD_PAGE: lambda it: f"Størrelsen på {_pages(it)} kan ikke læses. Se, om siden ser rigtig ud.",
    Flaw.HUGE_PAGE: lambda it: f"Papiret på {_pages(it)} er over 5 meter. Mange programmer kan ikke vise det.",
    Flaw.FONTS_MISSING: lambda it: (
        f"Skrifttypen {_listed(it.names)} er ikke med i filen: den kan se anderledes ud hos modtageren. "
        "Ret skabelonen eller programmet, så skrifttyper lægges i filen."
    ),
    Flaw.HIDDEN_LAYERS: lambda it: f"Der er skjulte lag i filen: {_listed(it.names)}. Må modtageren se dem?",
    Flaw.UNTAGGED: _always("Filen er uden tags, så en skærmlæser kan ikke læse den ordentligt. Ret skabelonen."),
    Flaw.NO_TITLE: _always("Filen har ingen titel i sine egenskaber. Ret skabelonen."),
    Flaw.NO_LANGUAGE: _always("Filen siger ikke, hvilket sprog den er på. Ret skabelonen."),
    Flaw.UNCHECKED: _always("En del af filen kunne ikke læses og er ikke undersøgt. Se siderne igennem."),
    Flaw.NOT_A4: lambda it: (
        f"Papiret på {_pages(it)} er ikke A4. Siden bliver gjort mindre eller større, når den trykkes."
    ),
    Flaw.LANDSCAPE: lambda it: f"Det er A4 på tværs på {_pages(it)}. Siden bliver vendt, når den trykkes.",
    Flaw.IN_ADDRESS_ZONE: lambda it: f"Der står noget i adressefeltet på {_pages(it)}. Flyt det, eller send digitalt.",
    Flaw.IN_CODE_ZONE: lambda it: (
        f"Der står noget på {_pages(it)}, hvor printleverandøren trykker sine koder. Flyt det, eller send digitalt."
    ),
}
