"""
Parter: a party of F2 becomes a recipient – a number that Digital Post knows, a name, and an address to print.

F2 has an address in two lines as somebody typed them. A Danish one is taken apart where its parts are clear, since
remote print wants them apart; else it goes in lines, which remote print takes too.
"""

from __future__ import annotations

import re

from esdh_connect.errors import NoRecipient
from esdh_connect.ids import Cpr, Cvr, InvalidId, PNumber, mask
from esdh_connect.model import Address, Attention, Circumstance, Party, Recipient
from esdh_connect_f2.wire import Thing

__all__ = ["KINDS", "SYSTEM", "address_of", "party_of", "recipient_of"]

SYSTEM = "f2"
#: The kinds of parties that F2's manual describes.
KINDS = ("External", "Organization", "User")
_CVR, _CPR, _P_NUMBER = 8, 10, 10
_FLOOR = r"(?P<floor>[1-9][0-9]?|st|kl|k[2-9])\b\.?(?:[ ,]*(?P<door>[0-9a-zæøå]{1,4}))?\.?"
_STREET = re.compile(rf"(?P<street>.+?),? +(?P<number>[0-9]{{1,3}} ?[a-z]?)(?:[ ,]+{_FLOOR})?", re.IGNORECASE)
_ABOVE = re.compile(_FLOOR, re.IGNORECASE)
_CARE_OF = re.compile(r"c[/.] ?o\.? +(?P<who>.+)", re.IGNORECASE)


def party_of(item: Thing) -> Party | None:
    """
    Name a party: by the number people see in F2, which stays the same from case to case.

    One that has none, or one that reads as a CPR number, is named by F2's inner id; None where it has neither.
    """
    number, inner = item.text("PartyNumber"), item.text("Id")
    if re.fullmatch(r"[1-9][0-9]*", number) and mask(number) == number:
        return Party(f"nr{number}", SYSTEM)
    return Party(f"id{inner}", SYSTEM) if re.fullmatch(r"[1-9][0-9]*", inner) and mask(inner) == inner else None


def recipient_of(party: Party, thing: Thing) -> Recipient:
    """Make the recipient of what F2's register says now. Raises NoRecipient with the reason in Danish."""
    if thing.flag("Active") is False:
        raise _nobody("is not active", "parten er ikke længere aktiv i F2's partsregister")
    name = thing.text("Name")
    if not name:
        raise _nobody("has no name", "parten har intet navn i F2")
    known = {Circumstance.PROTECTED} if thing.flag("ProtectedAddress") else frozenset[Circumstance]()
    return Recipient(party, name, _number(thing), address_of(thing), _attention(thing), known)


def _number(thing: Thing) -> Cpr | Cvr | None:
    digits = re.sub(r"[\s-]", "", thing.text("CVRCPR") or thing.text("CPRCVR"))
    if not digits:
        return None
    try:
        if len(digits) == _CVR:
            return Cvr.parse(digits)
        if len(digits) == _CPR:
            return Cpr.parse(digits)
    except InvalidId:
        pass
    raise _nobody("has a number of no kind", "partens nummer i F2 er hverken et CPR- eller et CVR-nummer. Ret det i F2")


def _attention(thing: Thing) -> Attention | None:
    person, branch = thing.text("ContactPerson"), re.sub(r"\s", "", thing.text("CVR_P"))
    number = PNumber(branch) if re.fullmatch(r"[0-9]{10}", branch) else None
    return Attention(person, number) if person or number else None


def address_of(thing: Thing) -> Address | None:
    """Give the address; None where there is none."""
    first, second, post_code, city = (thing.text(name) for name in ("Address1", "Address2", "PostalCode", "City"))
    country = thing.text("CountryCode").upper() or "DK"
    if not first and not post_code:
        return None
    parts = _in_parts(first, second) if country == "DK" else None
    if parts is not None:
        return Address(**parts, post_code=post_code, city=city)
    lines = tuple(line for line in (first, second, f"{post_code} {city}".strip()) if line)
    return Address(lines=lines, post_code=post_code, city=city, country=country)


def _in_parts(first: str, second: str) -> dict[str, str] | None:
    """Take a Danish address apart; None where it is not clear."""
    street = _STREET.fullmatch(first)
    if street is None:
        return None
    parts = {name: value or "" for name, value in street.groupdict().items()}
    care_of, above = _CARE_OF.fullmatch(second), _ABOVE.fullmatch(second)
    if care_of:
        return {**parts, "co": care_of["who"]}
    if above and not parts["floor"]:
        return {**parts, **{name: value or "" for name, value in above.groupdict().items()}}
    return None if second else parts


def _nobody(english: str, danish: str) -> NoRecipient:
    return NoRecipient(f"the party {english}", danish=danish)
