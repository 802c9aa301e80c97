"""
Serviceplatformen as one authority calls it: look-ups in PostForespoerg, letters to KombiPostAfsend.

And how that authority introduces itself to Beskedfordeler's queue.

A certificate that was renewed counts without a restart: the reference is read before each call, and what hangs on
the certificate – connections and tokens – is made anew when it has changed.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID, uuid4

import attrs

from esdh_connect.channel import ChannelHealth
from esdh_connect.errors import DeliveryError, SettingsError, TemporaryFailure
from esdh_connect.ids import Cpr, Cvr
from esdh_connect.settings import Secret
from esdh_connect_serviceplatformen.certificate import Certificate, load, trusting
from esdh_connect_serviceplatformen.tokens import Scope, Tokens
from esdh_connect_serviceplatformen.wire.element import Body, moment

if TYPE_CHECKING:
    from esdh_connect.http import Answer, Client

__all__ = ["KOMBI_ENTITY", "LOOKUP_ENTITY", "QUEUE_ENTITY", "Addresses", "Introduction", "Service"]

KOMBI_ENTITY = "http://entityid.kombit.dk/service/kombipostafsend/1"
LOOKUP_ENTITY = "http://entityid.kombit.dk/service/postforespoerg/1"
QUEUE_ENTITY = "http://entityid.kombit.dk/service/bfo_modtag/2"
#: Too many requests, bad gateway, unavailable, gateway time-out.
_CLOSED = frozenset({429, 502, 503, 504})
_UNAUTHORIZED = 401
_XML = {"Content-Type": "application/xml; charset=utf-8", "Accept": "application/xml"}


def _utc_now() -> datetime:
    return datetime.now(UTC)


@attrs.frozen
class Addresses:
    """Where everything is: ``url`` of Serviceplatformen, ``sts_url`` of the token service, ``kombi_path`` below url."""

    url: str
    sts_url: str
    kombi_path: str

    @property
    def kombi(self) -> str:
        """Give where letters go."""
        return self.url.rstrip("/") + self.kombi_path

    def look_up(self, register: str) -> str:
        """Give where to ask whether ``register`` (digitalpost, nemsms) knows somebody."""
        return f"{self.url.rstrip('/')}/service/PostForespoerg_1/{register}"

    def scope(self, authority: Cvr, entity_id: str) -> Scope:
        """Give what a token for this service is for."""
        token_url = f"{self.url.rstrip('/')}/service/AccessTokenService_1/token"
        return Scope(authority.digits, entity_id, self.sts_url, token_url)


@attrs.frozen(eq=False)
class Introduction:
    """Who we are, for a connection that is not HTTP: TLS that shows our certificate, and an assertion (XML)."""

    tls: ssl.SSLContext = attrs.field(repr=False)
    assertion: bytes = attrs.field(repr=False)


@attrs.frozen(eq=False)
class _Access:
    certificate: Certificate
    client: Client
    tokens: Tokens


@attrs.frozen(eq=False)
class Service:
    """
    The calls. ``now`` gives aware times, ``new_id`` the transaction id of a look-up.

    Raises SettingsError when it is made with a certificate or a CA file that cannot be used.
    """

    addresses: Addresses
    authority: Cvr
    certificate: Secret
    certificate_password: Secret | None = None
    ca: Path | None = None
    proxy: str = attrs.field(default="", repr=False)
    now: Callable[[], datetime] = attrs.field(default=_utc_now, repr=False)
    new_id: Callable[[], UUID] = attrs.field(default=uuid4, repr=False)
    _made: dict[bytes, _Access] = attrs.field(factory=dict, init=False, repr=False)
    _lock: Any = attrs.field(factory=Lock, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """
        Refuse to start with a certificate or a CA file that cannot be used.

        One that is out of date stops no start: receipts still come in, and letters wait for the new one.
        """
        load(self.certificate.read(), self.certificate, self.certificate_password, None)
        if self.ca:
            trusting(self.ca)

    def knows(self, register: Literal["digitalpost", "nemsms"], who: Cpr | Cvr | None) -> bool:
        """
        Ask PostForespoerg whether somebody can be reached.

        Replacement CPR numbers stand in no register, so they are not asked for. Raises TemporaryFailure.
        """
        if who is None or (isinstance(who, Cpr) and who.is_replacement):
            return False
        query = {"cprNumber": who.reveal()} if isinstance(who, Cpr) else {"cvrNumber": who.digits}
        url = self.addresses.look_up(register)
        answer = self._call(
            LOOKUP_ENTITY, self.new_id(), lambda client, headers: client.ask(url, query=query, headers=headers)
        )
        refusal = answer.refusal()
        if refusal is not None:
            raise refusal
        result = _result(answer.content)
        if result is None:
            raise answer.unreadable("neither true nor false")
        return result

    def hand_over(self, body: Body, transaction_id: UUID) -> Answer:
        """
        Send a kombi_request, once, and give the answer whatever its status.

        Raises TemporaryFailure where surely nothing was taken, else OutcomeUnknown.
        """
        url = self.addresses.kombi
        return self._call(
            KOMBI_ENTITY,
            transaction_id,
            lambda client, headers: client.hand_over(url, body, headers | _XML),
        )

    def ask(self) -> None:
        """
        Ask KombiPostAfsend, without a letter, whether anybody is there: a GET, which it has no use for.

        Any answer but *unavailable* and those of a gateway with nobody behind it is a yes. Raises TemporaryFailure.
        """
        url = self.addresses.kombi
        answer = self._call(KOMBI_ENTITY, self.new_id(), lambda client, headers: client.ask(url, headers=headers))
        refusal = answer.refusal()
        if refusal is not None and answer.status in _CLOSED:
            raise refusal

    def greet(self) -> Answer:
        """Show our certificate to Serviceplatformen, without a token. Raises TemporaryFailure where that fails."""
        return self._access().client.ask(self.addresses.url)

    def assertion(self) -> None:
        """Have an assertion issued for letters, unless there is one. Raises TemporaryFailure."""
        self._access().tokens.assertion(self.addresses.scope(self.authority, KOMBI_ENTITY))

    def authorization(self) -> None:
        """Have it exchanged for an access token, unless there is one. Raises TemporaryFailure."""
        self._access().tokens.authorization(self.addresses.scope(self.authority, KOMBI_ENTITY))

    def health(self) -> ChannelHealth:
        """Tell how long our certificate lasts, as it lies there now; nobody is called."""
        try:
            content = self.certificate.read()
            return ChannelHealth(load(content, self.certificate, self.certificate_password, None).until)
        except SettingsError as error:
            return ChannelHealth(problem=f"vores certifikat kan ikke bruges: {error.danish}")

    def introduction(self) -> Introduction:
        """Give what Beskedfordeler's queue is shown. Raises TemporaryFailure where we have no certificate or token."""
        access = self._access()
        assertion = access.tokens.assertion(self.addresses.scope(self.authority, QUEUE_ENTITY))
        return Introduction(access.certificate.context(self.ca), assertion)

    def forget_introduction(self) -> None:
        """Fetch a new assertion next time: a mended agreement shows in new ones only. Raises TemporaryFailure."""
        self._access().tokens.drop_assertion(self.addresses.scope(self.authority, QUEUE_ENTITY))

    def _call(self, entity_id: str, transaction_id: UUID, send: Callable[[Client, dict[str, str]], Answer]) -> Answer:
        access, scope = self._access(), self.addresses.scope(self.authority, entity_id)
        authorization = access.tokens.authorization(scope)
        answer = send(
            access.client,
            {
                "Authorization": authorization,
                "x-TransaktionsId": str(transaction_id),
                "x-TransaktionsTid": moment(self.now()),
            },
        )
        if answer.status == _UNAUTHORIZED:
            access.tokens.drop(scope, authorization)
        return answer

    def _access(self) -> _Access:
        """Give client and tokens of the certificate as it is now. Raises TemporaryFailure where it cannot be used."""
        failed: DeliveryError
        try:
            content = self.certificate.read()
            with self._lock:
                if content not in self._made:
                    made = self._connected(content)
                    self._made.clear()
                    self._made[content] = made
                return self._made[content]
        except SettingsError as error:
            failed = TemporaryFailure(
                f"our certificate cannot be used: {error}", danish="vores certifikat kan ikke bruges"
            )
        raise failed

    def _connected(self, content: bytes) -> _Access:
        from esdh_connect.http import Client

        loaded = self._loaded(content)
        client = Client(loaded.context(self.ca), proxy=self.proxy, now=self.now)
        return _Access(loaded, client, Tokens(client, loaded.use_key, self.now))

    def _loaded(self, content: bytes) -> Certificate:
        return load(content, self.certificate, self.certificate_password, self.now())


def _result(content: bytes) -> bool | None:
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return None
    result = said.get("result") if isinstance(said, dict) else None
    return result if isinstance(result, bool) else None
