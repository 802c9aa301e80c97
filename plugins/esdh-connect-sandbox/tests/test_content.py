"""Rules beyond the schema: the letter is taken, and a Fejlet with the real code, where it is known, comes later."""

from datetime import UTC, datetime, timedelta

import pytest

from esdh_connect_sandbox.content import failure_of_message, failure_of_print
from esdh_connect_sandbox.reading import read

TODAY = datetime.now(UTC).date()


def header(name: str, text: object) -> str:
    return f"<memo:{name}>{text}</memo:{name}>"


def code_of(wire, message: str) -> str:
    flaw = failure_of_message(read([wire.kombi("Digital Post", message)]), TODAY)
    return flaw.code if flaw else ""


@pytest.mark.parametrize("name", ["brev.pdf", "Brev æøå 1.PDF", "a.b.docx", "😀.txt", "tab\tname.ods", "x.rtf"])
def test_usual_file_names_are_taken(wire, name):
    """Danish letters, spaces and emoji are."""
    assert code_of(wire, wire.message(files=wire.file_part(name))) == ""


@pytest.mark.parametrize(
    "name", ["brev", "brev.exe", ".pdf", "brev.jpeg", "brev.tiff", "brev.htm", "brev.zip", "data.xml"]
)
def test_extensions_are_a_closed_list(wire, name):
    """The list of the SF1601 documentation; what is outside it is not known to be taken."""
    assert code_of(wire, wire.message(files=wire.file_part(name))) == "file.extension.not.allowed"


@pytest.mark.parametrize(
    "bad",
    [
        "&lt;",
        "&gt;",
        ":",
        "&quot;",
        "/",
        "\\",
        "|",
        "?",
        "*",
        "&#13;",
        "&#10;",
        "\u00a0",
        "\u2003",
        "\u2028",
        "\u205f",
        "\u2060",
        "\u3000",
    ],
)
def test_characters_that_are_not_allowed_in_file_names(wire, bad):
    """Digital Post refuses them since September 2025."""
    assert code_of(wire, wire.message(files=wire.file_part(f"a{bad}b.pdf"))) == "sandbox.filename.not.allowed"


def test_a_technical_document_may_be_xml(wire):
    """As in the official example; the other documents may not."""
    technical = f"<memo:TechnicalDocument>{wire.file_part('data.xml', encoding='text/xml')}</memo:TechnicalDocument>"
    message = wire.message().replace("</memo:MessageBody>", f"{technical}</memo:MessageBody>")
    assert code_of(wire, message) == ""


def test_an_empty_file_is_not_allowed(wire):
    """Nor one in an attachment."""
    empty = wire.file_part("tom.pdf", content="")
    assert code_of(wire, wire.message(files=empty)) == "file.empty.not.allowed"
    attachment = f"<memo:AdditionalDocument>{empty}</memo:AdditionalDocument></memo:MessageBody>"
    assert code_of(wire, wire.message().replace("</memo:MessageBody>", attachment)) == "file.empty.not.allowed"


@pytest.mark.parametrize(
    ("url", "is_right"),
    [
        ("https://www.example.dk/a?b=c", True),
        ("http://www.example.dk", False),
        ("www.example.dk", False),
        ("mailto:a@b", False),
        ("https://", False),
        ("https://[", False),
    ],
)
def test_links_are_absolute_and_https(wire, url, is_right):
    """Nothing else since September 2025."""
    action = f"""<memo:Action><memo:label>Se</memo:label><memo:actionCode>INFORMATION</memo:actionCode>
        <memo:EntryPoint><memo:url>{url}</memo:url></memo:EntryPoint></memo:Action>"""
    assert code_of(wire, wire.message(actions=action)) == ("" if is_right else "sandbox.url.not.https")


@pytest.mark.parametrize(
    ("until", "code"),
    [
        (TODAY, ""),
        (TODAY + timedelta(days=30), ""),
        (f"{TODAY + timedelta(days=30)}Z", ""),
        (TODAY - timedelta(days=1), "do.not.deliver.until.date.too.early"),
        ("-0044-03-15", "do.not.deliver.until.date.too.early"),
        (TODAY + timedelta(days=366), "do.not.deliver.until.date.too.late"),
        ("12025-01-01", "do.not.deliver.until.date.too.late"),
    ],
)
def test_a_letter_may_wait_but_not_for_ever(wire, until, code):
    """From today to a year ahead; the real limit is not known."""
    assert code_of(wire, wire.message(after_label=header("doNotDeliverUntilDate", until))) == code


def test_a_notification_that_is_there_says_something(wire):
    """In a NemSMS it is the text, and must be there."""
    assert code_of(wire, wire.message(after_label=header("notification", " "))) == "empty.notification.not.allowed"
    assert code_of(wire, wire.sms()) == ""
    assert code_of(wire, wire.sms(after_label="")) == "empty.notification.not.allowed"


def test_a_nemsms_has_no_body_and_a_letter_has_one(wire):
    """The schema would let both through."""
    body = wire.message()[wire.message().index("<memo:MessageBody>") : wire.message().index("</memo:Message>")]
    assert code_of(wire, wire.sms(body=body)) == "memo.invalid"
    assert code_of(wire, wire.message(body="")) == "memo.invalid"


@pytest.mark.parametrize(
    ("number", "kind"),
    [("121212-1212", "CPR"), ("1212121212", "CVR"), ("55133018", "CPR"), ("55133018", "cvr"), ("x", "EMAIL")],
)
def test_recipients_are_persons_or_companies(wire, number, kind):
    """Ten digits with CPR or eight with CVR, in capitals as in all official examples."""
    assert code_of(wire, wire.message(number, kind)) == "sandbox.id"


@pytest.mark.parametrize("point", ["241d39f6-998e-4929-b198-ccacbbf4b330", "17"])
def test_a_contact_point_is_a_uuid(wire, point):
    """The real code for anything else is known."""
    contact = f"<memo:ContactPoint><memo:contactPointID>{point}</memo:contactPointID></memo:ContactPoint>"
    expected = "contact.point.id.format.not.allowed" if point == "17" else ""
    assert code_of(wire, wire.message(sender=contact)) == expected


def test_the_schema_comes_first(wire):
    """A message that is not valid has the one code that is publicly known for it."""
    assert code_of(wire, wire.message("x").replace("memo:label", "memo:title")) == "memo.invalid"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, ""),
        ({"format": "pdf"}, ""),
        ({"format": "DOCX"}, "sandbox.format.not.pdf"),
        ({"content": ""}, "file.empty.not.allowed"),
        ({"post_code": "9999"}, "sandbox.address.unknown"),
        ({"address": ""}, "sandbox.address.missing"),
    ],
)
def test_the_print_supplier_asks_for_a_pdf_and_an_address(wire, change, code):
    """Post code 9999 is where no letter arrives."""
    flaw = failure_of_print(read([wire.kombi("Fysisk Post", wire.shipment(**change))]))
    assert (flaw.code if flaw else "") == code
