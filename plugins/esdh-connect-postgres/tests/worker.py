"""
A worker for the tests that kill it: the real machine and the real bell, a host and a channel that call a remote.

The remote is in another process, counts, and is told who calls. No answer at all means that nobody knows.
"""

import os
import socket
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event

import attrs

from esdh_connect.connect import Connect
from esdh_connect.dispatch import Dispatch, Receipt, ReceiptEvent
from esdh_connect.errors import OutcomeUnknown, StoreError, TemporaryFailure
from esdh_connect.hookspecs import hookimpl
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel
from esdh_connect.testing.installation import installation
from esdh_connect_postgres.bell import Procrastinate

SEAL = Seal(b"a secret of at least thirty-two bytes")


def call(port: int, word: str, name: str) -> str:
    """Say a word to the remote and hear its answer. Raises OSError, TemporaryFailure where it was not reached."""
    try:
        line = socket.create_connection(("127.0.0.1", port), timeout=10)
    except OSError as error:
        raise TemporaryFailure from error
    with line, line.makefile("rw") as talk:
        talk.write(f"{word} {name} {os.getpid()}\n")
        talk.flush()
        return talk.readline().strip()


@attrs.define(eq=False)
class Remote(FakeChannel):
    """The provider."""

    port: int = 0

    def send(self, dispatch: Dispatch) -> Receipt:
        try:
            answer = call(self.port, "letter", str(dispatch.message_uuid))
        except OSError as error:
            raise OutcomeUnknown from error
        if answer != "ok":
            raise OutcomeUnknown("the line was closed without an answer")
        return Receipt(
            f"technical/{dispatch.transaction_id}", ReceiptEvent.ACCEPTED, datetime.now(UTC), dispatch.message_uuid,
            channel=self.name,
        )  # fmt: skip


@attrs.define(eq=False)
class Host:
    """A case system at the same remote."""

    port: int

    @hookimpl
    def find_journal_entry(self, mark: str) -> str | None:
        return call(self.port, "find", mark) or None

    @hookimpl
    def journalize_dispatch(self, dispatch: Dispatch, mark: str) -> str:
        answer = call(self.port, "note", mark)
        if not answer:
            raise TimeoutError
        return answer


def opened(url: str, settling: timedelta) -> Store:
    """Open the store, also where its server is away for a moment."""
    while True:
        try:
            store = Store.connect(url, SEAL, patience=timedelta(seconds=5))
        except StoreError:
            time.sleep(0.1)
        else:
            store.settling = settling
            return store


def round_of(post: Connect) -> Callable[[], bool]:
    def deliver() -> bool:
        try:
            return bool(post.deliver(10))
        except StoreError:
            time.sleep(0.1)
            return False

    return deliver


def quickly(since: datetime) -> Callable[[], datetime]:
    """Give a clock that runs thirty times as fast, so that nobody waits for what is tried again."""
    return lambda: since + 30 * (datetime.now(UTC) - since)


if __name__ == "__main__":
    place, number, begun = sys.argv[1], int(sys.argv[2]), datetime.fromisoformat(sys.argv[3])
    outbox = opened(place, timedelta(seconds=1))
    machine = installation(host=Host(number), channels=[Remote(port=number)], now=quickly(begun), outbox=outbox)
    Procrastinate(place, dead_after=timedelta(seconds=2)).run(round_of(machine), Event())
