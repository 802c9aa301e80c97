"""Receipts by pull, against a real RabbitMQ over TLS: acknowledged after they are stored, whatever dies meanwhile."""

import logging
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from types import SimpleNamespace
from uuid import UUID, uuid4

import attrs
import pytest
import trustme

from esdh_connect.settings import Secret
from esdh_connect_serviceplatformen.poststatus import NOBODYS


def message(letter: UUID | None = None) -> bytes:
    """A message as the queue gives it."""
    status = (
        '<PKO_PostStatus xmlns="http://serviceplatformen.dk/xml/print/PKO_PostStatus/1/types">'
        f"<MessageUUID>{letter or uuid4()}</MessageUUID><TransaktionsStatusKode>Klar</TransaktionsStatusKode>"
        "</PKO_PostStatus>"
    )
    return (
        f'<Haendelsesbesked xmlns="urn:oio:besked:kuvert:1.0"><BeskedId>{uuid4()}</BeskedId><Beskeddata>'
        f'<Base64 xmlns="urn:besked:kuvert:1.0">{b64encode(status.encode()).decode()}</Base64></Beskeddata>'
        "</Haendelsesbesked>"
    ).encode()


@pytest.fixture
def pulling(rabbitmq, plugin):
    """Make the pull of a queue with the consumer's certificate; settings may be changed."""

    def make(queue, receive, **changes):
        secret = Secret(f"file:{rabbitmq.certificate('consumer')}", rabbitmq.folder / "settings.toml")
        settings = {"certificate": secret, "beskedfordeler": rabbitmq.url, "dueslag": queue}
        # The shortest waits there are.
        return attrs.evolve(plugin(**settings | changes).beskedhent(receive), chance=lambda: 0.0)

    return make


@contextmanager
def running(pull) -> Iterator[SimpleNamespace]:
    """Pull in a thread while the block runs; ``told`` is what it said of its connection."""
    stop, told = Event(), []
    thread = Thread(target=pull.run, args=(stop, told.append))
    thread.start()
    try:
        yield SimpleNamespace(told=told, stop=stop, thread=thread)
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()


def letters(receipts):
    return [receipt.message_uuid for receipt in receipts]


def test_receipts_are_taken_in_order_and_leave_the_queue(rabbitmq, pulling, wait_for):
    """Those that waited, and those that come while it runs."""
    first, then = [uuid4() for _ in range(5)], [uuid4() for _ in range(5)]
    queue, stored = rabbitmq.queue(map(message, first)), []
    with running(pulling(queue, stored.append)) as pull:
        wait_for(lambda: len(stored) == 5)
        rabbitmq.publish(queue, map(message, then))
        wait_for(lambda: len(stored) == 10)
    assert letters(stored) == first + then
    assert pull.told == [None]
    assert rabbitmq.ready(queue) == 0


def test_a_message_that_comes_again_is_the_same_receipt(rabbitmq, pulling, wait_for):
    """Its id is the BeskedId, by which the store knows it."""
    twice = message()
    queue, stored = rabbitmq.queue([twice, message(), twice]), []
    with running(pulling(queue, stored.append)):
        wait_for(lambda: len(stored) == 3)
    assert stored[0].id == stored[2].id != stored[1].id


def test_it_stops_after_the_receipt_it_was_at(rabbitmq, pulling):
    """That one is acknowledged; the others are given back and wait in the queue."""
    queue, stored, entered = rabbitmq.queue(message() for _ in range(20)), [], Event()

    def slow(receipt):
        entered.set()
        time.sleep(0.3)
        stored.append(receipt)

    with running(pulling(queue, slow)) as pull:
        assert entered.wait(30)
        pull.stop.set()
        pull.thread.join(10)
    assert rabbitmq.ready(queue) + len(stored) == 20
    assert len(stored) <= 2


def test_what_cannot_be_read_is_kept_and_stops_nothing(rabbitmq, pulling, wait_for, caplog):
    """Stored as it came, acknowledged, and the next ones are taken; no log, not even pika's, repeats a message."""
    caplog.set_level(logging.DEBUG)
    before, after = uuid4(), uuid4()
    queue, stored = rabbitmq.queue([message(before), b"<cut off", message(after)]), []
    with running(pulling(queue, stored.append)):
        wait_for(lambda: len(stored) == 3)
    assert letters(stored) == [before, NOBODYS, after]
    assert stored[1].raw == b"<cut off"
    assert "receipt_unreadable" in caplog.text
    assert "<cut off" not in caplog.text
    assert "Haendelsesbesked" not in caplog.text
    assert rabbitmq.ready(queue) == 0


def test_what_cannot_be_stored_is_never_acknowledged(rabbitmq, pulling, wait_for):
    """The others go on; it is tried again later, and waits in the queue when we stop."""
    poison = uuid4()
    queue, stored, tries = rabbitmq.queue([message(poison), *(message() for _ in range(100))]), [], []

    def receive(receipt):
        if receipt.message_uuid == poison:
            tries.append(receipt)
            raise OSError("disk full")
        stored.append(receipt)

    with running(
        pulling(
            queue,
            receive,
        )
    ):
        wait_for(lambda: len(stored) == 100 and len(tries) == 2)
    assert rabbitmq.ready(queue) == 1
    stored.clear()
    with running(pulling(queue, stored.append)):
        wait_for(lambda: letters(stored) == [poison])
    assert rabbitmq.ready(queue) == 0


def test_a_queue_that_counts_how_often_it_told_a_message_drops_none(rabbitmq, pulling, wait_for):
    """One that gives a message out once more at most: what is tried three times here was given out once."""
    queue, tries = rabbitmq.queue([message()], x_queue_type="quorum", x_delivery_limit=1), []

    def receive(receipt):
        tries.append(receipt)
        if len(tries) < 3:
            raise OSError("database is locked")

    with running(pulling(queue, receive)):
        wait_for(lambda: len(tries) == 3)
    assert rabbitmq.ready(queue) == 0


def test_it_holds_no_more_than_it_asked_for(rabbitmq, pulling, wait_for):
    """Ten thousand wait; while one is being stored, fifty are ours and the others still the queue's."""
    queue, entered, go = rabbitmq.queue(message() for _ in range(10_000)), Event(), Event()
    stored = []

    def receive(receipt):
        entered.set()
        assert go.wait(60)
        stored.append(receipt.id)

    with running(pulling(queue, receive)):
        assert entered.wait(30)
        time.sleep(0.3)
        assert rabbitmq.ready(queue) == 10_000 - 50
        go.set()
        wait_for(lambda: len(stored) == 10_000, 90)
    assert len(set(stored)) == 10_000
    assert rabbitmq.ready(queue) == 0


def test_a_broker_that_dies_and_comes_back_loses_nothing(rabbitmq, pulling, wait_for):
    """SIGKILL in the middle, and a start: what was not acknowledged comes again, the rest once."""
    wanted = [uuid4() for _ in range(60)]
    queue, stored, killed = rabbitmq.queue(map(message, wanted)), [], Event()

    def receive(receipt):
        if len(stored) == 6:
            assert killed.wait(30)
        stored.append(receipt)

    with running(pulling(queue, receive)) as pull:
        wait_for(lambda: len(stored) == 6)
        rabbitmq.kill()
        killed.set()
        wait_for(lambda: len(pull.told) > 1)
        rabbitmq.start()
        wait_for(lambda: set(letters(stored)) == set(wanted), 90)
    assert pull.told[0] is None
    assert "ingen forbindelse" in pull.told[1].danish
    assert pull.told[-1] is None
    assert len(stored) - len(set(letters(stored))) <= 50
    assert rabbitmq.ready(queue) == 0


def test_a_server_with_another_authority_is_refused(rabbitmq, pulling, tmp_path, authority, wait_for):
    """TLS is checked: nothing is told to it, and the text says which certificate it is about. Mended, it goes on."""
    ca = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(ca)
    queue, stored = rabbitmq.queue([message()]), []
    pull = pulling(queue, stored.append, ca=ca)
    pull.service.introduction()
    trustme.CA().cert_pem.write_to_path(ca)
    with running(pull) as said:
        wait_for(lambda: said.told)
        assert stored == []
        authority.cert_pem.write_to_path(ca)
        wait_for(lambda: stored)
    assert said.told[0].danish.startswith("Beskedfordelerens certifikat kan ikke godkendes")
    assert "not to be trusted" in str(said.told[0])


def test_a_certificate_that_is_not_registered_is_refused(rabbitmq, pulling, wait_for):
    """The operator is told where to look, and a new assertion is fetched: a mended agreement shows in new ones only."""
    queue, stored = rabbitmq.queue([message()]), []
    secret = Secret(f"file:{rabbitmq.certificate('stranger')}", rabbitmq.folder / "settings.toml")
    pull = pulling(queue, stored.append, certificate=secret)
    first = pull.service.introduction().assertion
    with running(pull) as said:
        wait_for(lambda: said.told)
    assert "gav os ikke adgang" in said.told[0].danish
    assert stored == []
    assert pull.service.introduction().assertion != first


def test_a_certificate_of_another_authority_is_refused(rabbitmq, pulling, credentials, wait_for):
    """By an alert that comes after the handshake, in TLS 1.3; it is understood all the same."""
    other = trustme.CA()
    other.configure_trust(credentials.context)  # the token service takes it, the queue does not
    secret = Secret(f"file:{rabbitmq.certificate('consumer', other)}", rabbitmq.folder / "settings.toml")
    queue, stored = rabbitmq.queue([message()]), []
    with running(pulling(queue, stored.append, certificate=secret)) as said:
        wait_for(lambda: said.told)
    assert "certifikat" in said.told[0].danish
    assert stored == []


def test_a_dueslag_that_is_not_there_is_told(rabbitmq, pulling, wait_for):
    """And taken from as soon as it is."""
    queue, stored = str(uuid4()), []
    with running(pulling(queue, stored.append)) as said:
        wait_for(lambda: said.told)
        with rabbitmq.channel() as channel:
            channel.queue_declare(queue, durable=True)
        rabbitmq.publish(queue, [message()])
        wait_for(lambda: stored)
        with rabbitmq.channel() as channel:
            channel.queue_delete(queue)
        wait_for(lambda: len(said.told) > 2)
    assert "står til BeskedHent" in said.told[0].danish
    assert said.told[1] is None
    assert "ikke længere" in said.told[2].danish


def test_nobody_at_the_address_is_told_and_tried_again_later_each_time(rabbitmq, pulling, caplog, wait_for):
    """Half a second, then one, then two: with other chances up to twice that."""
    pull = pulling(str(uuid4()), print, beskedfordeler="amqps://localhost:1")
    with caplog.at_level(logging.ERROR, "esdh_connect"), running(pull) as said:
        wait_for(lambda: len(said.told) == 3)
    waits = [line.split("again_in=")[1].split()[0] for line in caplog.messages if "receipts_not_reachable" in line]
    assert waits == ["0.5", "1.0", "2.0"]
    assert {error.danish for error in said.told} == {"der er ingen forbindelse til Beskedfordeleren"}
