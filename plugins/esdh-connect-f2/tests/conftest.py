"""A made-up F2 for each test, and an installation that stands in it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from esdh_connect.connect import Connect
from esdh_connect.dispatch import Entry, Request
from esdh_connect.model import Case, Party
from esdh_connect.testing.fakes import FakeChannel, FakeClock, pdf_of
from esdh_connect.testing.installation import installation
from esdh_connect_f2 import F2
from esdh_connect_f2.testing import FakeF2
from esdh_connect_f2.testing.bench import F2Bench
from esdh_connect_f2.testing.world import ACase, AMatter


@pytest.fixture
def f2(tmp_path: Path) -> Iterator[FakeF2]:
    with FakeF2(tmp_path / "f2") as f2:
        yield f2


@attrs.define
class Town:
    """An installation whose case system is the made-up F2, and a case in it."""

    f2: FakeF2
    host: F2
    post: Connect
    clock: FakeClock
    channel: FakeChannel
    there: ACase
    case: Case
    party: Party

    def sent(self, *texts: str, title: str = "Afgørelse", names: tuple[str, ...] = ()) -> Entry:
        """Commit a letter with a document for each text, and give its line in the outbox; it has not left."""
        bench = F2Bench(self.f2)
        called = names or tuple(f"{text}.pdf" for text in texts)
        documents = [bench.document(pdf_of(text), name) for text, name in zip(texts, called, strict=True)]
        wish = Request(f"k{len(self.post.entries())}", self.case, "teknik", title, documents, [self.party])
        [entry] = self.post.commit(self.post.plan(wish), by="bo").entries
        return entry

    def wait(self, **by: float) -> None:
        """Deliver after a while."""
        self.clock.move(**(by or {"hours": 13}))
        self.post.deliver()

    @property
    def matters(self) -> list[AMatter]:
        return self.f2.world.on(self.there.id)

    def files(self, matter: AMatter) -> list[tuple[str, str, int]]:
        """The documents of an akt: title, type and size."""
        return [(one.title, one.file_type, len(one.content)) for one in self.f2.world.of(matter.id)]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def town_of(f2: FakeF2, clock: FakeClock) -> Callable[..., Town]:
    def made(host: F2 | None = None, **changes: Any) -> Town:
        own, channel = host or f2.host(**changes), FakeChannel("digital_post")
        object.__setattr__(own._service, "now", clock)
        there = f2.world.add_case()
        party = Party(f"nr{f2.world.add_party(there).number}", "f2")
        policy = {"consolidate": False, "gate": ("-same_letter", "-title_tells")}
        post = installation(host=own, channels=[channel], now=clock, policy=policy)
        return Town(f2, own, post, clock, channel, there, Case(str(there.id), "f2"), party)

    return made


@pytest.fixture
def town(town_of: Callable[..., Town]) -> Town:
    return town_of()
