"""Adgang: the token endpoint of the realm, and which tokens are good."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from threading import Lock
from typing import Any

import attrs

__all__ = ["CLIENT", "CLIENT_SECRET", "PASSWORD", "TOKEN_PATH", "USER", "Issued"]

TOKEN_PATH = "/auth/realms/sbsip/protocol/openid-connect/token"  # noqa: S105 - an address
CLIENT, USER = "esdh-connect", "svc-esdh"
#: They protect nothing but this process.
CLIENT_SECRET, PASSWORD = "fake-client-secret", "fake-user-password"

_LIFE = timedelta(minutes=5)


@attrs.define(eq=False)
class Issued:
    """The tokens that were issued. They live for five minutes, or until :meth:`expire`."""

    now: Callable[[], datetime]
    _until: dict[str, datetime] = attrs.field(factory=dict)
    _serial: count[int] = attrs.field(factory=lambda: count(1))
    _lock: Any = attrs.field(factory=Lock)

    def answer(self, form: Mapping[str, Sequence[str]]) -> tuple[int, dict[str, object]]:
        """Answer a request for a token: status, and JSON."""
        said = {name: values[0] for name, values in form.items()}
        if (said.get("client_id"), said.get("client_secret")) != (CLIENT, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        if said.get("grant_type") != "password":
            return 400, {"error": "unsupported_grant_type"}
        if (said.get("username"), said.get("password")) != (USER, PASSWORD):
            return 401, {"error": "invalid_grant", "error_description": "Invalid user credentials"}
        with self._lock:
            token = f"fake-access-token-{next(self._serial):06d}"
            self._until[token] = self.now() + _LIFE
        life = int(_LIFE.total_seconds())
        return 200, {"access_token": token, "expires_in": life, "token_type": "Bearer", "not-before-policy": 0}

    def expire(self) -> None:
        """Let no token be good any more, although it says otherwise."""
        with self._lock:
            self._until.clear()

    def is_good(self, authorization: str) -> bool:
        """Tell whether this header lets somebody in."""
        with self._lock:
            until = self._until.get(authorization.removeprefix("Bearer "))
        return until is not None and self.now() < until
