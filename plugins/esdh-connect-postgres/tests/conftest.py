"""A store on a real server, and the database it lies in."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from esdh_connect.seal import Seal
from esdh_connect.store import Store


@pytest.fixture
def seal() -> Seal:
    return Seal(b"a secret of at least thirty-two bytes")


@pytest.fixture
def open_store(esdh_postgres_url: str, seal: Seal) -> Iterator[Callable[[], Store]]:
    """Opens the store as another process would."""
    opened: list[Store] = []

    def opening() -> Store:
        opened.append(Store.connect(esdh_postgres_url, seal))
        opened[-1].settling = timedelta(0)
        return opened[-1]

    yield opening
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Callable[[], Store]) -> Store:
    return open_store()
