"""Every rule about content has its own sentence, and says nothing where all is well."""

from datetime import UTC, date, datetime, timedelta

import attrs
import pytest

from esdh_connect.errors import DoesNotFit, NoRecipient
from esdh_connect.model import (
    Address,
    Attention,
    Case,
    ContactPoint,
    File,
    LetterAction,
    Options,
    Place,
    Representative,
    Reservation,
)
from esdh_connect.testing.dispatches import CITIZEN, NOBODY, envelope
from esdh_connect_serviceplatformen import rules
from esdh_connect_serviceplatformen.address import printable, problems
from esdh_connect_serviceplatformen.limits import DIGITAL_POST_2025, FYSISK_POST_2025, NEMSMS_2025

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SOON = NOW + timedelta(days=1)
NAIVE = SOON.replace(tzinfo=None)
DIGITAL = envelope(DIGITAL_POST_2025)
PAPER = envelope(FYSISK_POST_2025)
SMS = envelope(NEMSMS_2025)
MEETING = Reservation(
    "8c2ea15d-61fb-4ba9-9366-42f8b194d241", "Møde", "Møde", "Rådhuset", SOON, SOON + timedelta(hours=1)
)
LINK = LetterAction("INFORMATION", "Læs mere", "https://www.example.dk/")


def with_options(**said):
    return attrs.evolve(DIGITAL, options=Options(**said))


def with_action(**said):
    return with_options(actions=(attrs.evolve(LINK, **said),))


def with_meeting(**said):
    action = LetterAction("AFTALE", "Kom", reservation=attrs.evolve(MEETING, **said))
    return with_options(actions=(action,))


def with_files(carried, *files):
    return attrs.evolve(carried, letter=attrs.evolve(carried.letter, files=files))


def with_file(carried=DIGITAL, **said):
    return with_files(carried, attrs.evolve(carried.letter.main, **said))


def with_sender(**said):
    return attrs.evolve(DIGITAL, sender=attrs.evolve(DIGITAL.sender, **said))


def file(at):
    return File(f"{at}.pdf", "application/pdf", b"x", (Place(at, None, None),))


WRONG_DIGITAL = {
    "hverken CPR- eller CVR-nummer, og Digital Post": attrs.evolve(DIGITAL, recipient=NOBODY),
    "titlen mangler": envelope(DIGITAL_POST_2025, title=" "),
    "titlen er på 257 tegn; der er plads til 256": envelope(DIGITAL_POST_2025, title="x" * 257),
    "afsenderens navn mangler": with_sender(name=""),
    "modtagerens navn er på 257 tegn": attrs.evolve(DIGITAL, recipient=attrs.evolve(CITIZEN, name="x" * 257)),
    "sagens id er på 300 tegn": attrs.evolve(DIGITAL, case=Case("x" * 300)),
    "att.-mailadressen er på 257 tegn": attrs.evolve(
        DIGITAL, recipient=attrs.evolve(CITIZEN, attention=Attention(email="x" * 257))
    ),
    "adviseringen er på 151 tegn; der er plads til 150": with_options(notification="x" * 151),
    "kontaktpunktets id skal være et UUID": with_sender(contact_point=ContactPoint("17")),
    "repræsentantens navn mangler": with_sender(representative=Representative(DIGITAL.sender.cvr, "")),
    "den dag, brevet tidligst må leveres, er allerede gået": with_options(not_before=date(2026, 11, 22)),
    "der er en svarfrist, men der kan ikke svares": with_options(reply_by=SOON),
    "svarfristen er allerede gået": with_options(reply_allowed=True, reply_by=NOW),
    "svarfristen mangler en tidszone": with_options(reply_allowed=True, reply_by=NAIVE),
    "brevet har ingen filer": with_files(DIGITAL),
    "brevet fylder 11 filer; kanalen tager 10": with_files(DIGITAL, *map(file, range(11))),
    "filen »Afgørelse.pdf« er tom": with_file(content=b""),
    "af en type, kanalen ikke tager (application/zip)": with_file(media_type="application/zip", name="x.zip"),
    "filen »x.doc« skal ende på .pdf": with_file(name="x.doc"),
    "filen »x« skal ende på .pdf": with_file(name="x"),
    "har et tegn, der ikke er tilladt": with_file(name="a:b.pdf"),
    "er på 260 tegn; der er plads til 256": with_file(name="x" * 256 + ".pdf"),
    "sproget for filen": with_file(language="dansk"),
    "teksten på en knap mangler": with_action(label=""),
    "teksten på knappen »xx": with_action(label="x" * 257),
    "koden »KLIK« findes ikke": with_action(code="KLIK"),
    "knappen »Læs mere«: en aftale skal have tid og sted": with_action(code="AFTALE"),
    "knappen »Kom«: en aftale skal have tid og sted": with_options(
        actions=(LetterAction("INFORMATION", "Kom", reservation=MEETING),)
    ),
    "adressen skal begynde med https://": with_action(url="http://www.example.dk/"),
    "adressen på knappen »Læs mere« er på 300 tegn": with_action(url="https://a.dk/" + "x" * 287),
    "slutter, før den begynder": with_action(start=SOON, end=NOW),
    "et tidspunkt mangler en tidszone": with_action(start=NAIVE),
    "knappen »Kom«: aftalens sted mangler": with_meeting(location=""),
    "knappen »Kom«: aftalens beskrivelse er på 257 tegn": with_meeting(description="x" * 257),
    "knappen »Kom«: aftalens id skal være et UUID": with_meeting(id="8c2ea15d-61fb-1ba9-9366-42f8b194d241"),
    "knappen »Kom«: slutter, før": with_meeting(end=NOW),
}


@pytest.mark.parametrize("danish", WRONG_DIGITAL)
def test_what_digital_post_would_refuse(danish):
    """One thing is wrong, and one sentence says what."""
    found = list(rules.digital_post(WRONG_DIGITAL[danish], DIGITAL_POST_2025, NOW))
    assert [danish in problem.danish for problem in found] == [True]


@pytest.mark.parametrize(
    "url",
    [
        "www.example.dk",
        "https://",
        "https:///path",
        "https://www.example.dk/a b",
        "https://www.example.dk/<x>",
        "https://www.example.dk/%zz",
        "https://www.example.dk/#a#b",
        "https://user@www.example.dk/",
        "https://www.example.dk\n",
        "javascript:alert(1)",
        "HTTPS://www.example.dk/",
        "https://[::1/",
    ],
)
def test_an_address_must_be_whole(url):
    """Digital Post refuses anything but an absolute https address."""
    (problem,) = rules.digital_post(with_action(url=url), DIGITAL_POST_2025, NOW)
    assert "adressen skal begynde med https://" in problem.danish


@pytest.mark.parametrize(
    "url", ["https://www.example.dk", "https://www.example.dk:8443/ø?a=1&b=%20#c", "https://a-b.example.dk/x;y=(z)"]
)
def test_an_ordinary_address_is_well(url):
    """With port, query, fragment and Danish letters."""
    assert list(rules.digital_post(with_action(url=url), DIGITAL_POST_2025, NOW)) == []


def test_today_and_a_whole_meeting_are_well():
    """Nothing is said where all is well."""
    options = Options(reply_allowed=True, reply_by=SOON, not_before=NOW.date(), actions=(LINK,))
    for carried in (DIGITAL, attrs.evolve(DIGITAL, options=options), with_meeting()):
        assert list(rules.digital_post(carried, DIGITAL_POST_2025, NOW)) == []


def test_size_is_counted_as_base64():
    """74 624 999 bytes are 99.5 MB on the wire; a little is left for the rest of the message."""
    most = DIGITAL_POST_2025.max_bytes // 4 * 3
    assert list(rules.digital_post(with_file(content=bytes(most)), DIGITAL_POST_2025, NOW)) == []
    (problem,) = rules.digital_post(with_file(content=bytes(most + 3)), DIGITAL_POST_2025, NOW)
    assert isinstance(problem, DoesNotFit)
    assert "99,4 MB" in problem.danish
    assert (problem.limit, problem.actual) == ("99400000", "99400004")


WRONG_SMS = {
    "hverken CPR- eller CVR-nummer, og NemSMS": attrs.evolve(SMS, recipient=NOBODY),
    "teksten i sms'en mangler": attrs.evolve(SMS, options=Options(reminder="  ")),
    "teksten i sms'en er på 151 tegn; der er plads til 150": attrs.evolve(SMS, options=Options(reminder="x" * 151)),
    "titlen er på 257 tegn": envelope(NEMSMS_2025, title="x" * 257),
}


@pytest.mark.parametrize("danish", WRONG_SMS)
def test_what_nemsms_would_refuse(danish):
    """Its text and its recipient."""
    (problem,) = rules.nemsms(WRONG_SMS[danish], NEMSMS_2025)
    assert danish in problem.danish


WRONG_PAPER = {
    "modtageren har ingen postadresse": attrs.evolve(PAPER, recipient=attrs.evolve(CITIZEN, address=None)),
    "modtagerens navn mangler": attrs.evolve(PAPER, recipient=attrs.evolve(CITIZEN, name="")),
    "modtagerens navn er på 131 tegn; der er plads til 130": attrs.evolve(
        PAPER, recipient=attrs.evolve(CITIZEN, name="x" * 131)
    ),
    "brevet fylder 2 filer; kanalen tager 1": with_files(PAPER, file(0), file(1)),
    "af en type, kanalen ikke tager (text/plain)": with_file(PAPER, media_type="text/plain", name="x.txt"),
    "filerne fylder 9,8 MB i forsendelsen; der er plads til 9,8 MB": with_file(PAPER, content=bytes(7 * 2**20 + 3)),
    "den forsendelsesmåde findes ikke": attrs.evolve(PAPER, options=Options(post_category="Brevdue")),
}


@pytest.mark.parametrize("danish", WRONG_PAPER)
def test_what_remote_print_would_refuse(danish):
    """The address has its own rules; these are the others."""
    (problem,) = rules.fysisk_post(WRONG_PAPER[danish], FYSISK_POST_2025)
    assert danish in problem.danish


def test_who_has_no_number_and_no_address_is_no_recipient():
    """The class tells who must act: the caseworker, on the party."""
    assert any(
        isinstance(one, NoRecipient)
        for one in rules.fysisk_post(attrs.evolve(PAPER, recipient=NOBODY), FYSISK_POST_2025)
    )


# --- addresses on paper

HOME = Address(street="Prøvevej", number="7", post_code="8000", city="Aarhus C")
WRONG_ADDRESS = {
    "vejnavnet mangler": {"street": " "},
    "vejnavnet er på 41 tegn; der er plads til 40": {"street": "x" * 41},
    "husnummeret mangler": {"number": "000"},
    "husnummeret skal være et tal fra 1 til 999": {"number": "1000"},
    "med ét bogstav efter": {"number": "7AB"},
    "etagen skal være": {"floor": "stuen"},
    "døren er på 5 tegn; der er plads til 4": {"door": "midtf"},
    "c/o-navnet er på 131 tegn": {"co": "x" * 131},
    "postnummeret skal have fire cifre": {"post_code": "800"},
    "landet skal være en kode på to bogstaver": {"lines": ["x"], "country": "Tyskland"},
    "linje 2 er på 35 tegn; der er plads til 34": {"lines": ["x", "y" * 35]},
    "der er 7 adresselinjer; der er plads til 6": {"lines": ["x"] * 7},
    "der mangler adresselinjer": {"lines": [" "], "country": "SE"},
}


@pytest.mark.parametrize("danish", WRONG_ADDRESS)
def test_each_part_of_an_address_has_its_own_sentence(danish):
    """The caseworker must see which."""
    found = [problem.danish for problem in problems(attrs.evolve(HOME, **WRONG_ADDRESS[danish]))]
    assert [danish in one for one in found] == [True]
    assert found[0].startswith("adressen: ")


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ({"number": "007a"}, {"number": "7A"}),
        ({"number": "12 b"}, {"number": "12B"}),
        ({"floor": "01", "door": "0003"}, {"floor": "1", "door": "3"}),
        ({"floor": "st.", "door": "tv."}, {"floor": "st", "door": "tv"}),
        ({"floor": "St."}, {"floor": "st"}),
        ({"floor": "KL"}, {"floor": "kl"}),
        ({"co": " Bo ", "country": "dk"}, {"co": "Bo"}),
    ],
)
def test_what_the_cpr_register_says_is_made_printable(given, printed):
    """Leading zeros, full stops and small letters are no reason to bother anybody."""
    address = attrs.evolve(HOME, **given)
    assert list(problems(address)) == []
    assert printable(address) == attrs.evolve(HOME, city="", **printed)


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        (
            Address("Hauptstr.", "5", "2", "", "Bo", "10115", "Berlin", "DE"),
            ("c/o Bo", "Hauptstr. 5, 2", "10115 Berlin"),
        ),
        (Address("Aqqusinersuaq", "1", post_code="3900", city="Nuuk", country="GL"), ("Aqqusinersuaq 1", "3900 Nuuk")),
        (Address(lines=("Postboks 1", "", " 100 Tórshavn "), country="FO"), ("Postboks 1", "100 Tórshavn")),
    ],
)
def test_an_address_abroad_is_written_in_lines(address, lines):
    """Remote print knows the parts of Danish addresses only."""
    assert list(problems(address)) == []
    assert printable(address).lines == lines
    assert printable(address).post_code == ""


def test_a_danish_address_in_lines_keeps_its_post_code():
    """The print supplier sorts by it."""
    address = Address(lines=("Kasernen",), post_code="8000")
    assert list(problems(address)) == []
    assert printable(address).post_code == "8000"
