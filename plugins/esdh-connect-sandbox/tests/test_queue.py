"""Receipts into a queue instead of an endpoint: published to a real RabbitMQ over TLS, until it has them on disk."""

import time
from uuid import uuid4

import pytest

from esdh_connect_sandbox import BadEndpoint, Sandbox

DIGITAL = ["Modtaget Digital Post", "Afleveret Digital Post"]


@pytest.fixture
def folder(tmp_path, authority):
    """A folder in which the authority lies that the queue's server trusts, and is trusted by."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    authority.private_key_pem.write_to_path(tmp_path / "ca-key.pem")
    return tmp_path


@pytest.fixture
def taken(rabbitmq):
    """Take everything that is in a queue: body and properties of each."""

    def take(queue):
        with rabbitmq.channel() as channel:
            found = []
            while (got := channel.basic_get(queue, auto_ack=True))[0] is not None:
                found.append((got[2], got[1]))
            return found

    return take


def address(rabbitmq, queue):
    return f"{rabbitmq.url}/BF/{queue}"


def test_receipts_are_published_as_they_are_pulled(rabbitmq, folder, connect, wire, taken):
    """The Haendelsesbesked without the wrapping of a push, persistent, in order; the address is remembered."""
    queue = rabbitmq.queue()
    with Sandbox(folder, delay=0.02, push_url=address(rabbitmq, queue)) as sandbox:
        connect(sandbox).send(wire.kombi("Digital Post", wire.message()))
        wire.wait_for(lambda: rabbitmq.ready(queue) == 2)
    with Sandbox(folder, delay=0.02) as sandbox:
        connect(sandbox).send(wire.kombi("Digital Post", wire.message()))
        wire.wait_for(lambda: rabbitmq.ready(queue) == 4)
        pushed = sandbox.receipts()
    messages = taken(queue)
    assert [body.startswith(b"<") and b"ModtagBeskedInput" not in body for body, _ in messages] == [True] * 4
    assert {properties.delivery_mode for _, properties in messages} == {2}
    wrapped = [
        b'<a:ModtagBeskedInput xmlns:a="urn:oio:sts:1.0.0">%b</a:ModtagBeskedInput>' % bare(body)
        for body, _ in messages
    ]
    assert [wire.poststatus(each)["TransaktionsStatusKode"] for each in wrapped] == DIGITAL * 2
    ids = [wire.poststatus(each)["BeskedId"] for each in pushed]
    assert [wire.poststatus(each)["BeskedId"] for each in wrapped] == ids


def bare(body):
    """The document without its declaration."""
    return body[body.index(b"<", 1) if body.startswith(b"<?") else 0 :]


def test_they_wait_for_a_queue_that_is_not_there_yet(rabbitmq, folder, connect, wire, said):
    """Nothing is lost to a queue with another name: the server gives it back, and it is tried again."""
    queue = str(uuid4())
    with Sandbox(folder, delay=0.02, push_url=address(rabbitmq, queue), say=said.append) as sandbox:
        connect(sandbox).send(wire.kombi("Digital Post", wire.message()))
        wire.wait_for(lambda: any("there is no such queue" in line for line in said))
        with rabbitmq.channel() as channel:
            channel.queue_declare(queue, durable=True)
        wire.wait_for(lambda: rabbitmq.ready(queue) == 2)


def test_a_server_that_dies_gets_them_when_it_is_back(rabbitmq, folder, connect, wire, taken):
    """At least once each, with the same BeskedId; those it confirmed have outlived the kill."""
    queue = rabbitmq.queue()
    with Sandbox(folder, delay=0.02, push_url=address(rabbitmq, queue)) as sandbox:
        client = connect(sandbox)
        client.send(wire.kombi("Digital Post", wire.message()))
        wire.wait_for(lambda: rabbitmq.ready(queue) == 2)
        rabbitmq.kill()
        client.send(wire.kombi("Fysisk Post", wire.shipment()))
        wire.wait_for(lambda: len(sandbox.receipts()) == 7)
        rabbitmq.start()
        wire.wait_for(lambda: rabbitmq.ready(queue) >= 7, 30)
        wanted = {wire.poststatus(each)["BeskedId"] for each in sandbox.receipts()}
    bodies = [body for body, _ in taken(queue)]
    assert {each for each in wanted if any(each.encode() in body for body in bodies)} == wanted


def test_a_server_that_is_not_trusted_gets_nothing(rabbitmq, sandbox, client, wire, said):
    """A sandbox with an authority of its own does not know the server's."""
    queue = rabbitmq.queue()
    sandbox.push_to(address(rabbitmq, queue))
    client.send(wire.kombi("Digital Post", wire.message()))
    wire.wait_for(lambda: any("SSLCertVerificationError" in line for line in said))
    time.sleep(0.1)
    assert rabbitmq.ready(queue) == 0


@pytest.mark.parametrize(
    "url",
    [
        "amqps://localhost/",
        "amqps://localhost/BF",
        "amqps://u@localhost/BF/q",
        "amqp://localhost/BF/q",
        "amqps://localhost/BF/q?x=1",
        "amqps://localhost/a/b/c",
    ],
)
def test_a_queue_has_an_address_of_four_parts(sandbox, client, url):
    """Host and port, virtual host and name; over TLS alone."""
    with pytest.raises(BadEndpoint):
        sandbox.push_to(url)
    assert client.call("GET", "/sandbox/push").json() == {"url": None}


def test_an_authority_in_a_new_folder_is_taken(folder, authority):
    """So a sandbox and a queue beside it can trust each other; a wrong key with it is not believed."""
    with Sandbox(folder) as sandbox:
        assert sandbox.ca.read_bytes() == authority.cert_pem.bytes()
    for made in ("server.pem", "client.pem", "client.p12"):
        (folder / made).unlink()
    (folder / "ca-key.pem").write_text("nonsense")
    with Sandbox(folder) as sandbox:
        assert sandbox.ca.read_bytes() != authority.cert_pem.bytes()
