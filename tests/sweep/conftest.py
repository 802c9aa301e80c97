"""Outboxes in which processes die: in memory, and in a SQLite file."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path

import attrs
import pytest
from sqlalchemy import event

from esdh_connect.outbox import Outbox
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.store.engine import WRITES
from esdh_connect.testing.memory import MemoryOutbox

SEAL = Seal(b"a secret of at least thirty-two bytes")


@attrs.define(eq=False)
class Memory:
    """One outbox, which outlives the processes; it has no COMMIT to die at."""

    outbox: MemoryOutbox = attrs.field(factory=MemoryOutbox)

    def open(self, at_commit: Callable[[], None]) -> Outbox:
        return self.outbox

    def drop(self, outbox: Outbox) -> None:
        pass

    def look(self) -> Outbox:
        return self.outbox


@attrs.define(eq=False)
class File:
    """
    A file, opened anew by every process. Deaths are played here, so nothing waits for the disk.

    Who finds the file locked is told at once: whoever locks it stands still, and only wakes when the others are done.
    """

    path: Path
    looking: Store = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.looking = opened(self.path)

    def open(self, at_commit: Callable[[], None]) -> Outbox:
        store = opened(self.path)
        event.listen(store._engine, "commit", lambda one: at_commit() if WRITES in one.get_execution_options() else None)
        return store

    def drop(self, outbox: Outbox) -> None:
        outbox.close()

    def look(self) -> Outbox:
        return self.looking


def opened(path: Path) -> Store:
    """Open one for which a transaction costs no time."""
    store = Store.open(path, SEAL, busy_timeout=timedelta(0))
    event.listen(store._engine, "connect", lambda one, _: one.execute("PRAGMA synchronous = OFF"))
    return store


@pytest.fixture(scope="session")
def new_memory():
    """Make an outbox in memory."""
    return Memory


@pytest.fixture
def new_file(tmp_path):
    """Make an outbox in a file, a copy of one that was made before."""
    Store.open(tmp_path / "empty.db", SEAL).close()
    numbers = count()

    def new() -> File:
        path = tmp_path / f"{next(numbers) % 4}.db"
        for old in tmp_path.glob(f"{path.name}*"):
            old.unlink()
        shutil.copyfile(tmp_path / "empty.db", path)
        return File(path)

    return new
