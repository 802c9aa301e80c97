"""Every fault does what the README says, as often as it says, and leaves everything else alone."""

import socket
import ssl
import time
from collections import deque
from datetime import UTC, datetime, timedelta

import pytest
import requests

from esdh_connect_sandbox import Fault


@pytest.fixture
def letter(wire):
    return wire.kombi("Digital Post", wire.message())


@pytest.fixture
def calls(client, wire, letter):
    """A call of each kind; the tokens they need are there already."""
    client.token(wire.KOMBI), client.token(wire.LOOKUP)
    assertion = client.assertion()
    return {
        "sts": lambda: client.issue(client.issue_body(wire.KOMBI)),
        "token": lambda: client.exchange(assertion),
        "lookup": lambda: client.lookup(cprNumber="1212121212"),
        "kombi": lambda: client.send(letter),
    }


@pytest.mark.parametrize("on", ["sts", "token", "lookup", "kombi"])
@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"kind": "unauthorized"}, (401, None)),
        ({"kind": "too_many"}, (429, "1")),
        ({"kind": "too_many", "retry_after": 7}, (429, "7")),
        ({"kind": "unavailable"}, (503, None)),
        ({"kind": "unavailable", "retry_after": 2}, (503, "2")),
        ({"kind": "server_error_before"}, (500, None)),
    ],
)
def test_refusals_of_the_gateway(sandbox, calls, on, fault, expected):
    """Twice, then everything is as before; nothing was taken."""
    sandbox.script.add(Fault(on, times=2, **fault))
    for _ in range(2):
        answer = calls[on]()
        assert (answer.status_code, answer.headers.get("Retry-After")) == expected
    assert calls[on]().status_code == 200
    assert len(sandbox.received()) == (on == "kombi")


@pytest.mark.parametrize("on", ["sts", "token", "lookup", "kombi"])
def test_a_page_instead_of_an_answer(sandbox, calls, on):
    """HTTP 200 and HTML, from something in between."""
    sandbox.script.add(Fault(on, "html"))
    answer = calls[on]()
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html")
    assert calls[on]().headers["Content-Type"] != "text/html"
    assert len(sandbox.received()) == (on == "kombi")


@pytest.mark.parametrize("on", ["sts", "token", "lookup", "kombi"])
def test_a_connection_that_is_reset_before_anything_was_done(sandbox, calls, on):
    """The client sees a broken connection; nothing was taken."""
    sandbox.script.add(Fault(on, "reset_before"))
    with pytest.raises(requests.ConnectionError):
        calls[on]()
    assert sandbox.received() == []
    assert calls[on]().status_code == 200


def test_a_reset_is_a_reset(sandbox):
    """RST on the wire, not the orderly end of a connection."""
    sandbox.script.add(Fault("sts", "reset_before"))
    context = ssl.create_default_context(cafile=sandbox.ca)
    context.load_cert_chain(sandbox.certificate)
    plain = socket.create_connection(("127.0.0.1", int(sandbox.url.rsplit(":", 1)[1])), timeout=10)
    secure = context.wrap_socket(plain, server_hostname="localhost")
    secure.sendall(b"POST /runtime/api/rest/wstrust/v1/issue HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
    with socket.socket(fileno=secure.detach()) as raw:
        raw.settimeout(10)
        with pytest.raises(ConnectionResetError):
            deque(iter(lambda: raw.recv(10_000), b""))


@pytest.mark.parametrize("on", ["sts", "lookup", "kombi"])
def test_a_slow_answer_is_an_answer(sandbox, calls, on):
    """Later than usual."""
    sandbox.script.add(Fault(on, "slow", seconds=0.3))
    started = time.monotonic()
    assert calls[on]().status_code == 200
    assert time.monotonic() - started >= 0.3


@pytest.mark.parametrize("kind", ["hang", "accept_then_timeout"])
def test_no_answer_at_all(sandbox, client, wire, letter, kind):
    """The connection stays open and silent: the letter was taken, or it was not."""
    client.token()
    sandbox.script.add(Fault("kombi", kind, seconds=30))
    url = f"{client.url}/service/KombiPostAfsend_1/kombi"
    headers = client.headers(wire.KOMBI, Content_Type="application/xml")
    with pytest.raises(requests.Timeout):
        client.session.post(url, letter, headers=headers, verify=client.ca, cert=client.certificate, timeout=0.4)
    wire.wait_for(sandbox.requests)
    assert len(sandbox.received()) == (kind == "accept_then_timeout")
    started = time.monotonic()
    sandbox.stop()
    assert time.monotonic() - started < 20  # the fault holds it for 30


@pytest.mark.parametrize("kind", ["reset_after", "server_error_after", "wrong_xml"])
def test_the_letter_is_taken_and_the_answer_does_not_say_so(sandbox, client, wire, letter, kind):
    """Body, log and receipts are as if nothing had happened: the client cannot know."""
    client.token()
    sandbox.script.add(Fault("kombi", kind))
    if kind == "reset_after":
        with pytest.raises(requests.ConnectionError):
            client.send(letter)
    else:
        answer = client.send(letter)
        assert answer.status_code == (500 if kind == "server_error_after" else 200)
        assert b"Received" not in answer.content
    (entry,) = sandbox.received()
    assert sandbox.body(entry) == letter
    assert entry.outcome == f"accepted, fault {kind}"
    wire.wait_for(lambda: len(sandbox.receipts()) == 2)


def test_a_business_refusal(sandbox, client, wire, letter):
    """Of any code, text and HTTP status; nothing was taken."""
    sandbox.script.add(Fault("kombi", "refuse", code="memo.invalid", text="æv"), Fault("kombi", "refuse", status=200))
    first, second = client.send(letter), client.send(letter)
    assert (first.status_code, wire.fault_of(first)) == (400, "memo.invalid")
    assert "<FejlTekst>æv</FejlTekst>" in first.content.decode()
    assert (second.status_code, wire.fault_of(second)) == (200, "sandbox.refused")
    assert sandbox.received() == []


def test_an_answer_that_is_true_but_not_received(sandbox, client, wire, letter):
    """Result true is not enough."""
    sandbox.script.add(Fault("kombi", "not_received"))
    answer = client.send(letter)
    assert "<Result>true</Result>" in answer.text
    assert not wire.is_received(answer)
    assert sandbox.received() == []


@pytest.mark.parametrize("kind", ["html", "wrong_xml", "not_received"])
@pytest.mark.parametrize("stored", [True, False])
def test_whether_the_letter_is_taken_can_be_said(sandbox, client, letter, kind, stored):
    """The same answer, with and without a letter behind it."""
    sandbox.script.add(Fault("kombi", kind, stored=stored))
    assert client.send(letter).status_code == 200
    assert len(sandbox.received()) == stored


# Receipts


def statuses(sandbox, wire):
    return [wire.poststatus(each)["TransaktionsStatusKode"] for each in sandbox.receipts()]


def test_receipts_that_come_late(sandbox, client, wire, letter):
    """All of them by so many seconds."""
    sandbox.script.add(Fault("receipt", "late", seconds=0.5))
    client.token()
    sent = datetime.now(UTC)
    client.send(letter)
    wire.wait_for(lambda: len(sandbox.receipts()) == 2)
    times = [wire.poststatus(each)["TransaktionsDatoTid"] for each in sandbox.receipts()]
    assert all(datetime.fromisoformat(each) >= sent + timedelta(seconds=0.49) for each in times)


def test_receipts_that_come_repeatedly(sandbox, client, wire, letter):
    """Each three times, with the same BeskedId: a redelivery."""
    sandbox.script.add(Fault("receipt", "repeated", n=3))
    client.send(letter)
    wire.wait_for(lambda: len(sandbox.receipts()) == 6)
    ids = [wire.poststatus(each)["BeskedId"] for each in sandbox.receipts()]
    assert [ids.count(each) for each in ids] == [3] * 6
    assert len(set(ids)) == 2


def test_receipts_in_the_wrong_order(sandbox, client, wire, letter):
    """The last one first."""
    sandbox.script.add(Fault("receipt", "reordered"))
    client.send(letter)
    wire.wait_for(lambda: len(sandbox.receipts()) == 2)
    assert statuses(sandbox, wire) == ["Afleveret Digital Post", "Modtaget Digital Post"]


def test_receipts_before_the_answer(sandbox, client, wire, letter, endpoint):
    """The endpoint has all of them when the client gets its answer."""
    client.token()
    sandbox.push_to(endpoint.url)
    sandbox.script.add(Fault("receipt", "before_answer"))
    assert wire.is_received(client.send(letter))
    assert endpoint.statuses() == ["Modtaget Digital Post", "Afleveret Digital Post"]


def test_receipts_that_never_come(sandbox, client, wire, letter):
    """Only those of that letter."""
    sandbox.script.add(Fault("receipt", "dropped"))
    client.send(letter)
    client.send(wire.kombi("Fysisk Post", wire.shipment()))
    wire.wait_for(lambda: len(sandbox.receipts()) == 5)
    assert "Afleveret Digital Post" not in statuses(sandbox, wire)


def test_a_damaged_receipt(sandbox, client, wire, letter):
    """The first one is cut off inside; the others are whole."""
    sandbox.script.add(Fault("receipt", "corrupt"))
    client.send(letter)
    wire.wait_for(lambda: len(sandbox.receipts()) == 2)
    with pytest.raises(SyntaxError):
        wire.poststatus(sandbox.receipts()[0])
    assert wire.poststatus(sandbox.receipts()[1])["TransaktionsStatusKode"] == "Afleveret Digital Post"


def test_a_receipt_nobody_has_seen_before(sandbox, client, wire, letter):
    """Its text and its UUID are new; the one after it is not."""
    sandbox.script.add(Fault("receipt", "unknown_code"))
    client.send(letter)
    wire.wait_for(lambda: len(sandbox.receipts()) == 2)
    assert statuses(sandbox, wire) == ["Ukendt i sandkassen", "Afleveret Digital Post"]


def test_a_failure_on_order(sandbox, client, wire, letter):
    """With any FejlKode and FejlTekst."""
    sandbox.script.add(Fault("receipt", "failed", code="memo.invalid", text="linje 1\nlinje 2"))
    client.send(letter)
    wire.wait_for(sandbox.receipts)
    status = wire.poststatus(sandbox.receipts()[0])
    assert (status["TransaktionsStatusKode"], status["FejlKode"]) == ("Fejlet", "memo.invalid")
    assert status["FejlTekst"] == "linje 1\nlinje 2"


# The script


def test_the_file_is_read_again_when_it_changes(sandbox, client, letter, said):
    """A new text counts anew; one that is wrong changes nothing and is told."""
    file = sandbox.directory / "faults.toml"
    file.write_text('duplicate = "refuse"\n[[fault]]\non = "kombi"\nkind = "unavailable"\ntimes = 2\n')
    assert client.send(letter).status_code == 503
    file.write_text('[[fault]]\non = "kombi"\nkind = "explode"\n# and a comment that makes it longer\n')
    assert client.send(letter).status_code == 503
    assert "there is no fault 'explode' on kombi" in said[-1]
    assert client.send(letter).status_code == 200
    assert client.send(letter).status_code == 409
    file.unlink()
    assert client.send(letter).status_code == 409


def test_faults_over_http(sandbox, client):
    """One alone or a whole script, to see what is left, and to clear it."""
    first = client.call("POST", "/sandbox/faults", json={"on": "kombi", "kind": "too_many", "times": 2})
    assert first.json()["fault"][0]["times"] == 2
    client.call("POST", "/sandbox/faults", json={"fault": [{"on": "sts", "kind": "hang"}], "duplicate": "refuse"})
    left = client.call("GET", "/sandbox/faults").json()
    assert [fault["kind"] for fault in left["fault"]] == ["too_many", "hang"]
    assert left["duplicate"] == "refuse"
    assert client.call("DELETE", "/sandbox/faults").json()["fault"] == []
    assert sandbox.script.left() == ()


@pytest.mark.parametrize(
    "bad",
    [
        {"on": "kombi", "kind": "late"},
        {"on": "lookup", "kind": "reset_after"},
        {"on": "printer", "kind": "hang"},
        {"kind": "hang"},
        {"on": "sts", "kind": "hang", "seconds": "long"},
        {"on": "sts", "kind": "hang", "times": -1},
        {"on": "receipt", "kind": "repeated", "n": 1000},
        {"on": "sts", "kind": "hang", "wait": 1},
        {"on": "sts", "kind": "hang", "seconds": -1},
        {"on": "kombi", "kind": "refuse", "text": "\x00"},
        {"on": "kombi", "kind": "refuse", "text": 7},
        {"duplicate": "sometimes"},
        {"assertion_seconds": 1e300},
        {"token_seconds": "long"},
        {"more": 1},
        [],
    ],
)
def test_a_fault_that_does_not_exist_is_refused(client, bad):
    """HTTP 400 with a message that helps, and nothing is queued."""
    answer = client.call("POST", "/sandbox/faults", json=bad)
    assert answer.status_code == 400
    assert answer.json()["message"]
    assert client.call("GET", "/sandbox/faults").json()["fault"] == []


def test_a_closed_service_says_so_to_a_question_too(sandbox, client, wire):
    """A GET of the kombi endpoint uses up no fault; open, it has no use for one."""
    sandbox.script.add(Fault("kombi", "unavailable", times=2))
    path = "/service/KombiPostAfsend_1/kombi"
    asked = [client.call("GET", path, headers=client.headers(wire.KOMBI)).status_code for _ in range(3)]
    assert (asked, sandbox.script.left()[0].times) == ([503] * 3, 2)
    sandbox.script.clear()
    assert client.call("GET", path, headers=client.headers(wire.KOMBI)).status_code == 405
