"""
Adgang: the two tokens every call needs – an assertion from the token service, exchanged for an access token.

Beskedfordeler's queue wants the assertion itself. Both are kept until shortly before they end, each for one authority,
one service and one set of addresses. Threads that need the same token wait for the one that fetches it.
"""

from __future__ import annotations

import json
from base64 import b64decode
from binascii import Error as NotBase64
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import attrs

from esdh_connect.errors import TemporaryFailure

if TYPE_CHECKING:
    from esdh_connect.http import Answer, Client

__all__ = ["Scope", "Tokens"]

_TOKEN_TYPE = "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLV2.0"  # noqa: S105 - its name
_TRUST = "http://docs.oasis-open.org/ws-sx/ws-trust/200512"
_SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
_DANISH = "adgangen til Serviceplatformen kunne ikke fornyes"
#: Renewed this long before they end, or in the last quarter of a short life. An assertion lives some eight hours.
_ASSERTION_MARGIN = timedelta(minutes=15)
_ACCESS_MARGIN = timedelta(minutes=2)
_LONGEST_LIFE = timedelta(days=1)


@attrs.frozen
class Scope:
    """What a token is for: on whose behalf, to which service, at which addresses."""

    authority: str
    entity_id: str
    sts_url: str
    token_url: str


@attrs.frozen
class _Kept:
    value: str = attrs.field(repr=False)
    renew_at: datetime


@attrs.define
class _Place:
    lock: Any = attrs.field(factory=Lock)
    assertion: _Kept | None = None
    access: _Kept | None = None


@attrs.frozen(eq=False)
class Tokens:
    """
    The tokens of one certificate. ``use_key`` is the certificate in base64, ``now`` a clock that gives aware times.

    A refusal of either service is a TemporaryFailure: nothing was sent, and a mended agreement mends it.
    """

    client: Client
    use_key: str = attrs.field(repr=False)
    now: Callable[[], datetime]
    _places: defaultdict[Scope, _Place] = attrs.field(factory=lambda: defaultdict(_Place), init=False, repr=False)
    _lock: Any = attrs.field(factory=Lock, init=False, repr=False)

    def authorization(self, scope: Scope) -> str:
        """Give the Authorization header. Raises TemporaryFailure."""
        place = self._place(scope)
        with place.lock:
            if not self._is_fresh(place.access):
                if not self._is_fresh(place.assertion):
                    place.assertion = self._issued(scope)
                place.access = self._exchanged(scope, place)
            return place.access.value  # type: ignore[union-attr]

    def assertion(self, scope: Scope) -> bytes:
        """Give the assertion itself, as XML: what Beskedfordeler's queue wants. Raises TemporaryFailure."""
        place = self._place(scope)
        with place.lock:
            if not self._is_fresh(place.assertion):
                place.assertion = self._issued(scope)
            return b64decode("".join(place.assertion.value.split()))  # type: ignore[union-attr]

    def drop_assertion(self, scope: Scope) -> None:
        """Forget an assertion that was refused."""
        place = self._place(scope)
        with place.lock:
            place.assertion = None

    def drop(self, scope: Scope, authorization: str) -> None:
        """
        Forget a token that was refused, and the assertion it came from: a mended agreement is in new ones only.

        A newer one that another thread has fetched meanwhile stays.
        """
        place = self._place(scope)
        with place.lock:
            if place.access is not None and place.access.value == authorization:
                place.access = place.assertion = None

    def _place(self, scope: Scope) -> _Place:
        with self._lock:
            return self._places[scope]

    def _is_fresh(self, kept: _Kept | None) -> bool:
        return kept is not None and self.now() < kept.renew_at

    def _issued(self, scope: Scope) -> _Kept:
        asked = {
            "TokenType": _TOKEN_TYPE,
            "RequestType": f"{_TRUST}/Issue",
            "KeyType": f"{_TRUST}/PublicKey",
            "AnvenderKontekst": {"Cvr": scope.authority},
            "UseKey": self.use_key,
            "AppliesTo": {"EndpointReference": {"Address": scope.entity_id}},
            "OnBehalfOf": None,
        }
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        answer = self.client.ask(scope.sts_url, body=json.dumps(asked).encode(), headers=headers)
        assertion = _member(_read(answer), "RequestedSecurityToken", "Assertion")
        if not isinstance(assertion, str) or not assertion:
            raise answer.unreadable("no RequestedSecurityToken.Assertion")
        now = self.now()
        until = _not_on_or_after(assertion)
        if until is None:
            raise answer.unreadable("the assertion does not say when it ends")
        return _kept(assertion, until - now, now, _ASSERTION_MARGIN)

    def _exchanged(self, scope: Scope, place: _Place) -> _Kept:
        assertion = place.assertion.value if place.assertion else ""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        answer = self.client.ask(scope.token_url, body=urlencode({"saml-token": assertion}).encode(), headers=headers)
        if answer.status in {400, 401, 403}:
            place.assertion = None
        said = _read(answer)
        token, kind, seconds = (_member(said, name) for name in ("access_token", "token_type", "expires_in"))
        if not isinstance(token, str) or not isinstance(kind, str) or not isinstance(seconds, int | float):
            raise answer.unreadable("no access_token, token_type and expires_in")
        life = min(timedelta(seconds=max(seconds, 0)), _LONGEST_LIFE) if seconds < 1e6 else _LONGEST_LIFE  # noqa: PLR2004
        return _kept(f"{kind} {token}", life, self.now(), _ACCESS_MARGIN)


def _kept(value: str, life: timedelta, now: datetime, margin: timedelta) -> _Kept:
    return _Kept(value, now + life - min(margin, life / 4))


def _read(answer: Answer) -> Any:  # noqa: ANN401 - whatever JSON holds
    refusal = answer.refusal()
    if isinstance(refusal, TemporaryFailure):
        raise TemporaryFailure(f"{refusal}: {answer.excerpt()}", retry_after=refusal.retry_after, danish=_DANISH)
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError):
        pass
    raise answer.unreadable("no JSON")


def _member(said: Any, *names: str) -> Any:  # noqa: ANN401
    for name in names:
        said = said.get(name) if isinstance(said, dict) else None
    return said


def _not_on_or_after(assertion: str) -> datetime | None:
    """Give the end of an assertion (base64 of SAML 2.0); None where it does not say."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(b64decode("".join(assertion.split()), validate=True), parser)
        if root.getroottree().docinfo.internalDTD is not None:
            return None
        conditions = root.find(f".//{_SAML}Conditions")
        end = datetime.fromisoformat("" if conditions is None else str(conditions.get("NotOnOrAfter", "")))
    except (NotBase64, etree.XMLSyntaxError, ValueError):
        return None
    return end if end.tzinfo else end.replace(tzinfo=UTC)
