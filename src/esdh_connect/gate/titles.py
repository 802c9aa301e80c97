"""Titel: what everybody can see before the letter is opened, in notifications and lists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from esdh_connect.dispatch import Concern
from esdh_connect.gate import names
from esdh_connect.gate.danish_names import GIVEN
from esdh_connect.gate.evidence import Evidence
from esdh_connect.ids import mask
from esdh_connect.model import Recipient

__all__ = ["people_in", "title_tells"]

_WORD = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'’-]+")
#: What comes after a name that makes it a place: »Peter Bangs Vej«, »Anna Ancher Skolen«.
_PLACE = re.compile(
    r"(?:vej|gade|alle|allé|plads|stræde|torv|have|park|skole|skolen|gymnasium|kollegium|hus|huset|fond|fonden|legat|minde"
    r"|gård|center|centret|børnehave|børnehus|vuggestue|aps|a/s|i/s)s?$",
    re.IGNORECASE,
)
_ADVICE = "Titlen kan ses i beskeder om ny post, uden at nogen logger ind. Skriv den om"


def title_tells(seen: Evidence) -> Iterator[Concern]:
    """Titlen røber: a CPR number, or the name of somebody who is not the recipient."""
    title = seen.plan.request.title
    if mask(title) != title:
        yield Concern("title_tells", "titlen indeholder et CPR-nummer", advice=_ADVICE)
    named = people_in(title)
    for row, recipient in seen.recipients() if named else ():
        if any(not _is(name, recipient) for name in named):
            yield Concern("title_tells", "titlen nævner en anden person ved navn", row.party, advice=_ADVICE)


def _is(name: str, recipient: Recipient) -> bool:
    bare = re.sub(r"['’]?s$", "", name)
    return any(names.alike(one, recipient.name) for one in (name, bare))


def people_in(text: str) -> tuple[str, ...]:
    """Give the full names in running text: a given name that is known, and what is written large right after it."""
    found, tokens = [], re.findall(r"[\w'’/-]+|[^\w\s]", text)
    at = 0
    while at < len(tokens):
        end = at
        while end < len(tokens) and _WORD.fullmatch(tokens[end]):
            end += 1
        first = next((one for one in range(at, end) if tokens[one].split("-")[0] in GIVEN), end)
        name = tokens[first:end]
        after = tokens[end] if end < len(tokens) else ""
        if len(name) > 1 and not any(_PLACE.search(word) for word in (*name, after)):
            found.append(" ".join(name))
        at = max(end, at + 1)
    return tuple(found)
