"""Certificates, the STS and AccessTokenService."""

import base64
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
import trustme
from lxml import etree

from esdh_connect_sandbox import Fault, Sandbox


@pytest.fixture
def other_certificate(sandbox: Sandbox, tmp_path: Path) -> Path:
    """A second client certificate of the sandbox's own CA."""
    ca = trustme.CA.from_pem(sandbox.ca.read_bytes(), (sandbox.directory / "ca-key.pem").read_bytes())
    leaf = ca.issue_cert("another-system.invalid")
    path = tmp_path / "other.pem"
    leaf.private_key_and_cert_chain_pem.write_to_path(path)
    return path


def test_without_a_client_certificate_nothing_is_answered(sandbox):
    """TLS is refused before a request is read."""
    with pytest.raises(requests.ConnectionError):
        requests.get(sandbox.url + "/sandbox/faults", verify=str(sandbox.ca), timeout=10)


def test_a_certificate_of_another_authority_is_refused(sandbox, connect, tmp_path):
    """Only the sandbox's own CA counts."""
    stranger = tmp_path / "stranger.pem"
    trustme.CA().issue_cert("stranger.invalid").private_key_and_cert_chain_pem.write_to_path(stranger)
    with pytest.raises(requests.ConnectionError):
        connect(sandbox, stranger).issue({})


def test_the_server_is_not_trusted_without_its_ca(sandbox, client):
    """A client that forgot the CA of the settings is told so by TLS."""
    with pytest.raises(requests.exceptions.SSLError):
        client.call("GET", "/sandbox/faults", verify=True)


def test_an_assertion_says_for_whom_for_what_and_until_when(visitor, wire):
    """What real visitors read from it is there: Conditions/@NotOnOrAfter, eight hours, and Lifetime as text."""
    answer = visitor.issue(visitor.issue_body(wire.LOOKUP)).json()
    assertion = etree.fromstring(base64.b64decode(answer["RequestedSecurityToken"]["Assertion"]))
    ns = {"s": "urn:oasis:names:tc:SAML:2.0:assertion", "d": "http://www.w3.org/2000/09/xmldsig#"}
    until = assertion.find("s:Conditions", ns).get("NotOnOrAfter")
    expires = datetime.fromisoformat(until)
    assert timedelta(hours=7.9) < expires - datetime.now(UTC) <= timedelta(hours=8)
    assert assertion.findtext(".//s:Audience", namespaces=ns) == wire.LOOKUP
    assert assertion.findtext(".//d:X509Certificate", namespaces=ns) == visitor.use_key()
    assert "55133018" in [each.text for each in assertion.iterfind(".//s:AttributeValue", ns)]
    assert answer["Lifetime"] == expires.strftime("%m/%d/%Y %H:%M:%S")


@pytest.mark.parametrize(
    "change",
    [
        {"TokenType": "urn:something"},
        {"RequestType": None},
        {"KeyType": "http://docs.oasis-open.org/ws-sx/ws-trust/200512/Bearer"},
        {"AnvenderKontekst": {"Cvr": "5513301"}},
        {"AnvenderKontekst": {"Cvr": 55133018}},
        {"AnvenderKontekst": None},
        {"UseKey": "not base64!"},
        {"UseKey": None},
        {"UseKey": base64.b64encode(b"another certificate").decode()},
        {"AppliesTo": {"EndpointReference": {"Address": "http://entityid.kombit.dk/service/unknown/1"}}},
        {"AppliesTo": {"EndpointReference": {"Address": ["a list"]}}},
        {"AppliesTo": "http://entityid.kombit.dk/service/kombipostafsend/1"},
        {"OnBehalfOf": "somebody"},
    ],
    ids="-".join,
)
def test_a_wrong_request_for_an_assertion_is_refused(visitor, wire, change):
    """Each member is checked: HTTP 400, with the member's name in the message."""
    answer = visitor.issue(visitor.issue_body(wire.KOMBI) | change)
    assert answer.status_code == 400
    assert next(iter(change)) in answer.json()["message"]


def test_on_behalf_of_may_be_an_empty_string_or_left_out(visitor, wire):
    """One visitor in production sends it empty."""
    body = visitor.issue_body(wire.KOMBI)
    assert visitor.issue(body | {"OnBehalfOf": ""}).status_code == 200
    del body["OnBehalfOf"]
    assert visitor.issue(body).status_code == 200


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff"])
def test_what_is_not_a_json_object_is_refused(visitor, body):
    """HTTP 400."""
    headers = {"Content-Type": "application/json"}
    answer = visitor.call("POST", "/runtime/api/rest/wstrust/v1/issue", data=body, headers=headers)
    assert answer.status_code == 400


def test_an_access_token_has_a_type_and_a_lifetime(visitor):
    """token_type is what Authorization begins with."""
    answer = visitor.exchange(visitor.assertion())
    assert answer.json()["token_type"] == "Holder-of-key"
    assert answer.json()["expires_in"] == 3600


@pytest.mark.parametrize("form", [{}, {"saml_token": "x"}, {"saml-token": "x", "more": "y"}])
def test_the_form_has_exactly_one_field(visitor, form):
    """HTTP 400."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = visitor.call("POST", "/service/AccessTokenService_1/token", data=form, headers=headers)
    assert answer.status_code == 400


def test_an_assertion_that_was_not_issued_here_is_refused(visitor):
    """One changed character, or one + that became a space, is another assertion."""
    assert visitor.exchange(visitor.assertion()[:-4] + "AAAA").status_code == 401
    assert visitor.exchange("").status_code in {400, 401}


def test_a_token_belongs_to_the_certificate_it_was_made_with(sandbox, client, connect, other_certificate, wire):
    """A stolen assertion or token is worth nothing with another certificate of the same CA."""
    thief = connect(sandbox, other_certificate)
    assert thief.exchange(client.assertion()).status_code == 401
    thief.tokens[wire.LOOKUP] = client.token(wire.LOOKUP)
    assert thief.lookup(cprNumber="1212121212").status_code == 401
    assert client.lookup(cprNumber="1212121212").status_code == 200


def test_the_key_must_be_that_of_the_connection(sandbox, client, connect, other_certificate, wire):
    """UseKey of somebody else's certificate is refused."""
    body = connect(sandbox, other_certificate).issue_body(wire.KOMBI)
    assert client.issue(body).status_code == 400


def test_a_token_is_for_one_service(client, wire):
    """One for PostForespoerg does not send letters, and the other way round."""
    client.tokens = {wire.KOMBI: client.token(wire.LOOKUP), wire.LOOKUP: client.token(wire.KOMBI)}
    assert client.lookup(cprNumber="1212121212").status_code == 401
    assert client.send(wire.kombi("Digital Post", wire.message())).status_code == 401


def test_tokens_expire(sandbox, client, wire):
    """How soon is the script's to say."""
    sandbox.script.token_seconds = 0
    assert client.lookup(cprNumber="1212121212").status_code == 401
    sandbox.script.read({"assertion_seconds": 0})
    assert client.exchange(client.assertion()).status_code == 401


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("Authorization", None, 401),
        ("Authorization", "Holder-of-key", 401),
        ("Authorization", "Holder-of-key nonsense", 401),
        ("x-TransaktionsId", None, 400),
        ("x-TransaktionsId", "17", 400),
        ("x-TransaktionsTid", None, 400),
        ("x-TransaktionsTid", "2025-06-01T08:00:00", 400),
        ("x-TransaktionsTid", "2025-06-01T08:00:00+02:00", 400),
        ("x-TransaktionsTid", "2025-06-31T08:00:00Z", 400),
    ],
)
def test_a_call_without_its_headers_is_refused(visitor, wire, header, value, status):
    """401 for the token, 400 for the rest."""
    headers = visitor.headers(wire.LOOKUP) | {header: value}
    query = {"cprNumber": "1212121212"}
    answer = visitor.call("GET", "/service/PostForespoerg_1/digitalpost", params=query, headers=headers)
    assert answer.status_code == status


def test_the_type_of_the_token_must_be_said(visitor, wire):
    """Bearer is not Holder-of-key."""
    headers = visitor.headers(wire.KOMBI, Authorization=f"Bearer {visitor.token(wire.KOMBI)}")
    assert visitor.call("POST", "/service/KombiPostAfsend_1/kombi", data=b"", headers=headers).status_code == 401


def test_a_clock_that_is_an_hour_off_is_told_and_not_refused(client, wire, said):
    """Several clients in production stamp local time with a Z behind, and the real service takes it."""
    ahead = (datetime.now(UTC) + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert client.send(wire.kombi("Digital Post", wire.message()), x_TransaktionsTid=ahead).status_code == 200
    assert any(re.search(r"1(20|19) minutes", line) for line in said)


def test_tokens_outlive_a_restart(sandbox, client, wire):
    """A client that keeps its token need not know that the service was away."""
    client.token(wire.LOOKUP)
    sandbox.stop()
    with Sandbox(sandbox.directory):
        assert client.lookup(cprNumber="1212121212").json() == {"result": True}


def test_nothing_goes_wrong_that_is_not_in_the_script(sandbox, client):
    """A fault somewhere else waits for its own place."""
    sandbox.script.add(Fault("kombi", "unauthorized"))
    assert client.exchange(client.assertion()).status_code == 200
    assert len(sandbox.script.left()) == 1
