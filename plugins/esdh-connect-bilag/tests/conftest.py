"""An installation with shared bundles: on a file, on a server, or in memory."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import attrs
import pytest

from esdh_connect.connect import Connect
from esdh_connect.dispatch import Plan, Request
from esdh_connect.ids import Cvr
from esdh_connect.model import Case, Document, Party, Sender
from esdh_connect.outbox import Outbox
from esdh_connect.policy import Department, PolicyChange
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel, FakeClock, FakeHost, FakeLetters
from esdh_connect.testing.memory import MemoryOutbox
from esdh_connect_bilag import Bilag
from esdh_connect_bilag.bundles import Bundles

SEAL = Seal(b"a secret of thirty-two bytes.....")
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@attrs.frozen(eq=False)
class Town:
    """A small municipality: "teknik" with "byg" and "vej" below it, and "kultur", which has nothing switched on."""

    post: Connect
    host: FakeHost
    channel: FakeChannel
    clock: FakeClock

    @property
    def bundles(self) -> Bundles:
        return Bundles(self.post)

    def documents(self, *ids: str, version: str = "1") -> list[Document]:
        return [self.host.document(one, f"{one} {version}", version=version) for one in ids]

    def letter(self, *documents: Document, department: str = "teknik", case: Case | None = None) -> Request:
        """Ask for a letter to Ane with these bilag."""
        ane = Party("ane", "fake")
        if ane not in self.host.recipients:
            self.host.person("ane", "1212121212")
        main = self.host.document("brev", "Hermed afgørelsen")
        what = {"title": "Afgørelse", "documents": (main, *documents), "parties": (ane,)}
        return Request(str(uuid4()), case or Case("sag-1"), department, **what)

    def plan(self, *documents: Document, department: str = "teknik") -> Plan:
        return self.post.plan(self.letter(*documents, department=department))

    def send(self, *documents: Document, by: str = "bo") -> str:
        """Send a letter and tell of it; gives the id of the dispatch."""
        self.send_often(*documents, times=1, by=[by])
        return self.post.entries(limit=1)[0].id

    def send_often(self, *documents: Document, times: int, by: Sequence[str], **where: Any) -> None:
        """Have each of them send so many letters."""
        for person in (*by,) * times:
            self.post.commit(self.post.plan(self.letter(*documents, **where)), by=person)
        self.post.deliver()


def town(outbox: Outbox, clock: FakeClock) -> Town:
    """Found it on an outbox."""
    host, channel = FakeHost(), FakeChannel()
    teknik = {"plugins": ("letters", "bilag"), "channels": ("fake",), "gate": ("-same_letter",)}
    what = {
        Department("teknik"): teknik,
        Department("byg", parent="teknik"): {},
        Department("vej", parent="teknik"): {},
    }
    what[Department("kultur")] = {}
    post = Connect(
        outbox=outbox,
        seal=SEAL,
        changes=[PolicyChange(one, said, "test", LONG_AGO, LONG_AGO) for one, said in what.items()],
        sender=Sender(Cvr("55133018"), "Eksempel Kommune"),
        loaded={"letters": FakeLetters([channel]), "bilag": Bilag()},
        host=host,
        now=clock,
    )
    return Town(post, host, channel, clock)


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
def found(clock: FakeClock) -> Callable[[Outbox], Town]:
    """Founds a town on an outbox, as another process would."""
    return lambda outbox: town(outbox, clock)


@pytest.fixture
def here(outbox: Outbox, clock: FakeClock) -> Town:
    return town(outbox, clock)
