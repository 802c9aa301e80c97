"""HTTPS on this machine, with a certificate of its own CA: what comes in is kept, and what is scripted goes wrong."""

from __future__ import annotations

import os
import socket
import ssl
import struct
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from threading import Event
from urllib.parse import urlsplit

from esdh_connect.testing.https import HttpsServer
from esdh_connect_sbsys.testing.faults import AFTER, Fault, Script
from esdh_connect_sbsys.testing.routes import Call, Reply, Routes
from esdh_connect_sbsys.testing.tokens import Issued

__all__ = ["Server"]

_IDLE = 30.0
_LINGER = "hh" if os.name == "nt" else "ii"
_PAGE = b"<!DOCTYPE html><html><head><title>Fejl</title></head><body>Der opstod en fejl</body></html>"
_STATUSES = {
    "conflict": 409,
    "too_many": 429,
    "unauthorized": 401,
    "unavailable": 503,
    "error": 500,
    "error_after": 500,
}


class Server(HttpsServer):
    """Listens on 127.0.0.1. ``calls`` holds every request; ``stored`` is set when something was written in silence."""

    def __init__(self, context: ssl.SSLContext, routes: Routes, issued: Issued, script: Script) -> None:
        """Bind, without serving yet."""
        self.routes, self.issued, self.script = routes, issued, script
        self.calls: list[Call] = []
        #: What every look-up is answered with, whatever was asked; None for what there is.
        self.said: bytes | None = None
        self.stored = Event()
        super().__init__(context, _Handler, "sbsys")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _IDLE
    disable_nagle_algorithm = True
    server: Server
    connection: ssl.SSLSocket

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        call = Call(self.command, parts.path, parts.query, headers, body)
        self.server.calls.append(call)
        found = self.server.routes.found(call)
        if found is None:
            self._send(Reply.of({"Message": "No HTTP resource was found"}, 404))
            return
        kind, answer = found
        fault = self.server.script.take(kind)
        if kind != "token" and not self.server.issued.is_good(headers.get("authorization", "")):
            self._send(Reply.of({"Message": "Authorization has been denied for this request."}, 401))
        elif self.server.said is not None and kind != "token":
            self._send(Reply(200, self.server.said))
        elif fault is None:
            self._send(self._answered(answer, call))
        else:
            self._go_wrong(fault, lambda: self._answered(answer, call))

    do_POST = do_PUT = do_GET  # noqa: N815 - the names are given

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answered(self, answer: Callable[[Call], Reply], call: Call) -> Reply:
        with self.server.routes.archive.lock:
            try:
                return answer(call)
            except (KeyError, ValueError, TypeError) as error:
                return Reply.of({"Message": f"Ugyldig: {type(error).__name__}"}, 400)

    def _go_wrong(self, fault: Fault, answered: Callable[[], Reply]) -> None:
        if fault.kind in AFTER:
            answered()
            self.server.stored.set()
        if fault.kind in _STATUSES:
            self._send(self._refusal(fault))
        elif fault.kind in {"html", "html_after"}:
            self._send(Reply(200, _PAGE, "text/html"))
        elif fault.kind == "garbage":
            self._send(Reply(200, b'{"Id": 17, "Na'))
        elif fault.kind == "cut":
            reply = answered()
            self._send(Reply(reply.status, reply.body[: len(reply.body) // 2], reply.kind))
        elif fault.kind == "slow":
            self.server.stopping.wait(fault.seconds)
            self._send(answered())
        else:
            self._keep_silent(fault)

    def _refusal(self, fault: Fault) -> Reply:
        wait = {"Retry-After": str(int(fault.seconds))} if fault.seconds else {}
        return Reply(_STATUSES[fault.kind], b'{"Message": "nej"}', headers=wait)

    def _keep_silent(self, fault: Fault) -> None:
        self.close_connection = True
        if fault.kind in {"hang", "hang_after"}:
            self.server.stopping.wait(fault.seconds or _IDLE)
            return
        # Lingering for no time makes the system send RST instead of FIN when the descriptor is closed.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(_LINGER, 1, 0))
        socket.close(self.connection.detach())

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.kind)
        self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)
