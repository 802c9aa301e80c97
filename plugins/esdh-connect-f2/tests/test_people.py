"""Parties: who they are now, by number and address – or why they cannot have a letter."""

import pytest

from esdh_connect.errors import NoRecipient
from esdh_connect.ids import Cpr, Cvr, PNumber
from esdh_connect.model import Address, Case, Circumstance, Party
from esdh_connect_f2.testing import Fault


@pytest.fixture
def host(f2):
    return f2.host()


@pytest.fixture
def there(f2):
    return f2.world.add_case()


def resolved(f2, host, there, **fields):
    party = f2.world.add_party(there, **fields)
    return host.resolve_recipient(Party(f"nr{party.number}", "f2"), Case(str(there.id), "f2"))


def test_a_person_has_a_number_a_name_and_an_address_in_parts(f2, host, there):
    """The CPR number has a hyphen in F2, and shows itself masked here."""
    found = resolved(f2, host, there)
    assert (found.name, found.id) == ("Frida Mortensen", Cpr.parse("1212121212"))
    assert found.address == Address("Solsikkevej", "12", "2", "th", post_code="9999", city="Eksempelby")
    assert found.circumstances == frozenset()
    assert "1212" not in repr(found)


def test_a_company_has_its_cvr_number_and_the_branch_it_is_for(f2, host, there):
    """And whom the letter is for there."""
    found = resolved(f2, host, there, name="Tømrer A/S", cvr_cpr="55133018", cvr_p="1234567890", contact="Bo Byg")
    assert found.id == Cvr("55133018")
    assert (found.attention.person, found.attention.p_number) == ("Bo Byg", PNumber("1234567890"))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Solsikkevej 12", "", ("Solsikkevej", "12", "", "", "")),
        ("Solsikkevej 12B, st. tv.", "", ("Solsikkevej", "12B", "st", "tv", "")),
        ("Solsikkevej 12 B, kl", "", ("Solsikkevej", "12 B", "kl", "", "")),
        ("Solsikkevej 7", "3. sal mf", None),
        ("Solsikkevej 7", "3. mf", ("Solsikkevej", "7", "3", "mf", "")),
        ("Solsikkevej 7", "c/o Hansen", ("Solsikkevej", "7", "", "", "Hansen")),
        ("Solsikkevej 7, 3. tv", "C/O Hansen", ("Solsikkevej", "7", "3", "tv", "Hansen")),
        ("Peder Hvitfeldts Stræde 16", "", ("Peder Hvitfeldts Stræde", "16", "", "", "")),
        ("10. Juli Vej 4, 12. 1204", "", ("10. Juli Vej", "4", "12", "1204", "")),
        ("Postboks 12", "Godset", None),
        ("Gården på bakken", "", None),
        ("Vej 1234", "", None),
    ],
)  # fmt: skip
def test_a_danish_address_is_taken_apart_where_it_is_clear(f2, host, there, first, second, expected):
    """Else it goes in lines, which remote print takes too."""
    address = resolved(f2, host, there, address1=first, address2=second).address
    if expected is None:
        assert address.lines == tuple(line for line in (first, second, "9999 Eksempelby") if line)
    else:
        assert (address.street, address.number, address.floor, address.door, address.co) == expected
    assert address.post_code == "9999"


def test_an_address_abroad_goes_in_lines(f2, host, there):
    """With its country."""
    address = resolved(
        f2, host, there, address1="Hauptstraße 5", post_code="24937", city="Flensburg", country="DE"
    ).address
    assert (address.lines, address.country) == (("Hauptstraße 5", "24937 Flensburg"), "DE")


def test_who_has_no_address_has_none(f2, host, there):
    """Digital Post needs none."""
    assert resolved(f2, host, there, address1="", post_code="", city="").address is None


def test_a_protected_address_is_told_as_one(f2, host, there):
    """The safety gate knows what to do about it."""
    assert resolved(f2, host, there, protected=True).circumstances == {Circumstance.PROTECTED}


def test_a_foreigner_without_a_number_is_somebody(f2, host, there):
    """By name and address."""
    assert resolved(f2, host, there, cvr_cpr="").id is None


@pytest.mark.parametrize(
    ("fields", "danish"),
    [
        ({"cvr_cpr": "12345"}, "partens nummer i F2 er hverken et CPR- eller et CVR-nummer. Ret det i F2"),
        ({"cvr_cpr": "991212-0000"}, "partens nummer i F2 er hverken et CPR- eller et CVR-nummer. Ret det i F2"),
        ({"active": False}, "parten er ikke længere aktiv i F2's partsregister"),
        ({"name": ""}, "parten har intet navn i F2"),
    ],
)
def test_who_cannot_have_a_letter_is_told_with_the_reason(f2, host, there, fields, danish):
    """And never with the number."""
    with pytest.raises(NoRecipient) as caught:
        resolved(f2, host, there, **fields)
    assert caught.value.danish == danish
    assert "12345" not in str(caught.value)


def test_the_address_is_the_one_of_today(f2, host, there):
    """F2 keeps what a party was when it came on the case, and shows on to what it is."""
    party = f2.world.add_party(there)
    party.address1 = "Tulipanvej 3"
    found = host.resolve_recipient(Party(f"nr{party.number}", "f2"), Case(str(there.id), "f2"))
    assert (found.address.street, found.address.number) == ("Tulipanvej", "3")


def test_parties_of_a_case_are_its_own_and_no_others(f2, host, there):
    """A letter to somebody who is not there is refused: F2 would not tell who it is."""
    other = f2.world.add_case()
    party, stranger = f2.world.add_party(there), f2.world.add_party(other)
    case = Case(str(there.id), "f2")
    assert host.find_parties(case) == (Party(f"nr{party.number}", "f2"),)
    with pytest.raises(NoRecipient) as caught:
        host.resolve_recipient(Party(f"nr{stranger.number}", "f2"), case)
    assert caught.value.danish == "modtageren er ikke part på sagen i F2"


@pytest.mark.parametrize("fields", [{"number": 1212121212}, {"has_number": False}])
def test_a_number_that_reads_as_a_cpr_number_names_nobody(f2, host, there, fields):
    """F2 gives numbers of ten digits; then the inner id is taken, as where there is none."""
    party = f2.world.add_party(there)
    [snapshot] = there.parties
    for one in (party, f2.world.snapshots[snapshot]):
        for name, value in fields.items():
            setattr(one, name, value)
    f2.world.parties[party.number] = party
    [named] = host.find_parties(Case(str(there.id), "f2"))
    assert named == Party(f"id{snapshot}", "f2")


def test_the_parties_of_other_systems_are_left_to_them(host, there):
    """An installation may have more than one register."""
    assert host.resolve_recipient(Party("17", "kmd"), Case(str(there.id))) is None


@pytest.mark.parametrize("on", ["case", "party", "registry", "token", "index"])
@pytest.mark.parametrize("kind", ["html", "unavailable", "locked", "forbidden", "reset_before", "astray"])
def test_whatever_f2_answers_the_caseworker_reads_a_sentence(f2, there, on, kind):
    """In Danish, and nobody's number or name is in it."""
    party = f2.world.add_party(there)
    host = f2.host()
    f2.script.add(Fault(on, kind))
    with pytest.raises(NoRecipient) as caught:
        host.resolve_recipient(Party(f"nr{party.number}", "f2"), Case(str(there.id), "f2"))
    assert caught.value.danish.startswith("parten kunne ikke slås op i F2: ")
    assert f2.script.waiting == 0
    assert "1212" not in f"{caught.value}{caught.value.danish}"


def test_a_case_that_is_gone_is_told(host, there):
    """Deleted, or an id of another system."""
    for id_ in ("999999", "2001 - 1", "sag/../x"):
        with pytest.raises(NoRecipient) as caught:
            host.resolve_recipient(Party("nr1", "f2"), Case(id_, "f2"))
        assert caught.value.danish == "parten eller sagen findes ikke i F2 mere"


def test_no_cpr_number_stands_in_an_address_or_in_the_log(f2, host, there, caplog):
    """It is read from answers, and never asked for."""
    caplog.set_level(0)
    resolved(f2, host, there)
    assert not any("1212" in one for one in f2.calls)
    assert "121212" not in caplog.text
