"""Streams of usage as they may come, and a town to count them in."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import attrs
from hypothesis import strategies as st

from esdh_connect.connect import Connect
from esdh_connect.events import UsageRecorded
from esdh_connect.ids import Cvr
from esdh_connect.model import Sender
from esdh_connect.outbox import Outbox
from esdh_connect.policy import Department, PolicyChange
from esdh_connect.seal import Seal
from esdh_connect.testing.fakes import FakeClock
from esdh_connect.testing.memory import MemoryOutbox
from esdh_connect.usage import Usage, UsageKind
from esdh_connect_forbrug import Forbrug

#: A small tree: two below "teknik", one below "byg", and one that stands alone.
TREE = {"teknik": None, "byg": "teknik", "vej": "teknik", "tilsyn": "byg", "kultur": None}
BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 100
ENDS = BEGINS + timedelta(days=DAYS)
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

_AT = st.datetimes(BEGINS.replace(tzinfo=None), ENDS.replace(tzinfo=None), timezones=st.just(UTC))
_SIZES = {name: st.integers(0, most) for name, most in {"documents": 9, "files": 3, "pages": 50, "size": 10**9}.items()}


@attrs.frozen
class Told:
    """One telling: the event, and who did it."""

    usage: Usage
    actor: str | None

    @property
    def event(self) -> UsageRecorded:
        return UsageRecorded(str(self.usage.id), self.usage.at, self.usage.department, self.usage)


@st.composite
def tellings(draw: st.DrawFn, at: st.SearchStrategy[datetime] = _AT) -> Told:
    kind = draw(st.sampled_from(UsageKind))
    usage = Usage(
        id=UUID(int=draw(st.integers(0, 2**128 - 1))),
        kind=kind,
        department=draw(st.sampled_from(sorted(TREE))),
        at=draw(at),
        channel=draw(st.sampled_from(["", "digital_post", "fysisk_post"])),
        plugin=draw(st.sampled_from(["", "serviceplatformen"])),
        took=draw(st.none() | st.timedeltas(timedelta(0), timedelta(days=90))) if kind is UsageKind.DELIVERED else None,
        cause=draw(st.sampled_from(["", "7001", "no_receipt"])) if kind is UsageKind.FAILED else "",
        **{name: draw(sizes) for name, sizes in _SIZES.items()},
    )
    return Told(usage, draw(st.none() | st.sampled_from([f"user{at}" for at in range(12)])))


@st.composite
def streams(draw: st.DrawFn, most: int = 60) -> Sequence[Told]:
    """Give a stream in which some is told again, by whomever, and nothing comes in its order."""
    once = draw(st.lists(tellings(), max_size=most, unique_by=lambda one: one.usage.id))
    again = draw(st.lists(st.sampled_from(once), max_size=20)) if once else []
    return draw(st.permutations([*once, *again]))


@attrs.frozen(eq=False)
class Town:
    """An installation that counts, and its clock."""

    post: Connect
    plugin: Forbrug
    clock: FakeClock

    @classmethod
    def found(cls, outbox: Outbox | None = None, at: datetime = ENDS, **settings: int) -> "Town":
        plugin, clock = Forbrug(**{"days": 400, **settings}), FakeClock(at)
        changes = [
            PolicyChange(Department(name, name.title(), above), {"plugins": ("forbrug",)}, "test", _LONG_AGO, _LONG_AGO)
            for name, above in TREE.items()
        ]
        post = Connect(
            outbox=outbox or MemoryOutbox(),
            seal=Seal(b"a secret of thirty-two bytes....."),
            changes=changes,
            sender=Sender(Cvr("55133018"), "Eksempel Kommune"),
            loaded={"forbrug": plugin},
            now=clock,
        )
        return cls(post, plugin, clock)

    def hear(self, *told: Told) -> None:
        for one in told:
            self.plugin.usage_recorded(one.event, one.actor)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with self.post.store.reading() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query)]
