"""Titel: what everybody can see before the letter is opened, in notifications and lists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from esdh_connect.dispatch import Concern
from esdh_connect.gate import names
from esdh_connect.gate.danish_names import GIVEN, SURNAMES
from esdh_connect.gate.evidence import Evidence
from esdh_connect.ids import mask
from esdh_connect.model import Recipient

__all__ = ["people_in", "title_tells"]

_WORD = re.compile(r"(?=[^\Wa-zà-öø-ÿ\d_])[\w'’-]{2,}")
#: What comes after a name that makes it a place: »Peter Bangs Vej«, »Anna Ancher Skolen«.
_PLACE = re.compile(
    r"(?:vej|gade|alle|allé|plads|stræde|torv|have|park|skole|skolen|gymnasium|kollegium|hus|huset|fond|fonden|legat|minde"
    r"|gård|center|centret|børnehave|børnehus|vuggestue|museum|museet|institut|instituttet"
    r"|kvarter|kvarteret|aften|aps|a/s|i/s)s?$",
    re.IGNORECASE,
)
_SAINT = frozenset({"sankt", "sct", "skt"})
_SURNAME_FIRST = re.compile(r"\b([^\W\d_][\w-]+), ?([^\W\d_][\w-]+)")
_ADVICE = "Titlen kan ses i beskeder om ny post, uden at nogen logger ind. Skriv den om"


def title_tells(seen: Evidence) -> Iterator[Concern]:
    """Titlen røber: a CPR number, or the name of somebody who is not the recipient."""
    title = seen.plan.request.title
    if mask(title) != title:
        yield Concern("title_tells", "titlen indeholder et CPR-nummer", advice=_ADVICE)
    named = people_in(title)
    told = {_told(title, one) for one in seen.everybody().values()} - {""}
    for row, recipient in seen.recipients():
        if any(not _is(name, recipient) for name in named) or any(not names.alike(one, recipient.name) for one in told):
            yield Concern("title_tells", "titlen nævner en anden person ved navn", row.party, advice=_ADVICE)


def _is(name: str, recipient: Recipient) -> bool:
    bare = re.sub(r"['’]?s$", "", name)
    return any(names.alike(one, recipient.name) for one in (name, bare))


def _told(title: str, one: Recipient) -> str:
    """Give how a title names somebody who gets the letter, if it does: in full, or by the given name, »Emmas«."""
    theirs = names.words(one.name)
    said = [names.folded(word) for word in re.findall(r"[\w'’-]+", title)]
    bare = {*said, *(word[:-1] for word in said if word.endswith("s"))}
    if len(theirs) < 2:  # noqa: PLR2004
        return ""
    if {theirs[0], theirs[-1]} <= bare:
        return one.name
    return theirs[0] if len(theirs[0]) > 2 and f"{theirs[0]}s" in said else ""  # noqa: PLR2004


def people_in(text: str) -> tuple[str, ...]:
    """Give the full names in running text: a given name that is known, and what is written large right after it."""
    if text.isupper():
        return tuple(name.upper() for name in _running(text.title()) if name.upper() in text)
    turned = (found.groups() for found in _SURNAME_FIRST.finditer(text))
    listed = [f"{first} {last}" for last, first in turned if last in SURNAMES and first in GIVEN]
    return (*_running(text), *_small(text), *listed)


def _small(text: str) -> list[str]:
    """Give names that are written small, where no Danish prose reads so: »hans hansen«."""
    found = re.findall(r"\b([a-zæøå]+) ([a-zæøå]+sen)\b", text)
    return [f"{first} {last}" for first, last in found if first.capitalize() in GIVEN and last.capitalize() in SURNAMES]


def _running(text: str) -> tuple[str, ...]:
    found, tokens = [], re.findall(r"[\w'’/-]+|[^\w\s]", text)
    at = 0
    while at < len(tokens):
        end = at
        while end < len(tokens) and _WORD.fullmatch(tokens[end]):
            end += 1
        first = next((one for one in range(at, end) if tokens[one].split("-")[0] in GIVEN), end)
        name = tokens[first:end]
        is_saint = any(word.casefold() in _SAINT for word in tokens[max(0, first - 2) : first])
        after = tokens[end] if end < len(tokens) else ""
        if len(name) > 1 and not is_saint and not any(_PLACE.search(word) for word in (*name, after)):
            found.append(" ".join(name))
        at = max(end, at + 1)
    return tuple(found)
