"""Use over HTTPS: signed, over TLS alone, in batches or one by one, and again until it was taken."""

import base64
import hashlib
import hmac
import json

import attrs
import pytest
import trustme
from cloudevents.core.bindings.http import HTTPMessage, from_structured_event
from emitters.conftest import SECRET
from emitters.houses import AT, house, used
from emitters.receiving import receiving

from esdh_connect.errors import SettingsError, TemporaryFailure
from esdh_connect.settings import Settings
from esdh_connect.settings.secret import Secret
from esdh_connect.testing.fakes import FakeClock
from esdh_connect_forbrug.emitters.webhook import Webhook

BATCH = [used(at) for at in range(3)]


@pytest.fixture
def webhook(receiver, ca, secret):
    made = Webhook(url=receiver.url, secret=secret, ca=ca, seconds=2.0)
    made.now = FakeClock(AT)
    return made


def signatures(secret, headers, body):
    """As a receiver works them out, by the words of Standard Webhooks."""
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret, content, hashlib.sha256).digest()).decode()


def test_a_batch_is_one_call_that_the_sdk_reads(webhook, receiver):
    """Each of its events is one that the CloudEvents SDK takes."""
    webhook.export_usage(BATCH)
    [(headers, body)] = receiver.calls
    assert headers["content-type"] == "application/cloudevents-batch+json; charset=utf-8"
    told = json.loads(body)
    assert [one["id"] for one in told] == [str(one.id) for one in BATCH]
    for one in told:
        message = HTTPMessage({"content-type": "application/cloudevents+json"}, json.dumps(one).encode())
        assert from_structured_event(message).get_id() == one["id"]


def test_single_events_are_structured_cloud_events(webhook, receiver):
    """As many calls as events, each named by its event."""
    attrs.evolve(webhook, mode="single").export_usage(BATCH)
    assert len(receiver.calls) == 3
    for (headers, body), usage in zip(receiver.calls, BATCH, strict=True):
        assert headers["webhook-id"] == str(usage.id)
        read = from_structured_event(HTTPMessage(headers, body))
        assert (read.get_id(), read.get_type()) == (str(usage.id), "dk.esdh-connect.letter.sent.v1")


def test_a_call_is_signed_with_its_time(webhook, receiver):
    """So that a receiver can refuse what others made, and what is old."""
    webhook.export_usage(BATCH)
    [(headers, body)] = receiver.calls
    assert headers["webhook-timestamp"] == str(int(AT.timestamp()))
    assert headers["webhook-signature"] == signatures(SECRET.encode(), headers, body)
    assert headers["webhook-signature"] != signatures(SECRET.encode(), headers, body + b" ")
    later = headers | {"webhook-timestamp": "1"}
    assert headers["webhook-signature"] != signatures(SECRET.encode(), later, body)


def test_while_a_secret_is_exchanged_both_sign(webhook, receiver, tmp_path):
    """A receiver that knows either is content; a secret may be written as Standard Webhooks writes it."""
    new = bytes(range(32))
    (tmp_path / "new.secret").write_text(f"whsec_{base64.b64encode(new).decode()}\n")
    both = attrs.evolve(webhook, also=Secret("file:new.secret", tmp_path / "x.toml"))
    both.now = webhook.now
    both.export_usage(BATCH)
    [(headers, body)] = receiver.calls
    assert headers["webhook-signature"].split() == [
        signatures(SECRET.encode(), headers, body),
        signatures(new, headers, body),
    ]


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 409, 410, 413, 422, 429, 500, 502, 503])
def test_whatever_is_no_yes_comes_again(webhook, receiver, status):
    """A refusal is about the way there: no event is ever given up."""
    receiver.answers = [(status, {"Location": "https://elsewhere.example/"})]
    with pytest.raises(TemporaryFailure, match=str(status)):
        webhook.export_usage(BATCH)
    assert len(receiver.calls) == 1


def test_retry_after_is_honoured_across_a_restart(receiver, ca, secret, tmp_path):
    """The outbox remembers it: nobody knocks before."""
    receiver.answers = [(503, {"Retry-After": "7200"})]
    webhook = Webhook(url=receiver.url, secret=secret, ca=ca)
    with house(tmp_path / "outbox.db", webhook=webhook) as one:
        one.send(2)
        one.round(None)
        assert len(receiver.calls) == 1
    with house(tmp_path / "outbox.db", webhook=webhook) as one:
        for hours, calls in ((1, 1), (0.9, 1), (0.2, 2)):
            one.clock.move(hours=hours)
            one.round(None)
            assert len(receiver.calls) == calls
    assert set(receiver.taken.values()) == {1}
    assert len(receiver.taken) == 2


def test_tls_is_never_off(receiver, secret, tmp_path, ca):
    """Neither http nor a certificate of somebody else's."""
    with pytest.raises(ValueError, match="https"):
        Webhook(url=receiver.url.replace("https", "http"), secret=secret)
    with pytest.raises(ValueError, match="name or password"):
        Webhook(url="https://bo:hemmeligt@example.dk/", secret=secret)
    stranger = tmp_path / "stranger.pem"
    trustme.CA().cert_pem.write_to_path(stranger)
    with pytest.raises(TemporaryFailure, match="certificate"):
        Webhook(url=receiver.url, secret=secret, ca=stranger).export_usage(BATCH)
    assert receiver.calls == []


@pytest.mark.parametrize("bad", ["short", "whsec_???"])
def test_a_secret_that_is_none_is_told_of_at_start(tmp_path, bad):
    """Without quoting it."""
    (tmp_path / "bad.secret").write_text(bad)
    with pytest.raises(SettingsError) as caught:
        Webhook(url="https://example.dk/", secret=Secret("file:bad.secret", tmp_path / "x.toml"))
    assert bad not in str(caught.value)


def test_it_is_made_of_its_settings(tmp_path):
    """A secret that stands in the file itself is refused."""
    (tmp_path / "installation.secret").write_text(base64.b64encode(bytes(range(32))).decode())
    (tmp_path / "installation.secret").chmod(0o600)
    (tmp_path / "webhook.secret").write_text(SECRET)
    path = tmp_path / "esdh-connect.toml"
    text = """
schema = 1
[secrets]
installation = "file:installation.secret"
[sender]
cvr = "55133018"
name = "Eksempel Kommune"
[plugins.forbrug-webhook]
url = "https://bi.example.dk/forbrug"
secret = "file:webhook.secret"
[departments.teknik]
plugins = ["forbrug-webhook"]
"""
    path.write_text(text)
    made = Settings.load(path).plugin("forbrug-webhook", Webhook)
    assert (made.mode, made.seconds) == ("batch", 15.0)
    path.write_text(text.replace("file:webhook.secret", "hemmeligt"))
    with pytest.raises(SettingsError, match="never stands in this file"):
        Settings.load(path).plugin("forbrug-webhook", Webhook)


def test_a_receiver_that_says_no_halfway_is_told_of_all_of_a_call_again(receiver, ca, secret):
    """At least once, with the id that makes it once."""
    receiver.answers = [(204, {}), (500, {})]
    with house(webhook=Webhook(url=receiver.url, secret=secret, ca=ca, mode="single")) as one:
        one.send(3)
        one.round(None)
        one.clock.move(minutes=1)
        one.round(None)
    assert len(receiver.taken) == 3
    assert sorted(receiver.taken.values()) == [1, 1, 2]


def test_it_goes_on_where_another_receiver_takes_over(receiver, ca, secret):
    """The address is the settings'; what waits goes to the new one."""
    webhook = Webhook(url=receiver.url, secret=secret, ca=ca)
    with house(webhook=webhook) as one, receiving() as other:
        receiver.answers = [(500, {})]
        one.send(1)
        one.round(None)
        one.clock.move(minutes=1)
        webhook.url = other.url
        one.round(None)
        assert len(other.taken) == 1
