"""Killed or frozen where something becomes lasting, on a real server: the sweep that every outbox must survive."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

import attrs
import pytest
from sqlalchemy import Connection, event, text

from esdh_connect.outbox import Outbox
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.store.engine import WRITES
from esdh_connect.store.tables import METADATA
from esdh_connect.testing.sweep.points import FREEZES, Stage
from esdh_connect.testing.sweep.remote import Answer
from esdh_connect.testing.sweep.runs import NewPlace, edges
from esdh_connect.testing.sweep.setting import Setting
from esdh_connect.testing.sweep.suite import ANSWERS, SweepSuite

SEAL = Seal(b"a secret of at least thirty-two bytes")
KEPT = ("esdh_connect_schema", "esdh_connect_data_key")


class Server:
    """
    One database, emptied before each run, and opened anew by every process.

    Who waits for what a frozen process holds is told after a second: that one only goes on when the others are done.
    """

    def __init__(self, url: str) -> None:
        """Make the tables."""
        self._url = url
        self._idle: list[Store] = []
        self._opened: list[Store] = []
        self._dies: dict[Store, Callable[[], None]] = {}
        self._looking = self._anew()
        tables = ", ".join(name for name in METADATA.tables if name not in KEPT)
        self._empty = f"TRUNCATE {tables}; DELETE FROM esdh_connect_data_key WHERE owner <> 'outbox'"  # noqa: S608

    def new(self) -> "Server":
        """Begin a run."""
        with self._looking.transaction() as connection:
            connection.execute(text(self._empty))
        return self

    def open(self, at_commit: Callable[[], None]) -> Outbox:
        store = self._idle.pop() if self._idle else self._anew()
        self._dies[store] = at_commit
        return store

    def drop(self, outbox: Outbox) -> None:
        assert isinstance(outbox, Store)
        outbox.close()
        del self._dies[outbox]
        outbox._known_policies.clear()  # what a process remembers of its database dies with it
        self._idle.append(outbox)

    def look(self) -> Outbox:
        return self._looking

    def close(self) -> None:
        for store in self._opened:
            store.close()

    def _anew(self) -> Store:
        store = Store.connect(self._url, SEAL, patience=timedelta(seconds=1))
        store.settling = timedelta(0)
        event.listen(store._engine, "commit", lambda one: self._committing(store, one))
        self._opened.append(store)
        return store

    def _committing(self, store: Store, connection: Connection) -> None:
        if WRITES in connection.get_execution_options() and store in self._dies:
            self._dies[store]()


def let_go(stage: Stage) -> Iterable[int]:
    """Those edges at which nobody holds a lock: one that stands still inside its transaction is waited for."""
    return (at for at in edges(stage) if not stage.passed[at].endswith(".inside"))


@pytest.mark.slow  # a hundred lives of a letter, each in a database of its own
@pytest.mark.timeout(300)
class TestKilledOnAServer(SweepSuite):
    """A run takes half a second here: one letter on its way, under the answers that differ most."""

    places = staticmethod(edges)
    killed: tuple[Setting, ...] = tuple(
        attrs.evolve(one, alone=True)
        for one in ANSWERS
        if one.answers[0] in (Answer.OK, Answer.LOST) and not one.idempotent
    )
    frozen: tuple[Setting, ...] = ()

    @pytest.fixture
    def new_place(self, esdh_postgres_url: str) -> Iterator[NewPlace]:
        place = Server(esdh_postgres_url)
        yield place.new
        place.close()


class TestFrozenOnAServer(TestKilledOnAServer):
    """Others work on meanwhile, and take nothing over but from one whose session is lost."""

    places = staticmethod(let_go)
    killed: tuple[Setting, ...] = ()
    frozen: tuple[Setting, ...] = (attrs.evolve(ANSWERS[0], alone=True),)
    freezes = (FREEZES[0], FREEZES[-1])
