"""Vendinger: what is written as a person's name, and what only looks like it."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from esdh_connect.gate import names
from esdh_connect.gate.danish_names import GIVEN

__all__ = ["is_common", "is_label", "is_lone_name", "is_name_word", "is_office", "is_person", "leading_name"]

#: What is no name, though it is written as one; compared as it is written, since »Kåre« is not »kære«.
_NOT_NAMES = frozenset(
    """
    alle ansøger ansøgere ansøgning beboer beboere begge boet borger borgere borgerne bruger brugere bygherre
    dødsboet ejer ejere ejeren elev elever erhvervsdrivende familie familien far forælder forældre forældrene
    foreningen frivillige grundejer grundejere holdet kollega kolleger kollegaer kommende kunde kunder kære landsret
    landsretten leder ledere lejer lejere lodsejer lykke læser låner lånere medarbejder medarbejdere medborger
    medlem medlemmer modtager modtagere mor nabo naboer naboen ny nye part parter parterne partshøring patient
    pensionist pensionister pårørende rådgiver selvstændig selvstændige skoleelev skoleleder studerende søskende
    team tilflytter til værge virksomhed virksomheder værter du dig jer vedrørende vedr orientering rette brug dato
    sag sagen sagsnr sagsnummer journalnr telefon tlf mail email cvr cpr ean side bilag emne att kontakt
    administration advokater advokatfirma advokatfirmaet afdeling afdelingen afgørelse akademi allé amt ankenævn
    ankestyrelsen apotek arkiv arkitekter bank barn bibliotek boligforening boligselskab borgerservice byggesag
    byggesager byret byråd byens børn børnehave center centeret centret dagtilbud danmark danmarks departement
    direktør direktion distrikt domstol ejendomme enhed erhverv familieret familieretshuset fond forening forsyning
    forvaltning forvaltningen fritid gymnasium hjemmepleje højesteret hospital hus huset institut integration
    jobcenter jobcentret kommune kommunen kommunes kontor kontoret kultur lægehus lægehuset lægerne miljø
    ministeriet museum myndighed myndighedsafdelingen natur naturstyrelsen nævn nævnet nævnenes nævneneshus omsorg
    plan planklagenævnet plejecenter plejehjem politi psykiatri pædagogisk ret retten region regionen rådgivning
    rådhus rådhuset sekretariat selskab service skat skole skolen skattestyrelsen socialforvaltning social sociale
    statsforvaltningen styrelsen styrelse sundhed sygehus teknik tilsyn trafik udbetaling udvalg ungdom universitet
    vej ydelse ydelser ydelsescenter ældre
    """.split()  # noqa: SIM905 - prose is read better than a list
)
#: What no name has in it, when it is written large: »Til Dig Som Borger«.
_FUNCTION = frozenset("og for i med på som om til at det en et er fra".split())  # noqa: SIM905
_OFFICE = re.compile(
    r"(?:skole|skolen|skoler|skolerne|bibliotek\w*|forsyning|forsyningen|kommune|kommunen|center|centret|centeret|centre|plejen"
    r"|væsen|væsenet|museum|museet|styrelsen|forvaltningen|afdelingen|huset|service|ministeriet|nævnet|hospital|sygehus"
    r"|advokater|advokatfirma|arkitekter|kollegium|gymnasium|politi|retten)$"
)
#: Offices by which people are called.
_SURNAMES = frozenset({"skole", "kommune", "bank", "center"})
_MAYBE = frozenset({"du", "far", "mor"})
_PARTICLES = frozenset(
    "abu af al bin bint da das de del den der di dos du el ibn la le ten ter und van von y zu zum".split()  # noqa: SIM905
)
_AFFIXED = re.compile(r"(?:al|el|d|de|l|o|ben|bin|ibn|abu)[-'’]+(?=.)", re.IGNORECASE)
#: What stands above a name that is not the one the letter is to: »Byggeansøger«, »Boet efter«, »Ejer:«.
_LABEL = re.compile(
    r"(?:^|\b)(?:vedr(?:ørende)?|ansøger|\w*ansøger|bygherre|ejer|ejendommens ejer|din nabo|nabo|lejer|barnet?|klient"
    r"|kontakt|kontaktperson|sagsbehandler|sagen gælder|ejendommen"
    r"|kopi til|afsender)\b[^:]{0,30}:?\s*$|\b(?:for|efter|af|om|til)\s*$",
    re.IGNORECASE,
)
_TO = re.compile(r"^\s*(?:til|modtager|att\.?|navn)\s*:?\s*$", re.IGNORECASE)
#: Danish words for people that a letter greets end otherwise; names of far away do not look Danish.
_FOREIGN = re.compile(r"a$|[wzqx]|[^a-zæøåéü'’-]")
_NO_NAMES_IN_A = frozenset({"mama", "papa", "kollega", "firma", "mona-lisa"})


@cache
def _given() -> frozenset[str]:
    return frozenset(one.casefold() for one in GIVEN)


def is_name_word(part: str) -> bool:
    """Tell whether a word is written as one of a name: large, in any alphabet, or »al-Hassan«, »d’Angelo«."""
    bare = _AFFIXED.sub("", unicodedata.normalize("NFC", part))
    return bool(bare) and bare[0].isalpha() and not bare[0].islower() and all(_is_of_name(sign) for sign in bare)


def _is_of_name(sign: str) -> bool:
    return sign.isalpha() or sign in "'’.-\u2010" or unicodedata.category(sign) == "Mn"


def is_person(text: str) -> bool:
    """Tell whether a line is written as a person's full name: two to eight words, each with a capital, and no other."""
    parts = [part for part in text.replace(",", " ").split() if part not in _PARTICLES]
    if not 2 <= len(parts) <= 8 or not all(map(is_name_word, parts)):  # noqa: PLR2004
        return False
    return any(len(names.folded(part)) > 1 for part in parts) and not is_common(text)


def is_common(text: str) -> bool:
    """Tell whether a phrase is of common words, though it is written large: »Nye Studerende«, »Vestre Landsret«."""
    parts = [part.casefold() for part in re.split(r"[\s,.\-/&]+", text) if part]
    parts = [part for part in parts if part not in names.HONORIFICS] or parts
    if not parts or any(part in _FUNCTION for part in parts) or is_office(text):
        return True
    if parts[0] in _given() or (parts[0] in _MAYBE and len(parts) == 2 and names.is_known(parts[1])):  # noqa: PLR2004
        return False
    if parts[0] in _MAYBE and len(parts) == 2:  # noqa: PLR2004
        return parts[1] in _NOT_NAMES
    return any(part in _NOT_NAMES for part in parts) or " Af " in text


def is_office(text: str) -> bool:
    """Tell whether it names an office, and so a sender: »Hjørring Musikskole«."""
    parts = [part.casefold() for part in re.split(r"[\s,.&-]+", text) if part]
    is_surname = len(parts) == 2 and parts[0] in _given() and parts[1] in _SURNAMES  # noqa: PLR2004
    return not is_surname and any(map(_OFFICE.search, parts))


def is_label(text: str) -> bool:
    """Tell whether what stands under it is somebody the letter is about."""
    return bool(_LABEL.search(text)) and not _TO.match(text)


def is_lone_name(word: str) -> bool:
    """Tell whether a word that stands alone after »Kære« is a name: a known one, or one that cannot be Danish prose."""
    if not is_name_word(word) or word.casefold() in _NOT_NAMES:
        return False
    folded = unicodedata.normalize("NFC", word).casefold()
    foreign = bool(_FOREIGN.search(folded)) and folded not in _NO_NAMES_IN_A and not _OFFICE.search(folded)
    return names.is_known(word) or (foreign and len(names.folded(word)) > 2)  # noqa: PLR2004


def leading_name(text: str) -> str:
    """Give the words of a name that a text begins with, where other text follows: »Hans Hansen tak for …«."""
    found: list[str] = []
    for part in text.split():
        if not is_name_word(part.strip(",.!:")) and part not in _PARTICLES - {"du"}:
            break
        found.append(part)
        if part[-1] in ",!:":
            break
    while found and found[-1] in _PARTICLES:
        found.pop()
    return " ".join(found).strip(" ,.!:")
