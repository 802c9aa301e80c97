"""Outboxes in which processes die: in memory, and in a SQLite file."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import attrs
from sqlalchemy import Connection, event

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


class Files:
    """
    One SQLite file after the other, each opened anew by every process.

    Deaths are played here, so nothing waits for the disk. Who finds the file locked is told at once: whoever locks
    it stands still, and only goes on when the others are done. The objects that open it are used again, because
    SQLAlchemy takes longer to get going than a whole run; they keep nothing of a letter.
    """

    def __init__(self, folder: Path) -> None:
        """Make the file that each run begins with a copy of."""
        self.path, self._empty = folder / "outbox.db", folder / "empty.db"
        Store.open(self._empty, SEAL).close()
        shutil.copyfile(self._empty, self.path)
        self._idle: list[Store] = []
        self._dies: dict[Store, Callable[[], None]] = {}
        self._looking = self._anew()

    def new(self) -> "Files":
        """Begin a run."""
        self._looking.close()
        shutil.copyfile(self._empty, self.path)
        self.path.with_name(f"{self.path.name}-journal").unlink(missing_ok=True)
        return self

    def open(self, at_commit: Callable[[], None]) -> Outbox:
        store = self._idle.pop() if self._idle else self._anew()
        self._dies[store] = at_commit
        return store

    def drop(self, outbox: Outbox) -> None:
        outbox.close()
        del self._dies[outbox]
        outbox._known_policies.clear()  # what a process remembers of its file dies with it
        self._idle.append(outbox)

    def look(self) -> Outbox:
        return self._looking

    def _anew(self) -> Store:
        store = Store.open(self.path, SEAL, busy_timeout=timedelta(0))
        event.listen(store._engine, "connect", lambda one, _: one.execute("PRAGMA synchronous = OFF"))
        event.listen(store._engine, "commit", lambda one: self._committing(store, one))
        return store

    def _committing(self, store: Store, connection: Connection) -> None:
        if WRITES in connection.get_execution_options() and store in self._dies:
            self._dies[store]()
