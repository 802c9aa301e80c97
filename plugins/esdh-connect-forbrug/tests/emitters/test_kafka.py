"""Use on Kafka: librdkafka's own brokers in memory, which answer over a real socket."""

import time

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_structured_event
from confluent_kafka import Consumer, Producer
from emitters.houses import house, used

from esdh_connect.errors import TemporaryFailure
from esdh_connect.settings.secret import Secret
from esdh_connect_forbrug.emitters.kafka import Kafka


class Plain(Kafka):
    """Speaks to the brokers of these tests, who know no TLS; everything else is as it is."""

    def _configuration(self):
        return super()._configuration() | {"security.protocol": "plaintext"}


@pytest.fixture
def brokers():
    """Three brokers; they end with who brought them."""
    owner = Producer({"test.mock.num.brokers": 3, "bootstrap.servers": "x"})
    found = owner.list_topics(timeout=10).brokers.values()
    yield ",".join(f"{one.host}:{one.port}" for one in found)
    owner.flush(1)


def taken(brokers, many):
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "test", "auto.offset.reset": "earliest"})
    consumer.subscribe(["forbrug"])
    found, until = [], time.monotonic() + 20
    while len(found) < many and time.monotonic() < until:
        message = consumer.poll(0.2)
        if message is not None and message.error() is None:
            found.append(message)
    consumer.close()
    return found


@pytest.mark.slow
def test_each_event_is_a_message_that_the_sdk_reads(brokers):
    """Slow: a consumer takes seconds to join. Those of a department, its key, stay in order."""
    batch = [used(at, department=("teknik", "kultur")[at % 2]) for at in range(6)]
    Plain(servers=brokers, topic="forbrug").export_usage(batch)
    found = taken(brokers, 6)
    assert {message.key() for message in found} == {b"teknik", b"kultur"}
    read = [from_structured_event(KafkaMessage(dict(one.headers()), one.key(), one.value())) for one in found]
    assert {one.get_id() for one in read} == {str(one.id) for one in batch}
    in_order = [one.get_id() for one in read if one.get_extension("department") == "teknik"]
    assert in_order == [str(one.id) for one in batch if one.department == "teknik"]


@pytest.mark.slow
def test_brokers_that_are_away_hear_it_later(brokers, monkeypatch):
    """Slow: a consumer takes seconds to join. What nobody confirmed is no yes."""
    monkeypatch.setattr("esdh_connect_forbrug.emitters.kafka._TRIES_FOR", 300)
    emitter = Plain(servers="127.0.0.1:1", topic="forbrug")
    with house(out=emitter) as one:
        one.send(2)
        assert one.round(None).letters == 2
        emitter.servers = brokers
        monkeypatch.undo()
        one.clock.move(minutes=1)
        assert one.round(None).exported == 2
    assert len({message.value() for message in taken(brokers, 2)}) == 2


def test_tls_and_everybodys_yes_are_not_to_be_set(tmp_path, monkeypatch):
    """Whatever the options say: what is ours to say stays ours."""
    for option in (
        "security.protocol",
        "ssl.endpoint.identification.algorithm",
        "enable.ssl.certificate.verification",
        "acks",
    ):
        with pytest.raises(ValueError, match="is not to be set"):
            Kafka(servers="x:9093", topic="forbrug", options={option: "none"})
    monkeypatch.setenv("KAFKA_PASSWORD", "hemmeligt")
    secret = Secret("env:KAFKA_PASSWORD", tmp_path / "x.toml")
    made = Kafka(
        servers="x:9093", topic="forbrug", user="bo", password=secret, options={"sasl.mechanisms": "SCRAM-SHA-512"}
    )
    assert made._configuration()["security.protocol"] == "sasl_ssl"
    assert made._configuration()["sasl.mechanisms"] == "SCRAM-SHA-512"
    assert Kafka(servers="x:9093", topic="forbrug")._configuration()["security.protocol"] == "ssl"
    assert "hemmeligt" not in repr(made)
    with pytest.raises(ValueError, match="together"):
        Kafka(servers="x:9093", topic="forbrug", user="bo")


def test_a_broker_without_tls_hears_nothing(brokers, monkeypatch):
    """The emitter as it is shipped does not speak to the brokers of these tests."""
    monkeypatch.setattr("esdh_connect_forbrug.emitters.kafka._TRIES_FOR", 300)
    monkeypatch.setattr("esdh_connect_forbrug.emitters.kafka._PATIENCE", 2.0)
    with pytest.raises(TemporaryFailure):
        Kafka(servers=brokers, topic="forbrug").export_usage([used(1)])
