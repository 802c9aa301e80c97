"""Use on a real RabbitMQ: confirmed, persistent, over TLS alone."""

import json

import attrs
import pytest
import trustme
from cloudevents.core.bindings.amqp import AMQPMessage, from_structured_event
from emitters.houses import house, used

from esdh_connect.errors import PluginError, TemporaryFailure
from esdh_connect.settings.secret import Secret
from esdh_connect_forbrug.emitters import extras
from esdh_connect_forbrug.emitters.amqp import Amqp


@pytest.fixture
def amqp(rabbitmq):
    """Makes one that publishes to a queue of this test's own."""

    def made(queue, **more):
        ours = {
            "certificate": rabbitmq.certificate("publisher"),
            "ca": rabbitmq.folder / "ca.pem",
            "virtual_host": "BF",
        }
        return Amqp(url=rabbitmq.url, routing_key=queue, **(ours | more))

    return made


def taken(rabbitmq, queue):
    """What lies in a queue: (properties, body) of each message."""
    with rabbitmq.channel() as channel:
        found = []
        while (message := channel.basic_get(queue, auto_ack=True))[0] is not None:
            found.append(message[1:])
        return found


def test_each_event_is_a_message_that_the_sdk_reads(rabbitmq, amqp):
    """Persistent, with the event's id as its own; the broker has said yes when the call returns."""
    queue = rabbitmq.queue()
    amqp(queue).export_usage([used(at) for at in range(5)])
    found = taken(rabbitmq, queue)
    assert [about.message_id for about, _ in found] == [str(used(at).id) for at in range(5)]
    for about, body in found:
        message = AMQPMessage({"content-type": about.content_type}, {}, body)
        assert from_structured_event(message).get_id() == about.message_id
        assert about.delivery_mode == 2


def test_a_queue_that_is_full_or_missing_is_no_yes(rabbitmq, amqp):
    """What the broker refuses or cannot place comes again."""
    full = rabbitmq.queue(x_max_length=1, x_overflow="reject-publish")
    with pytest.raises(TemporaryFailure, match="NackError"):
        amqp(full).export_usage([used(at) for at in range(3)])
    with pytest.raises(TemporaryFailure, match="UnroutableError"):
        amqp("nowhere").export_usage([used(1)])


def test_only_a_broker_that_is_trusted_hears_anything(rabbitmq, amqp, tmp_path):
    """And only a client that it trusts may speak; nothing goes over a line without TLS."""
    stranger = tmp_path / "stranger.pem"
    trustme.CA().cert_pem.write_to_path(stranger)
    queue = rabbitmq.queue()
    for more in ({"ca": stranger}, {"certificate": rabbitmq.certificate("publisher", trustme.CA())}):
        with pytest.raises(TemporaryFailure):
            amqp(queue, **more).export_usage([used(1)])
    assert rabbitmq.ready(queue) == 0
    with pytest.raises(ValueError, match="amqps"):
        Amqp(url="amqp://localhost:5672", routing_key="x", certificate=stranger)


@pytest.mark.slow
def test_a_broker_that_was_killed_hears_what_it_missed(rabbitmq, amqp):
    """Slow: a real server is killed and started. What it had confirmed is there, what it missed follows."""
    queue = rabbitmq.queue()
    with house(out=amqp(queue)) as one:
        one.send(3)
        one.round(None)
        rabbitmq.kill()
        for _ in range(4):
            one.send(1)
            one.clock.move(minutes=30)
            assert one.round(None).letters == 1
        rabbitmq.start()
        one.clock.move(hours=1)
        one.round(None)
    ids = [json.loads(body)["id"] for _, body in taken(rabbitmq, queue)]
    assert len(ids) == len(set(ids)) == 7


def test_what_it_lacks_is_told_at_start(tmp_path, monkeypatch):
    """A password without a user, nothing to show at all, and an extra that is not installed."""
    password = Secret("env:NOT_READ", tmp_path / "x.toml")
    with pytest.raises(ValueError, match="together"):
        Amqp(url="amqps://localhost", routing_key="x", password=password)
    with pytest.raises(ValueError, match="missing"):
        Amqp(url="amqps://localhost", routing_key="x")

    def away(name):
        raise ImportError(name)

    monkeypatch.setattr(extras, "import_module", away)
    with pytest.raises(PluginError, match=r"forbrug\[amqp\]"):
        Amqp(url="amqps://localhost", routing_key="x")


def test_a_user_and_a_password_open_the_broker_too(amqp, tmp_path, monkeypatch):
    """They go into the connection, and into nothing that is shown."""
    monkeypatch.setenv("AMQP_PASSWORD", "hemmeligt")
    secret = Secret("env:AMQP_PASSWORD", tmp_path / "x.toml")
    one = attrs.evolve(amqp("x"), user="forbrug", password=secret, certificate=None)
    parameters = one._parameters()
    assert (parameters.credentials.username, parameters.credentials.password) == ("forbrug", "hemmeligt")
    assert "hemmeligt" not in repr(one)
