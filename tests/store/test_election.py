"""Who dispatches: one process for each file, whatever it calls the file, and nobody for a process that is dead."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from esdh_connect.seal import Seal
from esdh_connect.store import Store

#: Dispatches on the URL it is given until it is killed, with a child that lives on.
PROGRAM = """
import os, subprocess, sys, time
from sqlalchemy import create_engine
from esdh_connect.seal import Seal
from esdh_connect.store import Store

url, child = sys.argv[1:]
store = Store(create_engine(url), Seal(b"a secret of at least thirty-two bytes"))
sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
with store.dispatching() as elected:
    pid = 0
    if child == "forked":
        pid = os.fork()
        if not pid:
            time.sleep(60)
    if child == "ended":
        if not os.fork():
            os._exit(0)
        os.wait()
    if child == "started":
        pid = subprocess.Popen(sleep, close_fds=False).pid
    print(bool(elected), pid, flush=True)
    time.sleep(60)
"""


@contextmanager
def dispatching(url: str, folder: Path, child: str = "none") -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Another process that dispatches, and the process it made meanwhile."""
    arguments = [sys.executable, "-c", PROGRAM, url, child]
    with subprocess.Popen(arguments, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        elected, pid = process.stdout.readline().split()
        assert elected == "True"
        try:
            yield process, int(pid)
        finally:
            process.kill()
            if pid != "0":
                os.kill(int(pid), signal.SIGKILL)


def is_free(store: Store) -> bool:
    with store.dispatching() as elected:
        return bool(elected)


@pytest.fixture
def open_url(seal: Seal) -> Iterator[Callable[[str], Store]]:
    """Opens a store in a host's database."""
    opened: list[Store] = []

    def opening(url: str) -> Store:
        opened.append(Store(create_engine(url), seal))
        return opened[-1]

    yield opening
    for store in opened:
        store.close()


def test_one_file_has_one_dispatcher_whatever_it_is_called(tmp_path: Path, open_url: Callable[[str], Store]) -> None:
    """A host's own database too: a relative path, a link and a URI lead to the same lock."""
    folder, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    link = elsewhere / "link.db"
    link.symlink_to(folder / "host.db")
    names = [f"sqlite:///{folder}/host.db", f"sqlite:///{link}", f"sqlite:///file:{link}?uri=true"]
    with dispatching("sqlite:///host.db", folder):
        stores = [open_url(name) for name in names]
        assert [is_free(store) for store in stores] == [False] * 3
        assert is_free(open_url(f"sqlite:///{elsewhere}/host.db")), "another file of that name"
    assert [is_free(store) for store in stores] == [True] * 3
    assert {path.name for path in tmp_path.rglob("*.lock")} == {"host.db.lock"}


def test_an_outbox_of_ours_is_found_through_a_link(
    tmp_path: Path, path: Path, open_store: Callable[..., Store]
) -> None:
    """A folder that is linked, as where a disk was moved."""
    (tmp_path / "linked").symlink_to(path.parent)
    store, linked = open_store(), open_store(tmp_path / "linked" / path.name)
    with store.dispatching() as elected:
        assert elected
        assert not is_free(linked)
    assert is_free(linked)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
@pytest.mark.parametrize("child", ["forked", "started"])
def test_a_child_does_not_keep_the_dead_ones_place(path: Path, open_store: Callable[..., Store], child: str) -> None:
    """The lock tells that its process lives. Whatever that process made while it dispatched has no part in it."""
    store = open_store()
    store.close()
    url = f"sqlite:///{path}"
    with dispatching(url, path.parent, child) as (process, pid):
        assert not is_free(store)
        process.kill()
        process.wait()
        os.kill(pid, 0)
        assert is_free(store), "while the child lives"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_forked_child_does_not_free_the_place(path: Path, open_store: Callable[..., Store]) -> None:
    """It lets go of its own copy and ends; the parent goes on being the one."""
    store = open_store()
    store.close()
    with dispatching(f"sqlite:///{path}", path.parent, "ended"):
        assert not is_free(store)
    assert is_free(store)
