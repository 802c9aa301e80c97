"""What Beskedfordeler is shown when we connect: read by a server that only listens to the greeting."""

import json
import socket
from base64 import b64decode, b64encode
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from uuid import uuid4

import attrs
import pika.frame
import pika.spec
import pytest

from esdh_connect.settings import Secret
from esdh_connect_serviceplatformen.service import QUEUE_ENTITY

STS = "/runtime/api/rest/wstrust/v1/issue"


def big_assertion():
    """One of the size that real ones with a signature and a certificate have."""
    until = datetime.now(UTC) + timedelta(hours=8)
    return b64encode(
        f'<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion">'
        f'<Conditions NotOnOrAfter="{until:%Y-%m-%dT%H:%M:%SZ}"/>'
        f"<Signature>{'x' * 12_000}</Signature></Assertion>".encode()
    ).decode()


class Greeting:
    """Takes one connection over TLS, offers mechanisms, and remembers the answer and the name that was asked for."""

    def __init__(self, context, mechanisms):
        self.mechanisms, self.context, self.names = mechanisms, context, []
        self.answer: pika.spec.Connection.StartOk | None = None
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"amqps://localhost:{self.listener.getsockname()[1]}"
        self.thread = Thread(target=self.serve)

    def serve(self):
        raw, _ = self.listener.accept()
        with self.context.wrap_socket(raw, server_side=True) as stream:
            stream.settimeout(10)
            assert stream.recv(8) == b"AMQP\x00\x00\x09\x01"
            start = pika.spec.Connection.Start(0, 9, {}, self.mechanisms, "en_US")
            stream.sendall(pika.frame.Method(0, start).marshal())
            read = b""
            while (decoded := pika.frame.decode_frame(read))[1] is None and (more := stream.recv(65536)):
                read += more
            self.answer = getattr(decoded[1], "method", None)


@contextmanager
def listening(context, mechanisms="PLAIN EXTERNAL"):
    greeting = Greeting(context, mechanisms)
    greeting.thread.start()
    try:
        yield greeting
    finally:
        greeting.thread.join(20)
        greeting.listener.close()


def told_of(pull):
    """Run a pull until it says something for the first time."""
    stop, told = Event(), []

    def tell(trouble):
        told.append(trouble)
        stop.set()

    pull.run(stop, tell)
    return told[0]


def test_the_assertion_is_the_answer_to_sasl_external(fake, plugin, credentials):
    """As XML, whole, for the service BeskedModtag; and no access token is asked for."""
    assertion = big_assertion()
    fake.reply(STS, 200, json.dumps({"RequestedSecurityToken": {"Assertion": assertion}}))
    with listening(credentials.context) as greeting:
        trouble = told_of(plugin(beskedfordeler=greeting.url, dueslag=str(uuid4())).beskedhent(print))
    assert greeting.answer.mechanism == "EXTERNAL"
    assert greeting.answer.response == b64decode(assertion)
    assert fake.paths() == [STS]
    asked = json.loads(fake.calls[0].body)
    assert asked["AppliesTo"] == {"EndpointReference": {"Address": QUEUE_ENTITY}}
    assert "gav os ikke adgang" in trouble.danish
    assert "xxxx" not in str(trouble) + trouble.danish + repr(trouble)


def test_a_server_without_external_is_told_nothing(plugin, credentials):
    """Never a weaker mechanism."""
    with listening(credentials.context, "PLAIN") as greeting:
        trouble = told_of(plugin(beskedfordeler=greeting.url, dueslag=str(uuid4())).beskedhent(print))
    assert greeting.answer is None
    assert "er det Beskedfordeleren?" in trouble.danish


def test_an_assertion_of_real_size_is_taken_by_a_real_server(rabbitmq, fake, plugin, wait_for):
    """It is larger than the frames AMQP begins with."""
    fake.reply(STS, 200, json.dumps({"RequestedSecurityToken": {"Assertion": big_assertion()}}))
    secret = Secret(f"file:{rabbitmq.certificate('consumer')}", rabbitmq.folder / "settings.toml")
    changes = {"certificate": secret, "beskedfordeler": rabbitmq.url, "dueslag": rabbitmq.queue()}
    assert told_of(plugin(**changes).beskedhent(print)) is None


def test_without_a_token_the_token_service_is_to_blame(fake, plugin):
    """Said as it is everywhere else, and tried again."""
    fake.reply(STS, 403, "no agreement")
    pull = attrs.evolve(plugin(beskedfordeler="amqps://localhost:1", dueslag=str(uuid4())).beskedhent(print))
    trouble = told_of(pull)
    assert "no agreement" in str(trouble)
    assert trouble.danish == "adgangen til Serviceplatformen kunne ikke fornyes"


@pytest.mark.parametrize(
    "address",
    ["amqp://localhost:5671", "https://localhost", "amqps://", "amqps://u:p@localhost", "amqps://localhost/BF"],
)
def test_a_queue_is_reached_over_tls_and_by_host_alone(plugin, address):
    """The virtual host is Beskedfordeler's, the queue is the dueslag; there is neither user nor password."""
    with pytest.raises(ValueError, match="amqps://HOST:PORT"):
        plugin(beskedfordeler=address)


def test_a_dueslag_is_a_uuid(plugin):
    """As the administration module shows it."""
    with pytest.raises(ValueError, match="dueslag: a UUID"):
        plugin(dueslag="my queue")
