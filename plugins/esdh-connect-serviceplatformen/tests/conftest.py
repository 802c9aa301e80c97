"""A Serviceplatformen that says what it is told to, over real mutual TLS, and remembers every call."""

import json
import os
import ssl
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import attrs
import pytest

from esdh_connect.ids import Cvr
from esdh_connect.settings import Secret
from esdh_connect_serviceplatformen import Serviceplatformen

STS = "/runtime/api/rest/wstrust/v1/issue"
TOKEN = "/service/AccessTokenService_1/token"
KOMBI = "/service/KombiPostAfsend_1/kombi"
ACCEPTED = (
    "<kombi_response><Result>true</Result><TransmissionID>1ab6eb87-a457-4ad3-8952-ed8f18a1676a</TransmissionID>"
    "<HovedoplysningerSvarREST><SvarReaktion><Advis><AdvisId>1</AdvisId><AdvisTekst>Received</AdvisTekst></Advis>"
    "</SvarReaktion></HovedoplysningerSvarREST></kombi_response>"
)


@attrs.frozen
class Call:
    """One request as the service saw it."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes


Reply = tuple[int, bytes, dict[str, str]]


def assertion(serial: int, until: datetime) -> str:
    """Write an assertion; ``serial`` tells it from others."""
    xml = (
        f'<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="_{serial}"><Conditions NotBefore="2020-01-01'
        f'T00:00:00Z" NotOnOrAfter="{until:%Y-%m-%dT%H:%M:%S}.1234567Z"/></Assertion>'
    )
    return b64encode(xml.encode()).decode()


@attrs.define(eq=False)
class FakeService:
    """``replies`` are given instead of the ordinary ones, by path, in order; ``calls`` holds every request."""

    replies: dict[str, list[Reply]] = attrs.field(factory=dict)
    calls: list[Call] = attrs.field(factory=list)
    reached: bool = True
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    url: str = ""

    def reply(self, path: str, status: int, content: str = "", **headers: str) -> None:
        """Say this to the next call of a path."""
        self.replies.setdefault(path, []).append((status, content.encode(), headers))

    def paths(self) -> list[str]:
        """Give the paths that were called, in order."""
        return [call.path for call in self.calls]

    def answer(self, call: Call) -> Reply:
        """Remember a call and answer it."""
        self.calls.append(call)
        if self.replies.get(call.path):
            return self.replies[call.path].pop(0)
        serial = self.paths().count(call.path)
        if call.path == STS:
            until = self.now() + timedelta(hours=8)
            return 200, json.dumps({"RequestedSecurityToken": {"Assertion": assertion(serial, until)}}).encode(), {}
        if call.path == TOKEN:
            said = {"access_token": f"access-{serial}", "token_type": "Holder-of-key", "expires_in": 3600}
            return 200, json.dumps(said).encode(), {}
        if call.path == KOMBI:
            return 200, ACCEPTED.replace("1ab6eb87", f"{serial:08x}").encode(), {"Content-Type": "application/xml"}
        return 200, json.dumps({"result": self.reached}).encode(), {}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_GET(self):
        split = urlsplit(self.path)
        length = int(self.headers.get("Content-Length", 0))
        kept, left = bytearray(), length
        while left:
            piece = self.rfile.read(min(left, 65536))
            left -= len(piece)
            if length < 1 << 20:  # a letter of 70 MB is only counted
                kept += piece
        headers = {name.lower(): value for name, value in self.headers.items()}
        call = Call(self.command, split.path, parse_qs(split.query), headers, bytes(kept))
        status, content, more = self.server.fake.answer(call)
        self.send_response(status)
        for name, value in {**more, "Content-Length": str(len(content))}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET  # noqa: N815 - the library's own name

    def log_message(self, *_args):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def get_request(self):
        raw, address = self.socket.accept()
        return self.context.wrap_socket(raw, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, *_args):
        pass  # a client that goes away is part of some tests


@pytest.fixture(scope="session")
def credentials(tmp_path_factory, authority):
    """A folder with ca.pem and client.pem, and what the server shows."""
    folder = tmp_path_factory.mktemp("credentials")
    client = authority.issue_cert("client@example.dk")
    pem = client.private_key_pem.bytes() + b"".join(blob.bytes() for blob in client.cert_chain_pems)
    (folder / "client.pem").write_bytes(pem)
    authority.cert_pem.write_to_path(folder / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    return SimpleNamespace(folder=folder, context=context, authority=authority)


@pytest.fixture
def fake(credentials) -> Iterator[FakeService]:
    """A running Serviceplatformen."""
    server = Server(("127.0.0.1", 0), Handler)
    server.context = credentials.context
    server.fake = FakeService()
    server.fake.url = f"https://localhost:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.fake
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def plugin(fake, credentials):
    """Make the plugin that talks to the fake; settings may be changed."""

    def make(**changes):
        settings = {
            "url": fake.url,
            "sts_url": fake.url + STS,
            "authority": Cvr("55133018"),
            "certificate": Secret("file:client.pem", credentials.folder / "settings.toml"),
            "ca": credentials.folder / "ca.pem",
            "print_product": 1234,
        }
        return Serviceplatformen(**settings | changes)

    return make


@pytest.fixture(scope="session")
def wait_for():
    """Wait until something is true; fails when it does not become so."""

    def wait(condition, seconds=90.0):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "it did not happen in time"
            time.sleep(0.02)

    return wait


@pytest.fixture
def channels(plugin):
    """The three channels, by name."""
    return {channel.name: channel for channel in plugin().register_channels()}


@pytest.fixture(scope="session")
def reference() -> Path:
    """The third-party schemas and examples, read where they lie."""
    root = Path(__file__).parents[3]
    folder = Path(os.environ.get("ESDH_CONNECT_REFERENCE", root / "../shared/data"))
    if not folder.is_dir():
        pytest.skip("the schemas are not ours to pass on; set ESDH_CONNECT_REFERENCE to their folder")
    return folder
