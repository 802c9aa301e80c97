"""Every outbox keeps the whole protocol, the one in memory and the ones in a database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from esdh_connect.outbox import Outbox
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.memory import MemoryOutbox
from esdh_connect.testing.outbox import OutboxSuite

SEAL = Seal(b"a secret of at least thirty-two bytes")


class TestMemoryOutbox(OutboxSuite):
    @pytest.fixture
    def outbox(self) -> Outbox:
        return MemoryOutbox()


class TestStore(OutboxSuite):
    """A SQLite file of our own."""

    @pytest.fixture
    def outbox(self, tmp_path: Path) -> Iterator[Outbox]:
        store = Store.open(tmp_path / "outbox.db", SEAL)
        yield store
        store.close()

    @pytest.fixture
    def reopen(self, outbox: Store, tmp_path: Path) -> Iterator[Callable[[], Outbox]]:
        opened = []

        def anew() -> Outbox:
            outbox.close()
            opened.append(Store.open(tmp_path / "outbox.db", SEAL))
            return opened[-1]

        yield anew
        for store in opened:
            store.close()


class TestStoreInTheDatabaseOfAHost(OutboxSuite):
    """An engine as a host makes it, with the driver's own ways of beginning a transaction."""

    @pytest.fixture
    def outbox(self, tmp_path: Path) -> Iterator[Outbox]:
        engine = create_engine(f"sqlite:///{tmp_path / 'host.db'}")
        yield Store(engine, SEAL)
        engine.dispose()
