"""Several processes, some of which are killed."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from esdh_connect.dispatch import Work
from esdh_connect.store import Store
from esdh_connect.testing.letters import draft
from esdh_connect.testing.outbox.happenings import claim, fail

PROGRAM = """
import os, signal, sys
from pathlib import Path
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.letters import draft
from esdh_connect.testing.outbox.happenings import add, claim

what, path = sys.argv[1], Path(sys.argv[2])
store = Store.open(path, Seal(b"a secret of at least thirty-two bytes"))
if what == "crash":
    add(store, draft("1"), draft("2"))
    with store.dispatching() as elected:
        print(elected is not None, claim(store).id, flush=True)
        sys.stdin.readline()
        os.kill(os.getpid(), signal.SIGKILL)
for number in range(int(sys.argv[3])):
    add(store, draft(f"{what} {number}", contents=[bytes(100_000)]))
    print(number, flush=True)
"""


def run(what: str, path: Path, letters: int = 0) -> subprocess.Popen[str]:
    """Run the program; it says what is done, after it is done."""
    arguments = [sys.executable, "-c", PROGRAM, what, str(path), str(letters)]
    return subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_a_killed_process_leaves_its_letter_under_way(path: Path, open_store: Callable[..., Store]) -> None:
    """While it lives nobody else dispatches; when it is dead its place is free, and what it claimed is found."""
    one, two = draft("1"), draft("2")
    with run("crash", path) as process:
        assert process.stdout is not None
        assert process.stdout.readline().split() == ["True", one.entry.id]
        store = open_store()
        with store.dispatching() as elected:
            assert not elected
        process.communicate("die\n", timeout=60)
    assert process.returncode == -signal.SIGKILL
    with store.dispatching() as elected:
        assert elected
        (under_way,) = store.orphaned("another")
        assert under_way.id == one.entry.id
        assert under_way.attempts[0].outcome is None
        assert store.change(under_way.id, fail()).work is Work.UNKNOWN
        assert claim(store).id == two.entry.id
    assert store.dispatch(one.entry.id).envelope == one.envelope


@pytest.mark.parametrize("committed", [1, 7, 20])
def test_what_was_committed_survives_whoever_committed_it(
    path: Path, open_store: Callable[..., Store], committed: int
) -> None:
    """Killed in the middle of the next one: everything said to be committed is there, and nothing is there by half."""
    with run("killed", path, letters=10_000) as process:
        assert process.stdout is not None
        for _ in range(committed):
            process.stdout.readline()
        process.kill()
    store = open_store()
    found = {entry.id for entry in store.entries(limit=10_000)}
    assert {draft(f"killed {number}").entry.id for number in range(committed)} <= found
    for id_ in found:
        assert store.dispatch(id_).envelope.letter.main.content == bytes(100_000)


def test_two_processes_commit_at_once(path: Path, open_store: Callable[..., Store]) -> None:
    """They wait for each other: no letter is lost, and nobody is told that the database is locked."""
    with run("first", path, 25) as one, run("second", path, 25) as two:
        codes = [process.wait(timeout=60) for process in (one, two)]
    assert codes == [0, 0]
    names = {draft(f"{who} {number}").entry.id for who in ("first", "second") for number in range(25)}
    assert {entry.id for entry in open_store().entries()} == names
