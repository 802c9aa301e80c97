"""An installation that counts use: on a file, on a server, or in memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from esdh_connect.connect import Connect
from esdh_connect.outbox import Outbox
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeClock, FakeHost
from esdh_connect.testing.installation import installation
from esdh_connect.testing.memory import MemoryOutbox
from esdh_connect_forbrug import Forbrug

SEAL = Seal(b"a secret of thirty-two bytes.....")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(params=["memory", "file", "server"])
def outbox(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> Iterator[Outbox]:
    if request.param == "memory":
        yield MemoryOutbox()
        return
    if request.param == "file":
        store = Store.open(tmp_path / "outbox.db", SEAL, now=clock)
    else:
        store = Store.connect(request.getfixturevalue("esdh_postgres_url"), SEAL, now=clock)
    yield store
    store.close()


@pytest.fixture
def post(outbox: Outbox, clock: FakeClock) -> Connect:
    return installation(host=FakeHost(), channels=[], now=clock, outbox=outbox, more={"forbrug": Forbrug()})
