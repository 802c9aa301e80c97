"""
Tjenesten: F2 as one user of it calls it – found by the index, with a token, and with answers that are what they say.

Redirects are followed where F2 documents them: from a template to the thing itself, a few times, and never away.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import attrs

from esdh_connect import wording
from esdh_connect.errors import SettingsError, TemporaryFailure
from esdh_connect.settings import Secret
from esdh_connect_f2.access import Grant
from esdh_connect_f2.index import Index, filled
from esdh_connect_f2.refusal import Missing, problem
from esdh_connect_f2.wire import JSON, XML, Thing, read_thing

if TYPE_CHECKING:
    from esdh_connect.http import Answer, Client, Token, Tokens

__all__ = ["Payload", "Service", "Way", "trusting"]

T = TypeVar("T")

_MOST_HOPS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: A case with a few thousand matters is a list of some megabytes.
_MOST_DATA = 16 << 20
_PATIENCE, _SHORT_PATIENCE = 180.0, 30.0


class Payload(Protocol):
    """What is handed over: pieces, their length in bytes, and what they are."""

    @property
    def content_type(self) -> str:
        """Give the media type."""

    def __len__(self) -> int:
        """Give the number of bytes."""

    def __iter__(self) -> Iterator[bytes]:
        """Give the bytes, the same each time."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


def trusting(ca: Path | None) -> ssl.SSLContext:
    """Make a context that trusts ``ca``, by default what the system trusts. Raises SettingsError."""
    try:
        return ssl.create_default_context(cafile=ca)
    except OSError as error:
        why = "not a certificate" if isinstance(error, ssl.SSLError) else error.strerror
        told = "den er ikke et certifikat" if isinstance(error, ssl.SSLError) else wording.system(error)
        raise SettingsError(f"ca, {ca}: {why}", danish=f"ca: filen {ca} kan ikke bruges ({told})") from error


@attrs.frozen
class Way:
    """Where F2 is, and who we are there: ``client_id`` and ``client_secret`` are the program's, not a user's."""

    url: str
    client_id: str
    client_secret: Secret
    ca: Path | None = None
    proxy: str = attrs.field(default="", repr=False)
    most_bytes: int = 100_000_000


@attrs.define(eq=False)
class _Line:
    """What is made at the first call: requests takes a while to import."""

    data: Client
    files: Client
    tokens: Tokens


@attrs.frozen(eq=False)
class Service:
    """Calls as the user of one grant. Raises SettingsError when it is made with a CA file that cannot be used."""

    way: Way
    grant: Grant = attrs.field(repr=False)
    now: Callable[[], datetime] = attrs.field(default=_utc_now, repr=False)
    _trust: ssl.SSLContext = attrs.field(init=False, repr=False)
    _line: list[_Line] = attrs.field(factory=list, init=False, repr=False)
    _lock: Any = attrs.field(factory=Lock, init=False, repr=False)
    index: Index = attrs.field(init=False, repr=False)

    @_trust.default
    def _make_trust(self) -> ssl.SSLContext:
        return trusting(self.way.ca)

    @index.default
    def _make_index(self) -> Index:
        return Index(self.way.url, self._ask_openly, self.now)

    def acting(self, grant: Grant) -> Service:
        """Give the same F2, as somebody else."""
        return Service(self.way, grant, self.now)

    # --- reading

    def thing(self, url: str, *kinds: str) -> Thing:
        """Read a resource. Raises DeliveryError; where it is none of the ``kinds``, it could not be read."""
        answer = self.get(url)
        read = read_thing(self._well(answer).content)
        if read is None:
            raise answer.unreadable("no XML")
        if kinds and read.kind not in kinds:
            raise answer.unreadable("another kind of thing")
        return read

    def found(self, relation: str, values: Mapping[str, str], *kinds: str) -> Thing:
        """
        Read what a template of the index leads to. Raises Missing where there is none, else DeliveryError.

        The index is read anew where it led nowhere, in case F2 has moved.
        """
        url = self.address(relation, values)
        try:
            return self.thing(url, *kinds)
        except Missing:
            self.index.doubt()
            moved = self.address(relation, values)
            if moved == url:
                raise
        return self.thing(moved, *kinds)

    def address(self, relation: str, values: Mapping[str, str]) -> str:
        """Give the address that a template of the index makes. Raises TemporaryFailure."""
        return self.index.mine(filled(self.index.href(relation), values))

    def linked(self, thing: Thing, relation: str) -> str:
        """Give where a link of a thing leads. Raises Missing where it has none, Stray where that is elsewhere."""
        href = thing.link(relation)
        if not href:
            raise Missing(f"a {thing.kind} of F2 has no link {relation}", danish="F2 tilbyder det ikke her")
        return self.index.mine(href)

    def get(self, url: str, accept: str = XML, query: Mapping[str, str] | None = None) -> Answer:
        """Ask, and follow where F2 shows on. Raises TemporaryFailure where there is no answer."""
        return self._get(self._connected().data, url, accept, query)

    def file(self, url: str) -> Answer:
        """Fetch a file, within ``most_bytes``. Raises DeliveryError."""
        return self._well(self._get(self._connected().files, url, "*/*"))

    # --- writing

    def empty_post(self, url: str) -> Answer:
        """POST nothing: it makes a resource that nothing hangs on yet. Raises TemporaryFailure."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": XML}
        line = self._connected()
        return self._used(lambda shown: line.data.ask(url, headers={**headers, **shown}, method="POST"))

    def hand_over(self, url: str, payload: Payload) -> Answer:
        """POST a payload. Raises TemporaryFailure where surely nothing was taken, OutcomeUnknown where it may be."""
        headers = {"Content-Type": payload.content_type, "Accept": XML}
        line = self._connected()
        return self._used(lambda shown: line.data.hand_over(url, payload, {**headers, **shown}))

    def patch(self, url: str, changes: bytes) -> None:
        """Replace properties of a resource. Raises DeliveryError; twice is no harm."""
        headers = {"Content-Type": "application/json-patch", "Accept": XML}
        line = self._connected()
        answer = self._used(
            lambda shown: line.data.ask(url, body=changes, headers={**headers, **shown}, method="PATCH")
        )
        self._well(answer)

    def token(self) -> None:
        """Have a token fetched, unless there is one. Raises TemporaryFailure."""
        tokens = self._connected().tokens
        self._with_secrets(tokens.authorization)

    # ---

    def _get(self, client: Client, url: str, accept: str, query: Mapping[str, str] | None = None) -> Answer:
        for _ in range(1 + _MOST_HOPS):
            answer = self._used(partial(_asked, client, url, accept, query))
            if answer.status not in _REDIRECTS:
                return answer
            url, query = self.index.mine(answer.headers.get("location", ""), url), None
        raise answer.unreadable("it shows on and on")

    def _used(self, call: Callable[[Mapping[str, str]], Answer]) -> Answer:
        """Call with a token, and with a new one where it is refused."""
        tokens = self._connected().tokens
        return self._with_secrets(lambda: tokens.used(lambda shown: call({"Authorization": shown})))

    @staticmethod
    def _with_secrets(call: Callable[[], T]) -> T:
        failed: SettingsError
        try:
            return call()
        except SettingsError as error:
            failed = error
        raise TemporaryFailure(f"a secret cannot be read: {failed}", danish="adgangen til F2 er sat forkert op")

    @staticmethod
    def _well(answer: Answer) -> Answer:
        refusal = problem(answer)
        if refusal is not None:
            raise refusal
        if answer.status // 100 != 2:  # noqa: PLR2004 - the class of successes
            raise answer.unreadable("no success")
        return answer

    def _ask_openly(self, url: str) -> Answer:
        return self._connected().data.ask(url, headers={"Accept": JSON})

    def _connected(self) -> _Line:
        with self._lock:
            if not self._line:
                self._line.append(self._make_line())
            return self._line[0]

    def _make_line(self) -> _Line:
        from esdh_connect.http import Client, Endpoint, Tokens, basic

        way = self.way
        data = Client(
            self._trust,
            proxy=way.proxy,
            patience=_PATIENCE,
            short_patience=_SHORT_PATIENCE,
            max_answer=_MOST_DATA,
            now=self.now,
        )
        files = attrs.evolve(data, short_patience=_PATIENCE, max_answer=way.most_bytes)
        endpoint = Endpoint(
            data,
            lambda: self.index.href("oauth2-token"),
            self.grant.form,
            self.now,
            login=lambda: basic(way.client_id, way.client_secret.text()),
        )
        return _Line(data, files, Tokens(lambda refresh: self._fetched(endpoint, refresh), self.now))

    def _fetched(self, endpoint: Callable[[str], Token], refresh: str) -> Token:
        from esdh_connect.http import GrantRefused

        try:
            return endpoint(refresh)
        except GrantRefused:
            raise
        except TemporaryFailure:
            self.index.doubt()  # its address may be another now
            raise


def _asked(client: Client, url: str, accept: str, query: Mapping[str, str] | None, shown: Mapping[str, str]) -> Answer:
    return client.ask(url, query=query, headers={"Accept": accept, **shown})
