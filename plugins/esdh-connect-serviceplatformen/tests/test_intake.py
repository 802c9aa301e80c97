"""What becomes of a pulled message: acknowledged only when it is stored, and nothing stops the next one."""

import logging
from base64 import b64encode
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from esdh_connect.dispatch import ReceiptEvent
from esdh_connect.log import Log
from esdh_connect_serviceplatformen.intake import Intake
from esdh_connect_serviceplatformen.poststatus import NOBODYS

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
FOREIGN = (
    b'<Haendelsesbesked xmlns="urn:oio:besked:kuvert:1.0"><Beskedtype>11111111-2222-4333-8444-555555555555</Beskedtype>'
    b"</Haendelsesbesked>"
)


def message(letter=None, word="Klar"):
    """A message as the queue gives it."""
    status = (
        '<PKO_PostStatus xmlns="http://serviceplatformen.dk/xml/print/PKO_PostStatus/1/types">'
        f"<MessageUUID>{letter or uuid4()}</MessageUUID><TransaktionsStatusKode>{word}</TransaktionsStatusKode>"
        "</PKO_PostStatus>"
    )
    return (
        f'<Haendelsesbesked xmlns="urn:oio:besked:kuvert:1.0"><BeskedId>{uuid4()}</BeskedId><Beskeddata>'
        f'<Base64 xmlns="urn:besked:kuvert:1.0">{b64encode(status.encode()).decode()}</Base64></Beskeddata>'
        "</Haendelsesbesked>"
    ).encode()


class Store:
    """Remembers receipts; cannot store while ``full``, and never those of a letter in ``hated``."""

    def __init__(self):
        self.stored, self.tries, self.full, self.hated = [], 0, False, set()

    def receive(self, receipt):
        self.tries += 1
        if self.full or receipt.message_uuid in self.hated:
            raise OSError("disk full at /secret/place, 1212121212")
        self.stored.append(receipt)


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def seconds():
    """The clock, as a list with one number."""
    return [100.0]


@pytest.fixture
def intake(store, seconds):
    return Intake(store.receive, lambda: NOW, lambda: seconds[0], Log())


def test_a_stored_message_may_be_acknowledged(intake, store):
    """And not a moment before: the answer comes after the store's."""
    letter = uuid4()
    assert intake.take(1, message(letter))
    (receipt,) = store.stored
    assert (receipt.message_uuid, receipt.event) == (letter, ReceiptEvent.READY)


@pytest.mark.parametrize(
    "body", [b"", b"<", b"\xff\xfe\x00", b"<html/>", b"<!DOCTYPE x []><x/>", message()[:-40], b"x" * (5 * 2**20)]
)
def test_what_cannot_be_read_is_stored_as_it_came(intake, store, body, caplog):
    """Whole, about nobody's letter, telling nothing: nothing is lost, and the operator is told without its content."""
    assert intake.take(1, body)
    (kept,) = store.stored
    assert (kept.raw, kept.message_uuid, kept.event, kept.at) == (body, NOBODYS, ReceiptEvent.UNKNOWN, NOW)
    assert intake.take(2, body)
    assert store.stored[1].id == kept.id
    assert "receipt_unreadable" in caplog.text


def test_a_message_of_another_type_is_not_kept(intake, store):
    """As with push: it is sound, and somebody else's."""
    assert intake.take(1, FOREIGN)
    assert store.stored == []


def test_what_cannot_be_stored_is_not_acknowledged_and_tried_again_later_each_time(intake, store, seconds):
    """After one second, then two, then four, and once a minute in the end."""
    store.full = True
    assert not intake.take(7, message())
    assert (store.tries, intake.held) == (1, 1)
    waits, since = [], 0.0
    while store.tries < 9:
        seconds[0] += 0.5
        since += 0.5
        before = store.tries
        assert list(intake.again()) == []
        if store.tries > before:
            waits.append(since)
            since = 0.0
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    store.full = False
    seconds[0] += 60
    assert list(intake.again()) == [7]
    assert (len(store.stored), intake.held) == (1, 0)


def test_one_that_is_never_stored_stops_none_behind_it(intake, store, seconds):
    """The others are stored at once, and it is tried a bounded number of times meanwhile."""
    poison = uuid4()
    store.hated.add(poison)
    assert not intake.take(1, message(poison))
    for tag in range(2, 102):
        seconds[0] += 1
        assert intake.take(tag, message())
        assert list(intake.again()) == []
    assert len(store.stored) == 100
    assert store.tries - 100 < 9


def test_what_it_says_holds_nothing_of_a_message_or_a_place(intake, store, caplog):
    """Only ids, numbers and the kind of error."""
    store.full = True
    with caplog.at_level(logging.DEBUG):
        intake.take(1, message(word="1212121212"))
        intake.take(2, b"1212121212")
    assert "receipt_not_stored" in caplog.text
    assert "secret" not in caplog.text
    assert "121212" not in caplog.text
