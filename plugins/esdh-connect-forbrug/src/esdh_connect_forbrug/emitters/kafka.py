"""Kafka: use is produced to a topic, over TLS, and counts as handed over when all in-sync replicas have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import attrs

from esdh_connect import hookimpl
from esdh_connect.errors import TemporaryFailure
from esdh_connect.settings.secret import Secret
from esdh_connect.usage import Usage
from esdh_connect_forbrug.emitters.envelope import EVENT, SOURCE, Envelope
from esdh_connect_forbrug.emitters.extras import need
from esdh_connect_forbrug.emitters.trust import trusting

if TYPE_CHECKING:
    from confluent_kafka import KafkaError, Message

__all__ = ["Kafka"]

#: Milliseconds that librdkafka may try for, and seconds that it is waited for.
_TRIES_FOR, _PATIENCE = 15_000, 20.0
#: What is ours to say: the way there is always TLS, and a yes is everybody's.
_OURS = ("ssl.", "security.", "enable.ssl", "acks", "request.required.acks", "enable.idempotence", "message.timeout")


def _leaves_tls_alone(_: object, field: attrs.Attribute[Mapping[str, str]], options: Mapping[str, str]) -> None:
    wrong = [name for name in options if name.startswith(_OURS)]
    if wrong:
        raise ValueError(f"{field.name}: {wrong[0]} is not to be set")


@attrs.define(eq=False, kw_only=True)
class Kafka:
    """
    Kafka: produces each CloudEvent to ``topic``; those of a department stay in their order, for it is their key.

    ``user`` and ``password`` are for SASL, PLAIN unless ``options`` say otherwise: those are librdkafka's own words.
    Without ``ca`` the system's authorities are trusted.
    """

    servers: str
    topic: str
    user: str = ""
    password: Secret | None = None
    ca: Path | None = None
    options: Mapping[str, str] = attrs.field(factory=dict, validator=_leaves_tls_alone, converter=MappingProxyType)
    source: str = SOURCE

    def __attrs_post_init__(self) -> None:
        """See to it that what it needs is there. Raises ValueError, SettingsError, or PluginError: the extra."""
        need("confluent_kafka", "kafka")
        if bool(self.user) != (self.password is not None):
            raise ValueError("user and password stand together")
        trusting(self.ca)

    @hookimpl
    def export_usage(self, usage: Sequence[Usage]) -> None:
        """Produce it, and wait for the brokers' yes. Raises TemporaryFailure."""
        from confluent_kafka import KafkaException, Producer

        envelope, failed = Envelope(self.source), list[str]()
        about: dict[str, str | bytes | None] = {"content-type": EVENT}

        def told(error: KafkaError | None, _message: Message) -> None:
            if error is not None:
                failed.append(error.name())

        try:
            producer = Producer(self._configuration())
            for one in usage:
                key = one.department.encode()
                producer.produce(self.topic, envelope.written(one), key, headers=about, on_delivery=told)
            left = producer.flush(_PATIENCE)
        except (KafkaException, BufferError) as error:
            raise TemporaryFailure(f"{self.topic}: {type(error).__name__}") from error
        if left:
            producer.purge()
        if left or failed:
            why = ", ".join(sorted(set(failed))) or "no answer in time"
            raise TemporaryFailure(f"{self.topic}: {len(failed) + left} of {len(usage)} were not taken: {why}")

    def _configuration(self) -> dict[str, str | int | bool]:
        wanted: dict[str, str | int | bool] = {
            "bootstrap.servers": self.servers,
            "security.protocol": "sasl_ssl" if self.user else "ssl",
            "acks": "all",
            "enable.idempotence": True,
            "message.timeout.ms": _TRIES_FOR,
            "log_level": 0,  # it would write to the host's standard error; what came of each event is told to us
        }
        if self.ca is not None:
            wanted["ssl.ca.location"] = str(self.ca)
        if self.user:
            wanted |= {"sasl.mechanisms": "PLAIN", "sasl.username": self.user}
            wanted["sasl.password"] = self.password.text() if self.password else ""
        return wanted | dict(self.options)
