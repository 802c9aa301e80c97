"""
What the usual pattern doubles: a new message UUID for each attempt, stored after the sending, in the same fault lab.

Real processes are killed at random moments, and a tenth of the requests go wrong, before or after the letter was
taken. The naive worker is the loop of a user of python_serviceplatformen over a table; ours is ``deliver``. The
sandbox takes a message UUID it knows again, so that each second sending would count.
"""

from __future__ import annotations

import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

from figures import Goal, at_most, folder, is_long, show

from esdh_connect import Connect
from esdh_connect.testing.fakes import FakeHost, pdf_of
from esdh_connect_sandbox import Fault, Sandbox
from esdh_connect_serviceplatformen.command import serving
from esdh_connect_serviceplatformen.endpoint import poststatus_app

LETTERS, KILLS = (1500, 100) if is_long() else (150, 10)
KINDS = ("reset_before", "unavailable", "server_error_before", "reset_after", "server_error_after")
PEERS = Path(__file__).with_name("peers")
LIMIT = 600.0
TITLE = re.compile(rb"label>Brev (\d+)<")


def torment(sandbox: Sandbox, command: list[str], seed: int) -> int:
    """Run the worker until it ends by itself; make requests fail, and kill it. Gives how often it was killed."""
    chance = Random(seed)  # noqa: S311 - chance, not secrets
    kills, limit = 0, time.monotonic() + LIMIT
    while time.monotonic() < limit:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as worker:
            assert worker.stdout
            worker.stdout.readline()
            until = time.monotonic() + chance.uniform(0.05, 2.5 * LETTERS / KILLS / 40)
            while worker.poll() is None and (kills == KILLS or time.monotonic() < until):
                sandbox.script.add(Fault("kombi", chance.choice(KINDS)))
                time.sleep(chance.uniform(0.1, 0.4))
            if worker.poll() is None:
                worker.send_signal(signal.SIGKILL)
                kills += 1
        if worker.returncode == 0:
            break
    return kills


def taken(sandbox: Sandbox) -> Counter[int]:
    """Count how often each letter was taken, whatever was answered."""
    bodies = map(sandbox.body, sandbox.received())
    return Counter(int(found[1]) for body in bodies if (found := TITLE.search(body)))


def naive(where: Path, sandbox: Sandbox) -> tuple[Counter[int], str]:
    """Let the loop send what a table says is waiting."""
    with sqlite3.connect(where / "naive.db") as table:
        table.execute("CREATE TABLE letter (id INTEGER PRIMARY KEY, state TEXT)")
        table.executemany("INSERT INTO letter VALUES (?, 'waiting')", [(at,) for at in range(LETTERS)])
    table.close()
    worker = [sys.executable, str(PEERS / "loop.py"), str(where), "worker", str(where / "naive.db")]
    kills = torment(sandbox, worker, 7)
    return taken(sandbox), f"{kills} kills"


def ours(where: Path, sandbox: Sandbox) -> tuple[Counter[int], str]:
    """Let ``deliver`` send what was committed; receipts come in meanwhile, from this process."""
    sys.path.insert(0, str(PEERS))
    from ours import commit

    host = FakeHost()
    with Connect.from_settings(where / "settings.toml", host=host) as connect:
        commit(connect, host, LETTERS, pdf_of("Kære borger"))
        with serving(poststatus_app(connect.receive)) as url:
            sandbox.push_to(url)
            kills = torment(sandbox, [sys.executable, str(PEERS / "ours.py"), str(where), "worker", "-"], 7)
            time.sleep(2)  # for the last receipts
        works = Counter(one.work for one in connect.outbox.entries(limit=LETTERS))
        became = ", ".join(f"{count} {work.value}" for work, count in works.items())
        return taken(sandbox), f"{kills} kills; {became}"


def show_lab(name: str, run: Callable[[Path, Sandbox], tuple[Counter[int], str]], goal: Goal | None = None) -> None:
    """Run with a sandbox of its own, and show what became of the letters."""
    with folder() as where, Sandbox(where, delay=0.1, say=lambda _: None) as sandbox:
        (where / "small.pdf").write_bytes(pdf_of("Kære borger"))
        found, became = run(where, sandbox)
    doubled = sum(1 for times in found.values() if times > 1)
    missing = LETTERS - len(found)
    show(name, f"{doubled} doubled", f"of {LETTERS}, {missing} never taken, {became}", goal=goal, figure=doubled)


def main() -> None:
    """Both in turn."""
    show_lab("new UUID per attempt, stored after sending", naive)
    show_lab("ours: those never taken wait for a person", ours, at_most(0))


if __name__ == "__main__":
    main()
