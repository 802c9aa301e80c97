"""Access tokens: one for all threads, fetched anew once, and shown nowhere."""

import json
import threading
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest

from esdh_connect.errors import TemporaryFailure
from esdh_connect.http import Endpoint, GrantRefused, Token, Tokens, basic
from esdh_connect.testing.fakes import FakeClock

SECRET = "hemmelig-adgangskode"


class Service:
    """A token endpoint and a resource behind it, as one server on this machine."""

    def __init__(self):
        self.asked, self.calls, self.answers = [], [], []
        self.good = set()

    def __call__(self, line):
        while head := line.head():
            lengths = [one.split(":")[1] for one in head.splitlines() if one.lower().startswith("content-length")]
            body = line.stream.read(int(lengths[0]) if lengths else 0).decode()
            if head.startswith("GET"):
                self.resource(line, head)
            else:
                self.token(line, head, body)

    def resource(self, line, head):
        shown = [one.split(": ")[1] for one in head.splitlines() if one.startswith("Authorization")]
        self.calls += shown
        line.answer(200 if self.good.issuperset(shown) else 401)

    def token(self, line, head, body):
        self.asked.append((head, {key: value for key, (value,) in parse_qs(body).items()}))
        status, said = self.answers.pop(0) if self.answers else (200, None)
        if said is None:
            number = len(self.asked)
            self.good = {f"Bearer t{number}"}
            said = {"access_token": f"t{number}", "token_type": "bearer", "expires_in": 3600, "refresh_token": "r"}
        line.answer(status, said if isinstance(said, bytes) else json.dumps(said).encode())


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def service(here):
    service = Service()
    with here.serving(service) as url:
        service.url = url
        yield service


@pytest.fixture
def tokens(service, client, clock):
    return Tokens(
        Endpoint(
            client,
            lambda: service.url,
            lambda: {"grant_type": "password", "username": "æ", "password": SECRET},
            clock,
            login=lambda: basic("os", SECRET),
        ),
        clock,
    )


def kinds(service):
    return [form["grant_type"] for _, form in service.asked]


def test_a_token_is_fetched_once_and_renewed_before_it_ends(service, tokens, clock):
    """By the refresh token, and the login stands in a header, never in the address."""
    assert tokens.authorization() == tokens.authorization() == "Bearer t1"
    clock.move(minutes=59)
    assert tokens.authorization() == "Bearer t2"
    assert kinds(service) == ["password", "refresh_token"]
    head, form = service.asked[0]
    assert form == {"grant_type": "password", "username": "æ", "password": SECRET}
    assert f"Authorization: {basic('os', SECRET)}" in head
    assert head.startswith("POST /kombi HTTP/1.1\r\n")


def test_a_refresh_token_that_has_ended_is_followed_by_the_whole_way(service, tokens, clock):
    """The same call gives a token: nobody is to wait for a minute because of it."""
    tokens.authorization()
    clock.move(hours=2)
    service.answers = [(400, {"error": "invalid_grant"})]
    assert tokens.authorization() == "Bearer t3"
    assert kinds(service) == ["password", "refresh_token", "password"]


def test_a_refused_token_is_fetched_anew_once(service, tokens, client):
    """A second refusal is the answer; and then the refresh token counts no more either."""
    tokens.authorization()
    service.good = set()
    answer = tokens.used(lambda authorization: client.ask(service.url, headers={"Authorization": authorization}))
    assert (answer.status, service.calls) == (200, ["Bearer t1", "Bearer t2"])
    refusing = Tokens(Endpoint(client, lambda: service.url, dict, tokens.now), tokens.now)
    shown = []

    def call(authorization):
        shown.append(authorization)
        return client.ask(service.url, headers={"Authorization": "Bearer wrong"})

    assert refusing.used(call).status == 401
    assert shown == ["Bearer t3", "Bearer t4"]
    refusing.authorization()
    assert "refresh_token" not in service.asked[-1][1]


def test_threads_share_one_token(service, tokens, client):
    """Twenty that need one at once ask once; twenty whose token is refused ask once more."""
    gate = threading.Barrier(20)
    answers = []

    def use():
        gate.wait()
        answers.append(tokens.used(lambda shown: client.ask(service.url, headers={"Authorization": shown})).status)

    for spoiled in (False, True):
        service.good = set() if spoiled else service.good
        threads = [threading.Thread(target=use) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == [200] * 40
    assert len(service.asked) == 2


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refusal_counts_for_a_minute(service, tokens, clock, status):
    """A wrong password that is tried again and again locks the account."""
    service.answers = [(status, {"error": "invalid_client", "error_description": SECRET})]
    for left in (60, 60, 30):
        with pytest.raises(GrantRefused, match="invalid_client") as caught:
            tokens.authorization()
        assert caught.value.retry_after == timedelta(seconds=left)
        assert SECRET not in str(caught.value)
        clock.move(seconds=30 if "ago" in str(caught.value) else 0)
    assert len(service.asked) == 1
    clock.move(minutes=1)
    service.answers = []
    assert tokens.authorization() == "Bearer t2"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (200, b"<html>Log ind</html>"),
        (200, b"[1]"),
        (200, b"[" * 100_000),
        (200, {"token_type": "bearer"}),
        (200, {"access_token": ""}),
        (200, {"access_token": "a\r\nX-Evil: 1"}),
        (200, {"access_token": "a", "token_type": "mac"}),
        (400, b"<html>" + SECRET.encode()),
        (400, {"error": SECRET}),
        (500, {"error": SECRET}),
        (503, b""),
        (302, b""),
    ],
)
def test_what_makes_no_sense_is_no_token(service, tokens, status, said):
    """Nothing was sent, and nothing of it is quoted."""
    service.answers = [(status, said)]
    with pytest.raises(TemporaryFailure) as caught:
        tokens.authorization()
    assert SECRET not in f"{caught.value}{caught.value.danish}"


@pytest.mark.parametrize(
    ("seconds", "renewed"),
    [
        (3600, 3480), ("3600", 3480), (40, 30), (None, 225), ("snart", 225), (0, 0), (-5, 0),
        (1e300, 86280), (float("inf"), 86280), (float("nan"), 225), ([], 225), (10**400, 225),
    ],
)  # fmt: skip
def test_a_token_lives_as_long_as_it_says_within_reason(service, client, clock, seconds, renewed):
    """Two minutes less, or a quarter of a short life; five minutes where nothing is said, at most a day."""
    said = {"access_token": "a", **({} if seconds is None else {"expires_in": seconds})}
    service.answers = [(200, said)]
    token = Endpoint(client, lambda: service.url, dict, clock)()
    assert token.renew_at - clock() == timedelta(seconds=renewed)


def test_nothing_secret_is_shown(tokens):
    """A repr stands in logs and tracebacks."""
    tokens.authorization()
    token = Token("adgang", datetime(2026, 1, 1, tzinfo=UTC), "forny")
    for shown in (repr(tokens), repr(tokens.fetch), repr(token)):
        assert not any(word in shown for word in ("adgang", "forny", "t1", SECRET, "Basic"))
