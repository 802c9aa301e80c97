"""
Navn mod modtager: the mail merge that puts one citizen's letter in another's envelope.

What stops a letter is that it is *addressed* to somebody else. A child, a neighbour or a caseworker may be named in it
as they like, and a letter that addresses nobody is nobody's concern.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from esdh_connect.dispatch import Concern
from esdh_connect.gate import names
from esdh_connect.gate.addresses import AND
from esdh_connect.gate.circumstances import age
from esdh_connect.gate.evidence import Evidence
from esdh_connect.gate.greeting import Addressed
from esdh_connect.ids import Cpr, Cvr, mask
from esdh_connect.model import Party, Recipient

__all__ = ["name_mismatch", "stranger", "unread"]

_GROWN_UP = 18
_LONGEST = 80
_ADVICE = "Åbn brevet, og se efter, at det er den rigtige modtager og det rigtige brev"
_UNREAD = "navnet i brevet kunne ikke sammenholdes med modtageren: brevet har ingen tekst, der kan læses"
_DOUBTFUL = "navnet i brevet kunne ikke sammenholdes med modtageren: se efter, hvem brevet er stilet til"
_NUMBER = "et andet CPR-nummer"


def name_mismatch(seen: Evidence) -> Iterator[Concern]:
    """Navn og modtager: the name in the letter's address or greeting is not the recipient's."""
    for row, recipient, envelope in seen.letters():
        for other in _strangers(seen.reading(row, envelope.letter).letters, recipient, seen)[:1]:
            yield Concern("name_mismatch", _told(other, recipient), row.party, advice=_ADVICE)


def _strangers(letters: Iterable[Addressed], recipient: Recipient, seen: Evidence) -> list[str]:
    """Give whom else the letters in the file are addressed to, one letter after the other."""
    at = seen.plan.made_at
    found = ((one, stranger(one, recipient, at)) for one in letters)
    return [other for one, other in found if other and not _is_shared(one, seen, at)]


def unread(seen: Evidence) -> Iterator[tuple[Party, str]]:
    """Tell of letters that have no text to compare: pictures of letters, and what would have cost too much to read."""
    for row, recipient, envelope in seen.letters():
        reading = seen.reading(row, envelope.letter)
        if not reading.has_text:
            yield row.party, _UNREAD
        elif any(one.doubts and not _fits(one.doubts, one, recipient) for one in reading.letters):
            yield row.party, _DOUBTFUL


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
    if any(not _fits(named, found, recipient) for named in _heads(found, recipient)):
        return next(named[0] for named in _heads(found, recipient) if not _fits(named, found, recipient))
    if found.own is not None and found.own not in _theirs(recipient) and _is_of_another({found.own}, recipient, at):
        return _NUMBER if found.numbers == {found.own} else ""
    addresses_nobody = not (found.address or found.greeting or found.companies)
    return _NUMBER if addresses_nobody and _is_of_another(found.numbers, recipient, at) else ""


def _heads(found: Addressed, recipient: Recipient) -> Iterator[tuple[str, ...]]:
    """
    Give the groups of names of which one must be the recipient's: the address, and the greeting.

    Where the greeting does not say that it is theirs, no block of an address excuses another.
    """
    greeted = bool(found.greeting) and _fits(found.greeting, found, recipient)
    people = [block.people for block in found.blocks]
    if people and not (greeted and any(_fits(one, found, recipient) for one in people)):
        yield from people
    care_of = [name for block in found.blocks for name in block.care_of]
    if found.greeting and not any(names.alike(one, other) for one in found.greeting for other in care_of):
        yield found.greeting


def _fits(named: tuple[str, ...], found: Addressed, recipient: Recipient) -> bool:
    return any(_is(one, recipient, plain=found.plain) for one in named) or _is_renamed(named, found, recipient)


def _theirs(recipient: Recipient) -> frozenset[Cpr]:
    return frozenset({recipient.id} if isinstance(recipient.id, Cpr) else ())


def _other_company(found: Addressed, recipient: Recipient) -> str:
    if any(names.companies_alike(one, recipient.name) for one in found.companies):
        return ""
    if not found.companies and found.address and found.numbers and not found.has_attention:
        theirs = {*names.words(recipient.name)}
        return "" if any(theirs & {*names.words(one)} for one in found.address) else found.address[0]
    return found.companies[0] if found.companies else ""


def _is(written: str, recipient: Recipient, *, plain: bool) -> bool:
    return any(names.alike(part, recipient.name, plain=plain) for part in (written, *AND.split(written)))


def _is_renamed(named: Iterable[str], found: Addressed, recipient: Recipient) -> bool:
    """Tell whether somebody is called something else by now: their own number stands there, and a name is the same."""
    if not isinstance(recipient.id, Cpr) or recipient.id not in found.numbers:
        return False
    theirs = {*names.words(recipient.name)}
    return any(theirs & {*names.words(one)} for one in named)


def _is_of_another(numbers: Collection[Cpr], recipient: Recipient, at: datetime) -> bool:
    """Tell whether the one number in the letter is of another grown-up: that of a child is in its parents' letters."""
    if not isinstance(recipient.id, Cpr) or len(numbers) != 1 or recipient.id in numbers:
        return False
    [number] = numbers
    years = age(number, at)
    return years is not None and years >= _GROWN_UP
