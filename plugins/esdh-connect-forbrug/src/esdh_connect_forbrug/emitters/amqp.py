"""AMQP 0-9-1: use is published to a RabbitMQ, over TLS, and counts as handed over when the broker has confirmed it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import attrs

from esdh_connect import hookimpl
from esdh_connect.diagnosis import Diagnosis
from esdh_connect.errors import TemporaryFailure
from esdh_connect.settings.secret import Secret
from esdh_connect.usage import Usage
from esdh_connect_forbrug.emitters.envelope import EVENT, NAMES, SOURCE, Envelope
from esdh_connect_forbrug.emitters.examination import way
from esdh_connect_forbrug.emitters.extras import need
from esdh_connect_forbrug.emitters.trust import trusting

if TYPE_CHECKING:
    import pika

__all__ = ["Amqp"]

#: Seconds. A broker that has no room says so, and is not waited for longer.
_PATIENCE = 15.0


def _amqps(_: object, field: attrs.Attribute[str], url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "amqps" or not parts.hostname or parts.username is not None or parts.password is not None:
        raise ValueError(f"{field.name} is amqps://HOST:PORT, without a name or password in it")


@attrs.define(eq=False, kw_only=True)
class Amqp:
    """
    AMQP: publishes each CloudEvent, persistent, to ``exchange`` with ``routing_key``, or to that queue.

    ``user`` and ``password`` open the broker; without them ``certificate`` (PEM with its key) does. Without ``ca`` the
    system's authorities are trusted.
    """

    url: str = attrs.field(validator=_amqps)
    routing_key: str
    exchange: str = ""
    virtual_host: str = "/"
    user: str = ""
    password: Secret | None = attrs.field(default=None)
    certificate: Path | None = None
    ca: Path | None = None
    source: str = SOURCE

    def __attrs_post_init__(self) -> None:
        """See to it that what it needs is there. Raises ValueError, SettingsError, or PluginError: the extra."""
        need("pika", "amqp")
        if bool(self.user) != (self.password is not None):
            raise ValueError("user and password stand together")
        if not self.user and self.certificate is None:
            raise ValueError("user and password are missing, or certificate")
        trusting(self.ca)

    @hookimpl
    def export_usage(self, usage: Sequence[Usage]) -> None:
        """Publish it, and wait for the broker's yes. Raises TemporaryFailure."""
        import pika
        from pika.exceptions import AMQPError

        envelope = Envelope(self.source)
        try:
            with self._channel() as channel:
                for one in usage:
                    about = pika.BasicProperties(  # type: ignore[no-untyped-call]
                        content_type=EVENT,
                        delivery_mode=pika.DeliveryMode.Persistent,
                        message_id=str(one.id),
                        type=NAMES[one.kind],
                    )
                    channel.basic_publish(self.exchange, self.routing_key, envelope.written(one), about, mandatory=True)
        except (AMQPError, OSError) as error:
            raise TemporaryFailure(f"{urlsplit(self.url).hostname}: {type(error).__name__}") from error

    @hookimpl
    def examine_plugin(self, online: bool) -> Sequence[Diagnosis]:  # noqa: FBT001 - the hook's own argument
        """Go the way to the broker."""
        return tuple(way("forbrug-amqp", self.url, trusting(self.ca))) if online else ()

    @contextmanager
    def _channel(self) -> Iterator[Any]:
        import pika

        with closing(pika.BlockingConnection(self._parameters())) as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            yield channel

    def _parameters(self) -> pika.ConnectionParameters:
        import pika
        from pika.credentials import ExternalCredentials, PlainCredentials

        context = trusting(self.ca)
        if self.certificate is not None:
            context.load_cert_chain(self.certificate)
        parts = urlsplit(self.url)
        password = self.password.text() if self.password else ""
        return pika.ConnectionParameters(
            parts.hostname or "",
            parts.port or 5671,
            self.virtual_host,
            PlainCredentials(self.user, password) if self.user else ExternalCredentials(),
            ssl_options=pika.SSLOptions(context, parts.hostname),
            socket_timeout=_PATIENCE,
            stack_timeout=_PATIENCE,
            blocked_connection_timeout=_PATIENCE,
            connection_attempts=1,
        )
