"""A receiver on this machine, over real TLS, that answers as it is told to."""

import json
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import attrs
import trustme

AUTHORITY = trustme.CA()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request, client_address):
        """Who hung up, or trusted nobody, is no matter of the server's."""


@attrs.define(eq=False)
class Receiver:
    """
    Takes what is POSTed. ``answers`` are (status, headers) for the next calls; a shut ``door`` lets it hang.

    ``log`` is where it writes down each id before it says yes.
    """

    log: Path | None = None
    url: str = ""
    answers: list = attrs.field(factory=list)
    seconds: float = 0.0
    door: threading.Event = attrs.field(factory=threading.Event)
    calls: list = attrs.field(factory=list)
    taken: Counter = attrs.field(factory=Counter)
    lock: threading.Lock = attrs.field(factory=threading.Lock)

    def answer(self, headers: dict, body: bytes) -> tuple[int, dict]:
        """Wait as it should, and take what is in the body where the answer is a yes."""
        self.door.wait(60)
        threading.Event().wait(self.seconds)
        with self.lock:
            self.calls.append((headers, body))
            status, more = self.answers.pop(0) if self.answers else (204, {})
            if status // 100 == 2:
                told = json.loads(body)
                ids = [one["id"] for one in (told if isinstance(told, list) else [told])]
                self.taken.update(ids)
                if self.log:
                    with self.log.open("a") as log:
                        log.writelines(f"{id_}\n" for id_ in ids)
        return status, more


@contextmanager
def receiving(port: int = 0, certificate: Path | None = None, log: Path | None = None) -> Iterator[Receiver]:
    """Serve, by default at a free port, with a certificate of the tests' own authority."""
    receiver = Receiver(log=log)
    receiver.door.set()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, more = receiver.answer({key.lower(): value for key, value in self.headers.items()}, body)
            try:
                self.send_response(status)
                for key, value in more.items():
                    self.send_header(key, value)
                self.send_header("Content-Length", "0")
                self.end_headers()
            except OSError:
                self.close_connection = True

        def log_message(self, *_):
            """Nobody reads it."""

    server = _Server(("127.0.0.1", port), Handler)
    server.socket = _context(certificate).wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    receiver.url = f"https://127.0.0.1:{server.server_address[1]}/forbrug"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield receiver
    finally:
        receiver.door.set()
        server.shutdown()
        thread.join(10)
        server.server_close()


def certificate_of(folder: Path) -> Path:
    """Write a server's certificate with its key, for a receiver in a process of its own."""
    path = folder / "receiver.pem"
    AUTHORITY.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(path)
    return path


def _context(certificate: Path | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if certificate is None:
        AUTHORITY.issue_cert("127.0.0.1").configure_cert(context)
    else:
        context.load_cert_chain(certificate)
    return context
