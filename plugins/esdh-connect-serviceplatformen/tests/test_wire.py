"""What is written is valid by the schemas, in the official order, and the same bytes each time."""

from base64 import b64decode
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import attrs
import pytest
from lxml import etree

from esdh_connect.ids import Cvr, Gln, Kle, PNumber
from esdh_connect.model import (
    Address,
    Attention,
    Case,
    ContactPoint,
    File,
    LetterAction,
    Options,
    Place,
    Printing,
    Representative,
    Reservation,
    Sender,
)
from esdh_connect.testing.dispatches import CITIZEN, dispatch, envelope
from esdh_connect_serviceplatformen import rules, wire
from esdh_connect_serviceplatformen.limits import DIGITAL_POST_2025, FYSISK_POST_2025, NEMSMS_2025
from esdh_connect_serviceplatformen.wire import kombi
from esdh_connect_serviceplatformen.wire.element import write

MEMO = "{https://DigitalPost.dk/MeMo-1}"
FP = "{urn:oio:fjernprint:1.0.0}"
NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
COMPANY = attrs.evolve(CITIZEN, id=Cvr("13748136"), name="Virksomhed <A/S> & Søn")
AT = Attention("Mette Hansen", PNumber("1234567890"), Gln("5798000012345"), "m@example.dk", "12345678")
MEETING = Reservation(
    "8c2ea15d-61fb-4ba9-9366-42f8b194d241",
    "Opstart",
    "Kort",
    "Rød stue",
    NOON,
    NOON + timedelta(hours=1),
    "a@b.dk",
    "Jette",
)
EVERYTHING = Options(
    reply_allowed=True,
    reply_by=datetime(2026, 12, 24, 12, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=1))),
    mandatory=True,
    not_before=date(2026, 12, 5),
    notification="Du har fået digitalpost",
    actions=(
        LetterAction("SELVBETJENING", "Spørgeskema", "https://www.example.dk/spørgeskema?a=1&b=2", None, NOON, NOON),
        LetterAction("AFTALE", "Opret aftale", reservation=MEETING),
    ),
    post_category="Rekommanderet",
    duplex=True,
    colour=False,
)
SENDER = Sender(
    Cvr("55133018"),
    "Eksempel Kommune",
    ContactPoint("241d39f6-998e-4929-b198-ccacbbf4b330", "Pladsanvisningen", "22.33.44.55"),
    Representative(Cvr("19435075"), "Repræsentant Kommune"),
)


def file(name, content=b"%PDF", media_type="application/pdf", document=0):
    return File(name, media_type, content, (Place(document, None, None),))


def full(limits=DIGITAL_POST_2025, recipient=COMPANY, files=3, options=EVERYTHING):
    one = envelope(limits, attrs.evolve(recipient, attention=AT), title="Tilbud <b> & 'c'")
    bilag = tuple(file(f"Bilag {at}.pdf", b"x" * (50_000 + at), document=at) for at in range(1, files))
    letter = attrs.evolve(one.letter, files=(*one.letter.files, *bilag))
    case = Case("SAG-12345", "Sagssystem 1234", "", Kle("32.30.04"))
    return dispatch("any", attrs.evolve(one, letter=letter, sender=SENDER, case=case, options=options))


def parsed(body):
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    return etree.fromstring(b"".join(body), parser)


@pytest.fixture(scope="session")
def memo_schema(reference):
    return etree.XMLSchema(file=str(reference / "memo/xsd-1.2-derived/MeMo_core.xsd"))


@pytest.fixture(scope="session")
def print_schema(reference):
    return etree.XMLSchema(file=str(reference / "fjernprint/xsd/fjernprint.xsd"))


def memo(one, kle_version="Maj 2018"):
    return parsed(write(wire.message(one, kle_version)))


def forsendelse(one):
    return parsed(write(wire.forsendelse(one, 1234)))[0]


# --- MeMo


@pytest.mark.parametrize(
    "one",
    [full(), full(recipient=CITIZEN, files=1, options=Options()), dispatch("any", envelope(DIGITAL_POST_2025))],
    ids=["everything", "a citizen", "the least"],
)
def test_a_message_is_valid(memo_schema, one):
    """By the schema of MeMo 1.2."""
    memo_schema.assertValid(memo(one))


def test_a_short_message_is_valid_and_has_no_body(memo_schema):
    """Its text is the reminder."""
    root = parsed(write(wire.short_message(dispatch("nemsms", envelope(NEMSMS_2025)))))
    memo_schema.assertValid(root)
    assert root.find(f"{MEMO}MessageBody") is None
    assert root.findtext(f"{MEMO}MessageHeader/{MEMO}messageType") == "NEMSMS"
    assert root.findtext(f"{MEMO}MessageHeader/{MEMO}notification").startswith("Husk din tid")


def names(parent):
    return [child.tag for child in parent.iterchildren("{*}*")]


def assert_order(ours, official):
    """Every element of ours stands in the official example, in the same order among its siblings."""
    order = list(dict.fromkeys(names(official)))
    assert sorted(names(ours), key=order.index) == names(ours)
    for child in ours.iterchildren("{*}*"):
        assert_order(child, example_of(child, official))


def example_of(child, official):
    """The official element of the same name; of several buttons one of the same kind."""
    found = official.findall(child.tag)
    return next((one for one in found if set(names(child)) <= set(names(one))), found[0])


def test_our_full_message_stands_in_the_order_of_the_official_one(reference):
    """The official full example is the only authority on 1.2: its elements, its namespaces, its order."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    official = etree.parse(str(reference / "memo/examples-1.2/MeMo_Full_Example.xml"), parser).getroot()
    ours = memo(full())
    assert (ours.tag, dict(ours.attrib)) == (official.tag, {"memoVersion": "1.2"})
    assert_order(ours, official)


def test_what_is_in_a_message(memo_schema):
    """The values stand where Digital Post looks for them."""
    one = full()
    header, body = memo(one)
    said = {path: header.findtext(path, namespaces={"m": MEMO[1:-1], "k": "http://kle-online.dk/"}) for path in PATHS}
    assert said == {**PATHS, "m:messageUUID": str(one.message_uuid), "m:messageID": one.id}
    assert body.findtext(f"{MEMO}createdDateTime") == "2026-11-23T09:30:15Z"
    assert [child.tag.removeprefix(MEMO) for child in body[1:]] == ["MainDocument", *["AdditionalDocument"] * 2]
    contents = [b64decode(content.text) for content in body.iter(f"{MEMO}content")]
    assert contents == [one.content for one in one.envelope.letter.files]


PATHS = {
    "m:messageType": "DIGITALPOST",
    "m:messageUUID": "",
    "m:messageID": "",
    "m:label": "Tilbud <b> & 'c'",
    "m:reply": "true",
    "m:replyByDateTime": "2026-12-24T11:00:00Z",
    "m:doNotDeliverUntilDate": "2026-12-05",
    "m:mandatory": "true",
    "m:legalNotification": "false",
    "m:Sender/m:senderID": "55133018",
    "m:Sender/m:Representative/m:representativeID": "19435075",
    "m:Recipient/m:recipientID": "13748136",
    "m:Recipient/m:idType": "CVR",
    "m:Recipient/m:label": "Virksomhed <A/S> & Søn",
    "m:ContentData/m:CaseID/m:caseID": "SAG-12345",
    "m:ContentData/k:KLEdata/k:subjectKey": "32.30.04",
    "m:ContentData/k:KLEdata/k:version": "Maj 2018",
}


def test_rtf_is_called_word():
    """The one type whose name on the wire is another."""
    one = envelope(DIGITAL_POST_2025)
    letter = attrs.evolve(one.letter, files=(file("brev.rtf", media_type="application/rtf"),))
    root = memo(dispatch("any", attrs.evolve(one, letter=letter)))
    assert next(root.iter(f"{MEMO}encodingFormat")).text == "application/msword"


def test_the_official_schema_of_1_1_knows_our_elements(reference):
    """There is none for 1.2; but for its version and the representative, our message is one of 1.1 too."""
    root = memo(full())
    root.set("memoVersion", "1.1")
    root.set("memoSchVersion", "1.1.0")
    (representative,) = root.iter(f"{MEMO}Representative")
    representative.getparent().remove(representative)
    etree.XMLSchema(file=str(reference / "memo/xsd-1.1/MeMo_core.xsd")).assertValid(root)


# --- ForsendelseI


@pytest.mark.parametrize(
    "one",
    [
        full(FYSISK_POST_2025, CITIZEN, files=1),
        full(FYSISK_POST_2025, COMPANY, files=101),
        full(
            FYSISK_POST_2025,
            attrs.evolve(CITIZEN, address=Address(lines=("Hauptstr. 1", "10115 Berlin"), country="de")),
        ),
        dispatch("any", envelope(FYSISK_POST_2025)),
    ],
    ids=["a citizen", "a company, with 100 attachments", "abroad", "the least"],
)
def test_a_letter_on_paper_is_valid(print_schema, one):
    """By KOMBIT's print schemas."""
    print_schema.assertValid(forsendelse(one))


def test_what_is_in_a_letter_on_paper():
    """The id under which its receipts come is the message UUID; a citizen's number is not told."""
    one = full(FYSISK_POST_2025, CITIZEN)
    written = forsendelse(one)
    texts = [element.text for element in written.iter("{*}*") if not len(element) and element.text]
    assert texts[0] == written.findtext(f"{FP}AfsendelseIdentifikator") == str(one.message_uuid)
    assert "0000000000" in texts
    assert "1212121212" not in texts
    assert {"Duplex", "SH", "Rekommanderet", "Bilag 1", "Bilag 2"} <= set(texts)


def test_what_a_department_has_told_the_print_supplier(print_schema):
    """Its own product, who is billed, and where paper goes back to; the one who sends is the authority, nobody else."""
    back = Address(street="Rådhuspladsen", number="1", post_code="7700", city="Thisted")
    one = envelope(FYSISK_POST_2025)
    written = forsendelse(dispatch("any", attrs.evolve(one, printing=Printing("77", "Teknik 4711", back))))
    print_schema.assertValid(written)
    assert written.findtext(f"{FP}ForsendelseTypeIdentifikator") == "77"
    told = written.find(f"{FP}KanalUafhaengigeParametreI")
    assert [one.text for one in told if one.text] == ["55133018", "Teknik 4711"]
    assert "Rådhuspladsen" in [one.text for one in told.iter("{*}StreetName")]
    assert not list(rules.fysisk_post(attrs.evolve(one, printing=Printing("", "", back)), FYSISK_POST_2025))
    wrong = Printing("", "", attrs.evolve(back, street=""))
    [problem] = rules.fysisk_post(attrs.evolve(one, printing=wrong), FYSISK_POST_2025)
    assert problem.danish == "afdelingens returadresse: vejnavnet mangler"


def test_a_companys_number_is_told():
    """It stands in a public register."""
    texts = [element.text for element in forsendelse(full(FYSISK_POST_2025, COMPANY)).iter("{*}*")]
    assert "13748136" in texts


# --- the whole request


def requests(one):
    yield wire.request(kombi.DIGITAL_POST, wire.message(one, "x"))
    yield wire.request(kombi.NEMSMS, wire.short_message(one))
    yield wire.request(kombi.FYSISK_POST, wire.forsendelse(one, 1234))


@pytest.mark.parametrize("which", [0, 1, 2])
def test_the_same_dispatch_is_the_same_bytes_of_the_length_that_was_said(which):
    """A letter that is tried again is the same letter; nothing depends on when or where."""
    one = full()
    first, second = (list(requests(one))[which] for _ in range(2))
    assert b"".join(first) == b"".join(first) == b"".join(second)
    assert len(first) == len(b"".join(first))
    assert max(map(len, first)) <= 65536
    root = parsed(first)
    assert (root.tag, root[0].tag) == ("kombi_request", "KombiValgKode")
    assert b"".join(first).startswith(b'<?xml version="1.0" encoding="UTF-8"?>')


def test_memo_is_bound_by_name_and_remote_print_by_default():
    """Which spelling of a namespace the other end knows has been seen to matter."""
    digital, _, paper = (b"".join(body) for body in requests(full()))
    assert b"<memo:Message xmlns:memo=" in digital
    assert b'<ForsendelseISamling xmlns="urn:oio:fjernprint:1.0.0"><ForsendelseI>' in paper


@pytest.mark.parametrize("text", ["a\x00b", "a\x0bb", "a\ud800b", "a\ufffeb"])
def test_what_cannot_stand_in_xml_becomes_a_space(text):
    """Word leaves such characters behind; the letter goes all the same."""
    one = dispatch("any", envelope(DIGITAL_POST_2025, title=text))
    assert memo(one).findtext(f"{MEMO}MessageHeader/{MEMO}label") == "a b"


def test_line_ends_come_out_as_they_went_in():
    """An XML reader would make one line feed of both."""
    one = dispatch("any", envelope(DIGITAL_POST_2025, title="a\r\nb\tc"))
    assert memo(one).findtext(f"{MEMO}MessageHeader/{MEMO}label") == "a\r\nb\tc"


def test_what_is_tried_here_is_what_the_rules_let_through():
    """The full letter is one that planning would not have refused."""
    assert list(rules.digital_post(full().envelope, DIGITAL_POST_2025, NOON)) == []
    assert UUID(str(full().message_uuid)).version == 4
