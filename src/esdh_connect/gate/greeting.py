"""
Tiltale: whom a letter is addressed to, read from its first lines – »Kære …«, »Til …« and the address.

Only what a letter is addressed to counts. Whom it is about, who wrote it, and where to complain stand in it too, and
are nobody's concern; where it cannot be told, nothing is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from esdh_connect.gate import names
from esdh_connect.ids import Cpr, InvalidId

__all__ = ["Addressed", "addressed", "is_person"]

#: So many lines are looked at, and so much of each: a letter says early whom it is for.
_LINES = 80
_LONGEST = 200
#: How far above the post code the name stands: street, place, c/o, and the name.
_ABOVE = 5
#: What is no name, though it is written as one. Folded by :func:`esdh_connect.gate.names.folded`.
_NOT_NAMES = frozenset(
    names.folded(word)
    for word in """
    alle ansøger ansøgere beboer beboere begge boet borger borgere borgerne bruger brugere bygherre dødsboet ejer ejere
    ejeren elev elever familie familien far forælder forældre forældrene foreningen frivillige grundejer grundejere
    holdet kollega kolleger kollegaer kunde kunder kære leder ledere lejer lejere lodsejer læser medarbejder
    medarbejdere medborger medlem medlemmer mor nabo naboer naboen part parter parterne partshøring pårørende rådgiver
    skoleleder søskende team tilflytter til værge virksomhed virksomheder værter du dig jer vedrørende vedr orientering
    rette brug dato sag sagen sagsnr sagsnummer journalnr telefon mail email cvr cpr ean side bilag emne att
    administration advokater advokatfirma afdeling afdelingen akademi allé amt ankenævn ankestyrelsen apotek arkiv
    arkitekter bank barn bibliotek boligforening boligselskab borgerservice byggesag byggesager byråd børn
    børnehave center centeret centret dagtilbud danmark danmarks departement direktør direktion distrikt domstol enhed
    erhverv familieret familieretshuset fond forening forsyning forvaltning forvaltningen fritid gymnasium hjemmepleje
    hospital hus huset institut integration jobcenter jobcentret kommune kommunen kommunes kontor kontoret kultur
    lægehus lægehuset lægerne miljø ministeriet museum myndighed myndighedsafdelingen naturstyrelsen nævn nævnet
    nævnenes nævneneshus omsorg plan planklagenævnet plejecenter plejehjem politi psykiatri pædagogisk ret retten region
    regionen rådgivning rådhus rådhuset sekretariat selskab service skat skole skolen skattestyrelsen socialforvaltning
    social sociale statsforvaltningen styrelsen styrelse sundhed sygehus teknik tilsyn trafik udbetaling udvalg ungdom
    universitet ydelse ydelser ydelsescenter ældre
    """.split()  # noqa: SIM905 - prose is read better than a list
)
_SALUTATION = re.compile(r"^\s*(?P<word>kære|hej|goddag|til|attention|att\.?)\b\s*[:,]?\s*(?P<rest>.*)$", re.IGNORECASE)
_SHATTERED = re.compile(r"^\s*k\s*æ\s*r\s*e(?=\s|[A-ZÆØÅ])\s*(?P<rest>.*)$", re.IGNORECASE)
_POST = re.compile(r"^\s*(?:DK-?)?\s*(?P<code>\d{4})\s+(?P<city>[A-ZÆØÅ][^\d:;@]{1,40})$")
_ONE_LINE = re.compile(
    r"^\s*(?P<name>[^,\d]{3,80}),\s*[^,]*\d[^,]*(?:,[^,]{1,30})*,\s*(?:DK-?)?\d{4}\s+[A-ZÆØÅ]\D{1,40}$"
)
_CARE_OF = re.compile(r"^\s*c/o\b", re.IGNORECASE)
_FAREWELL = re.compile(r"^\s*(?:med\s+)?venlig\w*\s+hilsen|^\s*hilsen\b|^\s*mvh\b", re.IGNORECASE)
_AND = re.compile(r"\s+(?:og|&|samt)\s+|\s*[;/]\s*", re.IGNORECASE)
_CPR = re.compile(r"(?<![\d-])\d{6}\s?[-–]?\s?\d{4}(?![\d-])")
_NAME_WORD = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'’.-]*|[A-ZÀ-ÖØ-Þ]\.?", re.UNICODE)
_PARTICLES = frozenset(
    {"af", "al", "bin", "da", "de", "del", "den", "der", "el", "ibn", "la", "le", "ten", "van", "von"}
)
_WARM = frozenset({"kære", "hej", "goddag"})


@attrs.frozen
class Addressed:
    """
    Whom a letter is addressed to: names in its greeting, and in its address; the first it is for stand first.

    ``companies`` are names in the address that say what they are (A/S, ApS …), ``numbers`` all CPR numbers there are.
    """

    greeting: tuple[str, ...] = attrs.field(default=(), repr=False)
    address: tuple[str, ...] = attrs.field(default=(), repr=False)
    companies: tuple[str, ...] = attrs.field(default=(), repr=False)
    numbers: frozenset[Cpr] = attrs.field(default=frozenset(), repr=False)


def addressed(lines: Sequence[str]) -> Addressed:
    """Read it from the lines of a letter's first pages."""
    first = [" ".join(line.split())[:_LONGEST] for line in lines[:_LINES] if line.strip()]
    ends = next((at for at, line in enumerate(first) if _FAREWELL.search(line)), len(first))
    head = first[:ends]
    at, greeting = _greeting(head)
    before = head[: at + 1] if at is not None else head
    blocks = list(_addresses(before))
    return Addressed(
        greeting=greeting,
        address=tuple(dict.fromkeys(name for name in blocks if not names.company(name))),
        companies=tuple(dict.fromkeys(name for name in blocks if names.company(name))),
        numbers=frozenset(_numbers(first)),
    )


def is_person(text: str) -> bool:
    """Tell whether a line is written as a person's full name: two to six words, each with a capital, and no other."""
    parts = [part for part in text.replace(",", " ").split() if part.casefold() not in _PARTICLES]
    if not 2 <= len(parts) <= 6 or not all(_NAME_WORD.fullmatch(part) for part in parts):  # noqa: PLR2004
        return False
    long = [part for part in parts if len(names.folded(part)) > 1]
    return bool(long) and not any(names.folded(part) in _NOT_NAMES for part in _split(text))


def _split(text: str) -> list[str]:
    return [part for part in re.split(r"[\s,.\-/&]+", text) if part]


# --- the greeting


def _greeting(lines: Sequence[str]) -> tuple[int | None, tuple[str, ...]]:
    """Give the first line that greets somebody, and the names in it."""
    for at, line in enumerate(lines):
        found = _SALUTATION.match(line) or _SHATTERED.match(line)
        if not found:
            continue
        word = found.groupdict().get("word", "kære").casefold().rstrip(".")
        rest = found["rest"] or (lines[at + 1] if at + 1 < len(lines) else "")
        greeted = _greeted(rest, strict=word not in _WARM)
        if greeted or word in _WARM:
            return at, greeted
    return None, ()


def _greeted(rest: str, *, strict: bool) -> tuple[str, ...]:
    """Give whoever is greeted. »Til« stands before much that is nobody: there, only full names count."""
    text = re.sub(r"\s*[,!.:]+\s*$", "", rest.strip())
    if strict and (re.search(r"\d", text) or len(text) > 80):  # noqa: PLR2004 - a line of prose, or an address
        return ()
    if "," in text and is_person(text):
        return (text, *filter(is_person, (part.strip() for part in text.split(","))))
    parts = [part.strip(" ,.!") for half in _AND.split(text) for part in half.split(",")]
    known = [part for part in parts if _is_greeted(part, strict=strict)]
    return tuple(known)


def _is_greeted(part: str, *, strict: bool) -> bool:
    if is_person(part) or (not strict and _is_shattered(part)):
        return True
    honoured = re.match(r"(?:hr|herr|fru|frk|frøken)\b\.?\s*(\S+)$", part, re.IGNORECASE)
    return not strict and bool(honoured or (_NAME_WORD.fullmatch(part) and names.is_known(part)))


def _is_shattered(part: str) -> bool:
    """Tell whether it is a name out of a PDF that has its letters apart: words too short, the first with a capital."""
    parts = part.split()
    return len(parts) > 2 and sum(map(len, parts)) / len(parts) < 2.5 and part[:1].isupper()  # noqa: PLR2004


# --- the address


def _addresses(lines: Sequence[str]) -> Iterator[str]:
    for at, line in enumerate(lines):
        alone = _ONE_LINE.match(line)
        if alone and _is_addressee(alone["name"].strip()):
            yield alone["name"].strip()
        if _POST.match(line):
            yield from _above(lines[max(0, at - _ABOVE) : at])


def _above(lines: Sequence[str]) -> Iterator[str]:
    """Give the names above a post code, if there is one right above street, place and c/o."""
    seen_street = False
    for line in reversed(lines):
        if _POST.match(line):
            return
        bare = re.sub(r"^\s*(?:til|att\.?)\s*:?\s+", "", line, flags=re.IGNORECASE)
        if _CARE_OF.match(line):
            continue
        if re.search(r"\d", line):
            seen_street = True
        elif seen_street and _is_addressee(bare):
            yield bare
        elif seen_street and not _is_place(bare):
            return


def _is_addressee(text: str) -> bool:
    return is_person(text) or bool(names.company(text)) or _are_people(text)


def _are_people(text: str) -> bool:
    """Tell whether it names two: »Ane og Bo Prøve«."""
    parts = [part for part in _AND.split(text) if part]
    return len(parts) == 2 and is_person(parts[1]) and bool(_NAME_WORD.fullmatch(parts[0]) or is_person(parts[0]))  # noqa: PLR2004


def _is_place(text: str) -> bool:
    """Tell whether it can be the name of a place or a building between name and street."""
    return len(text.split()) <= 2 and text[:1].isupper()  # noqa: PLR2004


# --- numbers


def _numbers(lines: Sequence[str]) -> Iterator[Cpr]:
    for line in lines:
        for found in _CPR.findall(line):
            try:
                yield Cpr.parse(found)
            except InvalidId:
                continue
