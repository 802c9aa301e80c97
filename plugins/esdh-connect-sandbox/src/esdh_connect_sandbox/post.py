"""The post: publishes receipts when they are due, and pushes them until the endpoint, or the queue, has them."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from importlib.util import find_spec
from threading import Event, Thread
from urllib.parse import SplitResult, urlsplit

from esdh_connect_sandbox.journey import Plan
from esdh_connect_sandbox.moment import Clock, milliseconds
from esdh_connect_sandbox.poststatus import Notice, acknowledged, render
from esdh_connect_sandbox.state import State, Waiting
from esdh_connect_sandbox.watched import Say

__all__ = ["BadEndpoint", "Post"]

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_TIMEOUT = 10.0
_ANSWER = 64 * 1024
_AT_ONCE = 100
_LONGEST_WAIT = 60.0
_LONGEST_NAP = 0.5
_OK = 200

#: Takes a receipt (what, when, the how-manyeth time) somewhere.
_Send = Callable[[Notice, str, int], str | None]


class BadEndpoint(ValueError):
    """Receipts cannot be pushed there."""


class Post:
    """
    Publishes and pushes, in one thread.

    Receipts of a letter are ``delay`` seconds apart. One that is not taken is tried again after a tenth of ``delay``,
    then twice that and so on, at most after a minute; others do not wait for it.
    """

    def __init__(
        self, state: State, clock: Clock, delay: float, context: Callable[[], ssl.SSLContext], say: Say
    ) -> None:
        """Begin with ``start``. ``context`` makes TLS for https, which most runs never need."""
        self._state = state
        self._clock = clock
        self._delay = delay
        self._context = cache(context)
        self._say = say
        self._bell = Event()
        self._round = Event()
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="sandbox-post", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, within the time of one push."""
        self._stopping.set()
        self._bell.set()
        self._thread.join(_TIMEOUT + 1)

    def plan(self, letter: str, plan: Plan) -> None:
        """Keep a letter's receipts; those that come before the answer are pushed before this returns."""
        now = self._clock()
        self._state.plan(letter, plan.dues(now.timestamp(), self._delay))
        if plan.before_answer:
            self._state.publish_due(now.timestamp(), milliseconds(now), letter)
            self._wait_for(letter)
        self._bell.set()

    def push_to(self, url: str | None) -> None:
        """Push to an endpoint from now on, beginning with all that waits; None for nowhere. Raises BadEndpoint."""
        if url is not None:
            _checked(url)
        self._state.set_endpoint(url)
        self._bell.set()

    def published(self, after: int, most: int) -> list[str]:
        """Give envelopes from number ``after`` + 1."""
        waiting = self._state.published(after, most)
        return [render(Notice.loads(each.notice), each.at, 1).decode() for each in waiting]

    def _wait_for(self, letter: str) -> None:
        """Wait until the endpoint has a letter's receipts, at most as long as one push may take."""
        deadline = self._clock().timestamp() + _TIMEOUT
        while (
            self._state.endpoint()
            and self._state.unpushed_of(letter)
            and self._clock().timestamp() < deadline
            and not self._stopping.is_set()
        ):
            self._round.clear()
            self._bell.set()
            self._round.wait(_LONGEST_NAP)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._once()
                nap = self._state.next_due(self._clock().timestamp()) - self._clock().timestamp()
            except Exception as error:  # noqa: BLE001 - the thread must live: what it could not do, it tries again
                self._say(f"receipts: {type(error).__name__}")
                nap = _LONGEST_NAP
            self._round.set()
            self._bell.wait(min(max(nap, 0.005), _LONGEST_NAP))
            self._bell.clear()

    def _once(self) -> None:
        now = self._clock()
        self._state.publish_due(now.timestamp(), milliseconds(now))
        url = self._state.endpoint()
        if url is None:
            return
        waiting = self._state.waiting(now.timestamp(), _AT_ONCE)
        with _way_to(urlsplit(url), self._context) as send:
            for each in waiting:
                if self._stopping.is_set():
                    return
                self._push(send, each)

    def _push(self, send: _Send, waiting: Waiting) -> None:
        problem = send(Notice.loads(waiting.notice), waiting.at, waiting.tries + 1)
        if problem is None:
            self._state.pushed(waiting.n)
            return
        wait = min(max(self._delay, 0.1) / 10 * 2 ** min(waiting.tries, 16), _LONGEST_WAIT)
        self._say(f"receipt {waiting.n} was not taken ({problem}): again in {wait:.1f} s")
        self._state.push_again(waiting.n, self._clock().timestamp() + wait)


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadEndpoint("not a URL") from error
    if not parts.hostname or parts.username or port == 0:
        raise BadEndpoint("not a URL with a host and no user")
    if parts.scheme == "amqps":
        return _checked_queue(parts)
    if parts.scheme != "https" and (parts.scheme != "http" or parts.hostname not in _LOOPBACK):
        raise BadEndpoint("https, http on this machine, or amqps")
    return parts


def _checked_queue(parts: SplitResult) -> SplitResult:
    if not re.fullmatch(r"/[\w.-]+/[\w.-]+", parts.path) or parts.query or parts.fragment:
        raise BadEndpoint("amqps://HOST:PORT/VHOST/QUEUE")
    if find_spec("pika") is None:
        raise BadEndpoint('a queue needs pika: pip install "esdh-connect-sandbox[amqp]"')
    return parts


@contextmanager
def _way_to(url: SplitResult, context: Callable[[], ssl.SSLContext]) -> Iterator[_Send]:
    """Give what takes a receipt to an endpoint or a queue: it gives None when the receipt is there, else a problem."""
    if url.scheme != "amqps":
        yield lambda notice, at, attempt: _tried(url, render(notice, at, attempt), context)
        return
    from esdh_connect_sandbox.broker import Broker

    broker = Broker(url, context)
    try:
        yield lambda notice, at, attempt: broker.publish(render(notice, at, attempt, pushed=False))
    finally:
        broker.close()


def _tried(url: SplitResult, envelope: bytes, context: Callable[[], ssl.SSLContext]) -> str | None:
    try:
        return _posted(url, envelope, context)
    except (OSError, HTTPException) as error:
        return type(error).__name__


def _posted(url: SplitResult, envelope: bytes, context: Callable[[], ssl.SSLContext]) -> str | None:
    """Post an envelope; gives None when the endpoint has it, else what was wrong. Raises OSError, HTTPException."""
    host = url.hostname or ""
    connection: HTTPConnection
    if url.scheme == "https":
        connection = HTTPSConnection(host, url.port, timeout=_TIMEOUT, context=context())
    else:
        connection = HTTPConnection(host, url.port, timeout=_TIMEOUT)
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    try:
        connection.request("POST", target, envelope, {"Content-Type": "application/xml", "Connection": "close"})
        answer = connection.getresponse()
        body = answer.read(_ANSWER)
    finally:
        connection.close()
    if answer.status != _OK:
        return f"HTTP {answer.status}"
    return None if acknowledged(body) else "StatusKode is not 20"
