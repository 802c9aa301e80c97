"""
A queue instead of an endpoint: receipts are published into one, for a client that pulls (BeskedHent).

The one module here that knows pika. The certificate says who we are, as it does when receipts are pushed.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import SplitResult

import pika
from pika.exceptions import AMQPError, NackError, UnroutableError

if TYPE_CHECKING:
    from pika.adapters.blocking_connection import BlockingChannel

__all__ = ["Broker"]

_TIMEOUT = 10.0
_PORT = 5671
_KEPT = pika.BasicProperties("application/xml", delivery_mode=2)  # type: ignore[no-untyped-call]  # 2: on disk


class Broker:
    """The server at ``url``, ``amqps://HOST:PORT/VHOST/QUEUE``. Connects when it is needed; end it with ``close``."""

    def __init__(self, url: SplitResult, context: Callable[[], ssl.SSLContext]) -> None:
        """Connects when there is something to publish."""
        self._url = url
        self._context = context
        self._open: BlockingChannel | None = None

    def publish(self, message: bytes) -> str | None:
        """Put a message into the queue; None when the server has it on disk, else what was wrong. Raises OSError."""
        queue = self._url.path.split("/")[2]
        try:
            channel = self._open = self._open or self._channel()
            channel.basic_publish("", queue, message, _KEPT, mandatory=True)
        except UnroutableError:
            return "there is no such queue"
        except NackError:
            return "the server did not take it"
        except Exception as error:  # noqa: BLE001 - whatever broke: connected anew the next time
            self.close()
            return type(error).__name__
        return None

    def close(self) -> None:
        """Let go of the connection."""
        channel, self._open = self._open, None
        with suppress(AMQPError):
            if channel is not None:
                channel.connection.close()

    def _channel(self) -> BlockingChannel:
        host = self._url.hostname or ""
        parameters = pika.ConnectionParameters(
            host,
            self._url.port or _PORT,
            self._url.path.split("/")[1],
            pika.credentials.ExternalCredentials(),
            ssl_options=pika.SSLOptions(self._context(), host),
            socket_timeout=_TIMEOUT,
            stack_timeout=_TIMEOUT,
            blocked_connection_timeout=_TIMEOUT,
        )
        connection = pika.BlockingConnection(parameters)
        channel = connection.channel()
        channel.confirm_delivery()
        return channel
