"""
Adresse on paper: in the form remote print wants, and what is wrong with it otherwise.

Remote print takes a Danish address in parts, each of a strict form, or up to six free lines. A letter abroad goes in
lines. There is no place for the town: the print supplier knows it from the post code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from esdh_connect.errors import DoesNotFit
from esdh_connect.model import Address

__all__ = ["LINE", "printable", "problems"]

#: Lengths and patterns are those of KOMBIT's print schemas (SF1600).
LINE = 34
_MOST_LINES = 6
_STREET = 40
_CO = 130
_DOOR = 4
_NUMBER = re.compile(r"[1-9][0-9]{0,2}[A-Z]?")
_FLOOR = re.compile(r"[1-9][0-9]?|kl|st|k[2-9]")
_POST_CODE = re.compile(r"[0-9]{4}")
_COUNTRY = re.compile(r"[A-Z]{2}")


def printable(address: Address) -> Address:
    """
    Give the address as remote print wants it.

    Leading zeros of the CPR register go (``007``, floor ``01``), a full stop behind floor and door too, letters of
    house numbers become capitals, those of floors small. An address abroad becomes lines.
    """
    country = address.country.strip().upper()
    if address.lines or country != "DK":
        lines = address.lines or _as_lines(address)
        kept = tuple(line.strip() for line in lines if line.strip())
        post_code = address.post_code.strip() if country == "DK" else ""
        return Address(lines=kept, post_code=post_code, country=country)
    return Address(
        street=address.street.strip(),
        number=_without_zeros(address.number.replace(" ", "")).upper(),
        floor=_without_zeros(address.floor.strip(" .")).casefold(),
        door=_without_zeros(address.door.strip(" .")),
        co=address.co.strip(),
        post_code=address.post_code.strip(),
        country=country,
    )


def _without_zeros(text: str) -> str:
    return text.lstrip("0")


def _as_lines(address: Address) -> Iterator[str]:
    yield f"c/o {address.co.strip()}" if address.co.strip() else ""
    floor = ", ".join(part.strip() for part in (address.floor, address.door) if part.strip())
    street = f"{address.street} {address.number}".strip()
    yield f"{street}, {floor}" if floor else street
    yield f"{address.post_code} {address.city}".strip()


def problems(address: Address) -> Iterator[DoesNotFit]:
    """Tell what is wrong with the address, each part for itself."""
    wanted = printable(address)
    for danish in (*(_wrong_lines(wanted) if wanted.lines else _wrong_parts(wanted)), *_wrong_country(wanted)):
        yield DoesNotFit("the address does not fit remote print", limit="address", danish=f"adressen: {danish}")


def _wrong_parts(address: Address) -> Iterator[str]:
    if address.country != "DK":
        yield "der mangler adresselinjer"
        return
    if not address.street:
        yield "vejnavnet mangler"
    elif len(address.street) > _STREET:
        yield f"vejnavnet er på {len(address.street)} tegn; der er plads til {_STREET}"
    if not address.number:
        yield "husnummeret mangler"
    elif not _NUMBER.fullmatch(address.number):
        yield "husnummeret skal være et tal fra 1 til 999, evt. med ét bogstav efter"
    if address.floor and not _FLOOR.fullmatch(address.floor):
        yield "etagen skal være et tal fra 1 til 99, st, kl eller k2 til k9"
    if len(address.door) > _DOOR:
        yield f"døren er på {len(address.door)} tegn; der er plads til {_DOOR}, fx tv, th, mf eller et nummer"
    if len(address.co) > _CO:
        yield f"c/o-navnet er på {len(address.co)} tegn; der er plads til {_CO}"
    if not _POST_CODE.fullmatch(address.post_code):
        yield "postnummeret skal have fire cifre"


def _wrong_lines(address: Address) -> Iterator[str]:
    if len(address.lines) > _MOST_LINES:
        yield f"der er {len(address.lines)} adresselinjer; der er plads til {_MOST_LINES}"
    for at, line in enumerate(address.lines, start=1):
        if len(line) > LINE:
            yield f"linje {at} er på {len(line)} tegn; der er plads til {LINE}"
    if address.post_code and not _POST_CODE.fullmatch(address.post_code):
        yield "postnummeret skal have fire cifre"


def _wrong_country(address: Address) -> Iterator[str]:
    if not _COUNTRY.fullmatch(address.country):
        yield "landet skal være en kode på to bogstaver, fx DK eller DE"
