"""HTTPS on this machine, with a certificate of its own CA: what comes in is kept, and what is scripted goes wrong."""

from __future__ import annotations

import hmac
import json
import os
import socket
import ssl
import struct
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from threading import Event
from typing import Any

import attrs

from esdh_connect.testing.https import HttpsServer
from esdh_connect_bridge.testing.faults import AFTER, STATUSES, Fault, Script
from esdh_connect_bridge.testing.records import No, Records

__all__ = ["Call", "Reply", "Server"]

_IDLE, _TOLERANCE = 30.0, 300
_LINGER = "hh" if os.name == "nt" else "ii"
_PAGE = b"<!DOCTYPE html><html><head><title>Fejl</title></head><body>Der opstod en fejl</body></html>"
_HUGE = 1 << 23
_BASE = "/esdh-connect"


@attrs.frozen
class Call:
    """One call as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes = attrs.field(repr=False)


@attrs.frozen
class Reply:
    """What is answered."""

    status: int
    body: bytes = b""
    kind: str = "application/json"
    headers: Mapping[str, str] = attrs.field(factory=dict)

    @classmethod
    def of(cls, said: object, status: int = 200) -> Reply:
        """Make one of a JSON value."""
        return cls(status, json.dumps(said, ensure_ascii=False).encode())


class Server(HttpsServer):
    """Listens on 127.0.0.1. ``calls`` holds every call; ``stored`` is set when something was written in silence."""

    def __init__(self, context: ssl.SSLContext, records: Records, script: Script, secret: bytes) -> None:
        """Bind, without serving yet."""
        self.records, self.script, self.secret = records, script, secret
        self.calls: list[Call] = []
        #: What every call is answered with, whatever was asked; None for what there is.
        self.said: bytes | None = None
        self.stored = Event()
        self.answers: Mapping[str, Callable[[Any], Any]] = {
            "/document": records.document,
            "/recipient": records.recipient,
            "/parties": records.parties,
            "/approvers": records.may_approve,
            "/journal/find": records.find,
            "/journal": records.journalize,
            "/bundle": records.bundle,
            "/events": records.happened,
            "/status": records.hear,
        }
        super().__init__(context, _Handler, "bridge")

    def is_signed(self, call: Call) -> bool:
        """Tell whether a call is of somebody who knows the secret, and of now."""
        id_, at, signatures = (call.headers.get(f"webhook-{one}", "") for one in ("id", "timestamp", "signature"))
        if not at.isdecimal() or abs(time.time() - int(at)) > _TOLERANCE:
            return False
        mac = hmac.digest(self.secret, f"{id_}.{at}.".encode() + call.body, sha256)
        wanted = f"v1,{b64encode(mac).decode()}"
        return any(hmac.compare_digest(wanted.encode(), one.encode()) for one in signatures.split())

    def answer(self, call: Call) -> Reply:
        """Answer as the contract says."""
        answer = self.answers.get(call.path.removeprefix(_BASE))
        if answer is None:
            return Reply(404, _PAGE, "text/html")
        try:
            found = answer(json.loads(call.body))
        except No as no:
            return Reply.of({"text": str(no)}, 409)
        except (KeyError, ValueError, TypeError):
            return Reply.of({"text": "Kaldet er ikke efter aftalen"}, 422)
        if found is None:
            return Reply.of({"error": "none"}, 404)
        return Reply(200, found, "application/pdf") if isinstance(found, bytes) else Reply.of(found)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _IDLE
    disable_nagle_algorithm = True
    server: Server
    connection: ssl.SSLSocket

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        call = Call(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        self.server.calls.append(call)
        if not self.server.is_signed(call):
            self._send(Reply.of({"error": "unsigned"}, 401))
            return
        fault = self.server.script.take(call.path.removeprefix(_BASE))
        if fault is not None:
            self._go_wrong(fault, call)
        else:
            self._send(self.server.answer(call) if self.server.said is None else Reply(200, self.server.said))

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _go_wrong(self, fault: Fault, call: Call) -> None:
        if fault.kind in AFTER:
            self.server.answer(call)
            self.server.stored.set()
        if fault.kind in STATUSES:
            wait = {"Retry-After": str(int(fault.seconds))} if fault.seconds else {}
            self._send(attrs.evolve(Reply.of({"text": fault.said}, STATUSES[fault.kind]), headers=wait))
        elif fault.kind == "redirect":
            self._send(Reply(307, headers={"Location": self.path}))
        elif fault.kind in {"html", "html_after"}:
            self._send(Reply(200, _PAGE, "text/html"))
        elif fault.kind == "garbage":
            self._send(Reply(200, b'{"id": "17", "na'))
        elif fault.kind == "huge":
            self._send(Reply(200, b"[" * _HUGE))
        elif fault.kind in {"cut", "endless"}:
            self._send_part(self.server.answer(call), said=fault.kind == "cut")
        elif fault.kind == "slow":
            self._drip(fault.seconds)
        else:
            self._keep_silent(fault)

    def _keep_silent(self, fault: Fault) -> None:
        self.close_connection = True
        if fault.kind in {"hang", "hang_after"}:
            self.server.stopping.wait(fault.seconds or _IDLE)
            return
        # Lingering for no time makes the system send RST instead of FIN when the descriptor is closed.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(_LINGER, 1, 0))
        socket.close(self.connection.detach())

    def _send_part(self, reply: Reply, *, said: bool) -> None:
        """Send half of it, and end: with the length it has ``said`` before, or with none."""
        self.close_connection = True
        self.send_response(reply.status)
        if said:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body[: len(reply.body) // 2])

    def _drip(self, seconds: float) -> None:
        """Send a byte now and then, so that the line never stands still."""
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.server.stopping.wait(0.1):
            self.wfile.write(b" ")

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.kind)
        self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)
