"""Hegnet: in a fenced call no connection is made but to this machine, by whatever way."""

import os
import socket
import ssl
import subprocess
import sys
from threading import Thread
from urllib.request import urlopen

import pytest

from esdh_connect.errors import Rejected
from esdh_connect.fence import LEFT, fenced, is_here
from esdh_connect.http import Client

#: Of the block for documentation: nobody has it, so that even a hole in the fence would reach nobody.
NOWHERE, NAME = "192.0.2.1", "citizen.invalid"


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("[::1]", True),
        ("::ffff:127.0.0.1", True),
        ("localhost", True),
        ("LocalHost.", True),
        (b"localhost", True),
        ("", False),
        (None, False),
        ("0.0.0.0", False),  # noqa: S104 - an address that leads somewhere else on some machines
        (NOWHERE, False),
        ("::ffff:192.0.2.1", False),
        ("localhost.example.com", False),
        ("127.0.0.1.example.com", False),
        ("2130706433", False),  # 127.0.0.1 to some, and the name of a host to others
    ],
)
def test_what_is_this_machine(host, here):
    """Without asking anybody: to look a name up tells somebody of it."""
    assert is_here(host) is here


def to_a_socket():
    with socket.socket() as line:
        line.connect((NOWHERE, 443))


def to_a_socket_that_tells_nothing():
    with socket.socket() as line:
        line.connect_ex((NOWHERE, 443))


def to_nobody_in_particular():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.sendto(b"x", (NOWHERE, 53))


WAYS = [
    to_a_socket,
    to_a_socket_that_tells_nothing,
    to_nobody_in_particular,
    lambda: socket.create_connection((NAME, 443), 1),
    lambda: socket.getaddrinfo(NAME, 443),
    lambda: socket.gethostbyname(NAME),
    lambda: urlopen(f"http://{NOWHERE}/"),
    lambda: Client(ssl.create_default_context()).ask(f"https://{NAME}/"),
    lambda: subprocess.run(["curl", NOWHERE], check=False),
    lambda: os.system("true"),  # noqa: S605
]


@pytest.mark.parametrize("way", WAYS, ids=map(str, range(len(WAYS))))
def test_no_way_leads_out(way):
    """Whichever library or program goes it."""
    with pytest.raises(Rejected) as caught:
        fenced(way)()
    assert caught.value.code == LEFT


def test_this_machine_is_reached():
    """By name too, and by sockets that are files."""

    def there(port):
        with socket.create_connection(("localhost", port), 5) as line:
            return line.getpeername()[1]

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert fenced(there)(port) == port


@pytest.mark.skipif(sys.platform == "win32", reason="no such sockets")
def test_a_socket_that_is_a_file_is_of_this_machine(tmp_path):
    """Databases and agents have them."""
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as line:
        server.bind(str(tmp_path / "s"))
        server.listen()
        fenced(line.connect)(str(tmp_path / "s"))


def test_what_is_not_fenced_goes_on():
    """The same process may have an installation that is in earnest, in another thread or after."""
    reached = []

    def outside():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.connect((NOWHERE, 9))  # of a socket like this nothing is sent yet
            reached.append(line.getpeername()[0])

    def inside():
        thread = Thread(target=outside)
        thread.start()
        thread.join()

    outside()
    fenced(inside)()
    outside()
    assert reached == [NOWHERE] * 3
    with pytest.raises(Rejected):
        fenced(outside)()


def test_a_fence_is_left_by_an_exception_too():
    """Else it stood for ever."""
    with pytest.raises(ZeroDivisionError):
        fenced(lambda: 1 / 0)()
    assert subprocess.run([sys.executable, "-c", ""], check=False).returncode == 0
