"""
Vejen: how far a connection gets, step by step, so that a firewall is told apart from a certificate.

None of the steps sends anything but what opens a connection.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from contextlib import ExitStack
from enum import Enum
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

import attrs

from esdh_connect.ids import mask

__all__ = ["Step", "Stepped", "walk"]

_PORTS = {"https": 443, "amqps": 5671, "http": 80}


class Step(Enum):
    """A step on the way; the values are Danish."""

    NAME = "navneopslag"
    CONNECTION = "forbindelse"
    PROXY = "proxy"
    TLS = "kryptering"


@attrs.frozen
class Stepped:
    """
    A step that was taken, towards ``place`` (host and port). ``why`` is empty where it went well, else English.

    ``error`` is what it was then, for :func:`esdh_connect.wording.system` to tell in Danish. ``distrusted`` says that
    somebody answered whose certificate we do not trust.
    """

    step: Step
    place: str
    why: str = ""
    distrusted: bool = False
    error: Exception | None = attrs.field(default=None, eq=False, repr=False)

    @property
    def is_well(self) -> bool:
        """Tell whether the next step can be taken."""
        return not self.why


def walk(url: str, trust: ssl.SSLContext, *, proxy: str = "", timeout: float = 10.0) -> Iterator[Stepped]:
    """
    Go towards the service at ``url``, by way of ``proxy`` where there is one, and give each step.

    The first that fails is the last. ``trust`` says whom we trust; who we are is not shown. ``timeout`` is in seconds,
    for each step.
    """
    goal, first = _ends(url), _ends(proxy or url)
    place = f"{first[0]}:{first[1]}"
    looked_up = _named(first[0], first[1], timeout)
    yield looked_up
    if not looked_up.is_well:
        return
    with ExitStack() as stack:
        try:
            line = stack.enter_context(socket.create_connection(first, timeout))
        except OSError as error:
            yield Stepped(Step.CONNECTION, place, _said(error), error=error)
            return
        yield Stepped(Step.CONNECTION, place)
        if proxy:
            tunnel = HTTPConnection(*first, timeout=timeout)
            tunnel.set_tunnel(*goal)
            stack.callback(tunnel.close)
            try:
                tunnel.connect()
            except (OSError, HTTPException) as error:
                yield Stepped(Step.PROXY, place, _said(error), error=error)
                return
            yield Stepped(Step.PROXY, place)
            line = tunnel.sock
        yield _encrypted(line, goal, trust)


def _ends(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 443)


def _named(host: str, port: int, timeout: float) -> Stepped:
    """Look a name up. The system's own look-up knows no time limit: one that hangs is left to end by itself."""
    pool = ThreadPoolExecutor(1)
    try:
        pool.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM).result(timeout)
    except TooLate as error:
        return Stepped(Step.NAME, host, "no answer in time", error=error)
    except (OSError, UnicodeError) as error:
        return Stepped(Step.NAME, host, _said(error), error=error)
    finally:
        pool.shutdown(wait=False)
    return Stepped(Step.NAME, host)


def _encrypted(line: socket.socket, goal: tuple[str, int], trust: ssl.SSLContext) -> Stepped:
    place = f"{goal[0]}:{goal[1]}"
    try:
        trust.wrap_socket(line, server_hostname=goal[0]).close()
    except ssl.SSLCertVerificationError as error:
        return Stepped(Step.TLS, place, error.verify_message, distrusted=True, error=error)
    except OSError as error:
        return Stepped(Step.TLS, place, _said(error), error=error)
    return Stepped(Step.TLS, place)


def _said(error: Exception) -> str:
    told = getattr(error, "strerror", None) or getattr(error, "reason", None) or str(error) or type(error).__name__
    return mask(str(told))
