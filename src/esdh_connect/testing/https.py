"""HTTPS på denne maskine: a server for fakes to be made of, on 127.0.0.1 with a certificate that the test made."""

from __future__ import annotations

import socket
import ssl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Event, Thread
from typing import cast

__all__ = ["HttpsServer"]

_IDLE = 30.0


class HttpsServer(ThreadingHTTPServer):
    """Listens on 127.0.0.1, each connection in a thread of its own. ``stopping`` is set when it is to end."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, context: ssl.SSLContext, handler: type[BaseHTTPRequestHandler], name: str) -> None:
        """Bind, without serving yet. ``name`` is that of its thread."""
        self.stopping = Event()
        self._context = context
        super().__init__(("127.0.0.1", 0), handler)
        self._loop = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, name=name, daemon=True)

    def start(self) -> None:
        """Serve."""
        self._loop.start()

    def stop(self) -> None:
        """Serve no more."""
        self.stopping.set()
        self.shutdown()
        self._loop.join()
        self.server_close()

    def server_bind(self) -> None:
        """Bind without asking the network what this machine is called."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", self.server_address[1]

    def finish_request(self, request: object, client_address: object) -> None:
        """Serve one connection. The handshake is done in its thread too: it must not hold up the others."""
        accepted = cast("socket.socket", request)
        accepted.settimeout(_IDLE)
        with self._context.wrap_socket(accepted, server_side=True, do_handshake_on_connect=False) as connection:
            connection.do_handshake()
            super().finish_request(connection, client_address)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a connection that breaks is what is tested."""
