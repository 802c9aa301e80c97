"""
Another client of SF1601, small and independent: it knows the HTTP contract and nothing of the sandbox's insides.

And what it needs: letters to send, and an endpoint for receipts.
"""

import base64
import os
import re
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import attrs
import pytest
import requests
from lxml import etree

from esdh_connect_sandbox import Sandbox

MEMO = "https://DigitalPost.dk/MeMo-1"
KOMBI = "http://entityid.kombit.dk/service/kombipostafsend/1"
LOOKUP = "http://entityid.kombit.dk/service/postforespoerg/1"
PDF = base64.b64encode(b"%PDF-1.7 a letter").decode()


@attrs.define
class Client:
    """One certificate, one connection pool."""

    url: str
    ca: str
    certificate: str
    session: requests.Session = attrs.Factory(requests.Session)
    tokens: dict[str, str] = attrs.Factory(dict)

    def call(self, method: str, path: str, **arguments: Any) -> requests.Response:
        arguments = {"timeout": 30, "verify": self.ca, "cert": self.certificate} | arguments
        return self.session.request(method, self.url + path, **arguments)

    def use_key(self) -> str:
        found = re.search("-----BEGIN CERTIFICATE-----(.*?)-----END", Path(self.certificate).read_text(), re.DOTALL)
        assert found
        return found[1].replace("\n", "")

    def issue_body(self, entity: str) -> dict[str, Any]:
        trust = "http://docs.oasis-open.org/ws-sx/ws-trust/200512"
        return {
            "TokenType": "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLV2.0",
            "RequestType": f"{trust}/Issue",
            "KeyType": f"{trust}/PublicKey",
            "AnvenderKontekst": {"Cvr": "55133018"},
            "UseKey": self.use_key(),
            "AppliesTo": {"EndpointReference": {"Address": entity}},
            "OnBehalfOf": None,
        }

    def issue(self, body: Any) -> requests.Response:
        return self.call("POST", "/runtime/api/rest/wstrust/v1/issue", json=body)

    def assertion(self, entity: str = KOMBI) -> str:
        answer = self.issue(self.issue_body(entity))
        assert answer.status_code == 200, answer.text
        return str(answer.json()["RequestedSecurityToken"]["Assertion"])

    def exchange(self, assertion: str) -> requests.Response:
        return self.call("POST", "/service/AccessTokenService_1/token", data={"saml-token": assertion})

    def token(self, entity: str = KOMBI) -> str:
        if entity not in self.tokens:
            self.tokens[entity] = self.exchange(self.assertion(entity)).json()["access_token"]
        return self.tokens[entity]

    def headers(self, entity: str = KOMBI, **changes: str | None) -> dict[str, str | None]:
        return {
            "Authorization": f"Holder-of-key {self.token(entity)}",
            "x-TransaktionsId": str(uuid.uuid4()),
            "x-TransaktionsTid": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            **{name.replace("_", "-"): value for name, value in changes.items()},
        }

    def lookup(self, service: str = "digitalpost", **query: str) -> requests.Response:
        path = f"/service/PostForespoerg_1/{service}"
        return self.call("GET", path, params=query, headers=self.headers(LOOKUP))

    def send(self, body: Any, path: str = "kombi", **headers: str | None) -> requests.Response:
        changes: dict[str, str | None] = {"Content_Type": "application/xml", "Accept": "application/xml"}
        url = f"/service/KombiPostAfsend_1/{path}"
        return self.call("POST", url, data=body, headers=self.headers(KOMBI, **(changes | headers)))


def message(number: str = "1212121212", kind: str = "CPR", **parts: Any) -> str:
    """A MeMo 1.2 message; every part can be replaced."""
    given = {
        "uuid": str(uuid.uuid4()),
        "type": "DIGITALPOST",
        "after_label": "",
        "files": file_part(),
        "actions": "",
    } | parts
    body = f"""<memo:MessageBody><memo:createdDateTime>2025-06-01T08:00:00Z</memo:createdDateTime>
        <memo:MainDocument>{given["files"]}{given["actions"]}</memo:MainDocument></memo:MessageBody>"""
    return f"""<memo:Message xmlns:memo="{MEMO}" memoVersion="1.2"><memo:MessageHeader>
        <memo:messageType>{given["type"]}</memo:messageType><memo:messageUUID>{given["uuid"]}</memo:messageUUID>
        <memo:messageID>SAG-1</memo:messageID><memo:label>Afgørelse</memo:label>{given["after_label"]}
        <memo:Sender><memo:senderID>55133018</memo:senderID><memo:idType>CVR</memo:idType>
            <memo:label>Eksempel Kommune</memo:label>{given.get("sender", "")}</memo:Sender>
        <memo:Recipient><memo:recipientID>{number}</memo:recipientID>
            <memo:idType>{kind}</memo:idType></memo:Recipient>
        </memo:MessageHeader>{given.get("body", body)}</memo:Message>"""


def file_part(name: str = "Afgørelse.pdf", content: str = PDF, encoding: str = "application/pdf") -> str:
    return f"""<memo:File><memo:encodingFormat>{encoding}</memo:encodingFormat>
        <memo:filename>{name}</memo:filename><memo:language>da</memo:language>
        <memo:content>{content}</memo:content></memo:File>"""


def sms(**parts: Any) -> str:
    notification = "<memo:notification>Husk din tid i morgen.</memo:notification>"
    return message(**({"type": "NEMSMS", "body": "", "after_label": notification} | parts))


def shipment(**parts: str) -> str:
    given = {
        "id": str(uuid.uuid4()),
        "cpr": "0000000000",
        "name": "Ane Test",
        "post_code": "8000",
        "format": "PDF",
        "content": PDF,
    } | parts
    k03 = "http://rep.oio.dk/ebxml/xml/schemas/dkcc/2003/02/13/"
    k05 = "http://rep.oio.dk/ebxml/xml/schemas/dkcc/2005/03/15/"
    address = f"""<ModtagerAdresse>
        <PersonName xmlns="http://rep.oio.dk/itst.dk/xml/schemas/2006/01/17/">{given["name"]}</PersonName>
        <StreetName xmlns="{k05}">Testvej</StreetName>
        <StreetBuildingIdentifier xmlns="{k03}">12B</StreetBuildingIdentifier>
        <PostCodeIdentifier xmlns="{k05}">{given["post_code"]}</PostCodeIdentifier>
        <CountryIdentificationCode xmlns="{k03}" scheme="iso3166-alpha2">DK</CountryIdentificationCode>
        </ModtagerAdresse>"""
    cpr = "urn:oio:adir:dagpenge:2009.07.01"
    return f"""<ForsendelseISamling xmlns="urn:oio:fjernprint:1.0.0"><ForsendelseI>
        <AfsendelseIdentifikator>{given["id"]}</AfsendelseIdentifikator>
        <ForsendelseTypeIdentifikator>1234</ForsendelseTypeIdentifikator>
        <ForsendelseModtager><AfsendelseModtager xmlns="urn:oio:dkal:1.0.0"><CPRnummerIdentifikator
            xmlns="{cpr}">{given["cpr"]}</CPRnummerIdentifikator></AfsendelseModtager>
        {given.get("address", address)}</ForsendelseModtager>
        <FilformatNavn xmlns="urn:oio:dkal:1.0.0">{given["format"]}</FilformatNavn>
        <MeddelelseIndholdData xmlns="urn:oio:dkal:1.0.0">{given["content"]}</MeddelelseIndholdData>
        <TransaktionsParametreI/><DokumentParametre/>
        </ForsendelseI></ForsendelseISamling>"""


def kombi(code: str, *parts: str) -> bytes:
    inside = "".join(parts)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><kombi_request><KombiValgKode>{code}</KombiValgKode>'
        f"{inside}</kombi_request>"
    ).encode()


def fault_of(answer: requests.Response) -> str:
    """FejlKode, wherever it stands."""
    root = etree.fromstring(answer.content, etree.XMLParser(resolve_entities=False))
    return str(next(root.iter("{*}FejlKode")).text)


def is_received(answer: requests.Response) -> bool:
    root = etree.fromstring(answer.content, etree.XMLParser(resolve_entities=False))
    advice = (root.findtext(".//AdvisTekst") or "").lower()
    return answer.status_code == 200 and root.findtext("Result") == "true" and advice == "received"


def poststatus(envelope: bytes | str) -> dict[str, str]:
    """BeskedId and ObjektHandling of an envelope, and all leaves of the PKO_PostStatus in it."""
    data = envelope.encode() if isinstance(envelope, str) else envelope
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False))
    assert root.tag == "{urn:oio:sts:1.0.0}ModtagBeskedInput"
    payload = next(root.iter("{urn:besked:kuvert:1.0}Base64")).text or ""
    inner = etree.fromstring(base64.b64decode(payload), etree.XMLParser(resolve_entities=False))
    leaves = {etree.QName(each).localname: each.text or "" for each in inner.iter() if not len(each)}
    for name in ("BeskedId", "ObjektHandling", "TilladtModtager", "BeskedAnsvarligAktoer"):
        leaves[name] = "".join(next(root.iter(f"{{*}}{name}")).itertext()).strip()
    leaves["AntalLeveranceforsoeg"] = next(root.iter("{*}AntalLeveranceforsoeg")).text or ""
    return leaves


def acknowledgement(code: int = 20) -> bytes:
    return (
        '<ns2:ModtagBeskedOutput xmlns="urn:oio:sagdok:3.0.0" xmlns:ns2="urn:oio:sts:1.0.0"><StandardRetur>'
        f"<StatusKode>{code}</StatusKode><FejlbeskedTekst/></StandardRetur></ns2:ModtagBeskedOutput>"
    ).encode()


class Endpoint:
    """What an authority runs for Beskedfordeler: remembers what it got, answers what it was told to."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self.answers: list[tuple[int, bytes]] = []
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                endpoint.got.append(self.rfile.read(int(self.headers["Content-Length"])))
                status, body = endpoint.answers.pop(0) if endpoint.answers else (200, acknowledgement())
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/poststatus?system=1"
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def statuses(self) -> list[str]:
        return [poststatus(each)["TransaktionsStatusKode"] for each in self.got]

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def wait_for(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until something is true; fails when it does not become so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


@pytest.fixture
def said() -> list[str]:
    """What a sandbox says to the developer."""
    return []


@pytest.fixture
def sandbox(tmp_path: Path, said: list[str]) -> Iterator[Sandbox]:
    with Sandbox(tmp_path / "sandbox", delay=0.02, say=said.append) as running:
        yield running


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One for all tests that leave it as it is."""
    with Sandbox(tmp_path_factory.mktemp("shared"), say=[].append) as running:
        yield running


@pytest.fixture
def connect() -> Iterator[Callable[..., Client]]:
    """Makes clients of a sandbox, by default with the certificate that lies in its folder."""
    made: list[Client] = []

    def connected(sandbox: Sandbox, certificate: Path | None = None) -> Client:
        made.append(Client(sandbox.url, str(sandbox.ca), str(certificate or sandbox.certificate)))
        return made[-1]

    yield connected
    for client in made:
        client.session.close()


@pytest.fixture
def client(sandbox: Sandbox, connect: Callable[[Sandbox], Client]) -> Client:
    return connect(sandbox)


@pytest.fixture(scope="session")
def visitor(shared: Sandbox) -> Iterator[Client]:
    """A client of the shared one."""
    made = Client(shared.url, str(shared.ca), str(shared.certificate))
    yield made
    made.session.close()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    running = Endpoint()
    yield running
    running.close()


@pytest.fixture(scope="session")
def wire() -> SimpleNamespace:
    """The functions of this file, for tests that are files of their own."""
    return SimpleNamespace(
        message=message,
        file_part=file_part,
        sms=sms,
        shipment=shipment,
        kombi=kombi,
        fault_of=fault_of,
        is_received=is_received,
        poststatus=poststatus,
        acknowledgement=acknowledgement,
        wait_for=wait_for,
        KOMBI=KOMBI,
        LOOKUP=LOOKUP,
    )


@pytest.fixture(scope="session")
def reference() -> Path:
    """Third-party schemas and examples, read where they lie."""
    home = Path(__file__).parents[3]
    folder = Path(os.environ.get("ESDH_CONNECT_REFERENCE", home / "../shared/data"))
    if not folder.is_dir():
        pytest.skip("no reference data: set ESDH_CONNECT_REFERENCE")
    return folder
