"""
OAuth 2.0 (RFC 6749): access tokens that are fetched when one is needed, kept, and shared by all threads.

.. code-block:: python

    tokens = Tokens(Endpoint(client, lambda: url, lambda: {"grant_type": "password", …}, login=…), now)
    answer = tokens.used(lambda authorization: client.ask(other, headers={"Authorization": authorization}))

No token and no password is shown by anything here, nor what the service says of them beyond the codes of the standard.
"""

from __future__ import annotations

import json
import math
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import urlencode

import attrs

from esdh_connect.errors import TemporaryFailure
from esdh_connect.http.client import Client
from esdh_connect.http.outcome import Answer

__all__ = ["Endpoint", "GrantRefused", "Token", "Tokens", "basic"]

_DANISH = "adgangen til systemet blev afvist"
#: RFC 6749 section 5.2, and Keycloak's for an account that is locked or not set up.
_CODES = frozenset(
    {
        "access_denied",
        "account_disabled",
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_grant_type",
    }
)
_REFUSED = frozenset({400, 401, 403})
_UNAUTHORIZED = 401
#: Renewed this long before it ends, or in the last quarter of a short life.
_MARGIN = timedelta(minutes=2)
_LIFE_UNTOLD = timedelta(minutes=5)
_LONGEST_LIFE = timedelta(days=1)
#: How long a refusal counts: a wrong password that is tried again and again locks the account.
_REST = timedelta(minutes=1)
_FIT_FOR_A_HEADER = re.compile(r"[\x21-\x7e]{1,32768}")


class GrantRefused(TemporaryFailure):
    """The token service said no: nothing was sent, and it goes on when access is mended."""


@attrs.frozen
class Token:
    """What a token service gave. ``refresh`` is empty where it gave none."""

    access: str = attrs.field(repr=False)
    renew_at: datetime
    refresh: str = attrs.field(default="", repr=False)

    @property
    def authorization(self) -> str:
        """Give the header Authorization."""
        return f"Bearer {self.access}"


def basic(name: str, secret: str) -> str:
    """Give the header Authorization of a client that names itself by HTTP Basic."""
    return "Basic " + b64encode(f"{name}:{secret}".encode()).decode()


@attrs.frozen(eq=False)
class Endpoint:
    """
    A token endpoint, and how we ask there. ``Endpoint(…)(refresh)`` gives a token.

    ``url`` and ``form`` are called each time, so that an address may be discovered and a secret exchanged while the
    program runs; so is ``login``, for who names the client in a header and not in the form (:func:`basic`).
    """

    client: Client
    url: Callable[[], str]
    form: Callable[[], Mapping[str, str]] = attrs.field(repr=False)
    now: Callable[[], datetime] = attrs.field(repr=False)
    login: Callable[[], str] | None = attrs.field(default=None, repr=False)
    #: What goes with a refresh token; who names the client in the form does so here too.
    refreshing: Callable[[], Mapping[str, str]] = attrs.field(default=dict, repr=False)

    def __call__(self, refresh: str = "") -> Token:
        """Ask with the refresh token if there is one, and without where that is refused. Raises TemporaryFailure."""
        if refresh:
            try:
                return self._asked({"grant_type": "refresh_token", **self.refreshing(), "refresh_token": refresh})
            except GrantRefused:
                pass  # it has ended as well
        return self._asked(self.form())

    def _asked(self, form: Mapping[str, str]) -> Token:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        if self.login:
            headers["Authorization"] = self.login()
        answer = self.client.ask(self.url(), body=urlencode(form).encode(), headers=headers, method="POST")
        said = _read(answer)
        refusal = answer.refusal()
        if answer.status in _REFUSED:
            code = said.get("error")
            known = code if isinstance(code, str) and code in _CODES else "no reason that is known"
            raise GrantRefused(f"no token from {answer.place}: {known}", retry_after=_REST, danish=_DANISH)
        if refusal is not None:
            raise refusal
        return self._given(answer, said)

    def _given(self, answer: Answer, said: Mapping[str, Any]) -> Token:
        access, kind, refresh = (said.get(name, "") for name in ("access_token", "token_type", "refresh_token"))
        if not isinstance(access, str) or not _FIT_FOR_A_HEADER.fullmatch(access):
            raise answer.unreadable("no access_token")
        if not isinstance(kind, str) or kind.lower() not in {"", "bearer"}:
            raise answer.unreadable("the token is not of type Bearer")
        life = _life(said.get("expires_in"))
        kept = refresh if isinstance(refresh, str) and _FIT_FOR_A_HEADER.fullmatch(refresh) else ""
        return Token(access, self.now() + life - min(_MARGIN, life / 4), kept)


def _read(answer: Answer) -> Mapping[str, Any]:
    try:
        said = json.loads(answer.content)
    except (ValueError, RecursionError):
        said = None
    if isinstance(said, dict):
        return said
    if answer.status // 100 == 2:  # noqa: PLR2004 - the class of successes
        raise answer.unreadable("no JSON object")
    return {}


def _life(seconds: object) -> timedelta:
    """Read ``expires_in``, which some give as text and some not at all."""
    try:
        number = float(seconds) if isinstance(seconds, str | int | float) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    if math.isnan(number):
        return _LIFE_UNTOLD
    return timedelta(seconds=min(max(number, 0), _LONGEST_LIFE.total_seconds()))


@attrs.define(eq=False)
class Tokens:
    """
    Adgang: one token at a time, for one account. ``fetch`` is given the refresh token that is there, or "".

    Threads that need a token wait for the one that fetches it. After a refusal nobody asks for a minute.
    """

    fetch: Callable[[str], Token] = attrs.field(repr=False)
    now: Callable[[], datetime] = attrs.field(repr=False)
    _token: Token | None = attrs.field(default=None, init=False, repr=False)
    _refused: tuple[datetime, str] | None = attrs.field(default=None, init=False, repr=False)
    _lock: Any = attrs.field(factory=Lock, init=False, repr=False)

    def authorization(self) -> str:
        """Give the header Authorization. Raises TemporaryFailure."""
        with self._lock:
            if self._token is None or self.now() >= self._token.renew_at:
                self._token = self._fetched(self._token.refresh if self._token else "")
            return self._token.authorization

    def used(self, call: Callable[[str], Answer]) -> Answer:
        """
        Call with the header Authorization, and once more with a new token where the answer is 401.

        So whatever ``call`` sends must be the same each time; who answers 401 has taken nothing.
        """
        authorization = self.authorization()
        answer = call(authorization)
        if answer.status != _UNAUTHORIZED:
            return answer
        self.drop(authorization)
        again = self.authorization()
        answer = call(again)
        if answer.status == _UNAUTHORIZED:
            self.drop(again, wholly=True)
        return answer

    def drop(self, authorization: str, *, wholly: bool = False) -> None:
        """
        Forget a token that was refused, ``wholly`` with its refresh token too.

        A newer one that another thread has fetched meanwhile stays.
        """
        with self._lock:
            if self._token is not None and self._token.authorization == authorization:
                refresh = "" if wholly else self._token.refresh
                self._token = attrs.evolve(self._token, renew_at=self.now(), refresh=refresh)

    def _fetched(self, refresh: str) -> Token:
        if self._refused is not None:
            until, why = self._refused
            left = until - self.now()
            if timedelta() < left <= _REST:
                raise GrantRefused(f"{why} (asked less than a minute ago)", retry_after=left, danish=_DANISH)
        try:
            token = self.fetch(refresh)
        except GrantRefused as refusal:
            self._refused = (self.now() + _REST, str(refusal))
            raise
        self._refused = None
        return token
