"""A store in a file of its own, and the files it makes."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from esdh_connect.seal import Seal
from esdh_connect.store import Store

QUICKLY = timedelta(milliseconds=200)


@pytest.fixture
def seal() -> Seal:
    return Seal(b"a secret of at least thirty-two bytes")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.db"


@pytest.fixture
def open_store(path: Path, seal: Seal) -> Iterator[Callable[..., Store]]:
    """Opens a store, as another process would, which waits shortly for others."""
    opened: list[Store] = []

    def opening(where: Path = path, with_seal: Seal = seal) -> Store:
        opened.append(Store.open(where, with_seal, busy_timeout=QUICKLY))
        return opened[-1]

    yield opening
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Callable[..., Store]) -> Store:
    return open_store()


@pytest.fixture
def files(path: Path) -> Callable[[], dict[str, bytes]]:
    """What lies on the disk: the database, its journal, its lock."""
    return lambda: {file.name: file.read_bytes() for file in path.parent.glob(f"{path.name}*")}
