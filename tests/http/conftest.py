"""A server on this machine that does what a script says, over real TLS."""

import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace

import attrs
import pytest
import trustme

from esdh_connect.http import Client

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
AUTHORITY = trustme.CA()


@attrs.frozen
class Letter:
    """Pieces that know their length in bytes, as a letter does."""

    pieces: list[bytes]

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.pieces)

    def __len__(self) -> int:
        return sum(map(len, self.pieces))


class Line:
    """One connection, seen from the server."""

    def __init__(self, connection):
        self.connection = connection
        self.stream = connection.makefile("rb")

    def head(self):
        lines = []
        while (line := self.stream.readline()) not in (b"\r\n", b""):
            lines.append(line)
        return b"".join(lines).decode()

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


@cache
def certificate(authority, name, not_after):
    return authority.issue_cert(name, not_after=not_after)


def server_context(authority=AUTHORITY, name="127.0.0.1", not_after=None):
    """Be a server with this name, whose certificate is of this authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate(authority, name, not_after).configure_cert(context)
    return context


def trust():
    """Trust of the tests' own authority, and of nobody else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    AUTHORITY.configure_trust(context)
    return context


def serve(raw, script, context, connections):
    """Do what the script says on one connection."""
    with suppress(OSError), context.wrap_socket(raw, server_side=True, do_handshake_on_connect=False) as tls:
        connections.append(tls)
        try:
            tls.do_handshake()
        except ssl.SSLError:
            tls.shutdown(socket.SHUT_WR)  # the alert must arrive before the reset that unread bytes bring
            while socket.socket.recv(tls, 65536):
                pass
        else:
            line = Line(tls)
            with line.stream:
                script(line)


@contextmanager
def serving_at_a_free_port(script, context=None) -> Iterator[str]:
    """Run a server that does what the script says on each connection; gives its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads, connections = [], []

    def accept():
        with suppress(OSError):
            while True:
                arguments = (listener.accept()[0], script, context or server_context(), connections)
                threads.append(threading.Thread(target=serve, args=arguments))
                threads[-1].start()

    threads.append(threading.Thread(target=accept))
    threads[0].start()
    try:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}/kombi"
    finally:
        for one in (listener, *connections):
            with suppress(OSError):
                socket.socket.shutdown(one, socket.SHUT_RDWR)
        listener.close()
        for thread in threads:
            thread.join(10)


@pytest.fixture
def here():
    """What a test needs to meet a server on this machine."""
    return SimpleNamespace(
        serving=serving_at_a_free_port,
        server_context=server_context,
        trust=trust,
        authority=AUTHORITY,
        letter=Letter([b"<letter/>"]),
        large=Letter([b"x" * 65536] * 1000),  # more than the buffers of a connection take
        Letter=Letter,
    )


@pytest.fixture
def client():
    one = Client(trust(), connect_timeout=2, patience=0.5, short_patience=0.5, now=lambda: NOW)
    yield one
    one.close()
