"""Real processes, and SIGKILL at random moments, until everything that was to be sent is sent."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import attrs
from sqlalchemy import text

from esdh_connect import Connect
from esdh_connect.dispatch import Work
from esdh_connect.errors import StoreError
from tests.e2e.soak import roles

PRODUCERS, WORKERS = 2, 2
_NOT_OVER = "SELECT work, message_uuid FROM esdh_connect_dispatch WHERE work <> :over"
#: What goes wrong at the provider, one call in twelve: before it has the letter, after it has it, in between.
FAULTS = (
    "reset_after", "server_error_after", "reset_before", "accept_then_timeout", "server_error_before", "html",
    "reset_after", "wrong_xml", "refuse", "too_many", "hang", "reset_after",
)  # fmt: skip
RECEIPTS = ("repeated", "reordered", "before_answer", "repeated")
NOTHING = {"kombi": ("slow", 11), "receipt": ("late", 5)}


def script(calls: int, chance: random.Random) -> str:
    """Write what goes wrong, for about so many calls: in between nothing does for a while."""
    lines = ['duplicate = "accept"']
    for on, kinds in (("kombi", FAULTS), ("receipt", RECEIPTS)):
        quiet, times = NOTHING[on]
        for _ in range(calls // (times + 1) + 1):
            for kind, often in ((quiet, chance.randint(1, 2 * times)), (chance.choice(kinds), 1)):
                seconds = 0.0 if kind == quiet else 0.3
                lines.append(f'[[fault]]\non = "{on}"\nkind = "{kind}"\ntimes = {often}\nseconds = {seconds}')
    return "\n".join(lines)


def free_port() -> int:
    """Give a port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@attrs.define
class Tail:
    """Counts the lines with ``mark`` in a file that grows, and reads none of them twice."""

    path: Path
    mark: bytes
    seen: int = 0
    _at: int = 0

    def count(self) -> int:
        """Give how many there are by now."""
        if self.path.exists():
            with self.path.open("rb") as file:
                file.seek(self._at)
                whole, newline, _ = file.read().rpartition(b"\n")
            self.seen += whole.count(self.mark)
            self._at += len(whole + newline)
        return self.seen


@attrs.define(eq=False)
class Lab:
    """
    A sandbox, and processes around it in a folder. ``server`` kills the database's server and starts it again.

    ``store`` is the ``[store]`` of the settings, where it is not the SQLite file. ``tell`` is told how far it is.
    """

    folder: Path
    letters: int
    seed: int
    store: str = ""
    server: Callable[[], None] | None = None
    tell: Callable[[str], None] = lambda _: None
    kills: dict[str, int] = attrs.field(factory=dict)
    seconds: float = 0.0
    _chance: random.Random = attrs.field(init=False)
    _running: dict[str, int] = attrs.field(factory=dict, init=False)
    _port: int = attrs.field(factory=free_port, init=False)
    _sandbox: subprocess.Popen[str] = attrs.field(init=False)
    _nursery: subprocess.Popen[str] = attrs.field(init=False)
    _taken: Tail = attrs.field(init=False)

    def __enter__(self) -> Self:
        """Start the sandbox; the others come with :meth:`run`."""
        self._chance = random.Random(self.seed)  # noqa: S311 - the same moments again
        sandbox = self.folder / "sandbox"
        push = f"http://127.0.0.1:{self._port}/"
        self._sandbox = self._program("-m", "esdh_connect_sandbox", "--dir", sandbox, "--delay", "0.1", "--push", push)
        assert self._sandbox.stdout is not None
        json.loads(self._sandbox.stdout.readline())
        (sandbox / "faults.toml").write_text(script(2 * self.letters, self._chance))
        self._point_at_store(sandbox / "settings.toml")
        (self.folder / "acknowledged").touch()
        (self.folder / "journalized").touch()
        self._taken = Tail(sandbox / "received" / "log.jsonl", b'.xml"')
        (self.folder / "journal").mkdir()
        self._nursery = self._program(roles.__file__, self.settings, self.folder)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Kill them all."""
        for pid in self._running.values():
            _kill(pid)
        for process in (self._nursery, self._sandbox):
            process.terminate()
            process.communicate()

    @property
    def settings(self) -> Path:
        """Give the settings file."""
        return self.folder / "sandbox" / "settings.toml"

    def _point_at_store(self, settings: Path) -> None:
        if self.store:
            written = settings.read_text()
            settings.write_text(written.replace('[store]\npath = "outbox.db"', self.store))

    def _program(self, *arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, *map(str, arguments)]
        with (self.folder / "said").open("a") as said:
            return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True)

    # --- processes

    def _start(self, name: str) -> None:
        role, _, number = name.partition(" ")
        given = {
            "producer": f"{number} {PRODUCERS} {self.letters}",
            "endpoint": str(self._port),
        }.get(role, "")
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.write(f"{role} {given}\n")
        self._nursery.stdin.flush()
        self._running[name] = int(self._nursery.stdout.readline())

    def _strike(self) -> None:
        """Kill somebody at a random moment, and start the next in its place a moment later."""
        time.sleep(self._chance.uniform(0, 0.05))
        self._raise_up()
        alive = [name for name, pid in self._running.items() if _is_alive(pid)]
        name = self._chance.choice(alive)
        if self.server and self._chance.random() < 0.1:
            name = "server"
        self.kills[name] = self.kills.get(name, 0) + 1
        if name == "server":
            assert self.server is not None
            self.server()
            return
        _kill(self._running.pop(name))
        if not name.startswith("producer") or self._acknowledged() < self.letters:
            self._start(name)

    def _raise_up(self) -> None:
        """Start who fell by itself; what it said lies in ``fell``, and the judge reads it."""
        for name, pid in tuple(self._running.items()):
            if not name.startswith("producer") and not _is_alive(pid):
                self._start(name)

    # --- the run

    def run(self, kills: int, *, patience: float = 300.0) -> None:
        """Send everything, and strike as often as ``kills`` says, evenly over what there is to do."""
        began = time.monotonic()
        for number in range(PRODUCERS):
            self._start(f"producer {number}")
        for number in range(WORKERS):
            self._start(f"worker {number}")
        self._start("endpoint")
        for strike in range(kills):
            self._until(3 * self.letters * strike // kills, 5)
            self._strike()
            self.tell(f"{strike + 1} of {kills} kills; {self._far()}")
        self._until_settled(patience)
        self.seconds = time.monotonic() - began

    def _until(self, progress: int, patience: float) -> None:
        """Wait for so much to have happened; not for ever, for what was refused or is in doubt does not go on."""
        seen, since = -1, time.monotonic()
        while (now := self._progress()) < progress and time.monotonic() - since < patience:
            seen, since = (seen, since) if now == seen else (now, time.monotonic())
            time.sleep(0.02)

    def _until_settled(self, patience: float) -> None:
        """Wait until every letter is over, or in doubt and not with the provider."""
        end = time.monotonic() + patience
        with Connect.from_settings(self.settings) as post:
            while (waiting := self._open(post)) and time.monotonic() < end:
                self.tell(f"no more kills; {self._far()}; {waiting} on their way")
                time.sleep(1)

    def _open(self, post: Connect) -> int:
        """Count what is to come: letters neither over nor in doubt, and entries in the case system that are owed."""
        try:
            with post.outbox.reading() as connection:
                found = connection.execute(text(_NOT_OVER), {"over": Work.CLOSED.value}).all()
            owed = len(post.outbox.duties(datetime.now(UTC) + timedelta(days=1), self.letters))
        except StoreError:  # its server is just being killed
            return self.letters
        taken = {path.name.partition(".")[0] for path in (self.folder / "sandbox" / "received").glob("*.xml")}
        doubtful = sum(work == Work.UNKNOWN.value and uuid not in taken for work, uuid in found)
        return self.letters - self._acknowledged() + len(found) - doubtful + owed

    def _acknowledged(self) -> int:
        return (self.folder / "acknowledged").stat().st_size // len(roles.LINE.format(0))

    def _journalized(self) -> int:
        return (self.folder / "journalized").stat().st_size

    def _progress(self) -> int:
        """Count what happened: letters acknowledged, letters at the provider, entries in the case system."""
        return self._acknowledged() + self._taken.count() + self._journalized()

    def _far(self) -> str:
        return f"{self._acknowledged()} committed, {self._taken.seen} handed over, {self._journalized()} journalized"


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    while _is_alive(pid):
        time.sleep(0.001)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
