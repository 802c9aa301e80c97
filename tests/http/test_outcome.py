"""Every row of the tables, against real sockets: what each outcome means for a letter and for a look-up."""

import socket
import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import attrs
import pytest
import trustme

from esdh_connect.errors import DeliveryError, OutcomeUnknown, Rejected, TemporaryFailure
from esdh_connect.http import FAULTS, STATUSES, Answer, Client

CPR = "1212121212"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
STRANGER = trustme.CA()


def failure(call: Callable[[], object]) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        call()
    return caught.value


def assert_fate(client, url, body, seen, fate):
    """The letter has this fate; a look-up that meets the same is asked again later, whatever it was."""
    error = failure(lambda: client.hand_over(url, body))
    assert type(error) is fate
    assert seen in str(error)
    assert error.danish
    assert error.__context__ is None, "the library's own exception shows the query string"


# --- without an answer


def gone(*_):
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def test_a_name_that_is_not_found_sent_nothing(here, client, monkeypatch):
    """DNS fails before there is anybody to hand a letter to."""
    monkeypatch.setattr(socket, "getaddrinfo", gone)
    assert_fate(client, "https://sp.example.dk/kombi", here.letter, "not found (DNS)", TemporaryFailure)


def test_a_refused_connection_sent_nothing(here, client):
    """Nobody listens there."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert_fate(client, f"https://127.0.0.1:{port}/", here.letter, "connection refused", TemporaryFailure)


def test_a_connection_that_never_comes_about_sent_nothing(here):
    """A full queue of waiting connections leaves further ones without any answer."""
    impatient = Client(here.trust(), connect_timeout=0.3)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        url = f"https://127.0.0.1:{full.getsockname()[1]}/"
        assert_fate(impatient, url, here.letter, "no connection in time", TemporaryFailure)
        for one in waiting:
            one.close()


def test_a_handshake_that_never_ends_sent_nothing(here):
    """Somebody accepts the connection and then says nothing at all."""
    impatient = Client(here.trust(), connect_timeout=0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/"
        assert_fate(impatient, url, here.letter, "no answer in time", TemporaryFailure)


@pytest.mark.parametrize(
    ("issued", "words"),
    [
        ({"authority": STRANGER}, "unable to get local issuer certificate"),
        ({"name": "somebody-else.example"}, "not valid for '127.0.0.1'"),
        ({"not_after": datetime(2020, 1, 1, tzinfo=UTC)}, "certificate has expired"),
    ],
    ids=["untrusted", "another host", "expired"],
)
def test_a_server_that_cannot_be_trusted_gets_nothing(here, client, issued, words):
    """The operator is told what is wrong with its certificate."""
    with here.serving(lambda line: line.request(), here.server_context(**issued)) as url:
        assert_fate(client, url, here.letter, "not to be trusted", TemporaryFailure)
        assert words in str(failure(lambda: client.ask(url)))


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("shown", [None, STRANGER], ids=["no certificate", "a stranger's"])
def test_when_our_certificate_is_refused_nothing_was_read(here, client, version, shown):
    """With TLS 1.3 the refusal comes when the handshake is over for us and the whole letter has left."""
    context, own = here.server_context(), here.trust()
    context.maximum_version = version
    context.verify_mode = ssl.CERT_REQUIRED
    here.authority.configure_trust(context)
    if shown:
        shown.issue_cert("client.example").configure_cert(own)
    with here.serving(lambda line: line.request(), context) as url:
        assert_fate(Client(own), url, here.letter, "our certificate was refused", TemporaryFailure)


def test_a_letter_that_was_not_handed_over_whole_was_not_taken(here, client):
    """Its Content-Length was not reached, so nobody can have accepted it."""
    broken_before = lambda line: (line.head(), line.reset())  # noqa: E731
    broken_within = lambda line: (line.head(), line.stream.read(1 << 20), line.reset())  # noqa: E731
    for script in (broken_before, broken_within):
        with here.serving(script) as url:
            error = failure(lambda url=url: client.hand_over(url, here.large))
            assert type(error) is TemporaryFailure
            assert "the connection broke" in str(error)


def fate(call) -> type[DeliveryError]:
    """What became of a letter that was not accepted, whether there was an answer or not."""
    try:
        answer = call()
    except DeliveryError as error:
        return type(error)
    return type(answer.refusal() or answer.unreadable("no kombi_response"))


@pytest.mark.parametrize("status", [200, 500, 502])
def test_an_answer_before_the_letter_was_whole_does_not_make_it_taken(here, client, status):
    """Some servers answer and hang up before they have read; which of the two is seen first is chance."""
    hasty = lambda line: (line.head(), line.answer(status, b"<html/>"), line.reset())  # noqa: E731
    with here.serving(hasty) as url:
        assert fate(lambda: client.hand_over(url, here.large)) is TemporaryFailure
    seen = Answer(status, b"", {}, "sp.example.dk:443/kombi", about_letter=True, at=NOW, whole=False)
    assert fate(lambda: seen) is TemporaryFailure
    assert fate(lambda: attrs.evolve(seen, whole=True)) is OutcomeUnknown
    assert fate(lambda: attrs.evolve(seen, status=413)) is Rejected


def test_a_line_that_stands_still_within_the_letter_took_nothing(here):
    """The other end stops reading: the letter is not whole."""
    enough = threading.Event()
    impatient = Client(here.trust(), connect_timeout=0.5)
    with here.serving(lambda line: (line.head(), enough.wait(10))) as url:
        assert_fate(impatient, url, here.large, "the line stood still", TemporaryFailure)
        enough.set()


WITHOUT_A_WHOLE_ANSWER = {
    "the connection broke (reset)": lambda line: line.reset(),
    "the connection broke (closed)": lambda line: None,
    "no answer in time": lambda line: line.stream.readline(),
    "the answer was cut short": lambda line: line.say(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n<kombi"),
    "too large or too slow": lambda line: line.answer(200, b"x" * (2 << 20)),
    "the exchange failed": lambda line: line.say(b"220 mail.example.dk ESMTP\r\n"),
}


@pytest.mark.parametrize("seen", WITHOUT_A_WHOLE_ANSWER)
def test_a_letter_handed_over_whole_without_a_whole_answer_may_have_been_taken(here, client, seen):
    """It left, and what came back tells nothing: never sent again by itself. A look-up just failed."""
    with here.serving(lambda line: (line.request(), WITHOUT_A_WHOLE_ANSWER[seen](line))) as url:
        assert_fate(client, url, here.letter, seen.split(" (")[0], OutcomeUnknown)
        asked = failure(lambda: client.ask(url, query={"cprNumber": CPR}))
        assert type(asked) is TemporaryFailure
        assert seen.split(" (")[0] in str(asked)


def test_a_slow_drip_of_an_answer_is_left_unread(here, client):
    """Every byte comes in time, but all of them together do not."""

    def drip(line):
        line.request()
        line.say(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n")
        for _ in range(900):
            line.say(b"x")
            threading.Event().wait(0.05)

    with here.serving(drip) as url:
        assert_fate(client, url, here.letter, "too large or too slow", OutcomeUnknown)


def test_a_kept_connection_that_closes_under_the_next_letter_may_have_taken_it(here, client):
    """The usual accident with pooled connections: it looks like a refusal and is none."""
    with here.serving(lambda line: (line.request(), line.answer(200), line.request())) as url:
        assert client.hand_over(url, here.letter).status == 200
        assert_fate(client, url, here.letter, "the connection broke", OutcomeUnknown)


def test_every_row_about_faults_is_tried_here():
    """A row nobody has seen happen is a guess."""
    tried = {
        "not found (DNS)",
        "refused",
        "no connection",
        "not to be trusted",
        "our certificate",
        "the proxy",
        "broke",
    }
    tried |= {"no answer in time", "cut short", "stood still"}
    untried = [meaning.seen for _, meaning in FAULTS if not any(words in meaning.seen for words in tried)]
    assert untried == ["TLS failed"]  # what is left when nothing better is known


# --- with an answer

TEMPORARY, REFUSED, UNKNOWN = TemporaryFailure, Rejected, OutcomeUnknown
FATES = {
    **dict.fromkeys((401, 403, 404, 405, 407, 408, 429), TEMPORARY),
    **dict.fromkeys((400, 413, 415, 422), REFUSED),
    **dict.fromkeys((301, 302, 303, 307, 308, 409, 418, 500, 501, 502, 503, 504, 599), UNKNOWN),
}


@pytest.mark.parametrize("status", FATES)
def test_what_a_status_means_for_a_letter_and_for_a_look_up(here, client, status):
    """A look-up never settles anything about a letter; a redirect is not followed."""
    headers = ("Location: https://127.0.0.1:1/elsewhere",) if status < 400 else ()
    page = f"<html>{CPR} 121212-1212</html>".encode()
    with here.serving(lambda line: [line.answer(status, page, *headers) for _ in iter(line.request, "")]) as url:
        letter, asked = client.hand_over(url, here.letter).refusal(), client.ask(url).refusal()
    assert (type(letter), type(asked)) == (FATES[status], TemporaryFailure)
    assert f"HTTP {status} from 127.0.0.1:" in str(letter)
    assert "html" not in f"{letter!r}{asked!r}"
    assert letter.danish
    assert asked.danish
    assert getattr(letter, "code", f"http.{status}") == f"http.{status}"


def test_every_row_about_statuses_is_tried_here():
    """The table and the tests name the same statuses."""
    assert set(STATUSES) <= set(FATES)


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("Fri, 02 Jan 2026 03:06:05 GMT", timedelta(minutes=2)),
        ("Fri, 02 Jan 2020 03:06:05 GMT", timedelta()),
        ("999999999", timedelta(days=1)),
        ("9" * 400, None),
        ("soon", None),
        ("-5", None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_service_may_say_when_to_come_back(here, client, status, text, wait):
    """In seconds or until a date, at most a day. A 503 without it does not say that nothing was taken."""
    with here.serving(lambda line: (line.request(), line.answer(status, b"", f"Retry-After: {text}"))) as url:
        error = client.hand_over(url, here.letter).refusal()
    if status == 503 and wait is None:
        assert type(error) is OutcomeUnknown
    else:
        assert isinstance(error, TemporaryFailure)
        assert error.retry_after == wait


def test_an_answer_that_makes_no_sense_settles_nothing(here, client):
    """A page in HTML with status 200 is a proxy's, or nobody's."""
    with here.serving(lambda line: [line.answer(200, b"<html>Log in</html>") for _ in iter(line.request, "")]) as url:
        letter, asked = client.hand_over(url, here.letter), client.ask(url)
    assert letter.refusal() is None
    assert type(letter.unreadable("no kombi_response")) is OutcomeUnknown
    assert type(asked.unreadable("no JSON")) is TemporaryFailure


def test_an_excerpt_is_masked_and_short(here, client):
    """It is for services no citizen is known to, and careful all the same."""
    content = f"bad {CPR} 121212-1212 {'eyJhbGciOi' * 10} ".encode() + "æ".encode() * 4000
    with here.serving(lambda line: (line.request(), line.answer(500, content))) as url:
        text = client.ask(url).excerpt()
    assert text.startswith("bad xxxxxx-xxxx xxxxxx-xxxx …")
    assert len(text) <= 200
