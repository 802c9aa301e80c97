"""Forhold: what is known of the recipient, and stops a letter or the way it goes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from esdh_connect.dispatch import Concern
from esdh_connect.gate import names
from esdh_connect.gate.evidence import Evidence
from esdh_connect.ids import Cpr
from esdh_connect.model import Address, Circumstance, Recipient
from esdh_connect.policy import HERE

__all__ = ["age", "dead", "emigrated", "protected_address", "under_15", "unknown_address"]

_FIFTEEN = 15
#: What CPR calls no address at all.
_NOWHERE = "9999"
_NO_STREET = frozenset(map(names.folded, ("ukendt", "ukendt adresse", "adresse ukendt", "uden fast bopæl", "ufb")))


def dead(seen: Evidence) -> Iterator[Concern]:
    """Død: nobody reads it, and whoever finds it is hurt."""
    for row, recipient in seen.recipients():
        if Circumstance.DEAD in recipient.circumstances:
            advice = "Send til boet eller den, der repræsenterer det"
            yield Concern("dead", "modtageren er registreret som død", row.party, advice=advice)


def emigrated(seen: Evidence) -> Iterator[Concern]:
    """Udrejst: a letter to the last address here does not arrive; one on paper to an address abroad may."""
    for row, recipient in seen.recipients():
        abroad = seen.on_paper(row.channel) and recipient.address is not None and recipient.address.country != "DK"
        if Circumstance.EMIGRATED in recipient.circumstances and not abroad:
            yield Concern(
                "emigrated",
                "modtageren er registreret som udrejst",
                row.party,
                advice="Find adressen i udlandet, eller sørg for, at modtageren læser sin Digital Post",
            )


def under_15(seen: Evidence) -> Iterator[Concern]:
    """Under 15 år: Digital Post is for those who are fifteen, and a decision about a child goes to its parents."""
    for row, recipient in seen.recipients():
        if Circumstance.UNDER_15 in recipient.circumstances or _is_child(recipient, seen.plan.made_at):
            yield Concern(
                "under_15",
                "modtageren er under 15 år",
                row.party,
                advice="Send til den, der har forældremyndigheden",
            )


def _is_child(recipient: Recipient, at: datetime) -> bool:
    years = age(recipient.id, at) if isinstance(recipient.id, Cpr) else None
    return years is not None and 0 <= years < _FIFTEEN


def age(cpr: Cpr, at: datetime) -> int | None:
    """Give how many years old somebody is in Denmark at an aware time; None where the number does not tell."""
    born, today = cpr.birth_date, at.astimezone(HERE).date()
    return None if born is None else today.year - born.year - ((today.month, today.day) < _day(born))


def _day(born: date) -> tuple[int, int]:
    return born.month, born.day


def unknown_address(seen: Evidence) -> Iterator[Concern]:
    """Ukendt adresse: nothing that is printed arrives there."""
    for row, recipient, _ in seen.letters():
        if seen.on_paper(row.channel) and _is_nowhere(recipient):
            yield Concern(
                "unknown_address",
                "brevet skal ud på papir, og modtagerens adresse er ukendt eller mangler",
                row.party,
                advice="Find adressen, eller vælg en anden vej til modtageren",
            )


def _is_nowhere(recipient: Recipient) -> bool:
    address = recipient.address
    if address is None or Circumstance.UNKNOWN_ADDRESS in recipient.circumstances:
        return True
    if address.country != "DK":
        return not any(line.strip() for line in (*address.lines, address.street, address.city))
    code, street = address.post_code.strip(), names.folded(address.street)
    return code in ("", _NOWHERE, "0000") or not street or street in _NO_STREET


def protected_address(seen: Evidence) -> Iterator[Concern]:
    """Beskyttet adresse: it stands on no envelope and in no document without somebody's word for it."""
    for row, recipient in seen.recipients():
        if Circumstance.PROTECTED in recipient.circumstances and seen.on_paper(row.channel):
            yield Concern(
                "protected_address",
                "modtageren har beskyttet adresse, og den kommer til at stå på kuverten",
                row.party,
                advice="Send med Digital Post, eller begrund, at adressen må stå på kuverten",
            )
    yield from _told_in_documents(seen)


def _told_in_documents(seen: Evidence) -> Iterator[Concern]:
    """Look for protected addresses in what is sent, to them and to anybody else the request names."""
    kept = [one for one in _recipients(seen) if Circumstance.PROTECTED in one.circumstances and one.address is not None]
    for row, recipient, envelope in seen.letters() if kept else ():
        glance = seen.all_text(row, envelope.letter)
        text = names.folded(" ".join(glance.lines))
        for one in kept:
            if one.address is not None and _stands_in(one.address, text):
                whose = "modtagerens" if one.party == recipient.party else "en anden modtagers"
                yield Concern(
                    "protected_address",
                    f"{whose} beskyttede adresse står i det, der sendes",
                    row.party,
                    advice="Fjern adressen fra dokumenterne: andre kan få dem at se",
                )
                break


def _recipients(seen: Evidence) -> tuple[Recipient, ...]:
    """Give everybody who gets it; where one is alone, without asking again."""
    here = tuple(recipient for _, recipient in seen.recipients())
    return here if len(here) >= len(seen.plan.request.parties) else tuple(seen.everybody().values())


def _stands_in(address: Address, text: str) -> bool:
    """Tell whether street and number stand in a text, however it is broken into lines."""
    number = names.folded(address.number).lstrip("0")
    if address.street and number:
        return f"{names.folded(address.street)}{number}" in text
    lines = [names.folded(line) for line in (*address.lines, address.street) if any(map(str.isdigit, line))]
    return any(line in text for line in lines if line)
