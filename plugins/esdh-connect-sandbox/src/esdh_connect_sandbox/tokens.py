"""AccessTokenService, and what every call that needs its token is asked for."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta
from urllib.parse import parse_qs

import attrs

from esdh_connect_sandbox.exchange import Answer, BadBody, Request, refusal
from esdh_connect_sandbox.faults import Script
from esdh_connect_sandbox.moment import Clock
from esdh_connect_sandbox.state import Grant, State
from esdh_connect_sandbox.sts import digest, thumbprint
from esdh_connect_sandbox.values import is_uuid
from esdh_connect_sandbox.watched import Say

__all__ = ["Tokens"]

_TYPE = "Holder-of-key"
_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,9})?Z")
_FORM = 256 * 1024
_OFF = timedelta(minutes=10)


@attrs.frozen
class Tokens:
    """``POST /service/AccessTokenService_1/token``, and the check of headers."""

    state: State
    script: Script
    clock: Clock
    say: Say

    def issue(self, request: Request) -> Answer:
        """Answer with an access token for the assertion in ``saml-token``. Raises Refused (400, 401)."""
        if not request.header("content-type").lower().startswith("application/x-www-form-urlencoded"):
            raise refusal(400, "invalid_request", "Content-Type is application/x-www-form-urlencoded")
        assertion = self._valid(_field(request), "assertion", request.certificate)
        if assertion is None:
            raise refusal(401, "invalid_grant", "saml-token is not a valid assertion for this certificate")
        now, token = self.clock(), secrets.token_urlsafe(48)
        until = now + timedelta(seconds=self.script.token_seconds)
        grant = attrs.evolve(assertion, digest=digest(token), kind="access", expires=until.timestamp())
        self.state.grant(grant, now.timestamp())
        seconds = int(self.script.token_seconds)
        return Answer.json({"access_token": token, "token_type": _TYPE, "expires_in": seconds})

    def check(self, request: Request, entity: str) -> tuple[str, str]:
        """Check token and transaction headers; gives CVR and x-TransaktionsId. Raises Refused (401, 400)."""
        kind, _, token = request.header("authorization").partition(" ")
        grant = self._valid(token.strip(), "access", request.certificate)
        if kind.lower() != _TYPE.lower() or grant is None or grant.entity != entity:
            raise refusal(401, "invalid_token", f"Authorization is '{_TYPE}' and a valid token for this service")
        transaction = request.header("x-transaktionsid")
        if not is_uuid(transaction):
            raise refusal(400, "invalid_request", "x-TransaktionsId is a UUID")
        self._compare(_sent_at(request))
        return grant.cvr, transaction

    def _valid(self, text: str, kind: str, certificate: bytes) -> Grant | None:
        grant = self.state.granted(digest(text), kind)
        if grant is None or grant.certificate != thumbprint(certificate):
            return None
        return grant if grant.expires > self.clock().timestamp() else None

    def _compare(self, sent: datetime) -> None:
        """Tell a developer about local time with a Z behind: the real services take it, so it is not refused."""
        ahead = sent - self.clock()
        if abs(ahead) > _OFF:
            self.say(f"x-TransaktionsTid is {ahead.total_seconds() / 60:.0f} minutes off: is it UTC?")


def _sent_at(request: Request) -> datetime:
    found = _TIME.fullmatch(request.header("x-transaktionstid"))
    try:
        return datetime.strptime(found[1] + "Z" if found else "", "%Y-%m-%dT%H:%M:%S%z")
    except ValueError as error:
        raise refusal(400, "invalid_request", "x-TransaktionsTid is UTC, as 2025-06-01T08:00:00Z") from error


def _field(request: Request) -> str:
    try:
        fields = parse_qs(request.body.whole(_FORM).decode("ascii"), strict_parsing=True)
    except (BadBody, ValueError) as error:
        raise refusal(400, "invalid_request", "the body is a form of ASCII") from error
    if set(fields) != {"saml-token"} or len(fields["saml-token"]) != 1:
        raise refusal(400, "invalid_request", "the form has one field, saml-token")
    return fields["saml-token"][0]
