"""
The client: pooled HTTPS connections, streamed bodies, and nothing that happens by itself.

No retries, no redirects, no cookies, and nothing from the environment (proxies, .netrc, CA bundles): whoever needs
a proxy names it. The trust comes from one SSLContext.
"""

from __future__ import annotations

import logging
import os
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Protocol
from urllib.parse import urlsplit

import attrs
import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from esdh_connect.errors import DeliveryError, OutcomeUnknown, TemporaryFailure
from esdh_connect.http.outcome import UNCLEAR, Answer, Meaning, meaning_of
from esdh_connect.ids import mask

__all__ = ["Body", "Client"]

#: Seconds. A pooled connection that was idle longer is not used again: the other end may just be closing it.
_IDLE = 4.0
_PIECE = 65536
_TOO_MUCH = Meaning("the answer is too large or too slow", UNCLEAR)
#: Their lines show addresses with the query string, which may hold a CPR number.
_LOGS = ("urllib3.connectionpool", "urllib3.util.retry")


class Body(Protocol):
    """What is sent: pieces of bytes, and their total length before the first is made."""

    def __len__(self) -> int:
        """Give the number of bytes."""

    def __iter__(self) -> Iterator[bytes]:
        """Give the bytes, piece by piece, the same each time."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@attrs.frozen(eq=False)
class Client:
    """
    Speaks HTTPS with one service, over pooled connections of its own for each thread.

    ``context`` holds what we trust and the certificate we show. ``proxy`` is an address, never taken from the
    environment. Times are in seconds: ``patience`` is for the answer to a letter, which may be 99.5 MB to look
    through; ``short_patience`` for look-ups, where somebody waits.
    """

    context: ssl.SSLContext = attrs.field(repr=False)
    proxy: str = attrs.field(default="", repr=False)
    connect_timeout: float = 10.0
    patience: float = 300.0
    short_patience: float = 30.0
    max_answer: int = 1 << 20
    now: Callable[[], datetime] = attrs.field(default=_utc_now, repr=False)
    monotonic: Callable[[], float] = attrs.field(default=time.monotonic, repr=False)
    _own: threading.local = attrs.field(factory=threading.local, init=False, repr=False)

    def ask(
        self,
        url: str,
        *,
        query: Mapping[str, str] | None = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        method: str = "",
        within: float | None = None,
    ) -> Answer:
        """
        Ask for something that does no harm twice: GET, or POST where there is a body, unless ``method`` says otherwise.

        ``within`` is for those who have less patience than this client, in seconds.

        Gives the answer whatever its status. Raises TemporaryFailure where there is none.
        """
        pieces = _Counted([body], len(body)) if body else None
        how = method or ("POST" if body else "GET")
        patience = self.short_patience if within is None else min(within, self.short_patience)
        return self._call(_Call(how, url, patience, pieces, query or {}, headers or {}))

    def hand_over(self, url: str, body: Body, headers: Mapping[str, str] | None = None) -> Answer:
        """
        POST a letter, once, streamed, with its Content-Length.

        Gives the answer whatever its status. Raises TemporaryFailure where surely nothing was taken, else
        OutcomeUnknown.
        """
        counted = _Counted(body, len(body))
        return self._call(_Call("POST", url, self.patience, counted, {}, headers or {}, about_letter=True))

    def close(self) -> None:
        """Close this thread's connections; those of ended threads close by themselves."""
        if hasattr(self._own, "session"):
            self._own.session.close()

    def _call(self, call: _Call) -> Answer:
        if urlsplit(call.url).scheme != "https":
            raise ValueError(f"not https: {call.place}")
        outcome = self._outcome(call)
        if isinstance(outcome, DeliveryError):
            # Raised out here, not where it was caught: the library's own exception shows the query string, and
            # a log of this one must not bring it along.
            raise outcome
        return outcome

    def _outcome(self, call: _Call) -> Answer | DeliveryError:
        try:
            with (
                _quiet_log(),
                self._session().request(
                    call.method,
                    call.url,
                    params=call.query,
                    data=call.body,
                    headers={"Accept-Encoding": "identity", **call.headers},
                    timeout=(min(self.connect_timeout, call.patience), call.patience),
                    verify=True,
                    allow_redirects=False,
                    stream=True,
                ) as response,
            ):
                content = self._content(response, call)
                if content is None:
                    return call.failed(_TOO_MUCH)
                headers = {name.lower(): value for name, value in response.headers.items()}
                status = response.status_code
        except (requests.RequestException, HTTPError, OSError) as error:
            return call.failed(*meaning_of(error))
        return Answer(status, content, headers, call.place, call.about_letter, self.now(), call.whole)

    def _content(self, response: requests.Response, call: _Call) -> bytes | None:
        """Read the answer; None where it is larger, or takes longer, than anybody needs."""
        content = bytearray()
        until = self.monotonic() + call.patience
        while piece := response.raw.read1(_PIECE, decode_content=False):
            content += piece
            if len(content) > self.max_answer or self.monotonic() > until:
                return None
        return bytes(content)

    def _session(self) -> requests.Session:
        """Give this thread's session; a forked child must not speak on its parent's connections."""
        own, now = self._own, self.monotonic()
        if getattr(own, "process", None) != os.getpid():
            own.session, own.process = self._new_session(), os.getpid()
        elif now - own.used > _IDLE:
            own.session.close()
        own.used = now
        return own.session  # type: ignore[no-any-return]

    def _new_session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        session.headers = requests.structures.CaseInsensitiveDict({"User-Agent": "esdh-connect"})
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        if self.proxy:
            session.proxies = {"https": self.proxy}
        session.mount("https://", _Adapter(self.context))
        return session


class _Adapter(HTTPAdapter):
    """Trusts what its context trusts, and not what requests would add to it (certifi). Retries nothing."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the library's own signature
        super().init_poolmanager(*args, **kwargs, ssl_context=self._context)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:  # noqa: ANN401
        return super().proxy_manager_for(proxy, **kwargs, ssl_context=self._context)

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:  # noqa: ANN401, ARG002
        conn.cert_reqs = "CERT_REQUIRED"


class _Counted:
    """A body on its way: ``whole`` once its last piece was asked for."""

    def __init__(self, pieces: Iterable[bytes], length: int) -> None:
        self._pieces, self._length, self._handed = pieces, length, 0

    @property
    def whole(self) -> bool:
        """Tell whether all of it may have left."""
        return self._handed >= self._length

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self._handed += len(piece)
            yield piece
        if self._handed != self._length:
            raise ValueError(f"the body has {self._handed} bytes and promised {self._length}")


@attrs.frozen
class _Call:
    method: str
    url: str = attrs.field(repr=False)
    patience: float
    body: _Counted | None
    query: Mapping[str, str] = attrs.field(repr=False)
    headers: Mapping[str, str] = attrs.field(repr=False)
    about_letter: bool = False

    @property
    def place(self) -> str:
        parts = urlsplit(self.url)
        return mask(f"{parts.hostname}:{parts.port or 443}{parts.path}")

    @property
    def whole(self) -> bool:
        return self.body is None or self.body.whole

    def failed(self, meaning: Meaning, detail: str = "") -> DeliveryError:
        text = f"{self.place}: {meaning.seen}" + (f" ({detail})" if detail else "")
        surely_nothing = not self.about_letter or not self.whole or meaning.fate is TemporaryFailure
        return (TemporaryFailure if surely_nothing else OutcomeUnknown)(text, danish=meaning.danish)


_ours = threading.local()


class _NotOurs(logging.Filter):
    """Drops what urllib3 logs while it works for us; other people's lines in the same logger stay."""

    def filter(self, _record: logging.LogRecord) -> bool:
        return not getattr(_ours, "calling", False)


@attrs.define(eq=False)
class _Hush:
    """Puts the filter in place while any call of ours is under way, and takes it away with the last of them."""

    _filter: _NotOurs = attrs.field(factory=_NotOurs)
    _calls: int = 0
    _lock: Any = attrs.field(factory=threading.Lock)

    @contextmanager
    def __call__(self) -> Iterator[None]:
        self._count(1)
        _ours.calling = True
        try:
            yield
        finally:
            _ours.calling = False
            self._count(-1)

    def _count(self, more: int) -> None:
        with self._lock:
            before, self._calls = self._calls, self._calls + more
            for name in _LOGS if 0 in (before, self._calls) else ():
                logger = logging.getLogger(name)
                logger.addFilter(self._filter) if more > 0 else logger.removeFilter(self._filter)


_quiet_log = _Hush()
