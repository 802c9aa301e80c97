"""The whole protocol of an outbox, on a real server."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import create_engine

from esdh_connect.outbox import Outbox
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.outbox import OutboxSuite

SEAL = Seal(b"a secret of at least thirty-two bytes")


class TestStoreOnPostgres(OutboxSuite):
    """A database of our own on a server."""

    @pytest.fixture
    def outbox(self, esdh_postgres_url: str) -> Iterator[Outbox]:
        store = Store.connect(esdh_postgres_url, SEAL)
        yield store
        store.close()

    @pytest.fixture
    def reopen(self, outbox: Store, esdh_postgres_url: str) -> Iterator[Callable[[], Outbox]]:
        opened = []

        def anew() -> Outbox:
            outbox.close()
            opened.append(Store.connect(esdh_postgres_url, SEAL))
            return opened[-1]

        yield anew
        for store in opened:
            store.close()


class TestStoreInTheDatabaseOfAHost(OutboxSuite):
    """An engine as a host makes it, with its own ideas of transactions."""

    @pytest.fixture
    def outbox(self, esdh_postgres_url: str) -> Iterator[Outbox]:
        engine = create_engine(esdh_postgres_url, isolation_level="SERIALIZABLE")
        yield Store(engine, SEAL)
        engine.dispose()
