"""PostStatus: which receipts come, in which order, to whom, and how long they are tried."""

import ssl
import time
from datetime import datetime

import pytest
import trustme

from esdh_connect_sandbox import BadEndpoint, Fault, Sandbox

DIGITAL = ["Modtaget Digital Post", "Afleveret Digital Post"]
PRINT = [
    "Modtaget Fjern-print",
    "Klar",
    "Afleveret til print og kuvertering",
    "Afsendt",
    "Modtaget Post Danmark",
]
UUID = "0b2f6c52-5a53-4d0c-9b5b-2f6a3c1f7d11"


def test_a_digital_letter_is_taken_in_and_then_delivered(sandbox, client, endpoint, wire):
    """Keyed by messageUUID, with the sender's own messageID and the TransmissionID of the answer."""
    sandbox.push_to(endpoint.url)
    answer = client.send(wire.kombi("Digital Post", wire.message(uuid=UUID.upper())))
    wire.wait_for(lambda: len(endpoint.got) == 2)
    assert endpoint.statuses() == DIGITAL
    first, second = (wire.poststatus(each) for each in endpoint.got)
    assert first["MessageUUID"] == UUID
    assert first["MessageId"] == "SAG-1"
    assert first["KanalKode"] == "Digital Post"
    assert "AfsendelseIdentifikator" not in first
    assert first["TransmissionId"] == first["CorrelationId"]
    assert f"<TransmissionID>{first['TransmissionId']}</TransmissionID>" in answer.text
    assert first["TilladtModtager"] == "urn:oio:cvr:55133018"
    assert first["ObjektHandling"] == "eb866ca2-b871-4387-b501-12cde577bd58"
    assert second["ObjektHandling"] == "f7161a89-5068-4023-bc80-d7f4daad2a2e"
    assert first["FejlDetaljer"] == second["FejlDetaljer"] == ""
    assert first["BeskedId"] != second["BeskedId"]
    assert datetime.fromisoformat(first["TransaktionsDatoTid"]) <= datetime.fromisoformat(second["TransaktionsDatoTid"])


def test_a_letter_on_paper_passes_five_stations(sandbox, client, endpoint, wire):
    """Keyed by AfsendelseIdentifikator, without a messageUUID."""
    sandbox.push_to(endpoint.url)
    client.send(wire.kombi("Fysisk Post", wire.shipment(id="B-17")))
    wire.wait_for(lambda: len(endpoint.got) == 5)
    assert endpoint.statuses() == PRINT
    for each in endpoint.got:
        status = wire.poststatus(each)
        assert (status["AfsendelseIdentifikator"], status["KanalKode"]) == ("B-17", "Fysisk Post")
        assert "MessageUUID" not in status


@pytest.mark.parametrize(("number", "statuses"), [("1212121212", DIGITAL), ("0202915678", PRINT)])
def test_automatic_choice_goes_where_the_recipient_is(sandbox, client, wire, number, statuses):
    """Digital to those who are registered, on paper to the others."""
    client.send(wire.kombi("Automatisk Valg", wire.message(number), wire.shipment()))
    wire.wait_for(lambda: len(sandbox.receipts()) == len(statuses))
    assert [wire.poststatus(each)["TransaktionsStatusKode"] for each in sandbox.receipts()] == statuses


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (lambda wire: wire.kombi("Digital Post", wire.message("0202915678")), "sandbox.recipient.not.registered"),
        (lambda wire: wire.kombi("NemSMS", wire.sms(number="1503851111")), "sandbox.recipient.not.registered"),
        (lambda wire: wire.kombi("Digital Post", wire.message().replace("memo:label", "memo:title")), "memo.invalid"),
        (
            lambda wire: wire.kombi("Digital Post", wire.message(files=wire.file_part("x.exe"))),
            "file.extension.not.allowed",
        ),
        (lambda wire: wire.kombi("NemSMS", wire.sms(after_label="")), "empty.notification.not.allowed"),
        (lambda wire: wire.kombi("Fysisk Post", wire.shipment(post_code="9999")), "sandbox.address.unknown"),
    ],
)
def test_what_goes_wrong_later_comes_as_one_fejlet(sandbox, client, wire, body, code):
    """The letter was taken with Received; one receipt says that it failed, and why, without a CPR number."""
    assert wire.is_received(client.send(body(wire)))
    wire.wait_for(sandbox.receipts)
    time.sleep(0.1)
    (status,) = [wire.poststatus(each) for each in sandbox.receipts()]
    assert (status["TransaktionsStatusKode"], status["FejlKode"]) == ("Fejlet", code)
    assert status["FejlTekst"]
    assert status["ObjektHandling"] == "e225a75c-4b63-46c4-9423-77f5c8762445"
    assert not any(number in sandbox.receipts()[0] for number in ("1503851111", "0202915678", "1212121212"))


@pytest.mark.parametrize("refusal", [(500, b""), (200, b""), (200, b"<a/>"), (202, None), (200, 40)])
def test_a_receipt_is_tried_until_the_endpoint_has_it(sandbox, client, endpoint, wire, refusal):
    """HTTP 200 and StatusKode 20, nothing else; the same BeskedId each time, and the attempts are counted."""
    status, body = refusal
    answer = body if isinstance(body, bytes) else wire.acknowledgement(body or 20)
    endpoint.answers = [(status, answer)] * 3
    sandbox.script.add(Fault("receipt", "failed"))
    sandbox.push_to(endpoint.url)
    client.send(wire.kombi("Digital Post", wire.message()))
    wire.wait_for(lambda: len(endpoint.got) == 4)
    time.sleep(0.1)
    got = [wire.poststatus(each) for each in endpoint.got]
    assert len({each["BeskedId"] for each in got}) == 1
    assert [each["AntalLeveranceforsoeg"] for each in got] == ["1", "2", "3", "4"]


def test_an_endpoint_that_is_not_there_yet_gets_what_waited(sandbox, client, endpoint, wire):
    """Receipts are kept until there is somewhere to push them."""
    client.send(wire.kombi("Digital Post", wire.message()))
    wire.wait_for(lambda: len(sandbox.receipts()) == 2)
    assert client.call("POST", "/sandbox/push", json={"url": endpoint.url}).json() == {"url": endpoint.url}
    wire.wait_for(lambda: len(endpoint.got) == 2)
    assert endpoint.statuses() == DIGITAL
    assert client.call("POST", "/sandbox/push", json={"url": None}).json() == {"url": None}
    assert client.call("GET", "/sandbox/push").json() == {"url": None}


def test_without_an_endpoint_receipts_can_be_read(sandbox, client, wire):
    """In the order they came out, from any place on, the same text every time that matters."""
    client.send(wire.kombi("Digital Post", wire.message()))
    wire.wait_for(lambda: len(sandbox.receipts()) == 2)
    everything = client.call("GET", "/sandbox/poststatus").json()
    later = client.call("GET", "/sandbox/poststatus", params={"after": 1}).json()
    assert [wire.poststatus(each)["TransaktionsStatusKode"] for each in everything] == DIGITAL
    assert wire.poststatus(later[0]) == wire.poststatus(everything[1])
    assert len(later) == 1
    assert client.call("GET", "/sandbox/poststatus?after=2").json() == []
    assert client.call("GET", "/sandbox/poststatus?after=x").status_code == 400


@pytest.mark.parametrize(
    "url",
    [
        "http://example.dk/",
        "ftp://127.0.0.1/",
        "127.0.0.1:80",
        "https://",
        "https://user@example.dk/",
        "https://a:99999/",
        7,
    ],
)
def test_an_endpoint_is_https_or_on_this_machine(sandbox, client, url):
    """HTTP 400; from Python, BadEndpoint."""
    assert client.call("POST", "/sandbox/push", json={"url": url}).status_code == 400
    if isinstance(url, str):
        with pytest.raises(BadEndpoint):
            sandbox.push_to(url)
    assert client.call("GET", "/sandbox/push").json() == {"url": None}


def test_pushing_over_https_shows_the_client_certificate(sandbox, client, endpoint, wire):
    """So an endpoint can ask for mutual TLS, as the real one must."""
    ca = trustme.CA.from_pem(sandbox.ca.read_bytes(), (sandbox.directory / "ca-key.pem").read_bytes())
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=sandbox.ca)
    context.verify_mode = ssl.CERT_REQUIRED
    ca.issue_cert("localhost").configure_cert(context)
    endpoint.server.socket = context.wrap_socket(endpoint.server.socket, server_side=True)
    sandbox.push_to(f"https://localhost:{endpoint.server.server_port}/")
    client.send(wire.kombi("Digital Post", wire.message()))
    wire.wait_for(lambda: len(endpoint.got) == 2)
    assert endpoint.statuses() == DIGITAL


def test_an_untrusted_endpoint_gets_nothing(sandbox, client, endpoint, wire, said):
    """TLS is checked when pushing, too; the receipt waits."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    endpoint.server.socket = context.wrap_socket(endpoint.server.socket, server_side=True)
    endpoint.server.handle_error = lambda *_: None
    sandbox.push_to(f"https://localhost:{endpoint.server.server_port}/")
    client.send(wire.kombi("Digital Post", wire.message()))
    wire.wait_for(lambda: any("was not taken" in line for line in said))
    assert endpoint.got == []


def test_what_is_to_come_outlives_a_restart(connect, endpoint, wire, tmp_path):
    """Planned receipts, the endpoint, and those the endpoint has not taken yet; none is pushed twice."""
    slow = Sandbox(tmp_path / "slow", delay=0.4, push_url=endpoint.url)
    endpoint.answers = [(500, b"")]
    connect(slow).send(wire.kombi("Digital Post", wire.message()))
    wire.wait_for(lambda: len(endpoint.got) == 1)
    slow.stop()
    with Sandbox(tmp_path / "slow", delay=0.4):
        wire.wait_for(lambda: len(endpoint.got) == 3)
        time.sleep(0.2)
    assert endpoint.statuses() == [DIGITAL[0], *DIGITAL]


def test_receipts_come_in_their_own_time(tmp_path, connect, endpoint, wire):
    """Each a delay after the one before."""
    with Sandbox(tmp_path, delay=0.3, push_url=endpoint.url) as sandbox:
        started = time.monotonic()
        connect(sandbox).send(wire.kombi("Digital Post", wire.message()))
        wire.wait_for(lambda: len(endpoint.got) == 1)
        assert time.monotonic() - started >= 0.3
        wire.wait_for(lambda: len(endpoint.got) == 2)
        assert time.monotonic() - started >= 0.6
