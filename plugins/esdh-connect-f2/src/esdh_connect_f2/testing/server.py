"""HTTPS on this machine, for one made-up F2: requests in, answers out, and what the script says in between."""

from __future__ import annotations

import re
import socket
import ssl
import struct
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, unquote, urlsplit

import attrs

from esdh_connect.testing.https import HttpsServer
from esdh_connect_f2.testing.answers import XML, Reply, Request
from esdh_connect_f2.testing.deeds import Deeds
from esdh_connect_f2.testing.faults import Fault, Script
from esdh_connect_f2.testing.world import World

__all__ = ["ROOT", "Server"]

ROOT = "/f2/restservices"
_MOST = 256 << 20
_REASONS = {
    "locked": (423, "LockedByAnotherUser"),
    "archived": (423, "Locked"),
    "closed": (409, "DossierCaseClosed"),
    "forbidden": (403, ""),
}
_PATHS: tuple[tuple[str, str, str], ...] = (
    ("GET", r"/ServiceIndex", "index"),
    ("POST", r"/oauth2/token", "token"),
    ("GET", r"/find/(?P<kind>case|case-number|document|matter)/(?P<id>[^/]+)", "found"),
    ("GET", r"/cases/(?P<id>[0-9]+)(?:/(?P<part>matters|structure|notes))?", "case"),
    ("GET", r"/matters/(?P<id>[0-9]+)(?:/(?P<part>documents|upload-validation|notes))?", "matter"),
    ("GET", r"/documents/(?P<id>[0-9]+)(?:/(?P<part>content|pdf))?", "document"),
    ("GET", r"/(?P<kind>parties|registry)/(?P<id>[0-9]+)", "party"),
    ("GET", r"/custom-queries/(?P<id>[\w.-]*)", "query"),
    ("POST", r"/(?:cases|matters)/(?P<id>[0-9]+)/create-(?P<what>matter|document|note)", "factory"),
    ("POST", r"/once/(?P<id>[0-9a-f]+)", "create"),
    ("PATCH", r"/matters/(?P<id>[0-9]+)", "patch"),
)
_PARTS = {
    "matters": "list",
    "documents": "list",
    "notes": "list",
    "structure": "structure",
    "upload-validation": "validation",
}


class Server(HttpsServer):
    """Listens on 127.0.0.1. ``calls`` holds every request as "METHOD what path", in the order they came."""

    def __init__(self, world: World, script: Script, context: ssl.SSLContext) -> None:
        """Bind and serve."""
        self.world, self.script = world, script
        self.calls: list[str] = []
        super().__init__(context, _Handler, "f2")
        self.at = f"https://localhost:{self.server_port}{ROOT}"
        self.deeds = Deeds(world, self.at)
        self.start()

    def answer(self, request: Request, *, virus: bool = False) -> Reply:
        """Answer one request, alone."""
        found = _matched(request)
        with self.world.lock:
            self.calls.append(f"{request.method} {request.on} {request.path.removeprefix(ROOT)}")
            if found is None:
                return self.deeds.error(404, "No such resource.")
            name, values = found
            if name not in {"index", "token"} and not self.deeds.is_let_in(request):
                return self.deeds.error(401, "A token is wanted.")
            return self._routed(name, values, request, virus=virus)

    def _routed(self, name: str, values: dict[str, str], request: Request, *, virus: bool) -> Reply:
        deeds, id_, part = self.deeds, values.get("id") or "", values.get("part") or ""
        routes: dict[str, Callable[[], Reply]] = {
            "index": deeds.index,
            "token": lambda: deeds.token(request),
            "found": lambda: deeds.found(values["kind"], unquote(id_)),
            "case": lambda: deeds.of_case(int(id_), part),
            "matter": lambda: deeds.of_matter(int(id_), part, request),
            "document": lambda: deeds.of_document(int(id_), part),
            "party": lambda: deeds.party(int(id_), registry=values["kind"] == "registry"),
            "query": lambda: deeds.query(request) if id_ else Reply(200, b"<html/>", "text/html"),
            "factory": lambda: deeds.factory(request, int(id_)),
            "create": lambda: deeds.create(request, id_, virus=virus),
            "patch": lambda: deeds.patch(request, int(id_)),
        }
        return routes[name]()

    def named(self, request: Request) -> Request:
        """Say what is asked for, in the words of faults."""
        found = _matched(request)
        if found is None:
            return attrs.evolve(request, on="nothing")
        name, values = found
        what = values.get("what") or ""
        if name == "create":
            once = self.world.once.get(values["id"])
            what = once.what if once else ""
        on = {"found": values.get("kind", "").replace("-number", ""), "party": values.get("kind", "")}.get(name, name)
        on = {"parties": "party", "registry": "registry"}.get(on, on)
        part = values.get("part") or ""
        return attrs.evolve(request, on=_PARTS.get(part, part or on), what=what)


def _matched(request: Request) -> tuple[str, dict[str, str]] | None:
    path = request.path.removeprefix(ROOT)
    for method, pattern, name in _PATHS:
        found = re.fullmatch(pattern, path) if method == request.method else None
        if found:
            return name, found.groupdict()
    return None


class _Handler(BaseHTTPRequestHandler):
    """One connection: requests, one after another."""

    protocol_version = "HTTP/1.1"
    timeout = 60
    disable_nagle_algorithm = True
    server: Server
    connection: ssl.SSLSocket

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        length = min(int(self.headers.get("Content-Length") or 0), _MOST)
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = parse_qs(parts.query, keep_blank_values=True)
        request = Request(self.command, parts.path, query, headers, self.rfile.read(length))
        with self.server.world.lock:
            named = self.server.named(request)
            fault = self.server.script.next(named.on, named.what)
        self._served(named, fault)

    do_POST = do_PATCH = do_GET  # noqa: N815 - the names are given

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _served(self, request: Request, fault: Fault | None) -> None:
        kind = fault.kind if fault else ""
        if kind in {"reset_before", "hold_before"}:
            self._silent(fault, kind)
            return
        if kind == "expired":
            self.server.world.once.pop(request.path.rpartition("/")[2], None)
        reply = self._refused(fault) if fault else None
        if reply is None:
            reply = self.server.answer(request, virus=kind == "virus")
        if kind in {"reset_after", "hold_after"}:
            self._silent(fault, kind)
            return
        if kind == "slow" and fault:
            self.server.stopping.wait(fault.seconds)
        if kind == "see_other" and reply.status == 201:  # noqa: PLR2004 - Created
            reply = attrs.evolve(reply, status=303)
        if kind == "error_after":
            reply = self.server.deeds.error(500, "Something is broken.")
        with suppress(OSError):
            half = kind == "half" and attrs.evolve(reply, content=reply.content[: len(reply.content) // 2])
            self._send(half or reply, cut=kind == "cut")

    def _refused(self, fault: Fault) -> Reply | None:
        """Give what is answered instead; None where the fault is of another kind."""
        deeds, wait = self.server.deeds, {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        if fault.kind in _REASONS:
            status, reason = _REASONS[fault.kind]
            return attrs.evolve(deeds.error(status, "No.", reason), headers=wait)
        answers = {
            "html": Reply(200, b"<html><body>Vedligeholdelse</body></html>", "text/html"),
            "unauthorized": deeds.error(401, "The token has expired."),
            "busy": attrs.evolve(deeds.error(429, "Too many."), headers=wait),
            "unavailable": attrs.evolve(deeds.error(503, "Deadlock."), headers=wait),
            "error_before": deeds.error(500, "Something is broken."),
            "expired": deeds.error(404, "No such resource."),
            "astray": Reply(303, headers={"Location": fault.location}),
        }
        return answers.get(fault.kind)

    def _silent(self, fault: Fault | None, kind: str) -> None:
        self.close_connection = True
        if fault:
            fault.reached.set()
        if kind.startswith("hold"):
            self.server.stopping.wait(60)
            return
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        socket.close(self.connection.detach())

    def _send(self, reply: Reply, *, cut: bool = False) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type if reply.content else XML)
        self.send_header("Content-Length", str(len(reply.content)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.content[: len(reply.content) // 2] if cut else reply.content)
        self.close_connection = self.close_connection or cut
