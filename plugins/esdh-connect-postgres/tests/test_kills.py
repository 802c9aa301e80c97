"""Real kills: workers and their server die at random moments, while a remote in another process counts what came."""

import os
import random
import signal
import socketserver
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Lock, Thread, Timer

import attrs
import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from esdh_connect import progress
from esdh_connect.channel import Conduct
from esdh_connect.dispatch import Entry, Receipt, ReceiptEvent, Work
from esdh_connect.errors import StoreError
from esdh_connect.outbox import Draft, KeyTaken, NotRung
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.letters import POLICY, committed, draft
from esdh_connect_postgres.bell import Procrastinate
from esdh_connect_postgres.testing.server import Server

WORKER = Path(__file__).with_name("worker.py")
WORKERS, LETTERS, KILLS, RESTARTS = 3, 100, 12, 2
PATIENCE = 150
OVER = {Work.HANDED_OVER, Work.CLOSED}


@attrs.define(eq=False)
class Remote:
    """
    The provider and the case system in one: counts, and does to those who call what may happen to them.

    Some are killed before it took what they brought, some after, some when they have its answer; some are frozen for a
    moment, and some get no answer.
    """

    dice: random.Random
    letters: Counter[str] = attrs.field(factory=Counter)
    notes: Counter[str] = attrs.field(factory=Counter)
    killed: int = 0
    lock: Lock = attrs.field(factory=Lock)

    def answer(self, word: str, name: str, pid: int) -> str:
        fate = self._fate()
        self._kill(pid, fate == "killed before")
        with self.lock:
            if word == "find":
                return f"note-{name}" if name in self.notes else ""
            if fate != "killed before":
                (self.letters if word == "letter" else self.notes)[name] += 1
        self._kill(pid, fate == "killed after")
        if fate == "frozen":
            os.kill(pid, signal.SIGSTOP)
            Timer(0.5, os.kill, (pid, signal.SIGCONT)).start()
        if fate == "killed with the answer":
            Timer(self.dice.uniform(0, 0.02), self._kill, (pid, True)).start()
        return "" if fate == "no answer" else "ok" if word == "letter" else f"note-{name}"

    def _fate(self) -> str:
        with self.lock:
            fate = self.dice.choices(
                ["killed before", "killed after", "killed with the answer", "frozen", "no answer", "nothing"],
                [5, 5, 5, 2, 3, 80],
            )[0]
            if fate.startswith("killed"):
                self.killed += 1
            return "nothing" if fate.startswith("killed") and self.killed > KILLS else fate

    def _kill(self, pid: int, really: bool) -> None:
        if really:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture
def remote() -> Iterator[tuple[Remote, int]]:
    remote = Remote(random.Random(1))  # noqa: S311 - to be repeated, not to be secret

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            said = self.rfile.readline().decode().split()
            if len(said) == 3:
                word, name, pid = said
                self.wfile.write(f"{remote.answer(word, name, int(pid))}\n".encode())

        def finish(self) -> None:
            with suppress(OSError):  # whoever asked is dead
                super().finish()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
        yield remote, server.server_address[1]
        server.shutdown()


@attrs.define(eq=False)
class Crew:
    """Workers, each replaced when it died."""

    command: list[str]
    crew: list[subprocess.Popen[bytes]] = attrs.field(factory=list)

    def fill(self) -> None:
        dead = [process for process in self.crew if process.poll() is not None]
        assert {process.returncode for process in dead} <= {-signal.SIGKILL}, "a worker gave up"
        alive = [process for process in self.crew if process not in dead]
        fresh = [subprocess.Popen(self.command, stderr=subprocess.DEVNULL) for _ in range(WORKERS - len(alive))]
        self.crew = alive + fresh

    def dismiss(self) -> None:
        for process in self.crew:
            process.kill()
            process.wait()


def commit(store: Store, bell: Procrastinate, drafts: list[Draft]) -> None:
    """Commit as a host does that wants to be sure: again under the same key until there is an answer."""

    def ring(connection: object, letters: int) -> None:
        try:
            bell.ring(connection, letters)
        except Exception as error:
            raise NotRung from error

    while True:
        try:
            store.add(drafts, [committed(one) for one in drafts], POLICY, ring=ring)
        except KeyTaken:
            return
        except StoreError:
            time.sleep(0.1)
        else:
            return


def settled(store: Store, remote: Remote) -> bool:
    """Let the provider's receipts come in, and tell whether nothing moves any more."""
    received = partial(progress.received, now=datetime.now(UTC), conduct=Conduct())
    entries = store.entries(limit=10_000)
    for entry in entries:
        if entry.work is Work.UNKNOWN and str(entry.message_uuid) in remote.letters:
            told = Receipt(f"late/{entry.id}", ReceiptEvent.TAKEN_IN, datetime.now(UTC), entry.message_uuid)
            store.receive(told, received)
    moving = any(entry.work in {Work.READY, Work.SENDING} for entry in entries)
    return not moving and not store.duties(datetime.now(UTC) + timedelta(days=1))


@pytest.mark.slow  # a process that was killed takes a second to be replaced
@pytest.mark.timeout(PATIENCE + 30)
def test_kills_lose_nothing_and_double_nothing(
    esdh_postgres: Server, esdh_postgres_url: str, seal: Seal, remote: tuple[Remote, int],
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    """Everything acknowledged is there; each letter came to the provider once or is known to need a person."""
    counted, port = remote
    store = Store.connect(esdh_postgres_url, seal, patience=timedelta(seconds=5))
    bell = Procrastinate(esdh_postgres_url, dead_after=timedelta(seconds=2))
    now = datetime.now(UTC)
    crew = Crew([sys.executable, str(WORKER), esdh_postgres_url, str(port), now.isoformat()])
    drafts = [draft(str(number), at=now) for number in range(LETTERS)]
    restarts = [LETTERS * step // (RESTARTS + 1) for step in range(1, RESTARTS + 1)]
    with ExitStack() as end:
        end.callback(store.close)
        end.callback(crew.dismiss)
        over = time.monotonic() + PATIENCE
        while drafts or not settled(store, counted):
            crew.fill()
            commit(store, bell, [drafts.pop() for _ in range(min(10, len(drafts)))])
            if restarts and len(counted.letters) > restarts[0]:
                restarts.pop(0)
                esdh_postgres.kill()
                time.sleep(0.3)
                esdh_postgres.start()
            time.sleep(0.2)
            assert time.monotonic() < over, Counter(entry.work for entry in store.entries(limit=10_000))
        entries = store.entries(limit=10_000)
    record_property("for a person", check(entries, counted))


def check(entries: Sequence[Entry], counted: Remote) -> int:
    """Look at what became of the letters, and give how many a person must ask for."""
    assert len(entries) == LETTERS
    sent = {entry.id: counted.letters[str(entry.message_uuid)] for entry in entries}
    over = [entry for entry in entries if entry.work in OVER]
    doubtful = [entry for entry in entries if entry.work is Work.UNKNOWN]
    assert max(sent.values()) == 1, "doubled"
    assert all(sent[entry.id] == 1 for entry in over), "lost"
    assert len(over) + len(doubtful) == LETTERS
    assert all(sent[entry.id] == 0 for entry in doubtful), "a receipt was not taken in"
    assert len(doubtful) <= KILLS
    assert set(counted.notes) == {entry.id for entry in over}
    assert max(counted.notes.values()) == 1, "journalized twice"
    return len(doubtful)


def test_a_host_that_commits_while_its_server_dies_loses_nothing_acknowledged(
    esdh_postgres: Server, esdh_postgres_url: str, seal: Seal
) -> None:
    """What the host's own commit returned for is there; what it raised for is there whole, or not at all."""
    store = Store.connect(esdh_postgres_url, seal, patience=timedelta(seconds=5))
    engine = create_engine(esdh_postgres_url, pool_pre_ping=True)
    acknowledged: list[str] = []
    killer = Timer(0.5, esdh_postgres.kill)
    killer.start()
    with ExitStack() as end:
        end.callback(engine.dispose)
        end.callback(store.close)
        for number in range(10_000):
            one = draft(str(number))
            try:
                with engine.begin() as connection:
                    store.add([one], [committed(one)], POLICY, connection=connection)
            except (DBAPIError, StoreError):
                break
            acknowledged.append(one.entry.id)
        killer.join()
        esdh_postgres.start()
        there = {entry.id for entry in store.entries(limit=10_000)}
        assert acknowledged
        assert set(acknowledged) <= there
        assert all(store.dispatch(id_) for id_ in there)
        assert len(there) <= len(acknowledged) + 1
