"""PostStatus: every known word is understood, unknown ones are kept, and nothing hostile gets further than an error."""

import os
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect.dispatch import ReceiptEvent
from esdh_connect_serviceplatformen.poststatus import MAX_BYTES, NOBODYS, NotAReceipt, Unreadable, read

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LETTER = "0b2f6c52-5a53-4d0c-9b5b-2f6a3c1f7d11"
WORDS = {
    "Fejlet": ("e225a75c-4b63-46c4-9423-77f5c8762445", ReceiptEvent.FAILED),
    "Modtaget Digital Post": ("eb866ca2-b871-4387-b501-12cde577bd58", ReceiptEvent.TAKEN_IN),
    "Afleveret Digital Post": ("f7161a89-5068-4023-bc80-d7f4daad2a2e", ReceiptEvent.DELIVERED),
    "Klar": ("e2b30d57-504a-4e2e-ae2d-a1394a9cb0b8", ReceiptEvent.READY),
    "Modtaget Fjern-print": ("dd98e71c-41ac-4305-a47b-8f86b00e639b", ReceiptEvent.AT_PRINTER),
    "Afleveret til print og kuvertering": ("e3c0a021-2070-40d4-b7b7-754aeba762e9", ReceiptEvent.PRINTING),
    "Afsendt": ("db5a6025-caa3-45c3-8e02-4e6fa8142ade", ReceiptEvent.SENT),
    "Modtaget Post Danmark": ("e94a0a8b-60a0-42ad-8b83-52c9e15d0fb3", ReceiptEvent.WITH_POSTAL_SERVICE),
    "Tilbagekaldt": ("f03904aa-df6e-417f-bd74-6a01a61adbcf", ReceiptEvent.RECALLED),
    "Opdatering fra Post Danmark": ("f4e6eb11-0261-4198-8b5d-be92a9b1a35d", ReceiptEvent.UPDATE),
}


def status(**fields):
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return (
        f'<PKO_PostStatus xmlns="http://serviceplatformen.dk/xml/print/PKO_PostStatus/1/types">{inner}</PKO_PostStatus>'
    )


def pushed(
    inner, *, besked="bd12c645-de98-453a-ac80-f58a76942eda", kind="d2bed63c-4853-4008-b6e0-a74c15b15fbf", handling=""
):
    def uuid(name, value):
        return f"<k:{name}><s:UUIDIdentifikator>{value}</s:UUIDIdentifikator></k:{name}>"

    registration = f"<k:ObjektRegistrering>{uuid('ObjektHandling', handling)}</k:ObjektRegistrering>"
    return (
        '<m:ModtagBeskedInput xmlns:m="urn:oio:sts:1.0.0" xmlns:k="urn:oio:besked:kuvert:1.0" '
        'xmlns:s="urn:oio:sagdok:3.0.0"><k:Haendelsesbesked>'
        f"{uuid('BeskedId', besked)}<k:Beskedkuvert><k:Filtreringsdata>{uuid('Beskedtype', kind)}{registration}"
        '</k:Filtreringsdata></k:Beskedkuvert><k:Beskeddata><Base64 xmlns="urn:besked:kuvert:1.0">'
        f"{b64encode(inner.encode()).decode()}</Base64></k:Beskeddata></k:Haendelsesbesked></m:ModtagBeskedInput>"
    ).encode()


@pytest.mark.parametrize("word", WORDS)
def test_every_known_word_is_understood_whatever_its_case(word):
    """By its text alone, and by its UUID alone."""
    uuid, event = WORDS[word]

    assert read(pushed(status(MessageUUID=LETTER, TransaktionsStatusKode=word.upper())), NOW).event is event
    assert read(pushed(status(MessageUUID=LETTER), handling=uuid.upper()), NOW).event is event


def test_a_word_nobody_knows_is_kept():
    """The whole message too: somebody may understand it later."""
    body = pushed(status(MessageUUID=LETTER, TransaktionsStatusKode="Sendt til månen"), handling=str(uuid4()))
    receipt = read(body, NOW)

    assert (receipt.event, receipt.word, receipt.raw) == (ReceiptEvent.UNKNOWN, "Sendt til månen", body)


def test_a_digital_letter_is_known_by_its_message_uuid():
    """And the receipt by its BeskedId, so that one told twice is one."""
    receipt = read(
        pushed(
            status(
                MessageUUID=LETTER.upper(),
                KanalKode="Digital Post",
                TransaktionsDatoTid="2023-02-13T12:22:05.154+01:00",
                TransaktionsStatusKode="Fejlet",
                FejlDetaljer="<FejlKode>memo.invalid</FejlKode><FejlTekst>line one\nline two</FejlTekst>",
            )
        ),
        NOW,
    )

    assert receipt.message_uuid == UUID(LETTER)
    assert receipt.id == "bd12c645-de98-453a-ac80-f58a76942eda"
    assert receipt.at == datetime(2023, 2, 13, 11, 22, 5, 154000, tzinfo=UTC)
    assert (receipt.channel, receipt.providers_code) == ("digital_post", "memo.invalid")
    assert receipt.is_ours  # no caseworker can mend what the program wrote
    assert receipt.text == "line one\nline two"
    assert "line one" not in repr(receipt)


def test_a_letter_on_paper_is_known_by_its_afsendelse_id():
    """Print suppliers do not report our message UUID."""
    receipt = read(pushed(status(AfsendelseIdentifikator=LETTER, TransaktionsStatusKode="Afsendt")), NOW)

    assert (receipt.message_uuid, receipt.channel, receipt.at) == (UUID(LETTER), "fysisk_post", NOW)


def test_another_systems_letter_matches_none_of_ours():
    """Its id need not be a UUID; the receipt is kept all the same."""
    receipt = read(pushed(status(AfsendelseIdentifikator="PRINT-17", TransaktionsStatusKode="Afsendt")), NOW)

    assert receipt.message_uuid == NOBODYS


def test_a_time_before_the_calendar_is_no_reason_to_ask_for_it_again():
    """It would be told for ever."""
    assert read(pushed(status(MessageUUID=LETTER, TransaktionsDatoTid="0001-01-01T00:00:00+14:00")), NOW).at == NOW


def test_a_code_is_short_and_masked():
    """It is shown and logged; a text may quote the letter, so it is not."""
    told = status(MessageUUID=LETTER, FejlDetaljer=f"<FejlKode>cpr.0101901234.{'x' * 500}</FejlKode>")
    receipt = read(pushed(told), NOW)

    assert "0101901234" not in receipt.code
    assert len(receipt.code) < 100


def test_a_bare_status_is_read_too():
    """The same one twice has the same id."""
    body = status(MessageUUID=LETTER, TransaktionsStatusKode="Klar").encode()

    assert read(body, NOW).id == read(body, NOW).id
    assert read(body, NOW).event is ReceiptEvent.READY


def test_a_message_of_another_type_is_not_taken_for_a_receipt():
    """A mailbox may get other messages."""
    with pytest.raises(NotAReceipt):
        read(pushed(status(MessageUUID=LETTER), kind=str(uuid4())), NOW)


@pytest.mark.parametrize("name", ["PostStatusBeskedModtag.success.xml", "PKO_PostStatus.success.xml"])
def test_the_real_ones_are_read(name):
    """From the test environment, as they came."""
    root = Path(__file__).parents[3]
    path = Path(os.environ.get("ESDH_CONNECT_REFERENCE", root / "../shared/data")) / "poststatus" / name
    if not path.exists():
        pytest.skip("the real receipts are not ours to pass on; set ESDH_CONNECT_REFERENCE")
    receipt = read(path.read_bytes(), NOW)

    assert receipt.event is ReceiptEvent.DELIVERED
    assert receipt.message_uuid == UUID("8853363b-43ec-4d0a-a54d-65447f9447ed")
    assert receipt.at.year == 2023


BOMB = '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">' for at in range(9)
)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<",
        b"<html><body>not found</body></html>",
        b"<a>" * 5000 + b"</a>" * 5000,
        f"{BOMB}]><b>&j;</b>".encode(),
        b'<!DOCTYPE b SYSTEM "file:///etc/passwd"><b/>',
        b'<!DOCTYPE b [<!ENTITY x SYSTEM "file:///etc/hostname">]><Haendelsesbesked>&x;</Haendelsesbesked>',
        b"x" * (MAX_BYTES + 1),
        pushed("<other/>"),
        pushed("not xml"),
        pushed(status()).replace(b"Base64 xmlns", b"Base65 xmlns").replace(b"</Base64>", b"</Base65>"),
    ],
)
def test_hostile_or_broken_input_is_unreadable_at_once(body):
    """No entity, no network, no depth; the error says nothing of the content."""
    with pytest.raises(Unreadable) as caught:
        read(body, NOW)

    assert len(str(caught.value)) < 120


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_comes_ends_in_a_receipt_or_our_error(body):
    """Never another exception."""
    for candidate in (body, pushed(body.decode("latin-1"))):
        with pytest.raises((Unreadable, NotAReceipt)):
            read(candidate, NOW)


@given(
    st.dictionaries(
        st.sampled_from(
            ["MessageUUID", "AfsendelseIdentifikator", "TransaktionsStatusKode", "KanalKode", "TransaktionsDatoTid"]
        ),
        st.text(st.characters(categories=["L", "N", "P", "Zs"], exclude_characters="<>&"), max_size=40),
    )
)
def test_any_content_of_the_fields_makes_a_receipt(fields):
    """Every element is optional, and may hold anything."""
    receipt = read(pushed(status(**fields)), NOW)

    assert receipt.at.tzinfo is not None
    assert isinstance(receipt.message_uuid, UUID)
