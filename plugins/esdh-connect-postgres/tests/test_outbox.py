"""The whole protocol of an outbox, on a real server."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import create_engine

from esdh_connect.outbox import Outbox
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.outbox import OutboxSuite

SEAL = Seal(b"a secret of at least thirty-two bytes")


class TestStoreOnPostgres(OutboxSuite):
    """A database of our own on a server."""

    many_workers = True

    @pytest.fixture
    def outbox(self, esdh_postgres_url: str) -> Iterator[Outbox]:
        store = Store.connect(esdh_postgres_url, SEAL)
        store.settling = timedelta(0)
        yield store
        store.close()

    @pytest.fixture
    def reopen(self, outbox: Store, esdh_postgres_url: str) -> Iterator[Callable[[], Outbox]]:
        opened = []

        def anew() -> Outbox:
            outbox.close()
            opened.append(Store.connect(esdh_postgres_url, SEAL))
            opened[-1].settling = timedelta(0)
            return opened[-1]

        yield anew
        for store in opened:
            store.close()


class TestStoreInTheDatabaseOfAHost(OutboxSuite):
    """An engine as a host makes it, with its own ideas of transactions."""

    many_workers = True

    @pytest.fixture
    def outbox(self, esdh_postgres_url: str) -> Iterator[Outbox]:
        engine = create_engine(esdh_postgres_url, isolation_level="SERIALIZABLE")
        store = Store(engine, SEAL)
        store.settling = timedelta(0)
        yield store
        engine.dispose()
