"""HTTPS, against real sockets: every row of the tables, and what never happens by itself."""

import logging
import os
import socket
import ssl
import struct
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
import trustme

from esdh_connect.errors import DeliveryError, OutcomeUnknown, Rejected, TemporaryFailure
from esdh_connect.http import FAULTS, STATUSES, Client

CPR = "1212121212"
SMALL = [b"<letter/>"]
LARGE_PIECE = b"x" * 65536
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
AUTHORITY = trustme.CA()
STRANGER = trustme.CA()


class Body(list[bytes]):
    """Pieces that know their length in bytes, as a letter does."""

    def __len__(self):
        return sum(map(len, self[:]))


LARGE = Body([LARGE_PIECE] * 1000)


class Line:
    """One connection, seen from the server."""

    def __init__(self, connection):
        self.connection = connection
        self.stream = connection.makefile("rb")

    def head(self):
        return b"".join(iter(self.stream.readline, b"\r\n")).decode()

    def request(self):
        """Read one request, whole; '' where there is none any more."""
        head = self.head()
        lengths = [line.split(":")[1] for line in head.splitlines() if line.lower().startswith("content-length")]
        self.stream.read(int(lengths[0]) if lengths else 0)
        return head

    def say(self, content):
        self.connection.sendall(content)

    def answer(self, status, content=b"", *headers):
        lines = [f"HTTP/1.1 {status} Words", f"Content-Length: {len(content)}", *headers, "", ""]
        self.say("\r\n".join(lines).encode() + content)

    def reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.stream.close()
        self.connection.close()


def server_context(authority=AUTHORITY, name="127.0.0.1", **issued):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name, **issued).configure_cert(context)
    return context


@contextmanager
def serving(script, context=None) -> Iterator[str]:
    """A server that does what the script says on each connection; gives its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads, connections = [], []

    def serve(raw):
        try:
            with (context or server_context()).wrap_socket(raw, server_side=True, do_handshake_on_connect=False) as tls:
                connections.append(tls)
                try:
                    tls.do_handshake()
                except ssl.SSLError:
                    tls.shutdown(socket.SHUT_WR)  # the alert must arrive before the reset that unread bytes bring
                    while socket.socket.recv(tls, 65536):
                        pass
                else:
                    script(Line(tls))
        except OSError:
            pass  # the other end went away, as some of these tests want

    def accept():
        while True:
            try:
                raw, _ = listener.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=serve, args=(raw,)))
            threads[-1].start()

    door = threading.Thread(target=accept)
    door.start()
    try:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}/kombi"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in (door, *threads):
            thread.join(10)


def trusting(authority=AUTHORITY):
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def client():
    one = Client(trusting(), connect_timeout=2, patience=0.5, short_patience=0.5, now=lambda: NOW)
    yield one
    one.close()


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


def test_a_name_that_is_not_found_sent_nothing(client, monkeypatch):
    """DNS fails before there is anybody to hand a letter to."""
    monkeypatch.setattr(socket, "getaddrinfo", gone)
    assert_fate(client, "https://sp.example.dk/kombi", Body(SMALL), "not found (DNS)", TemporaryFailure)


def test_a_refused_connection_sent_nothing(client):
    """Nobody listens there."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert_fate(client, f"https://127.0.0.1:{port}/", Body(SMALL), "connection refused", TemporaryFailure)


def test_a_connection_that_never_comes_about_sent_nothing():
    """A full queue of waiting connections leaves further ones without any answer."""
    impatient = Client(trusting(), connect_timeout=0.3)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        url = f"https://127.0.0.1:{full.getsockname()[1]}/"
        assert_fate(impatient, url, Body(SMALL), "no connection in time", TemporaryFailure)
        for one in waiting:
            one.close()


def test_a_handshake_that_never_ends_sent_nothing():
    """Somebody accepts the connection and then says nothing at all."""
    impatient = Client(trusting(), connect_timeout=0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/"
        assert_fate(impatient, url, Body(SMALL), "no answer in time", TemporaryFailure)


@pytest.mark.parametrize(
    ("issued", "words"),
    [
        ({"authority": STRANGER}, "unable to get local issuer certificate"),
        ({"name": "somebody-else.example"}, "not valid for '127.0.0.1'"),
        ({"not_after": datetime(2020, 1, 1, tzinfo=UTC)}, "certificate has expired"),
    ],
    ids=["untrusted", "another host", "expired"],
)
def test_a_server_that_cannot_be_trusted_gets_nothing(client, issued, words):
    """The operator is told what is wrong with its certificate."""
    with serving(Line.request, server_context(**issued)) as url:
        assert_fate(client, url, Body(SMALL), "not to be trusted", TemporaryFailure)
        assert words in str(failure(lambda: client.ask(url)))


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("shown", [None, STRANGER], ids=["no certificate", "a stranger's"])
def test_when_our_certificate_is_refused_nothing_was_read(version, shown):
    """With TLS 1.3 the refusal comes when the handshake is over for us and the whole letter has left."""
    context, own = server_context(), trusting()
    context.maximum_version = version
    context.verify_mode = ssl.CERT_REQUIRED
    AUTHORITY.configure_trust(context)
    if shown:
        shown.issue_cert("client.example").configure_cert(own)
    with serving(Line.request, context) as url:
        assert_fate(Client(own), url, Body(SMALL), "our certificate was refused", TemporaryFailure)


def test_a_letter_that_was_not_handed_over_whole_was_not_taken(client):
    """Its Content-Length was not reached, so nobody can have accepted it."""
    broken_before = lambda line: (line.head(), line.reset())  # noqa: E731
    broken_within = lambda line: (line.head(), line.stream.read(1 << 20), line.reset())  # noqa: E731
    for script in (broken_before, broken_within):
        with serving(script) as url:
            error = failure(lambda url=url: client.hand_over(url, LARGE))
            assert type(error) is TemporaryFailure
            assert "the connection broke" in str(error) or "closed without an answer" in str(error)


def test_a_line_that_stands_still_within_the_letter_took_nothing():
    """The other end stops reading: the letter is not whole."""
    enough = threading.Event()
    impatient = Client(trusting(), connect_timeout=0.5)
    with serving(lambda line: (line.head(), enough.wait(10))) as url:
        assert_fate(impatient, url, LARGE, "the line stood still", TemporaryFailure)
        enough.set()


WITHOUT_A_WHOLE_ANSWER = {
    "the connection broke": lambda line: line.reset(),
    "closed without an answer": lambda line: None,
    "no answer in time": lambda line: line.stream.readline(),
    "the answer was cut short": lambda line: line.say(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n<kombi"),
    "too large or too slow": lambda line: line.answer(200, b"x" * (2 << 20)),
    "the exchange failed": lambda line: line.say(b"220 mail.example.dk ESMTP\r\n"),
}


@pytest.mark.parametrize("seen", WITHOUT_A_WHOLE_ANSWER)
def test_a_letter_handed_over_whole_without_a_whole_answer_may_have_been_taken(client, seen):
    """It left, and what came back tells nothing: never sent again by itself. A look-up just failed."""
    with serving(lambda line: (line.request(), WITHOUT_A_WHOLE_ANSWER[seen](line))) as url:
        assert_fate(client, url, Body(SMALL), seen, OutcomeUnknown)
        asked = failure(lambda: client.ask(url, query={"cprNumber": CPR}))
        assert type(asked) is TemporaryFailure
        assert seen in str(asked)


def test_a_slow_drip_of_an_answer_is_left_unread(client):
    """Every byte comes in time, but all of them together do not."""

    def drip(line):
        line.request()
        line.say(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n")
        for _ in range(900):
            line.say(b"x")
            threading.Event().wait(0.05)

    with serving(drip) as url:
        assert_fate(client, url, Body(SMALL), "too large or too slow", OutcomeUnknown)


def test_a_kept_connection_that_closes_under_the_next_letter_may_have_taken_it(client):
    """The usual accident with pooled connections: it looks like a refusal and is none."""
    with serving(lambda line: (line.request(), line.answer(200), line.request())) as url:
        assert client.hand_over(url, Body(SMALL)).status == 200
        assert_fate(client, url, Body(SMALL), "closed without an answer", OutcomeUnknown)


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
    tried |= {"no answer in time", "cut short", "closed without", "stood still"}
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
def test_what_a_status_means_for_a_letter_and_for_a_look_up(client, status):
    """A look-up never settles anything about a letter; a redirect is not followed."""
    headers = ("Location: https://127.0.0.1:1/elsewhere",) if status < 400 else ()
    page = f"<html>{CPR} 121212-1212</html>".encode()
    with serving(lambda line: [line.answer(status, page, *headers) for _ in iter(line.request, "")]) as url:
        letter, asked = client.hand_over(url, Body(SMALL)).refusal(), client.ask(url).refusal()
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
def test_a_service_may_say_when_to_come_back(client, status, text, wait):
    """In seconds or until a date, at most a day. A 503 without it does not say that nothing was taken."""
    with serving(lambda line: (line.request(), line.answer(status, b"", f"Retry-After: {text}"))) as url:
        error = client.hand_over(url, Body(SMALL)).refusal()
    if status == 503 and wait is None:
        assert type(error) is OutcomeUnknown
    else:
        assert isinstance(error, TemporaryFailure)
        assert error.retry_after == wait


def test_an_answer_that_makes_no_sense_settles_nothing(client):
    """A page in HTML with status 200 is a proxy's, or nobody's."""
    with serving(lambda line: [line.answer(200, b"<html>Log in</html>") for _ in iter(line.request, "")]) as url:
        letter, asked = client.hand_over(url, Body(SMALL)), client.ask(url)
    assert letter.refusal() is None
    assert type(letter.unreadable("no kombi_response")) is OutcomeUnknown
    assert type(asked.unreadable("no JSON")) is TemporaryFailure


def test_an_excerpt_is_masked_and_short(client):
    """It is for services no citizen is known to, and careful all the same."""
    content = f"bad {CPR} 121212-1212 {'eyJhbGciOi' * 10} ".encode() + "æ".encode() * 4000
    with serving(lambda line: (line.request(), line.answer(500, content))) as url:
        text = client.ask(url).excerpt()
    assert text.startswith("bad xxxxxx-xxxx xxxxxx-xxxx …")
    assert len(text) <= 200


# --- what never happens by itself, and what always does


def test_a_letter_is_one_request_with_its_length_over_http_1_1(client):
    """Streamed, never chunked, never compressed, never twice; nothing else is told about us."""
    heads = []
    with serving(lambda line: (heads.append(line.request()), line.answer(500))) as url:
        client.hand_over(url, LARGE, {"Content-Type": "application/xml"})
    (head,) = heads
    first, *headers = head.split("\r\n")
    assert first == "POST /kombi HTTP/1.1"
    assert {line.split(":")[0] for line in headers if line} == {
        "Host", "User-Agent", "Accept-Encoding", "Content-Type", "Content-Length",
    }  # fmt: skip
    assert f"Content-Length: {len(LARGE)}" in headers


def test_the_environment_changes_nothing(client, monkeypatch, tmp_path):
    """REQUESTS_CA_BUNDLE would silently replace the trust, a proxy or a .netrc would change what is sent to whom."""
    nonsense = tmp_path / "netrc"
    nonsense.write_text("machine 127.0.0.1 login somebody password secret\n")
    nonsense.chmod(0o600)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, "/nonsense.pem")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NETRC", str(nonsense))
    heads = []
    with serving(lambda line: (heads.append(line.request()), line.answer(200))) as url:
        assert client.ask(url).status == 200
    assert "Authorization" not in heads[0]


def test_public_authorities_are_not_trusted_beside_ours(client):
    """requests would add certifi's bundle to the context."""
    before = len(client.context.get_ca_certs())
    with serving(lambda line: (line.request(), line.answer(200))) as url:
        client.ask(url)
    assert len(client.context.get_ca_certs()) == before


def test_only_https_is_spoken(client):
    """A wrong address in the settings must not become a letter in clear."""
    with pytest.raises(ValueError, match="not https"):
        client.hand_over("http://127.0.0.1/kombi", Body(SMALL))


def test_a_body_that_is_not_as_long_as_it_says_is_a_mistake_of_ours(client):
    """Too short a letter would leave the other end waiting, and the sorting would be wrong."""

    class Short(Body):
        def __len__(self):
            return 20

    with serving(Line.request) as url, pytest.raises(ValueError, match="promised 20"):
        client.hand_over(url, Short(SMALL))


def counting(connections):
    return lambda line: (connections.append(1), [line.answer(200) for _ in iter(line.request, "")])


def test_connections_are_kept_for_a_thread_and_dropped_when_idle():
    """An idle connection may be closing at the other end just as the next letter starts."""
    clock, connections = [0.0], []
    client = Client(trusting(), monotonic=lambda: clock[0])
    with serving(counting(connections)) as url:
        for then in (0.0, 1.0, 4.9, 9.5):
            clock[0] = then
            client.ask(url)
        assert len(connections) == 2
        other = threading.Thread(target=lambda: (client.ask(url), client.close()))
        other.start()
        other.join()
        client.close()
    assert len(connections) == 3


def test_a_forked_child_makes_a_connection_of_its_own(client):
    """Two processes on one TLS connection would read each other's answers."""
    connections = []
    with serving(counting(connections)) as url:
        client.ask(url)
        session = client._own.session
        client._own.process = os.getpid() + 1  # as it looks to a child
        client.ask(url)
        assert client._own.session is not session
        session.close()
        client.close()
    assert len(connections) == 2


def test_no_query_string_is_logged_or_shown(client, caplog):
    """PostForespoerg wants the CPR number in the query string; it must not go further."""
    caplog.set_level(logging.DEBUG)
    with serving(lambda line: (line.request(), line.answer(500), line.request(), line.reset())) as url:
        seen = [str(client.ask(url, query={"cprNumber": CPR}).refusal())]
        error = failure(lambda: client.ask(url, query={"cprNumber": CPR}))
    seen += traceback.format_exception(error)
    assert CPR not in caplog.text + "".join(seen) + repr(client)
    logging.getLogger("urllib3.connectionpool").debug("somebody else's line")
    assert "somebody else's line" in caplog.text


# --- through a proxy


def relay(listener):
    """A proxy that knows CONNECT and nothing else, for one connection."""
    inner, _ = listener.accept()
    with inner, inner.makefile("rb") as stream:
        host, port = stream.readline().split()[1].decode().split(":")
        while stream.readline() != b"\r\n":
            pass
        with socket.create_connection((host, int(port))) as outer:
            inner.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=pump, args=(outer, inner))
            back.start()
            pump(inner, outer)
            back.join(5)


def pump(source, target):
    try:
        while piece := source.recv(65536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # one of them is done


def test_a_named_proxy_is_used_and_sees_only_where_to():
    """TLS goes through it unopened, with our own trust."""
    with socket.create_server(("127.0.0.1", 0)) as listener, serving(counting([])) as url:
        running = threading.Thread(target=relay, args=(listener,))
        running.start()
        client = Client(trusting(), proxy=f"http://127.0.0.1:{listener.getsockname()[1]}")
        assert client.hand_over(url, Body(SMALL)).status == 200
        client.close()
        running.join(5)


def test_a_proxy_that_is_gone_let_nothing_through():
    """The letter never left."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    client = Client(trusting(), proxy=f"http://127.0.0.1:{port}")
    error = failure(lambda: client.hand_over("https://127.0.0.1:9/", Body(SMALL)))
    assert type(error) is TemporaryFailure
