"""E-mails: the message with all that is attached to it, in order; what cannot be shown is named."""

import struct
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from io import BytesIO
from zipfile import ZipFile

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from preflight.examples import EXAMPLES

from esdh_connect.errors import UnreadableDocument
from esdh_connect.testing.fakes import pdf_of
from esdh_connect_bilag.converters.mails import mime
from esdh_connect_bilag.converters.mails.cover import Listed, as_html, as_text
from esdh_connect_bilag.converters.mails.message import Attached, Message
from esdh_connect_bilag.preflight import Flaw

MAIL, OUTLOOK = "message/rfc822", "application/vnd.ms-outlook"


def mail(subject="Vedr. byggesag", text="Hej Ane", html="", date="Tue, 03 Mar 2026 13:05:00 +0100"):
    made = EmailMessage()
    made["From"], made["To"] = "Ida Sagsbehandler <ida@example.dk>", "Ane Prøve <ane@example.dk>"
    made["Subject"], made["Date"] = subject, date
    made.set_content(text)
    if html:
        made.add_alternative(html, subtype="html")
    return made


def archive():
    file = BytesIO()
    with ZipFile(file, "w") as opened:
        opened.writestr("a.txt", "a")
    return file.getvalue()


def pages(converted):
    document = pypdfium2.PdfDocument(converted.content)
    return [page.get_textpage().get_text_range() for page in document]


def bookmarks(converted):
    return [(one.level, one.get_title()) for one in pypdfium2.PdfDocument(converted.content).get_toc()]


def test_a_message_shows_who_wrote_to_whom_and_when(convert):
    """In Danish time, with its text below."""
    [page] = pages(convert("Mail.eml", mail().as_bytes(), MAIL))

    for line in (
        "Fra: Ida Sagsbehandler <ida@example.dk>",
        "Til: Ane Prøve",
        "Dato: 3. marts 2026 kl. 13.05",
        "Hej Ane",
    ):
        assert line in page


def test_what_is_attached_follows_in_order_with_a_bookmark_each(convert, four_corners, encoded):
    """Also what lies in an e-mail that is attached itself."""
    inner = mail("Indre", "Hej igen")
    inner.add_attachment("Blåbær".encode("latin-1"), "text", "plain", filename="noter.txt")
    whole = mail()
    whole.add_attachment(encoded(four_corners, "PNG"), "image", "png", filename="facade.png")
    whole.add_attachment(pdf_of("Tegning"), "application", "pdf", filename="tegning.pdf")
    whole.add_attachment(inner)
    converted = convert("Mail.eml", whole.as_bytes(), MAIL)
    shown = pages(converted)

    assert len(shown) == 5
    assert "Tegning" in shown[2]
    assert "Hej igen" in shown[3]
    assert "Blåbær" in shown[4]
    assert bookmarks(converted)[:4] == [(0, "Vedr. byggesag"), (0, "facade.png"), (0, "tegning.pdf"), (0, "Indre")]
    assert (1, "noter.txt") in bookmarks(converted)
    assert converted.findings == ()


def test_what_cannot_be_shown_is_listed_and_told(convert):
    """On the page itself, and to whoever sends it."""
    whole = mail()
    whole.add_attachment(archive(), "application", "zip", filename="arkiv.zip")
    whole.add_attachment(b"%PDF-1.7 broken", "application", "pdf", filename="tegning.pdf")
    whole.add_attachment(b"MZ\x90\x00\x03", "application", "octet-stream", filename="spil.exe")
    converted = convert("Mail.eml", whole.as_bytes(), MAIL)
    [page] = pages(converted)

    assert [(one.id, one.acts) for one in converted.findings] == [("part_missing", "caseworker")] * 3
    for name, why in (("arkiv.zip", "et zip-arkiv"), ("tegning.pdf", "beskadiget"), ("spil.exe", "et program")):
        assert f"{name} – ikke med" in " ".join(page.split())
        assert any(name in one.text and why in one.text for one in converted.findings)


def test_a_picture_in_the_text_stands_there_and_not_among_the_attached(convert, four_corners, encoded):
    """By the id it is called."""
    whole = mail(html='<p>Se: <img alt="Facade" src="cid:facade@x"></p>')
    whole.get_payload()[1].add_related(encoded(four_corners, "PNG"), "image", "png", cid="<facade@x>")
    converted = convert("Mail.eml", whole.as_bytes(), MAIL)

    assert len(pages(converted)) == 1
    assert b"/Image" in converted.content
    assert "Vedhæftet" not in pages(converted)[0]


def test_a_message_cannot_hide_who_wrote_it(convert):
    """Whatever its style says."""
    hidden = (
        "<style>div, b { display: none; visibility: hidden; color: white; position: fixed; left: -99cm }</style><p>Hej"
    )
    [page] = pages(convert("Mail.eml", mail(html=hidden).as_bytes(), MAIL))

    assert "Fra: Ida Sagsbehandler" in page


def test_what_a_message_says_is_text_and_nothing_else():
    """A subject is no mark-up."""
    shown = as_html(Message(subject="<script>", sender="<b>", text="<img src=x>"), [Listed("<i>", "<u>")]).decode()

    assert "<script>" not in shown
    assert "&lt;img src=x&gt;" in shown
    assert "<u>" not in shown


def test_where_nobody_makes_pdf_of_html_it_is_set_as_text(original):
    """With the same heads."""
    shown = as_text(
        Message(subject="Emnet", sender="ida", date="i går", text="Hej"), [Listed("a.zip", "ikke med")]
    ).decode()

    assert shown.startswith("Fra: ida\nTil: \nEmne: Emnet\nDato: i går\nVedhæftet: a.zip – ikke med\n")
    assert shown.endswith("Hej")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"Subject: x\nContent-Type: text/plain; charset=klingon\n\nBl\xe5b\xe6r", "Blåbær"),
        (b"Subject: =?utf-8?q?R=C3=B8d?=\nContent-Type: text/plain; charset=iso-8859-1\n\nBl\xe5b\xe6r", "Blåbær"),
        (b"Content-Transfer-Encoding: base64\n\nSGVq", "Hej"),
        (b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nHej\n--x", "Hej"),
        (b"Content-Type: multipart/mixed\n\nHej", ""),
        (b"From: \xff\xfe <\nDate: i g\xe5r\n\nHej", "Hej"),
        (b"", ""),
    ],
)
def test_odd_messages_are_read(raw, text):
    """As far as anybody can."""
    assert mime.read(raw, mime.Bounds(3, 20)).text.strip() == text


@given(st.binary(max_size=400))
@settings(max_examples=100)
def test_no_bytes_make_it_raise(raw):
    """Strangers write as they like."""
    message = mime.read(raw, mime.Bounds(3, 20))
    parts = []
    told = message.written(parts)

    assert Message.read(told, parts) == message


@pytest.mark.parametrize(("deep", "wide"), [(7, 1), (1, 250)])
def test_there_is_an_end_to_it(convert, deep, wide):
    """Mails in mails in mails, and a thousand files."""
    whole = mail("innermost")
    for _ in range(wide):
        whole.add_attachment(b"x", "text", "plain", filename="x.txt")
    for at in range(deep):
        outer = mail(f"outer {at}")
        outer.add_attachment(whole)
        whole = outer
    with pytest.raises(UnreadableDocument) as refused:
        convert("Mail.eml", whole.as_bytes(), MAIL)

    assert "Læg" in refused.value.danish


def test_a_message_keeps_all_of_itself_on_its_way_out_of_the_child():
    """Files, and messages in messages."""
    inner = Message("Indre", "a", "b", sent=datetime(2026, 3, 3, tzinfo=UTC), attached=(Attached("x", "y/z", b"1"),))
    whole = Message(
        "Ydre", attached=(Attached("a", "b/c", b"2", "cid"), Attached("m", MAIL, message=inner)), unread=True
    )
    parts = []

    assert Message.read(whole.written(parts), parts) == whole
    assert parts == [b"2", b"1"]


# --- Outlook


def ole(tree):
    """Writes an OLE file (MS-CFB, version 3) of nested dictionaries; every stream is a short one."""
    entries, mini, chains = [], bytearray(), []

    def put(name, node, right):
        at = len(entries)
        entries.append(None)
        child, start, size = 0xFFFFFFFF, 0, 0
        if isinstance(node, dict):
            for inner in reversed(node):
                child = put(inner, node[inner], child)
        else:
            start, size = (len(mini) // 64, len(node)) if node else (0xFFFFFFFE, 0)
            mini.extend(node + bytes(-len(node) % 64))
            first = len(chains)
            chains.extend(range(first + 1, len(mini) // 64))
            chains.extend([0xFFFFFFFE] * (len(mini) // 64 - len(chains)))
        kind = 5 if not at else 1 if isinstance(node, dict) else 2
        entries[at] = [name, kind, right, child, start, size]
        return at

    put("Root Entry", tree, 0xFFFFFFFF)
    folder = -(-len(entries) // 4)
    short, kept = -(-len(chains) // 128), -(-len(mini) // 512)
    entries[0][4:] = [1 + folder + short, len(mini)]

    def chain(first, count):
        return [*range(first + 1, first + count), 0xFFFFFFFE] if count else []

    table = [0xFFFFFFFD, *chain(1, folder), *chain(1 + folder, short), *chain(1 + folder + short, kept)]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, 1 + folder, short, 0xFFFFFFFE, 0, 0) + b"\xff" * 432
    rows = b"".join(entry(*one) for one in entries)
    sectors = [
        struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff"),
        rows + bytes(-len(rows) % 512),
        struct.pack(f"<{len(chains)}I", *chains).ljust(512 * short, b"\xff"),
        bytes(mini) + bytes(-len(mini) % 512),
    ]
    return head + b"".join(sectors)


def entry(name, kind, right, child, start, size):
    """A row of the directory."""
    spelt = (name + "\0").encode("utf-16-le")
    links = struct.pack("<III", 0xFFFFFFFF, right, child)
    return (
        spelt.ljust(64, b"\0")
        + struct.pack("<HBB", len(spelt), kind, 1)
        + links
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def properties(head, **values):
    """The properties of a part of a message: texts, bytes and numbers by their tags."""
    rows, streams = b"", {}
    for tag, value in values.items():
        number = int(tag[1:], 16)
        if isinstance(value, int):
            rows += struct.pack("<HHIII", 3, number, 6, value, 0)
            continue
        kind = 0x1F if isinstance(value, str) else 0x102
        data = value.encode("utf-16-le") if isinstance(value, str) else value
        rows += struct.pack("<HHIII", kind, number, 6, len(data) + (2 if kind == 0x1F else 0), 0)
        streams[f"__substg1.0_{number:04X}{kind:04X}"] = data
    return {"__properties_version1.0": head + rows, **streams}


def outlook(attached=(), **values):
    """A .msg file."""
    head = bytes(8) + struct.pack("<4I", 1, len(attached), 1, len(attached)) + bytes(8)
    files = {
        f"__attach_version1.0_#{at:08X}": properties(bytes(8), p3707=name, p3701=content, p3705=1)
        for at, (name, content) in enumerate(attached)
    }
    to = properties(bytes(8), p3001="Ane Prøve", p39FE="ane@example.dk", p0C15=1)
    message = properties(head, p001A="IPM.Note", **values)
    return ole({**message, "__recip_version1.0_#00000000": to, **files})


def test_a_message_of_outlook_s_is_read(convert):
    """With its text and what is attached."""
    pytest.importorskip("oxmsg")
    content = outlook(
        [("noter.txt", "Blåbær".encode()), ("arkiv.zip", archive())],
        p0037="Vedr. byggesag",
        p1000="Hej Ane",
        p0C1A="Ida Sagsbehandler",
        p0C1F="ida@example.dk",
    )
    converted = convert("Mail.msg", content, OUTLOOK)
    first, second = pages(converted)

    for line in ("Fra: ", "Ida Sagsbehandler", "Til: Ane Prøve <ane@example.dk>", "Emne: Vedr. byggesag", "Hej Ane"):
        assert line in first
    assert "Blåbær" in second
    assert ["arkiv.zip" in one.text for one in converted.findings] == [True]


def test_a_text_that_cannot_be_read_is_told(convert):
    """Outlook may keep it in a form of its own: an empty page would be a lie."""
    pytest.importorskip("oxmsg")
    converted = convert("Mail.msg", outlook(p0037="Emne", p1009=b"compressed"), OUTLOOK)

    assert [one.id for one in converted.findings] == ["mail_unread"]
    assert "kunne ikke læses" in pages(converted)[0]


def test_a_damaged_file_of_outlook_s_is_refused(convert):
    """With what to do."""
    pytest.importorskip("oxmsg")
    with pytest.raises(UnreadableDocument) as refused:
        convert("Mail.msg", outlook(p0037="Emne")[:1500], OUTLOOK)

    assert "Gem det som PDF" in refused.value.danish


@given(at=st.integers(512, 4000), byte=st.integers(0, 255))
@settings(max_examples=100)
def test_damage_in_a_file_of_outlook_s_comes_to_an_end(at, byte):
    """It is read, or raises what ends with the child."""
    outlooks = pytest.importorskip("esdh_connect_bilag.converters.mails.outlook", exc_type=ImportError)
    content = bytearray(outlook([("noter.txt", b"abc")], p0037="Emne", p1000="Hej"))
    content[at % len(content)] = byte
    message = Message()
    with suppress(Exception):
        message = outlooks.read(bytes(content), mime.Bounds(3, 20))
    assert isinstance(message, Message)


@pytest.mark.parametrize(
    ("flaw", "said", "acts"),
    [
        (Flaw.SCRIPTS, "Et script (JavaScript) i filen tages ud.", ""),
        (Flaw.EMBEDDED_FILES, "En vedhæftet fil inde i PDF-filen tages ud.", "caseworker"),
        (Flaw.SIGNED, "Filen er underskrevet digitalt. Det kan ingen se efter i en mail", "caseworker"),
        (Flaw.REPAIRED, "Filen var beskadiget. Den er repareret.", "caseworker"),
    ],
)
def test_what_is_done_to_an_attached_pdf_is_told_with_its_name(convert, flaw, said, acts):
    """It is made safe with the rest of the e-mail, and nobody would know."""
    whole = mail()
    whole.add_attachment(EXAMPLES[flaw](), "application", "pdf", filename="aftale.pdf")
    converted = convert("Mail.eml", whole.as_bytes(), MAIL)

    [one] = [one for one in converted.findings if one.id == flaw.value]
    assert one.text.startswith(f"(vedhæftet »aftale.pdf«) {said}")
    assert one.acts == acts
    assert b"JavaScript" not in converted.content
