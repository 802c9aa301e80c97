"""A town where some departments can send: one that does, some that have not begun, and one that cannot."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import attrs

from esdh_connect.connect import Connect
from esdh_connect.dispatch import Request
from esdh_connect.ids import Cvr
from esdh_connect.model import Case, Party, Sender
from esdh_connect.outbox import Outbox
from esdh_connect.policy import Department, PolicyChange
from esdh_connect.seal import Seal
from esdh_connect.testing.fakes import FakeChannel, FakeClock, FakeHost, FakeLetters
from esdh_connect_forbrug import Forbrug
from esdh_connect_forbrug.starting import NotStarted

SEAL = Seal(b"a secret of thirty-two bytes.....")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
LAST_WEEK = datetime(2026, 11, 16, tzinfo=UTC)
ON = {"plugins": ("letters", "forbrug"), "channels": ("fake",), "gate": ("-same_letter",)}


@attrs.frozen(eq=False)
class Town:
    post: Connect
    host: FakeHost
    channel: FakeChannel
    clock: FakeClock

    @property
    def door(self) -> NotStarted:
        return NotStarted(self.post)

    @property
    def waiting(self) -> list[str]:
        return [one.department for one in self.door.departments()]

    def send(self, department: str, by: str = "bo") -> None:
        """Have somebody send a letter; and tell what there is to tell."""
        ane, main = Party("ane", "fake"), self.host.document("brev", "Hermed")
        if ane not in self.host.recipients:
            self.host.person("ane", "1212121212")
        wish = Request(str(uuid4()), Case("sag"), department, title="Brev", documents=(main,), parties=(ane,))
        self.post.commit(self.post.plan(wish), by=by)
        self.post.deliver()

    def one(self, department: str) -> Any:
        [found] = [one for one in self.door.departments() if one.department == department]
        return found


def town(outbox: Outbox, clock: FakeClock, more: Iterable[PolicyChange] = ()) -> Town:
    host, channel = FakeHost(), FakeChannel()
    on = [Department(one, one.capitalize()) for one in ("byg", "vej", "kultur")]
    changes = [PolicyChange(one, ON, "test", LONG_AGO, LONG_AGO) for one in on]
    changes.append(PolicyChange(Department("ny", "Ny"), ON, "test", LAST_WEEK, LAST_WEEK))
    changes.append(PolicyChange(Department("fra", "Fra"), {}, "test", LONG_AGO, LONG_AGO))
    post = Connect(
        outbox=outbox,
        seal=SEAL,
        changes=[*changes, *more],
        sender=Sender(Cvr("55133018"), "Eksempel Kommune"),
        loaded={"letters": FakeLetters([channel]), "forbrug": Forbrug()},
        host=host,
        now=clock,
    )
    return Town(post, host, channel, clock)
