"""The security token service (STS): a SAML assertion for one authority, one service and one certificate."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

import attrs

from esdh_connect_sandbox.exchange import Answer, Request, refusal
from esdh_connect_sandbox.faults import Script
from esdh_connect_sandbox.moment import Clock, lifetime, milliseconds
from esdh_connect_sandbox.state import Grant, State
from esdh_connect_sandbox.writing import Element, Names, document

__all__ = ["BESKEDFORDELER", "KOMBI", "LOOKUP", "Sts", "digest", "thumbprint"]

KOMBI = "http://entityid.kombit.dk/service/kombipostafsend/1"
LOOKUP = "http://entityid.kombit.dk/service/postforespoerg/1"
BESKEDFORDELER = "http://entityid.kombit.dk/service/bfo_modtag/2"

_SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
_SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
_TRUST = "http://docs.oasis-open.org/ws-sx/ws-trust/200512"
_FIXED = {
    "TokenType": "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLV2.0",
    "RequestType": f"{_TRUST}/Issue",
    "KeyType": f"{_TRUST}/PublicKey",
}
_ISSUER = "https://localhost/esdh-connect-sandbox/sts"


def digest(text: str) -> str:
    """Give what a token is known by: the token itself is not kept."""
    return hashlib.sha256(text.encode()).hexdigest()


def thumbprint(certificate: bytes) -> str:
    """Give what a certificate (DER) is known by."""
    return hashlib.sha256(certificate).hexdigest()


@attrs.frozen
class Sts:
    """``POST …/wstrust/v1/issue``."""

    state: State
    script: Script
    clock: Clock

    def issue(self, request: Request) -> Answer:
        """Answer with an assertion. Raises Refused (400): the form of real refusals is UNVERIFIED."""
        if not request.header("content-type").lower().startswith("application/json"):
            raise refusal(400, "invalid_request", "Content-Type is application/json")
        asked = request.json()
        entity, cvr = _checked(asked, request.certificate)
        now = self.clock()
        until = now + timedelta(seconds=self.script.assertion_seconds)
        written = _assertion(entity, cvr, request.certificate, now, until)
        assertion = base64.b64encode(written).decode()
        known = thumbprint(request.certificate)
        grant = Grant(digest(assertion), "assertion", known, entity, cvr, until.timestamp())
        self.state.grant(grant, now.timestamp())
        return Answer.json(
            {
                "TokenType": _FIXED["TokenType"],
                "AppliesTo": {"EndpointReference": {"Address": entity}},
                "RequestedSecurityToken": {"Assertion": assertion},
                "Lifetime": lifetime(until),
            }
        )


def _checked(asked: object, certificate: bytes) -> tuple[str, str]:
    if not isinstance(asked, dict):
        raise refusal(400, "invalid_request", "the body is a JSON object")
    for name, value in _FIXED.items():
        if asked.get(name) != value:
            raise refusal(400, "invalid_request", f"{name} is {value}")
    cvr = _member(asked, "AnvenderKontekst", "Cvr")
    if not isinstance(cvr, str) or not re.fullmatch(r"[0-9]{8}", cvr):
        raise refusal(400, "invalid_request", "AnvenderKontekst.Cvr is a string of eight digits")
    if asked.get("OnBehalfOf"):  # one client in production sends an empty string
        raise refusal(400, "invalid_request", "OnBehalfOf is null")
    if not _is_the_key(asked.get("UseKey"), certificate):
        raise refusal(400, "invalid_request", "UseKey is the client certificate of this connection, DER in base64")
    entity = _member(asked, "AppliesTo", "EndpointReference", "Address")
    if not isinstance(entity, str) or entity not in {KOMBI, LOOKUP, BESKEDFORDELER}:
        raise refusal(400, "invalid_scope", "AppliesTo names a service that is not known")
    return entity, cvr


def _member(asked: object, *names: str) -> object:
    for name in names:
        asked = asked.get(name) if isinstance(asked, Mapping) else None
    return asked


def _is_the_key(given: object, certificate: bytes) -> bool:
    if not isinstance(given, str):
        return False
    try:
        return base64.b64decode(given, validate=True) == certificate
    except binascii.Error:
        return False


def _assertion(entity: str, cvr: str, certificate: bytes, now: datetime, until: datetime) -> bytes:
    """Write a SAML 2.0 assertion. It is not signed: only the sandbox reads it, and knows it by its digest."""
    s = Names(_SAML, {"saml": _SAML})
    conditions = s(
        "Conditions",
        s("AudienceRestriction", s("Audience", entity)),
        NotBefore=milliseconds(now),
        NotOnOrAfter=milliseconds(until),
    )
    assertion = s(
        "Assertion",
        s("Issuer", _ISSUER),
        _subject(s, certificate),
        conditions,
        s(
            "AttributeStatement",
            _attribute(s, "dk:gov:saml:attribute:SpecVer", "DK-SAML-2.0"),
            _attribute(s, "dk:gov:saml:attribute:AssuranceLevel", "3"),
            _attribute(s, "dk:gov:saml:attribute:CvrNumberIdentifier", cvr),
        ),
        Version="2.0",
        ID=f"_{uuid.uuid4()}",
        IssueInstant=milliseconds(now),
    )
    return document(assertion)


def _subject(s: Names, certificate: bytes) -> Element:
    d = Names(_SIGNATURE, {"ds": _SIGNATURE})
    key = d("KeyInfo", d("X509Data", d("X509Certificate", base64.b64encode(certificate).decode())))
    return s(
        "Subject",
        s("NameID", thumbprint(certificate), Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"),
        s(
            "SubjectConfirmation",
            s("SubjectConfirmationData", key),
            Method="urn:oasis:names:tc:SAML:2.0:cm:holder-of-key",
        ),
    )


def _attribute(s: Names, name: str, value: str) -> Element:
    return s("Attribute", s("AttributeValue", value), Name=name)
