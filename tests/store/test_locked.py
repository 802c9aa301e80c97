"""Another program that keeps the database locked for seconds, while letters are committed and sent."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest

from esdh_connect.dispatch import ReceiptEvent, Status, Work
from esdh_connect.errors import StoreError
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.letters import NOON, draft, receipt
from esdh_connect.testing.outbox.happenings import STOP, accept, add, claim, ids, received, start

LOCKED = 3  # seconds
LETTERS = [draft(str(number)) for number in range(12)]

PROGRAM = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
time.sleep(float(sys.argv[2]))
connection.execute("COMMIT")
"""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """A backup, or somebody's program for looking into databases: nobody else reads or writes."""
    arguments = [sys.executable, "-c", PROGRAM, str(path), str(LOCKED)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        yield
    assert process.returncode == 0


def commit_all(store: Store) -> None:
    for one in LETTERS:
        add(store, one)


def send_all(store: Store) -> Counter[str]:
    """Send until as many letters left as there are, and count how often each did."""
    sent: Counter[str] = Counter()
    while sent.total() < len(LETTERS):
        taken = store.claim(NOON, start(), STOP)
        if taken is None:
            sleep(0.01)
            continue
        sent[taken.id] += 1
        store.change(taken.id, accept(taken))
        store.receive(receipt(taken, ReceiptEvent.DELIVERED), received)
    return sent


def test_a_lock_of_seconds_is_waited_for(path: Path, seal: Seal) -> None:
    """Who commits and who sends are slower, and that is all: every letter once, and no error."""
    committer, sender = Store.open(path, seal), Store.open(path, seal)
    begun = monotonic()
    with locked(path), ThreadPoolExecutor(2) as pool:
        done, sent = pool.submit(commit_all, committer), pool.submit(send_all, sender)
        done.result(timeout=60)
        counted = sent.result(timeout=60)
    assert monotonic() - begun > LOCKED
    assert counted == Counter(ids(*LETTERS))
    assert {entry.status for entry in sender.entries()} == {Status.DELIVERED}
    committer.close()
    sender.close()


def test_a_lock_that_lasts_longer_than_one_waits_says_so(store: Store, path: Path) -> None:
    """Nothing of what was refused is there; done again afterwards, it is there once."""
    waiting, new = draft("1"), draft("2")
    add(store, waiting)
    taken = claim(store).entry
    refused: list[Callable[[], object]] = [
        lambda: add(store, new),
        lambda: store.claim(NOON, start(), STOP),
        lambda: store.change(taken.id, accept(taken)),
        lambda: store.receive(receipt(taken, ReceiptEvent.DELIVERED), received),
    ]
    with locked(path):
        for act in refused:
            with pytest.raises(StoreError, match="locked"):
                act()
    assert store.entries() == (taken,)
    for act in refused:
        act()
    assert {entry.id for entry in store.entries()} == set(ids(waiting, new))
    assert store.entry(taken.id).status is Status.DELIVERED
    assert store.entry(new.entry.id).work is Work.SENDING
