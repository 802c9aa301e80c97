"""A small town with departments under each other, where nothing is switched on yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import pytest

from esdh_connect.connect import Connect
from esdh_connect.dispatch import Entry, Request
from esdh_connect.ids import Cvr
from esdh_connect.model import Case, Party, Sender
from esdh_connect.outbox import Outbox
from esdh_connect.policy import Department, Policy, PolicyChange
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel, FakeClock, FakeHost, FakeLetters
from esdh_connect_forbrug import Forbrug
from esdh_connect_forbrug.figures import Figures
from esdh_connect_forbrug.suppression import Parting
from esdh_connect_rollout import Rollout, Waves

SEAL = Seal(b"a secret of at least thirty-two bytes")
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
DEPARTMENTS = (
    Department("teknik", "Teknik og Miljø"),
    Department("byg", "Byggeri", "teknik"),
    Department("vej", "Vej og Park", "teknik"),
    Department("borger", "Borgerservice"),
    Department("ydelse", "Ydelser", "borger"),
    Department("kultur", "Kultur og Fritid"),
)
#: What a wave brings, where a test is about something else.
WHAT: Mapping[str, Any] = {"plugins": ["+letters"], "channels": ["+fake"]}


@attrs.frozen(eq=False)
class Town:
    post: Connect
    waves: Waves
    host: FakeHost
    channel: FakeChannel
    clock: FakeClock
    citizen: Party

    def plan(self, title: str, *departments: str, days: float = 0, **said: Any) -> str:
        """Plan a wave that begins in so many days; gives its name."""
        told = {"owner": "Eva", "by": "eva", "what": WHAT, "starts": self.clock() + timedelta(days=days), **said}
        return self.waves.plan(title, departments, **told).name

    def running(self, title: str, *departments: str, **said: Any) -> str:
        """Plan and start a wave; gives its name."""
        name = self.plan(title, *departments, **said)
        self.waves.start(name, by="eva")
        return name

    def send(self, department: str, *, by: str = "bo", times: int = 1, batch: str = "") -> list[Entry]:
        """Have letters sent, and everybody told."""
        sent = [entry for _ in range(times) for entry in self._committed(department, by)]
        self.post.deliver()
        return sent

    def unheard(self, department: str, *, by: str) -> str:
        """Have a letter ordered that nobody is told of yet; gives which."""
        [entry] = self._committed(department, by)
        return entry.id

    def _committed(self, department: str, by: str) -> tuple[Entry, ...]:
        number = len(self.host.contents) + 1
        documents = [self.host.document(f"brev-{number}", f"{number}")]
        wish = Request(f"brev-{number}", Case("sag-1", "fake"), department, "Brev", documents, [self.citizen])
        return tuple(self.post.commit(self.post.plan(wish), by=by).entries)

    def counted(self, department: str, days: int, each: int) -> None:
        """Have so many days go by, with so many letters on each that were counted before."""
        from esdh_connect_rollout.tables import counts

        for _ in range(days):
            with self.post.store.transaction() as connection:
                counts.add(connection, department, self.clock().date().isoformat(), each, each)
            self.clock.move(days=1)

    def publishes(self, month: str, **cells: int) -> None:
        """Have the statistics publish letters of a month: ``byg=7`` of one, ``byg_vej=12`` of two that are merged."""
        from esdh_connect_forbrug.tables import closing

        parting = Parting({tuple(sorted(names.split("_"))): Figures({"fake": many}) for names, many in cells.items()})
        with self.post.store.transaction() as connection:
            closing.close(connection, month, self.clock(), {}, parting)

    def policies(self) -> dict[str, Policy]:
        """Give what holds in every department now."""
        return {one.id: self.post.policy(one.id) for one in self.post.departments}

    def by_hand(self, department: str, **what: Any) -> PolicyChange:
        """Change a department as an administrator does."""
        now = self.clock()
        change = PolicyChange(self.post.departments.get(department), what, "bo", now, now, "i hånden")
        self.post.departments.change([change])
        return change

    def is_on(self, department: str) -> bool:
        return "letters" in self.post.policy(department).plugins


def town(outbox: Outbox, clock: FakeClock, **settings: Any) -> Town:
    """Found it on an outbox."""
    host, channel = FakeHost(), FakeChannel()
    post = Connect(
        outbox=outbox,
        seal=SEAL,
        changes=[PolicyChange(one, {}, "test", LONG_AGO, LONG_AGO) for one in DEPARTMENTS],
        sender=Sender(Cvr("55133018"), "Eksempel Kommune"),
        loaded={"letters": FakeLetters([channel]), "rollout": Rollout(**settings), "forbrug": Forbrug()},
        host=host,
        now=clock,
    )
    return Town(post, Waves(post), host, channel, clock, host.person("ane", "1212121212"))


@contextmanager
def founded() -> Iterator[Town]:
    """Found one for a single example of many."""
    clock = FakeClock()
    with TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "outbox.db", SEAL, now=clock)
        yield town(store, clock)
        store.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def here(clock: FakeClock, tmp_path: Path) -> Iterator[Town]:
    """In a file, for what no database changes."""
    store = Store.open(tmp_path / "here.db", SEAL, now=clock)
    yield town(store, clock)
    store.close()


@pytest.fixture(params=["file", "server"])
def kept(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> Iterator[Town]:
    """Everywhere a wave can be kept."""
    if request.param == "file":
        store = Store.open(tmp_path / "outbox.db", SEAL, now=clock)
    else:
        store = Store.connect(request.getfixturevalue("esdh_postgres_url"), SEAL, now=clock)
    yield town(store, clock)
    store.close()
