"""
BeskedHent: receipts by pull. PostStatus is taken from our *dueslag* at Beskedfordeler, over AMQP and TLS.

A message is acknowledged after its receipt is stored, never before; what is not acknowledged comes again, and the
store knows a receipt it has. The connection is made anew when it breaks, later each time. The one module that knows
pika.
"""

from __future__ import annotations

import random
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from threading import Event
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import attrs
import pika
from pika import exceptions as amqp

from esdh_connect import wording
from esdh_connect.dispatch import Receipt
from esdh_connect.errors import EsdhConnectError, TemporaryFailure
from esdh_connect.log import Log
from esdh_connect_serviceplatformen.intake import Intake

if TYPE_CHECKING:
    from pika.adapters.blocking_connection import BlockingChannel
    from pika.spec import Connection

    from esdh_connect_serviceplatformen.service import Introduction, Service

__all__ = ["BeskedHent", "Unreachable"]

VHOST = "BF"
PORT = 5671
#: Messages that we hold and have not acknowledged: so many come again after a kill.
PREFETCH = 50
_HEARTBEAT = 60
_CONNECT_SECONDS, _STACK_SECONDS = 15.0, 20.0
_NAP = 0.2
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0


def _utc_now() -> datetime:
    return datetime.now(UTC)


class _Assertion(pika.credentials.ExternalCredentials):
    """SASL EXTERNAL whose response is the assertion, not empty."""

    def __init__(self, assertion: bytes) -> None:
        super().__init__()
        self._assertion = assertion

    def response_for(self, start: Connection.Start) -> tuple[str | None, bytes | None]:
        """Give mechanism and response; neither where the server does not take EXTERNAL."""
        kind, _ = super().response_for(start)
        return kind, (self._assertion if kind else None)


_MEANINGS: tuple[tuple[type[Exception], str, str], ...] = (
    (
        amqp.IncompatibleProtocolError,
        "cut off at the greeting: perhaps our certificate was refused",
        "forbindelsen blev afbrudt med det samme: måske afviste Beskedfordeleren vores certifikat",
    ),
    (
        amqp.AuthenticationError,
        "the server takes no SASL EXTERNAL: is it Beskedfordeler?",
        "serveren tager ikke imod vores adgangsbevis: er det Beskedfordeleren?",
    ),
    (
        amqp.ProbableAuthenticationError,
        "we were refused: certificate or service agreement for BeskedModtag",
        "Beskedfordeleren gav os ikke adgang: se efter certifikat og serviceaftale for BeskedModtag",
    ),
    (
        amqp.ProbableAccessDeniedError,
        f"no access to the virtual host {VHOST}",
        f"Beskedfordeleren gav os ikke adgang til {VHOST}",
    ),
    (
        amqp.ChannelClosedByBroker,
        "the dueslag is not there for us, or is set to push",
        "Beskedfordeleren har ikke dueslaget til os: se efter, at det findes og står til BeskedHent",
    ),
)


class Unreachable(EsdhConnectError):
    """The queue is not reached. It is tried again; ``danish`` is for the operator."""


@attrs.frozen(eq=False)
class BeskedHent:
    """
    The pull of one dueslag. Several processes may run it: each message goes to one of them.

    ``url`` is ``amqps://HOST:PORT``; ``receive`` stores a receipt durably before it returns: :meth:`Connect.receive`.
    ``now`` gives aware times, ``clock`` seconds that only grow, ``chance`` numbers from 0 to 1: so that not everybody
    comes back at the same moment.
    """

    service: Service
    url: str
    dueslag: str
    receive: Callable[[Receipt], object]
    prefetch: int = PREFETCH
    now: Callable[[], datetime] = _utc_now
    clock: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random
    log: Log = Log()

    def run(self, stop: Event, tell: Callable[[Unreachable | None], object] = lambda _: None) -> None:
        """
        Take receipts until ``stop`` is set; what is being stored then is stored and acknowledged first.

        ``tell`` is called with None whenever the queue is reached, and with why it is not. Never raises for a
        connection, a certificate or a message.
        """
        failures = 0
        while not stop.is_set():
            reached = False
            try:
                for _ in self._rounds(stop):
                    if not reached:
                        reached = True
                        self.log.info("receipts_are_pulled", dueslag=self.dueslag)
                        tell(None)
            except Unreachable as error:
                failures = 1 if reached else failures + 1
                wait = self._wait(failures)
                self.log.error("receipts_not_reachable", error=str(error), again_in=round(wait, 1))
                tell(error)
                stop.wait(wait)

    def _wait(self, failures: int) -> float:
        longest: float = min(_FIRST_WAIT * 2 ** min(failures - 1, 16), _LONGEST_WAIT)
        return longest * (1 + self.chance()) / 2

    def _rounds(self, stop: Event) -> Iterator[None]:
        """Reach the queue and take what is in it. Yields after each message, and when there was none for a moment."""
        with self._channel() as channel:
            intake = Intake(self.receive, self.now, self.clock, self.log)
            for method, _, body in channel.consume(self.dueslag, inactivity_timeout=_NAP):
                yield
                if stop.is_set():
                    return
                if method is not None and intake.take(method.delivery_tag, body or b""):
                    channel.basic_ack(method.delivery_tag)
                for tag in intake.again():
                    channel.basic_ack(tag)
                channel.connection.process_data_events(0)  # heartbeats, however long storing took
            raise Unreachable("the queue was taken away", danish="dueslaget findes ikke længere")

    @contextmanager
    def _channel(self) -> Iterator[BlockingChannel]:
        """Give a channel that is ready for us. Raises Unreachable, for what goes wrong within the block, too."""
        connection = None
        try:
            connection = pika.BlockingConnection(self._parameters(self.service.introduction()))
            channel = connection.channel()
            channel.basic_qos(prefetch_count=self.prefetch)
            yield channel
        except Unreachable:
            raise
        except Exception as error:  # whatever broke, the connection is made anew
            raise self._unreachable(error) from error
        finally:
            if connection is not None and connection.is_open:
                with suppress(amqp.AMQPError):
                    connection.close()

    def _parameters(self, we: Introduction) -> pika.ConnectionParameters:
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        return pika.ConnectionParameters(
            host,
            parts.port or PORT,
            VHOST,
            _Assertion(we.assertion),
            ssl_options=pika.SSLOptions(we.tls, host),
            heartbeat=_HEARTBEAT,
            connection_attempts=1,
            socket_timeout=_CONNECT_SECONDS,
            stack_timeout=_STACK_SECONDS,
            blocked_connection_timeout=_STACK_SECONDS,
        )

    def _unreachable(self, error: Exception) -> Unreachable:
        if isinstance(error, amqp.ProbableAuthenticationError):  # a mended agreement shows in a new assertion only
            with suppress(TemporaryFailure):
                self.service.forget_introduction()
        english, danish = _why(error)
        return Unreachable(english, danish=danish)


def _why(error: Exception) -> tuple[str, str]:
    """Say in English and Danish what went wrong: pika tells it by class, by number, or by a text within a text."""
    if isinstance(error, EsdhConnectError):  # our own certificate, or the token service
        return str(error), error.danish
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"the certificate of Beskedfordeler is not to be trusted: {error.verify_message}",
            f"Beskedfordelerens certifikat kan ikke godkendes ({wording.system(error)})",
        )
    if isinstance(error, amqp.IncompatibleProtocolError | ssl.SSLError) and "ALERT" in str(error):
        return "our certificate was refused", "Beskedfordeleren afviste vores certifikat"
    for kind, english, danish in _MEANINGS:
        if isinstance(error, kind):
            return f"{english} ({_told(error)})", danish
    return f"no connection: {_told(error)}", "der er ingen forbindelse til Beskedfordeleren"


def _told(error: Exception) -> str:
    number = getattr(error, "reply_code", "")
    return f"{type(error).__name__} {number}".strip()
