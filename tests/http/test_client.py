"""What never happens by itself, and what always does."""

import logging
import os
import socket
import threading
import traceback

import pytest

from esdh_connect.errors import TemporaryFailure
from esdh_connect.http import Client
from esdh_connect.http import client as calling

CPR = "1212121212"


def test_a_letter_is_one_request_with_its_length_over_http_1_1(here, client):
    """Streamed, never chunked, never compressed, never twice; nothing else is told about us."""
    heads = []
    with here.serving(lambda line: (heads.append(line.request()), line.answer(500))) as url:
        client.hand_over(url, here.large, {"Content-Type": "application/xml"})
    (head,) = heads
    first, *headers = head.split("\r\n")
    assert first == "POST /kombi HTTP/1.1"
    assert {line.split(":")[0] for line in headers if line} == {
        "Host", "User-Agent", "Accept-Encoding", "Content-Type", "Content-Length",
    }  # fmt: skip
    assert f"Content-Length: {len(here.large)}" in headers


def test_a_method_may_be_named(here, client):
    """An empty POST says that it is empty; one that is not named is GET, or POST where there is a body."""
    heads = []
    with here.serving(lambda line: [(heads.append(head), line.answer(200)) for head in iter(line.request, "")]) as url:
        client.ask(url, method="POST")
        client.ask(url, body=b"[]", method="PATCH")
        client.ask(url)
        client.ask(url, body=b"x")
    assert [head.split(" ")[0] for head in heads] == ["POST", "PATCH", "GET", "POST"]
    assert ["Content-Length: 0" in head for head in heads] == [True, False, False, False]


def test_the_environment_changes_nothing(here, client, monkeypatch, tmp_path):
    """REQUESTS_CA_BUNDLE would silently replace the trust, a proxy or a .netrc would change what is sent to whom."""
    nonsense = tmp_path / "netrc"
    nonsense.write_text("machine 127.0.0.1 login somebody password secret\n")
    nonsense.chmod(0o600)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, "/nonsense.pem")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NETRC", str(nonsense))
    heads = []
    with here.serving(lambda line: (heads.append(line.request()), line.answer(200))) as url:
        assert client.ask(url).status == 200
    assert "Authorization" not in heads[0]


def test_public_authorities_are_not_trusted_beside_ours(here, client):
    """Requests would add certifi's bundle to the context."""
    before = len(client.context.get_ca_certs())
    with here.serving(lambda line: (line.request(), line.answer(200))) as url:
        client.ask(url)
    assert len(client.context.get_ca_certs()) == before


def test_only_https_is_spoken(here, client):
    """A wrong address in the settings must not become a letter in clear."""
    with pytest.raises(ValueError, match="not https"):
        client.hand_over("http://127.0.0.1/kombi", here.letter)


def test_a_body_that_is_not_as_long_as_it_says_is_a_mistake_of_ours(here, client):
    """Too short a letter would leave the other end waiting, and the sorting would be wrong."""

    class Short(here.Letter):
        def __len__(self):
            return 20

    with here.serving(lambda line: line.request()) as url, pytest.raises(ValueError, match="promised 20"):
        client.hand_over(url, Short([b"<letter/>"]))


def counting(connections):
    return lambda line: (connections.append(1), [line.answer(200) for _ in iter(line.request, "")])


def test_connections_are_kept_for_a_thread_and_dropped_when_idle(here, client):
    """An idle connection may be closing at the other end just as the next letter starts."""
    clock, connections = [0.0], []
    client = Client(here.trust(), monotonic=lambda: clock[0])
    with here.serving(counting(connections)) as url:
        for then in (0.0, 1.0, 4.9, 9.5):
            clock[0] = then
            client.ask(url)
        assert len(connections) == 2
        other = threading.Thread(target=lambda: (client.ask(url), client.close()))
        other.start()
        other.join()
        client.close()
    assert len(connections) == 3


def test_a_forked_child_makes_a_connection_of_its_own(here, client):
    """Two processes on one TLS connection would read each other's answers."""
    connections = []
    with here.serving(counting(connections)) as url:
        client.ask(url)
        session = client._own.session
        client._own.process = os.getpid() + 1  # as it looks to a child
        client.ask(url)
        assert client._own.session is not session
        session.close()
        client.close()
    assert len(connections) == 2


def test_no_query_string_is_logged_or_shown(here, client, caplog):
    """PostForespoerg wants the CPR number in the query string; it must not go further."""
    caplog.set_level(logging.DEBUG)
    with here.serving(lambda line: (line.request(), line.answer(500), line.request(), line.reset())) as url:
        seen = [str(client.ask(url, query={"cprNumber": CPR}).refusal())]
        with pytest.raises(TemporaryFailure) as caught:
            client.ask(url, query={"cprNumber": CPR})
    seen += traceback.format_exception(caught.value)
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


def test_a_named_proxy_is_used_and_sees_only_where_to(here, client):
    """TLS goes through it unopened, with our own trust."""
    with socket.create_server(("127.0.0.1", 0)) as listener, here.serving(counting([])) as url:
        running = threading.Thread(target=relay, args=(listener,))
        running.start()
        client = Client(here.trust(), proxy=f"http://127.0.0.1:{listener.getsockname()[1]}")
        assert client.hand_over(url, here.letter).status == 200
        client.close()
        running.join(5)


def test_a_proxy_that_is_gone_let_nothing_through(here, client):
    """The letter never left."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    client = Client(here.trust(), proxy=f"http://127.0.0.1:{port}")
    with pytest.raises(TemporaryFailure, match="connection refused"):
        client.hand_over("https://127.0.0.1:9/", here.letter)


def test_nothing_of_ours_stays_in_the_loggers_of_the_host():
    """The filter that keeps our calls out of them is there while they are under way, however many at once."""
    loggers = [logging.getLogger(name) for name in calling._LOGS]
    with calling._quiet_log():
        with calling._quiet_log():
            assert all(one.filters for one in loggers)
        assert all(one.filters for one in loggers)
    assert not any(one.filters for one in loggers)
