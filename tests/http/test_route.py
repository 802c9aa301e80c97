"""The way to a service, step by step: the first that fails is the last, and says which it was."""

import socket
import threading
from contextlib import contextmanager

import pytest

from esdh_connect.http import Step, walk


def way(url, here, **more):
    return [(one.step, one.is_well, one.distrusted) for one in walk(url, here.trust(), timeout=5, **more)]


def test_a_way_that_is_open_has_three_steps(here):
    """Nothing is sent on it."""
    asked = []
    with here.serving(lambda line: asked.append(line.request())) as url:
        assert way(url, here) == [(step, True, False) for step in (Step.NAME, Step.CONNECTION, Step.TLS)]
    assert asked in ([], [""])


def test_a_name_that_nobody_knows_is_the_first_step(here):
    """RFC 6761: names under .invalid never exist."""
    assert way("https://tjenesten.invalid/x", here) == [(Step.NAME, False, False)]


def test_an_address_where_nobody_listens_is_the_second(here):
    """What a firewall looks like, or a service that is down."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert way(f"https://127.0.0.1:{port}/", here)[-1] == (Step.CONNECTION, False, False)


def test_somebody_elses_certificate_is_distrusted(here):
    """A firewall that reads along shows a certificate of its own."""
    with here.serving(lambda line: None, here.server_context(name="example.com")) as url:
        assert way(url, here)[-1] == (Step.TLS, False, True)


def test_somebody_who_speaks_no_tls_is_told_apart_from_that(here):
    """There is nobody to trust or distrust."""

    def plain(connection):
        with connection:
            connection.recv(1000)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with listening(plain) as port:
        assert way(f"https://127.0.0.1:{port}/", here)[-1] == (Step.TLS, False, False)


@pytest.mark.parametrize("status", [200, 403, 407])
def test_a_proxy_is_a_step_of_its_own(here, status):
    """It is asked for a way through; the service's certificate is looked at behind it."""
    asked = []

    def proxy(connection):
        with connection:
            asked.extend(connection.recv(1000).splitlines()[:1])
            connection.sendall(f"HTTP/1.1 {status} Words\r\n\r\n".encode())
            if asked and status == 200:
                forwarded(connection, asked[0].split()[1].decode())

    with here.serving(lambda line: None) as url, listening(proxy) as port:
        found = way(url, here, proxy=f"http://127.0.0.1:{port}")
    expected = [(Step.NAME, True, False), (Step.CONNECTION, True, False), (Step.PROXY, status == 200, False)]
    assert found == expected + ([(Step.TLS, True, False)] if status == 200 else [])
    assert [one.split(b":")[0] for one in asked] == [b"CONNECT 127.0.0.1"]


def forwarded(connection, goal):
    """Hand bytes on, both ways, until one side ends."""
    host, port = goal.split(":")
    with socket.create_connection((host, int(port))) as other:
        back = threading.Thread(target=handed, args=(other, connection))
        back.start()
        handed(connection, other)
        back.join(10)


def handed(source, goal):
    try:
        while piece := source.recv(65536):
            goal.sendall(piece)
        goal.shutdown(socket.SHUT_WR)
    except OSError:
        pass


@contextmanager
def listening(answer):
    """Answer connections with plain bytes; one that says nothing is let go."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threads = []

        def accept():
            try:
                while True:
                    connection = listener.accept()[0]
                    connection.settimeout(5)
                    threads.append(threading.Thread(target=guarded, args=(answer, connection)))
                    threads[-1].start()
            except OSError:
                pass

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(10)
            for one in threads:
                one.join(10)


def guarded(answer, connection):
    """The connection that only shows that somebody is there brings nothing."""
    try:
        answer(connection)
    except (OSError, IndexError):
        connection.close()
