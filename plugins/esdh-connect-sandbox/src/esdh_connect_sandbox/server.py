"""HTTP/1.1 over mutual TLS on this machine: sockets in, values out. What goes wrong with one request stays with it."""

from __future__ import annotations

import os
import socket
import ssl
import struct
import sys
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Event, Lock, Thread, current_thread
from typing import cast
from urllib.parse import parse_qs, urlsplit

from esdh_connect_sandbox.exchange import Answer, BadBody, Body, Outcome, Refused, Request, Silence, refusal
from esdh_connect_sandbox.watched import Say

__all__ = ["Server"]

_HANDSHAKE = 10.0
_IDLE = 60.0
_DISCARD = 256 * 1024 * 1024
_JOIN = 2.0
_LINGER = "hh" if os.name == "nt" else "ii"


class Server(ThreadingHTTPServer):
    """Listens on 127.0.0.1 and gives every request to ``answer``. Raises OSError when the port is taken."""

    daemon_threads = True
    request_queue_size = 256
    allow_reuse_address = os.name == "posix"  # elsewhere it would let two servers share a port

    def __init__(self, port: int, context: ssl.SSLContext, answer: Callable[[Request], Outcome], say: Say) -> None:
        """Bind, without serving yet."""
        self.answer = answer
        self.say = say
        self.stopping = Event()
        self._context = context
        self._lock = Lock()
        self._open: dict[Thread, ssl.SSLSocket] = {}
        self._loop = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, name="sandbox", daemon=True)
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def port(self) -> int:
        """Give the port that was bound."""
        return self.server_port

    def start(self) -> None:
        """Serve."""
        self._loop.start()

    def stop(self) -> None:
        """Close everything; connections in the middle of a request are cut."""
        self.stopping.set()
        self.shutdown()
        self._loop.join()
        self.server_close()
        with self._lock:
            left = dict(self._open)
        for connection in left.values():
            _cut(connection)
        for thread in left:
            thread.join(_JOIN)

    def server_bind(self) -> None:
        """Bind without asking the network what this machine is called."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", self.server_address[1]

    def finish_request(self, request: object, client_address: object) -> None:
        """Serve one connection in its own thread. The handshake is done here: it must not hold up the others."""
        accepted = cast("socket.socket", request)
        accepted.settimeout(_HANDSHAKE)
        connection = self._context.wrap_socket(accepted, server_side=True, do_handshake_on_connect=False)
        with self._lock:
            self._open[current_thread()] = connection
        try:
            connection.do_handshake()
            _Handler(connection, client_address, self)
        finally:
            with self._lock:
                del self._open[current_thread()]
            connection.close()

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 - the signature is given
        """Tell in one line why a connection ended, without its content."""
        if self.stopping.is_set():
            return
        error = sys.exception()
        if isinstance(error, ssl.SSLError):
            self.say(f"TLS refused: {error.reason}")
        elif not isinstance(error, OSError):
            self.say(f"connection ended by {_where(error)}")


def _cut(connection: ssl.SSLSocket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it was closed already


def _where(error: BaseException | None) -> str:
    """Name an exception and its place; its text may hold what was sent."""
    frames = traceback.extract_tb(error.__traceback__) if error else []
    place = f" at {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""  # noqa: PTH119
    return f"{type(error).__name__}{place}"


class _Handler(BaseHTTPRequestHandler):
    """One connection: requests, one after another."""

    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.0"  # 0.9 would be answered without a status
    server_version = "esdh-connect-sandbox"
    sys_version = ""
    timeout = _IDLE
    disable_nagle_algorithm = True
    server: Server
    connection: ssl.SSLSocket

    def do_POST(self) -> None:
        body = self._body()
        if body is None:
            self.close_connection = True
            self._send(refusal(400, "bad_body", "the length of the body is not clear").answer)
            return
        outcome = self._outcome(body)
        if isinstance(outcome, Silence):
            self._keep_silent(outcome)
            return
        read = body.discard(_DISCARD)
        self.close_connection = self.close_connection or not read
        self._send(outcome)

    do_GET = do_HEAD = do_DELETE = do_PUT = do_POST  # noqa: N815 - the names are given

    def version_string(self) -> str:
        """Name the server."""
        return self.server_version

    def log_message(self, *_: object) -> None:
        """Say nothing: the query of a request may hold a CPR number."""

    def _body(self) -> Body | None:
        coding = self.headers.get_all("Transfer-Encoding", [])
        lengths = self.headers.get_all("Content-Length", [])
        if coding:
            chunked = [each.strip().lower() for each in coding] == ["chunked"] and not lengths
            return Body(self.rfile, None) if chunked else None
        if len(lengths) > 1 or not all(length.strip().isdecimal() for length in lengths):
            return None
        return Body(self.rfile, int(lengths[0]) if lengths else 0)

    def _outcome(self, body: Body) -> Outcome:
        try:
            return self.server.answer(self._request(body))
        except Refused as refused:
            return refused.answer
        except BadBody as error:
            return refusal(400, "bad_body", str(error)).answer
        except (ConnectionError, TimeoutError, ssl.SSLError):
            raise  # nobody is there to be answered
        except Exception as error:  # noqa: BLE001 - one bad request never ends the sandbox
            if not self.server.stopping.is_set():
                self.server.say(f"this should not happen: {_where(error)}")
            return refusal(500, "sandbox_error", "see what the sandbox says").answer

    def _request(self, body: Body) -> Request:
        try:
            parts = urlsplit(self.path)
        except ValueError as error:
            raise refusal(400, "bad_path", "the path is not one") from error
        certificate = self.connection.getpeercert(binary_form=True) or b""
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = parse_qs(parts.query, keep_blank_values=True)
        return Request(self.command, parts.path, query, headers, certificate, body)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def _keep_silent(self, silence: Silence) -> None:
        self.close_connection = True
        if not silence.reset:
            self.server.stopping.wait(silence.seconds)
            return
        # Lingering for no time makes the system send RST instead of FIN when the descriptor is closed.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(_LINGER, 1, 0))
        socket.close(self.connection.detach())
