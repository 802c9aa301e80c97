"""A disk that runs full, or is made read-only under the outbox: a real one, of sixteen megabytes."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path

import attrs
import pytest
from sqlalchemy import text

from esdh_connect.dispatch import ReceiptEvent, Status
from esdh_connect.errors import StoreError
from esdh_connect.events import DocumentFinalized
from esdh_connect.outbox import Draft
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.store.engine import forget_journal, open_file
from esdh_connect.testing.fakes import FakeChannel
from esdh_connect.testing.installation import installation
from esdh_connect.testing.letters import NOON, POLICY, draft, receipt, seen
from esdh_connect.testing.outbox.happenings import STOP, accept, add, received, start

FULL = r"database or disk is full|disk I/O error"  # the latter where the log's index cannot grow
READ_ONLY = "readonly|unable to open"
MAY_MOUNT = sys.platform == "linux" and os.geteuid() == 0
pytestmark = pytest.mark.skipif(not MAY_MOUNT, reason="only root on Linux may mount a small disk")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk. CI must have one; elsewhere a container may be forbidden to mount."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m,mode=700", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode and not os.environ.get("CI"):
        pytest.skip(f"no small disk: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture(params=["PERSIST", "WAL"])
def store(disk: Path, seal: Seal, request: pytest.FixtureRequest) -> Iterator[Store]:
    """An outbox on it, with either journal."""
    store = Store(open_file(disk / "outbox.db", timedelta(seconds=1), request.param), seal, shared=False)
    yield store
    store.close()


def remount(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(disk)], check=True)


def big(name: str) -> Draft:
    return draft(name, contents=[bytes(200_000)])


def commit_until_refused(store: Store) -> list[Draft]:
    """Give those that were acknowledged."""
    acknowledged: list[Draft] = []
    for number in range(1000):
        try:
            add(store, big(str(number)))
        except StoreError:
            return acknowledged
        acknowledged.append(big(str(number)))
    raise AssertionError("the disk is not small")


def deliver_all(store: Store) -> int:
    """Send what is ready, and take the receipts; give how many letters there were."""
    for number in count():
        taken = store.claim(NOON, start(), STOP)
        if taken is None:
            return number
        assert store.dispatch(taken.id).envelope.letter.main.content == bytes(200_000)
        store.change(taken.id, accept(taken))
        assert store.receive(receipt(taken, ReceiptEvent.DELIVERED), received) is not None
    raise AssertionError


def tell_until_full(store: Store) -> Iterator[str]:
    """Store events, each in some pages of the database, and give the ids of those that are."""
    for number in range(10_000):
        event = seen(DocumentFinalized, id=str(number))
        store.tell(attrs.evolve(event, document=attrs.evolve(event.document, name="bilag " * 5_000)), POLICY)
        yield event.id


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Another program takes every byte that is left, and gives it back."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while file.write(bytes(size)):
                    pass
            except OSError:
                continue
    yield
    filler.unlink()


def test_what_was_acknowledged_is_stored_and_nothing_else(store: Store) -> None:
    """From the first letter there is no room for, each one is refused, in words for a caseworker."""
    acknowledged = commit_until_refused(store)
    assert len(acknowledged) > 10
    for number in range(20):
        with pytest.raises(StoreError, match="nearly full") as refused:
            add(store, big(f"more {number}"))
        assert "ikke plads til flere breve" in refused.value.danish
    assert {entry.id for entry in store.entries()} == {one.entry.id for one in acknowledged}
    for one in acknowledged:
        assert store.dispatch(one.entry.id).envelope == one.envelope


def test_letters_in_it_are_sent_when_no_new_one_fits(store: Store) -> None:
    """What is kept free is for their attempts, receipts and facts."""
    acknowledged = commit_until_refused(store)
    assert deliver_all(store) == len(acknowledged)
    assert {entry.status for entry in store.entries()} == {Status.DELIVERED}


def test_a_disk_without_a_byte_left_loses_nothing(store: Store, disk: Path) -> None:
    """Claims and receipts say that they were not stored, and were not; with room again, everything goes on."""
    acknowledged = commit_until_refused(store)
    taken = store.claim(NOON, start(), STOP)
    assert taken is not None
    with filled(disk):
        with pytest.raises(StoreError, match=FULL):
            deliver_all(store)
        before = store.entries()
        for told in (receipt(taken, ReceiptEvent.DELIVERED), attrs.evolve(receipt(taken), raw=bytes(2**20))):
            with pytest.raises(StoreError, match=FULL):
                store.receive(told, received)
        with pytest.raises(StoreError, match="nearly full"):
            add(store, big("more"))
        assert store.entries() == before
    assert store.receive(receipt(taken, ReceiptEvent.DELIVERED), received) is not None
    for entry in store.entries():
        if entry.status is Status.IN_PROGRESS:  # there was no room for what the provider said: it says it again
            store.receive(receipt(entry, ReceiptEvent.DELIVERED), received)
    deliver_all(store)
    assert {(entry.id, entry.status) for entry in store.entries()} == {
        (one.entry.id, Status.DELIVERED) for one in acknowledged
    }
    assert all(len(entry.attempts) == 1 for entry in store.entries())
    with store.transaction() as connection:
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"


def test_nothing_leaves_that_could_not_be_noted_first(store: Store, disk: Path) -> None:
    """Where an attempt does not fit on the disk, the channel is not even asked."""
    commit_until_refused(store)
    channel = FakeChannel()
    post = installation(host=None, channels=[channel], now=lambda: NOON, outbox=store)
    forget_journal(store._engine)  # a log that is there already would have room for some of them
    with filled(disk), pytest.raises(StoreError, match=FULL):
        post.deliver()
    noted = {attempt.transaction_id for entry in store.entries() for attempt in entry.attempts}
    assert [sent.transaction_id for sent in channel.sent if sent.transaction_id not in noted] == []
    assert len(noted) < len(store.entries())
    while post.deliver():
        pass
    assert len({sent.message_uuid for sent in channel.sent}) == len(channel.sent) == len(store.entries())


def test_events_that_did_not_fit_are_told_again(store: Store) -> None:
    """They have no reserve, and fill the disk to its end: what the host was told is stored is, the rest raises."""
    stored: list[str] = []
    with pytest.raises(StoreError, match=FULL):
        stored.extend(tell_until_full(store))
    assert [event.id for event in store.untreated(limit=10_000)] == stored


def test_a_disk_that_turns_read_only_loses_nothing(store: Store, disk: Path) -> None:
    """As Linux does with one that fails: what cannot be stored says so, and what was stored goes on afterwards."""
    add(store, big("1"), big("2"))
    taken = store.claim(NOON, start(), STOP)
    assert taken is not None
    before = store.entries()
    store.close()
    remount(disk, "ro")
    refused = [
        lambda: add(store, draft("3")),
        lambda: store.claim(NOON, start(), STOP),
        lambda: store.change(taken.id, accept(taken)),
        lambda: store.receive(receipt(taken), received),
        lambda: store.tell(seen(DocumentFinalized), POLICY),
    ]
    for act in refused:
        with pytest.raises(StoreError, match=READ_ONLY) as error:
            act()
        assert "driften" in error.value.danish
    store.close()
    remount(disk, "rw")
    assert store.entries() == before
    store.receive(receipt(taken, ReceiptEvent.DELIVERED), received)
    assert deliver_all(store) == 1
    assert {entry.status for entry in store.entries()} == {Status.DELIVERED}
