"""Sager og parter: a case, who its parties are, and where they live."""

from __future__ import annotations

import re
from datetime import date

import attrs

from esdh_connect.errors import DeliveryError, NoRecipient
from esdh_connect.ids import Cpr, Cvr, InvalidId
from esdh_connect.model import Address, Case, Circumstance, Party, Recipient
from esdh_connect_sbsys import wire
from esdh_connect_sbsys.api import Api

__all__ = ["Cases", "address_of", "case_number"]

_PARTY = re.compile(r"(person|firma)-([0-9]{1,18})")
#: »Prøvevej 7, 2. tv, 8000 Aarhus C«; house numbers and floors as the CPR register has them, too.
_ADDRESS = re.compile(
    r"(?P<street>[^0-9,\n][^,\n]*?)\s+(?P<number>[0-9]{1,3}\s?[A-Za-z]?)"
    r"(?:,?\s+(?P<floor>[0-9]{1,2}|st|kl|k[2-9])\.?(?:\s*,?\s*(?P<door>tv|th|mf|[0-9]{1,4})\.?)?)?"
    r"\s*[,\n]\s*(?P<post_code>[0-9]{4})\s+(?P<city>[^,\n0-9][^,\n]*)",
    re.IGNORECASE,
)


def case_number(case: Case) -> int | None:
    """Give SBSYS' own number of a case; None where this is none: it goes into an address."""
    return int(case.id) if re.fullmatch(r"[0-9]{1,18}", case.id) else None


def address_of(row: wire.Row) -> Address | None:
    """Read an address of one line; None where it is not clearly one in Denmark, for a letter would go there."""
    found = _ADDRESS.fullmatch(wire.text(row, "Adresse", "adresse"))
    return Address(**{name: value or "" for name, value in found.groupdict().items()}) if found else None


@attrs.frozen(eq=False)
class Cases:
    """The cases of one SBSYS, which is called ``system``."""

    api: Api
    system: str

    def case(self, number: int) -> Case | None:
        """Give a case, with its title, and its KLE number from the case's. Raises TemporaryFailure."""
        row = self.row(number)
        return None if row is None else self.made(row)

    def row(self, number: int) -> wire.Row | None:
        """Give a case as SBSYS has it."""
        row = self.api.get(f"api/sag/{number}")
        return row if isinstance(row, dict) else None

    def made(self, row: wire.Row) -> Case:
        """Make a case of what SBSYS says of it."""
        kle = wire.kle_of(wire.text(row, "Nummer"))
        return Case(wire.text(row, *wire.ID), self.system, wire.text(row, *wire.CASE_TITLE), kle)

    def parties(self, case: Case) -> tuple[Party, ...]:
        """Give the parties of a case, in SBSYS' order. Raises TemporaryFailure."""
        return tuple(dict.fromkeys(Party(name, self.system) for name in map(_name_of, self._parties(case)) if name))

    def recipient(self, party: Party, case: Case) -> Recipient:
        """Give who a party of this case is. Raises NoRecipient."""
        try:
            row = next((one for one in self._parties(case) if _name_of(one) == party.id), None)
            if row is None:
                raise NoRecipient("not a party of the case", danish="parten står ikke på sagen i SBSYS")
            return self._recipient(party, row)
        except DeliveryError as error:
            danish = f"SBSYS svarede ikke ({error.danish})" if error.danish else "SBSYS svarede ikke"
            raise NoRecipient(str(error), danish=danish) from None

    def _parties(self, case: Case) -> tuple[wire.Row, ...]:
        number = case_number(case)
        return () if number is None else self.api.rows(f"api/sag/{number}/part")

    def _recipient(self, party: Party, row: wire.Row) -> Recipient:
        id_ = _id_of(party, row)
        known = self._register(party, id_)
        name = wire.text(row, "Navn") or wire.text(known, "Navn")
        if not name:
            raise NoRecipient("a party without a name", danish="parten har intet navn i SBSYS")
        young = (Circumstance.UNDER_15,) if isinstance(id_, Cpr) and _is_under_15(id_, self.api.now().date()) else ()
        return Recipient(party, name, id_, address_of(row) or address_of(known), circumstances=young)

    def _register(self, party: Party, id_: Cpr | Cvr | None) -> wire.Row:
        """Look a party up by its number, for the address; empty where it is not clearly one."""
        if id_ is None:
            return {}
        if isinstance(id_, Cpr):
            found = self.api.search("api/person/search", {"CprNummer": wire.hyphenated(id_)})
        else:
            found = self.api.search("api/firma/search", {"CvrNummer": id_.digits})
        same = [one for one in found if wire.text(one, *wire.ID) == party.id.partition("-")[2]]
        chosen = same or found
        return chosen[0] if len(chosen) == 1 else {}


def _name_of(row: wire.Row) -> str:
    """Give our name of a party: its kind and SBSYS' number of it, and never its CPR number."""
    kind = wire.text(row, "PartType").casefold()
    if kind not in {"person", "firma"}:
        kind = "person" if wire.text(row, *wire.CPR) else "firma" if wire.text(row, *wire.CVR) else ""
    name = f"{kind}-{wire.text(row, *wire.ID, 'PartId')}"
    return name if _PARTY.fullmatch(name) else ""


def _is_under_15(cpr: Cpr, today: date) -> bool:
    """Tell it by the number itself; SBSYS says nothing of it that is known."""
    born = cpr.birth_date
    return born is not None and (today.year - born.year, today.month, today.day) < (15, born.month, born.day)


def _id_of(party: Party, row: wire.Row) -> Cpr | Cvr | None:
    try:
        if party.id.startswith("person-"):
            return Cpr.parse(wire.text(row, *wire.CPR)) if wire.text(row, *wire.CPR) else None
        return Cvr.parse(wire.text(row, *wire.CVR)) if wire.text(row, *wire.CVR) else None
    except InvalidId as error:
        which = "CPR" if party.id.startswith("person-") else "CVR"
        raise NoRecipient(
            f"not a {which} number: {error}", danish=f"partens {which}-nummer i SBSYS er ikke et"
        ) from None
