"""
Navn mod modtager: the mail merge that puts one citizen's letter in another's envelope.

What stops a letter is that it is *addressed* to somebody else. A child, a neighbour or a caseworker may be named in it
as they like, and a letter that addresses nobody is nobody's concern.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from esdh_connect.dispatch import Concern
from esdh_connect.gate import names
from esdh_connect.gate.circumstances import age
from esdh_connect.gate.evidence import Evidence
from esdh_connect.gate.greeting import Addressed
from esdh_connect.ids import Cpr, Cvr, mask
from esdh_connect.model import Party, Recipient

__all__ = ["name_mismatch", "stranger", "unread"]

_GROWN_UP = 18
_LONGEST = 80
_AND = re.compile(r"\s+(?:og|&|samt)\s+|\s*[;/]\s*", re.IGNORECASE)
_ADVICE = "Åbn brevet, og se efter, at det er den rigtige modtager og det rigtige brev"
_UNREAD = "navnet i brevet kunne ikke sammenholdes med modtageren: brevet har ingen tekst, der kan læses"
_NUMBER = "et andet CPR-nummer"


def name_mismatch(seen: Evidence) -> Iterator[Concern]:
    """Navn og modtager: the name in the letter's address or greeting is not the recipient's."""
    for row, recipient, envelope in seen.letters():
        found, at = seen.reading(row, envelope.letter).addressed, seen.plan.made_at
        other = stranger(found, recipient, at)
        if other and not _is_shared(found, seen, at):
            yield Concern("name_mismatch", _told(other, recipient), row.party, advice=_ADVICE)


def unread(seen: Evidence) -> Iterator[tuple[Party, str]]:
    """Tell of letters that have no text to compare: pictures of letters, and what would have cost too much to read."""
    for row, _, envelope in seen.letters():
        if not seen.reading(row, envelope.letter).has_text:
            yield row.party, _UNREAD


def _told(other: str, recipient: Recipient) -> str:
    if other == _NUMBER:
        return "brevet nævner et andet CPR-nummer end modtagerens, og ikke modtagerens eget"
    return mask(f"brevet er stilet til »{other[:_LONGEST]}«, og modtageren er »{recipient.name[:_LONGEST]}«")


def _is_shared(found: Addressed, seen: Evidence, at: datetime) -> bool:
    """Tell whether the letter is addressed to another of those who get it: then it is one letter to several."""
    if len(seen.plan.request.parties) == 1:
        return False
    return any(not stranger(found, one, at) for one in seen.everybody().values())


def stranger(found: Addressed, recipient: Recipient, at: datetime) -> str:
    """Give whom the letter is addressed to where that is somebody else; nothing where it is not, or cannot be told."""
    if isinstance(recipient.id, Cvr) or names.company(recipient.name):
        return _other_company(found, recipient)
    for named in (found.address, found.greeting):
        if named and not any(_is(one, recipient) for one in named) and not _is_renamed(named, found, recipient):
            return named[0]
    addresses_nobody = not (found.address or found.greeting or found.companies)
    return _NUMBER if addresses_nobody and _is_of_another(found.numbers, recipient, at) else ""


def _other_company(found: Addressed, recipient: Recipient) -> str:
    if not found.companies or any(names.companies_alike(one, recipient.name) for one in found.companies):
        return ""
    return found.companies[0]


def _is(written: str, recipient: Recipient) -> bool:
    return any(names.alike(part, recipient.name) for part in (written, *_AND.split(written)))


def _is_renamed(named: Iterable[str], found: Addressed, recipient: Recipient) -> bool:
    """Tell whether somebody is called something else by now: their own number stands there, and a name is the same."""
    if not isinstance(recipient.id, Cpr) or recipient.id not in found.numbers:
        return False
    theirs = {*names.words(recipient.name)}
    return any(theirs & {*names.words(one)} for one in named)


def _is_of_another(numbers: frozenset[Cpr], recipient: Recipient, at: datetime) -> bool:
    """Tell whether the one number in the letter is of another grown-up: that of a child is in its parents' letters."""
    if not isinstance(recipient.id, Cpr) or len(numbers) != 1 or recipient.id in numbers:
        return False
    [number] = numbers
    years = age(number, at)
    return years is not None and years >= _GROWN_UP
