"""One bad request, connection or client stays alone with its trouble."""

import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor

import pytest


def port_of(sandbox) -> int:
    return int(sandbox.url.rsplit(":", 1)[1])


def exchange(sandbox, *pieces: bytes) -> bytes:
    """Send bytes over mutual TLS and give everything that comes back."""
    context = ssl.create_default_context(cafile=sandbox.ca)
    context.load_cert_chain(sandbox.certificate)
    with (
        socket.create_connection(("127.0.0.1", port_of(sandbox)), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secure,
    ):
        for piece in pieces:
            secure.sendall(piece)
        return b"".join(iter(lambda: secure.recv(65536), b""))


KOMBI = b"POST /service/KombiPostAfsend_1/kombi HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/9.9\r\n\r\n", b"505"),
        (b"PATCH / HTTP/1.1\r\nHost: x\r\n\r\n", b"501"),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", b"414"),
        (b"GET http://[ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"400"),
        (KOMBI + b"Content-Length: x\r\n\r\n", b"400"),
        (KOMBI + b"Content-Length: -1\r\n\r\n", b"400"),
        (KOMBI + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc", b"400"),
        (KOMBI + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"400"),
        (KOMBI + b"Transfer-Encoding: gzip\r\n\r\nabc", b"400"),
        (KOMBI + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", b"401"),
        (KOMBI + b"Transfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n0\r\n\r\n", b"401"),
    ],
)
def test_bad_http_is_answered_and_the_connection_closed(shared, request_bytes, status):
    """What cannot be read to its end is not waited for."""
    answer = exchange(shared, request_bytes)
    assert answer.split(b" ", 2)[1] == status, answer
    assert b"close" in answer.lower()


def test_a_body_that_is_not_wanted_is_read_all_the_same(client, wire):
    """So that a client gets its 401 instead of a broken connection, and can go on."""
    answer = client.send(b"x" * 5_000_000, Authorization="Holder-of-key nothing")
    assert answer.status_code == 401
    assert wire.is_received(client.send(wire.kombi("Digital Post", wire.message())))


def test_a_chunked_body_that_is_cut_off_is_refused(shared, visitor, wire):
    """Nothing of it is kept."""
    headers = visitor.headers(wire.KOMBI) | {"Content-Type": "application/xml", "Transfer-Encoding": "chunked"}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()
    before = len(shared.received())
    answer = exchange(shared, KOMBI + lines + b"\r\n5\r\n<?xml\r\nnot a size\r\n")
    assert b" 400 " in answer
    assert b"sandbox.body" in answer
    assert len(shared.received()) == before
    assert not list((shared.directory / "incoming").iterdir())


def test_a_connection_that_says_nothing_holds_nobody_up(shared, visitor):
    """Neither before the handshake nor after it."""
    with socket.create_connection(("127.0.0.1", port_of(shared)), timeout=10):
        started = time.monotonic()
        assert visitor.call("GET", "/sandbox/faults").status_code == 200
        assert time.monotonic() - started < 8  # a handshake is waited for 10


def test_noise_instead_of_tls_is_told_in_one_line(sandbox, client, said, wire):
    """And the next client is served."""
    with socket.create_connection(("127.0.0.1", port_of(sandbox)), timeout=10) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
    wire.wait_for(lambda: said)
    assert client.call("GET", "/sandbox/faults").status_code == 200
    assert said[0].startswith("TLS refused")


def test_a_client_that_goes_away_in_the_middle_leaves_nothing(sandbox, client, wire):
    """Half a body is no body."""
    context = ssl.create_default_context(cafile=sandbox.ca)
    context.load_cert_chain(sandbox.certificate)
    headers = client.headers(wire.KOMBI) | {"Content-Type": "application/xml", "Content-Length": "1000000"}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()
    with (
        socket.create_connection(("127.0.0.1", port_of(sandbox)), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secure,
    ):
        secure.sendall(KOMBI + lines + b"\r\n<?xml version")
    wire.wait_for(sandbox.requests)
    assert sandbox.received() == []
    wire.wait_for(lambda: not list((sandbox.directory / "incoming").iterdir()))
    assert client.call("GET", "/sandbox/faults").status_code == 200


def test_many_clients_at_once(sandbox, connect, wire):
    """Twenty connections, each with tokens of its own, all served."""

    def one(_: int) -> bool:
        client = connect(sandbox)
        received = wire.is_received(client.send(wire.kombi("Digital Post", wire.message())))
        return received and client.lookup(cprNumber="1212121212").json()["result"]

    with ThreadPoolExecutor(20) as pool:
        assert all(pool.map(one, range(20)))
    assert len(sandbox.received()) == 20


def test_old_tls_is_refused(shared):
    """1.2 is the oldest."""
    context = ssl.create_default_context(cafile=shared.ca)
    context.load_cert_chain(shared.certificate)
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    with (
        socket.create_connection(("127.0.0.1", port_of(shared)), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secure,
    ):
        assert secure.version() == "TLSv1.2"
