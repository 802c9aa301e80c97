"""Tokens: fetched once, renewed early, each for its own authority and service, the newest assertion exchanged."""

import json
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import attrs
import pytest

from esdh_connect.errors import TemporaryFailure
from esdh_connect.http import Client
from esdh_connect.settings import Secret
from esdh_connect.testing.fakes import FakeClock
from esdh_connect_serviceplatformen.certificate import load
from esdh_connect_serviceplatformen.service import KOMBI_ENTITY, LOOKUP_ENTITY
from esdh_connect_serviceplatformen.tokens import Scope, Tokens

STS = "/runtime/api/rest/wstrust/v1/issue"
TOKEN = "/service/AccessTokenService_1/token"


@pytest.fixture
def clock(fake):
    fake.now = FakeClock(datetime.now(UTC))
    return fake.now


@pytest.fixture
def tokens(credentials, clock):
    secret = Secret("file:client.pem", credentials.folder / "settings.toml")
    certificate = load(secret.read(), secret, None, clock())
    client = Client(certificate.context(credentials.folder / "ca.pem"))
    yield Tokens(client, certificate.use_key, clock)
    client.close()


@pytest.fixture
def kombi(fake):
    return Scope("55133018", KOMBI_ENTITY, fake.url + STS, fake.url + TOKEN)


def exchanged(fake):
    """The assertions that were exchanged, in order."""
    return [parse_qs(call.body.decode())["saml-token"][0] for call in fake.calls if call.path == TOKEN]


def test_what_is_asked_for(fake, tokens, kombi):
    """On whose behalf, to what, with which certificate: spelt as the token service wants it."""
    assert tokens.authorization(kombi) == "Holder-of-key access-1"
    asked = json.loads(fake.calls[0].body)
    assert asked["AnvenderKontekst"] == {"Cvr": "55133018"}
    assert asked["AppliesTo"] == {"EndpointReference": {"Address": KOMBI_ENTITY}}
    assert asked["UseKey"] == tokens.use_key
    assert asked["OnBehalfOf"] is None
    assert {"TokenType", "RequestType", "KeyType"} <= set(asked)
    assert fake.calls[0].headers["content-type"] == "application/json"
    assert fake.calls[1].headers["content-type"] == "application/x-www-form-urlencoded"


def test_tokens_are_kept(fake, tokens, kombi):
    """A hundred letters do not fetch a hundred tokens."""
    assert {tokens.authorization(kombi) for _ in range(100)} == {"Holder-of-key access-1"}
    assert fake.paths() == [STS, TOKEN]


@pytest.mark.parametrize(
    ("later", "calls"),
    [
        (timedelta(minutes=57), [STS, TOKEN]),
        (timedelta(minutes=59), [STS, TOKEN, TOKEN]),
        (timedelta(hours=7, minutes=44), [STS, TOKEN, TOKEN]),
        (timedelta(hours=7, minutes=46), [STS, TOKEN, STS, TOKEN]),
        (timedelta(days=3), [STS, TOKEN, STS, TOKEN]),
    ],
)
def test_tokens_are_renewed_before_they_end(fake, tokens, kombi, clock, later, calls):
    """An access token lives an hour, an assertion eight: each is renewed for itself, a little early."""
    tokens.authorization(kombi)
    clock.time += later
    tokens.authorization(kombi)
    assert fake.paths() == calls


def test_the_new_assertion_is_the_one_that_is_exchanged(fake, tokens, kombi, clock):
    """One client in use exchanges the old one, which works until it has ended."""
    tokens.authorization(kombi)
    clock.move(days=3)
    tokens.authorization(kombi)
    first, second = exchanged(fake)
    assert first != second


def test_a_short_life_is_used_for_the_most_of_it(fake, tokens, kombi, clock):
    """The margin is not longer than the life."""
    fake.reply(TOKEN, 200, json.dumps({"access_token": "short", "token_type": "Bearer", "expires_in": 60}))
    assert tokens.authorization(kombi) == "Bearer short"
    clock.move(seconds=44)
    assert tokens.authorization(kombi) == "Bearer short"
    clock.move(seconds=2)
    assert tokens.authorization(kombi) != "Bearer short"


def test_each_scope_has_its_own(fake, tokens, kombi):
    """Another authority, another service or other addresses: never somebody else's token."""
    others = [
        kombi,
        attrs.evolve(kombi, authority="13748136"),
        attrs.evolve(kombi, entity_id=LOOKUP_ENTITY),
        attrs.evolve(kombi, sts_url=fake.url + STS + "?env=2"),
        attrs.evolve(kombi, token_url=fake.url + TOKEN + "?env=2"),
    ]
    assert len({tokens.authorization(scope) for scope in others}) == len(others)
    assert len({tokens.authorization(scope) for scope in others}) == len(others)
    assert len(fake.calls) == 2 * len(others)


def test_threads_wait_for_the_one_that_fetches(fake, tokens, kombi):
    """Twenty at once make one call to each service."""
    with ThreadPoolExecutor(20) as pool:
        got = set(pool.map(lambda _: tokens.authorization(kombi), range(20)))
    assert got == {"Holder-of-key access-1"}
    assert fake.paths() == [STS, TOKEN]


def test_a_dropped_token_is_fetched_anew_but_a_newer_one_stays(fake, tokens, kombi):
    """Two threads meet the same refusal: the second must not drop what the first has fetched."""
    old = tokens.authorization(kombi)
    tokens.drop(kombi, old)
    new = tokens.authorization(kombi)
    tokens.drop(kombi, old)
    assert tokens.authorization(kombi) == new != old
    assert fake.paths() == [STS, TOKEN, STS, TOKEN]


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refused_assertion_is_not_used_again(fake, tokens, kombi, status):
    """A mended service agreement shows in a new one only, and an old one lives for eight hours."""
    fake.reply(TOKEN, status)
    with pytest.raises(TemporaryFailure):
        tokens.authorization(kombi)
    tokens.authorization(kombi)
    first, second = exchanged(fake)
    assert first != second


def test_an_assertion_outlives_a_busy_token_service(fake, tokens, kombi):
    """It was not the assertion's fault."""
    fake.reply(TOKEN, 503, "", Retry_After="30")
    with pytest.raises(TemporaryFailure) as caught:
        tokens.authorization(kombi)
    assert caught.value.retry_after == timedelta(seconds=30)
    tokens.authorization(kombi)
    assert fake.paths() == [STS, TOKEN, TOKEN]


WRONG = {
    "a refusal": (STS, 403, "no agreement for 55133018"),
    "a page": (STS, 200, "<html>"),
    "a list": (STS, 200, "[]"),
    "depth": (STS, 200, "[" * 100_000),
    "no assertion": (STS, 200, '{"RequestedSecurityToken": {}}'),
    "no base64": (STS, 200, '{"RequestedSecurityToken": {"Assertion": "%%"}}'),
    "no XML": (STS, 200, '{"RequestedSecurityToken": {"Assertion": "eHg="}}'),
    "no end": (STS, 200, '{"RequestedSecurityToken": {"Assertion": "PEEvPg=="}}'),
    "no token": (TOKEN, 200, '{"token_type": "x", "expires_in": 3}'),
    "no type": (TOKEN, 200, '{"access_token": "x", "expires_in": 3}'),
    "no time": (TOKEN, 200, '{"access_token": "x", "token_type": "y", "expires_in": "soon"}'),
    "an error": (TOKEN, 500, "oops"),
}


@pytest.mark.parametrize("seen", WRONG)
def test_without_a_token_nothing_was_sent(fake, tokens, kombi, seen):
    """Whatever was wrong: said in the log, with the beginning of the answer; never with a token."""
    fake.reply(*WRONG[seen])
    with pytest.raises(TemporaryFailure) as caught:
        tokens.authorization(kombi)
    assert caught.value.danish
    shown = "".join(traceback.format_exception(caught.value)) + repr(tokens)
    assert tokens.use_key[:60] not in shown
    assert ("no agreement" in shown) == (seen == "a refusal")


def test_a_life_that_cannot_be_is_cut(fake, tokens, kombi, clock):
    """What the other end says is not believed without limit."""
    for seconds in (1e300, -5):
        fake.reply(TOKEN, 200, json.dumps({"access_token": "x", "token_type": "y", "expires_in": seconds}))
        tokens.authorization(kombi)
        clock.move(days=2)
    assert fake.paths().count(TOKEN) == 2
