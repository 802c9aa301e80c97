"""Usage facts, and an installation whose letters bring them about."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid5

import attrs

from esdh_connect.connect import Connect
from esdh_connect.dispatch import Request
from esdh_connect.model import Case
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel, FakeClock, FakeHost
from esdh_connect.testing.installation import installation
from esdh_connect.testing.memory import MemoryOutbox
from esdh_connect.usage import Usage, UsageKind

AT = datetime(2026, 11, 27, 13, 3, 22, 456789, tzinfo=UTC)
EXTENT = {"documents": 3, "files": 1, "pages": 7, "size": 12345}


def used(number: int = 0, kind: UsageKind = UsageKind.SENT, department: str = "teknik", **more) -> Usage:
    """One usage fact; the same number is the same one."""
    id_ = uuid5(UUID(int=1), f"{number}/{kind.value}")
    return Usage(id_, kind, department, AT, **{"channel": "digital_post", **EXTENT, **more})


@attrs.define(eq=False)
class House:
    """An installation, and what its letters are made of."""

    post: Connect
    host: FakeHost
    channel: FakeChannel
    clock: FakeClock
    letters: int = 0

    def send(self, many: int = 1) -> None:
        """Commit letters, each to somebody else."""
        document = self.host.document("brev")
        for _ in range(many):
            self.letters += 1
            party = self.host.person(f"p{self.letters}", "0101901234")
            case = Case(f"s{self.letters}", "fake")
            request = Request(f"k{self.letters}", case, "teknik", "Brev", [document], [party])
            self.post.commit(self.post.plan(request), by="bo")

    def round(self, within: float | None = 30.0):
        """One round of a worker, or with None of a host's own job."""
        return self.post.deliver(tell_within=None if within is None else timedelta(seconds=within))


@contextmanager
def house(path: Path | None = None, *, policy=None, **emitters) -> Iterator[House]:
    """Open one, in memory or in a file, whose departments have these emitters by their names (- is _) on."""
    host, channel, clock = FakeHost(), FakeChannel(), FakeClock()
    seal = Seal(b"a secret of thirty-two bytes.....")
    outbox = MemoryOutbox() if path is None else Store.open(path, seal)
    more = {name.replace("_", "-"): one for name, one in emitters.items()}
    with installation(host=host, channels=[channel], now=clock, outbox=outbox, more=more, policy=policy) as post:
        yield House(post, host, channel, clock)
