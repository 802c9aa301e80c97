"""KombiPostAfsend: what is taken, what is refused, and what is kept of it."""

import json
import re
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

UUID = "0b2f6c52-5a53-4d0c-9b5b-2f6a3c1f7d11"


def test_each_of_the_four_codes_takes_its_parts(sandbox, client, wire):
    """Answered exactly as the real service answers: Result true, a TransmissionID, AdvisTekst Received."""
    for body in (
        wire.kombi("Digital Post", wire.message()),
        wire.kombi("NemSMS", wire.sms()),
        wire.kombi("Fysisk Post", wire.shipment()),
        wire.kombi("Automatisk Valg", wire.message(), wire.shipment()),
        wire.kombi("Automatisk Valg", wire.shipment(), wire.message()),
    ):
        answer = client.send(body)
        assert wire.is_received(answer), answer.text
        assert re.search("<TransmissionID>[0-9a-f-]{36}</TransmissionID>", answer.text)
    assert [entry.outcome for entry in sandbox.requests()] == ["accepted"] * 5


def test_memos_takes_messages_and_nothing_on_paper(client, wire):
    """What else this path is for is not publicly known."""
    assert wire.is_received(client.send(wire.kombi("Digital Post", wire.message()), "memos"))
    assert wire.is_received(client.send(wire.kombi("NemSMS", wire.sms()), "memos"))
    answer = client.send(wire.kombi("Fysisk Post", wire.shipment()), "memos")
    assert (answer.status_code, wire.fault_of(answer)) == (400, "sandbox.parts")


def test_a_body_is_kept_byte_for_byte(sandbox, client, wire):
    """Under its messageUUID, or what stands for it on paper."""
    digital = wire.kombi("Digital Post", wire.message(uuid=UUID.upper()))
    paper = wire.kombi("Fysisk Post", wire.shipment(id="../Brev 7"))
    client.send(digital)
    client.send(paper)
    first, second = sandbox.received()
    assert (sandbox.directory / "received" / f"{UUID}.xml").read_bytes() == digital == sandbox.body(first)
    assert sandbox.body(second) == paper
    assert second.file == "..%2FBrev%207.xml"
    assert not list((sandbox.directory / "incoming").iterdir())


def test_a_line_of_log_for_every_request(sandbox, client, wire):
    """With what a person looking for a letter needs, and no CPR number."""
    body = wire.kombi("Automatisk Valg", wire.message(uuid=UUID), wire.shipment(id="B-17"))
    transaction = str(uuid.uuid4())
    client.send(body, x_TransaktionsId=transaction)
    client.send(b"<kombi_request/>")
    client.send(body, Authorization="Holder-of-key nothing")
    text = (sandbox.directory / "received" / "log.jsonl").read_text()
    first, second, third = [json.loads(line) for line in text.splitlines()]
    assert first["transaction"] == transaction
    assert (first["message"], first["shipment"], first["kombi"]) == (UUID, "B-17", "Automatisk Valg")
    assert (first["size"], first["outcome"], first["file"]) == (len(body), "accepted", f"{UUID}.xml")
    assert second["outcome"] == "refused sandbox.xml.not.readable"
    assert third["outcome"] == "http 401"
    assert "1212121212" not in text


@pytest.mark.parametrize(
    ("policy", "expected"), [("refuse", (409, "sandbox.duplicate")), ("invalid", (400, "memo.invalid"))]
)
def test_a_repeated_uuid_may_be_refused(sandbox, client, wire, policy, expected):
    """How the real service answers is not publicly known: the script decides, and only one body is kept."""
    sandbox.script.read({"duplicate": policy})
    body = wire.kombi("Digital Post", wire.message())
    assert wire.is_received(client.send(body))
    answer = client.send(body)
    assert (answer.status_code, wire.fault_of(answer)) == expected
    assert [entry.outcome for entry in sandbox.requests()] == ["accepted", "duplicate refused"]
    assert len(list(sandbox.directory.glob("received/*.xml"))) == 1


def test_a_repeated_uuid_is_taken_as_a_second_letter_otherwise(sandbox, client, wire):
    """Its body lies beside the first one."""
    for number in (1, 2, 3):
        client.send(wire.kombi("Digital Post", wire.message(uuid=UUID, files=wire.file_part(f"{number}.pdf"))))
    assert [entry.file for entry in sandbox.received()] == [f"{UUID}.xml", f"{UUID}.2.xml", f"{UUID}.3.xml"]
    assert b"2.pdf" in (sandbox.directory / "received" / f"{UUID}.2.xml").read_bytes()


def test_many_at_once_are_all_kept(sandbox, client, wire):
    """The same UUID sixteen times in parallel: sixteen bodies, and sixteen lines of log."""
    body = wire.kombi("Digital Post", wire.message(uuid=UUID))
    client.token()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.send(body), range(16)))
    assert all(wire.is_received(answer) for answer in answers)
    files = {entry.file for entry in sandbox.received()}
    assert len(files) == 16
    assert {path.name for path in sandbox.directory.glob("received/*.xml")} == files


def test_of_many_at_once_only_one_is_taken_when_repetitions_are_refused(sandbox, client, wire):
    """No two threads both think they are first."""
    sandbox.script.duplicate = "refuse"
    body = wire.kombi("Digital Post", wire.message(uuid=UUID))
    client.token()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.send(body).status_code, range(16)))
    assert sorted(answers) == [200] + [409] * 15


def test_a_body_may_come_in_chunks(sandbox, client, wire):
    """Some HTTP clients do not say beforehand how long it will be."""
    body = wire.kombi("Digital Post", wire.message())
    assert wire.is_received(client.send(iter([body[:7], body[7:1000], body[1000:]])))
    assert sandbox.body(sandbox.received()[0]) == body


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("Digital Post", ""),
        ("Digital Post", "shipment"),
        ("Digital Post", "message shipment"),
        ("Fysisk Post", "message"),
        ("Automatisk Valg", "message"),
        ("Automatisk Valg", "shipment"),
        ("NemSMS", "message"),
        ("Digital Post", "sms"),
        ("Automatisk Valg", "sms shipment"),
        ("digital post", "message"),
        ("Digital Post", "message message"),
    ],
)
def test_code_and_parts_must_go_together(visitor, wire, code, parts):
    """HTTP 400 with FejlKode and FejlTekst, at once."""
    makers = {"message": wire.message, "shipment": wire.shipment, "sms": wire.sms}
    answer = visitor.send(wire.kombi(code, *(makers[part]() for part in parts.split())))
    assert answer.status_code == 400
    assert wire.fault_of(answer) in {"sandbox.parts", "sandbox.envelope"}
    assert "<Result>false</Result>" in answer.text


DECLARED = b'<?xml version="1.0" encoding="UTF-8"?>'


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: b"",
        lambda body: b"nonsense",
        lambda body: DECLARED,
        lambda body: body[:-5],
        lambda body: body.replace(DECLARED, b""),
        lambda body: body.replace(b"UTF-8", b"ISO-8859-1"),
        lambda body: body.replace(b"kombi_request", b"request"),
        lambda body: body.replace(b"<kombi_request>", b'<kombi_request xmlns="urn:x">'),
        lambda body: body.replace(b"KombiValgKode", b"Kode"),
        lambda body: body.replace(b"</kombi_request>", b"<More/></kombi_request>"),
        lambda body: body.replace("ø".encode(), b"\xf8"),
        lambda body: body.replace(DECLARED, DECLARED + b"<!DOCTYPE kombi_request>"),
        lambda body: body.replace(
            DECLARED, DECLARED + b'<!DOCTYPE kombi_request [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        ).replace(b"SAG-1", b"&x;"),
        lambda body: body.decode().encode("utf-16"),
        lambda body: body.replace(b"SAG-1", b"<a>" * 3000 + b"</a>" * 3000),
        lambda body: body.replace(b"<memo:messageID>SAG-1</memo:messageID>", b"<memo:messageID/>" * 30_000),
    ],
)
def test_what_is_not_a_kombi_request_is_refused(visitor, wire, spoil):
    """HTTP 400 in XML, whatever it was."""
    answer = visitor.send(spoil(wire.kombi("Digital Post", wire.message())))
    assert answer.status_code == 400
    assert wire.fault_of(answer) in {"sandbox.xml.not.readable", "sandbox.envelope"}


@pytest.mark.parametrize("kind", [None, "text/plain", "application/json", "application/xml;charset=ISO-8859-1"])
def test_the_type_must_be_xml(visitor, wire, kind):
    """HTTP 400."""
    answer = visitor.send(wire.kombi("Digital Post", wire.message()), Content_Type=kind)
    assert answer.status_code == 400


def test_the_type_may_say_its_charset(visitor, wire):
    """One client in production does."""
    body = wire.kombi("Digital Post", wire.message())
    assert wire.is_received(visitor.send(body, Content_Type="application/xml;charset=UTF-8"))


@pytest.mark.parametrize("bad", ["", "17", "0b2f6c52-5a53-1d0c-9b5b-2f6a3c1f7d11"])
def test_without_a_usable_uuid_a_message_is_refused_at_once(visitor, wire, bad):
    """No receipt could be sent about it."""
    answer = visitor.send(wire.kombi("Digital Post", wire.message(uuid=bad)))
    assert (answer.status_code, wire.fault_of(answer)) == (400, "memo.invalid")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"cpr": "6101800000"}, "sandbox.forsendelse.invalid"),
        ({"cpr": "0202915678".replace("02", "30", 1)}, "sandbox.forsendelse.invalid"),
        ({"post_code": "800"}, "sandbox.forsendelse.invalid"),
        ({"name": ""}, "sandbox.forsendelse.invalid"),
        ({"content": "not base64"}, "sandbox.forsendelse.invalid"),
        ({"id": "x" * 39}, "sandbox.forsendelse.invalid"),
        ({"id": "1212121212"}, "sandbox.identifier"),
    ],
)
def test_a_letter_on_paper_must_fit_its_schema(sandbox, client, wire, change, code):
    """HTTP 400; an identifier that looks like a CPR number would travel in the open, and is refused too."""
    answer = client.send(wire.kombi("Fysisk Post", wire.shipment(**change)))
    assert (answer.status_code, wire.fault_of(answer)) == (400, code)
    assert "1212121212" not in (sandbox.directory / "received" / "log.jsonl").read_text()


def test_a_letter_on_paper_has_a_size(visitor, wire):
    """About ten megabytes encoded: 7 MiB of files fit, 7.5 do not."""
    fits = wire.shipment(content="A" * (7 * 1024 * 1024 // 3 * 4))
    too_large = wire.shipment(content="A" * (15 * 512 * 1024 // 3 * 4))
    assert wire.is_received(visitor.send(wire.kombi("Fysisk Post", fits)))
    answer = visitor.send(wire.kombi("Fysisk Post", too_large))
    assert (answer.status_code, wire.fault_of(answer)) == (400, "sandbox.too.large")
