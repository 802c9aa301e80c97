"""Who the parties of a case are, where they live, and what is never asked in an address."""

import json
from datetime import UTC, datetime

import pytest

from esdh_connect import wording
from esdh_connect.errors import NoRecipient
from esdh_connect.ids import Cpr, Cvr
from esdh_connect.model import Address, Case, Circumstance, Party
from esdh_connect_sbsys.cases import address_of


@pytest.fixture
def case(sbsys, host):
    return host.case(sbsys.archive.add_case("Carport", "02.34.02-P19-1-26"))


def test_a_case_has_its_title_and_the_kle_number_of_its_own_number(case, host):
    """And is nothing where there is none."""
    assert (case.system, case.title, str(case.kle)) == ("sbsys", "Carport", "02.34.02")
    assert host.case(99_999) is None


def test_a_person_is_looked_up_with_a_hyphen_in_the_body(sbsys, host, case):
    """Ten digits without it find nobody in SBSYS; in an address they would stand in every log on the way."""
    number = sbsys.archive.add_person(
        int(case.id), "Frida Mortensen", "1212121212", "Solsikkevej 12, 2. tv, 8000 Aarhus C"
    )
    [party] = host.parties(case)
    found = host.resolve_recipient(party, case)
    assert party == Party(f"person-{number}", "sbsys")
    assert (found.name, found.id) == ("Frida Mortensen", Cpr.parse("1212121212"))
    assert found.address == Address("Solsikkevej", "12", "2", "tv", post_code="8000", city="Aarhus C")
    [asked] = [call for call in sbsys.calls if call.path == "/api/person/search"]
    assert json.loads(asked.body) == {"CprNummer": "121212-1212"}


def test_a_company_is_a_party_too(sbsys, host, case):
    """By its CVR number."""
    sbsys.archive.add_firm(int(case.id), "Tømrer ApS", "12345678", "Industrivej 7, 8000 Aarhus C")
    [party] = host.parties(case)
    found = host.resolve_recipient(party, case)
    assert (found.name, found.id, found.address.street) == ("Tømrer ApS", Cvr("12345678"), "Industrivej")


def test_the_parties_are_told_once_each_and_in_their_order(sbsys, host, case):
    """A list that repeats itself names nobody twice."""
    numbers = [sbsys.archive.add_person(int(case.id), name, "0101901234") for name in ("Bo", "Ane")]
    sbsys.archive.parties[int(case.id)] *= 2
    sbsys.archive.parties[int(case.id)].append({"Navn": "En uden nummer"})
    assert host.find_parties(case) == tuple(Party(f"person-{number}", "sbsys") for number in numbers)
    assert host.find_parties(Case("S-1", "andet")) is None


def test_a_child_is_told_by_its_number(clocked):
    """The gate is to know who is under fifteen."""
    case = clocked.sbsys.archive.add_case()
    clocked.sbsys.archive.add_person(case, "Ida", "0101901234")
    host = clocked.host()
    on = host.case(case)
    [party] = host.parties(on)
    clocked.clock.time = datetime(2004, 12, 31, 12, tzinfo=UTC)
    assert host.resolve_recipient(party, on).circumstances == {Circumstance.UNDER_15}
    clocked.clock.time = datetime(2005, 1, 1, 12, tzinfo=UTC)
    assert host.resolve_recipient(party, on).circumstances == frozenset()


def test_a_party_of_another_case_is_no_recipient_of_this_one(sbsys, host, case):
    """The merge mix-up begins so."""
    other = host.case(sbsys.archive.add_case())
    sbsys.archive.add_person(int(other.id), "Frida Mortensen", "1212121212")
    [party] = host.parties(other)
    with pytest.raises(NoRecipient) as caught:
        host.resolve_recipient(party, case)
    assert wording.of(caught.value) == "Der er ikke sendt noget: parten står ikke på sagen i SBSYS."


def test_two_in_the_register_with_one_number_have_no_address_between_them(sbsys, host, case):
    """One of the two lives somewhere else."""
    number = sbsys.archive.add_person(int(case.id), "Frida Mortensen", "1212121212", "Solsikkevej 12, 8000 Aarhus C")
    sbsys.archive.add_person(sbsys.archive.add_case(), "Frida Mortensen", "1212121212", "Prøvevej 7, 8000 Aarhus C")
    party = Party(f"person-{number}", "sbsys")
    assert host.resolve_recipient(party, case).address.street == "Solsikkevej"
    sbsys.archive.people[number]["Id"] = 77
    assert host.resolve_recipient(party, case).address is None


def test_a_number_that_is_none_is_said_and_not_shown(sbsys, host, case):
    """A letter to nobody would wait for ever."""
    sbsys.archive.add_person(int(case.id), "Frida Mortensen", "9912121212")
    [party] = host.parties(case)
    with pytest.raises(NoRecipient, match="not a CPR number") as caught:
        host.resolve_recipient(party, case)
    assert "9912121212" not in f"{caught.value} {caught.value.danish}"


@pytest.mark.parametrize("kind", ["html", "error", "unavailable", "reset", "garbage"])
def test_a_register_that_does_not_answer_is_not_an_answer(sbsys, host, case, kind):
    """Whoever sends is told, and nobody is taken to have no address."""
    sbsys.archive.add_person(int(case.id), "Frida Mortensen", "1212121212")
    [party] = host.parties(case)
    sbsys.script.add("person", kind)
    with pytest.raises(NoRecipient) as caught:
        host.resolve_recipient(party, case)
    assert caught.value.danish.startswith("SBSYS svarede ikke")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Prøvevej 7, 8000 Aarhus C", Address("Prøvevej", "7", post_code="8000", city="Aarhus C")),
        ("H.C. Andersens Boulevard 2A, st. th, 1553 København V",
         Address("H.C. Andersens Boulevard", "2A", "st", "th", post_code="1553", city="København V")),
        ("Østergade 012, 01. 0003, 8000 Aarhus C",
         Address("Østergade", "012", "01", "0003", post_code="8000", city="Aarhus C")),
        ("Prøvevej 7\n8000 Aarhus C", Address("Prøvevej", "7", post_code="8000", city="Aarhus C")),
    ],
)  # fmt: skip
def test_an_address_of_one_line_is_read(line, expected):
    """As people and the CPR register write it."""
    assert address_of({"Adresse": line}) == expected


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Prøvevej",
        "8000 Aarhus C",
        "c/o Hansen, Prøvevej 7, 8000 Aarhus C",
        "7 rue de Rivoli, 75001 Paris",
        None,
        17,
    ],
)
def test_an_address_that_is_not_clear_is_none(line):
    """A letter to a place that was guessed is a letter to somebody else."""
    assert address_of({"Adresse": line}) is None
