"""A clock that is set back or forward a day, at every moment of a letter's life."""

from collections import Counter
from itertools import product
from pathlib import Path

import attrs
import pytest

from esdh_connect.dispatch import Receipt, ReceiptEvent, Request, Status
from esdh_connect.errors import TemporaryFailure
from esdh_connect.hookspecs import hookimpl
from esdh_connect.model import Case
from esdh_connect.outbox import Outbox
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel, FakeClock, FakeHost
from esdh_connect.testing.installation import installation
from esdh_connect.testing.memory import MemoryOutbox

JUMPS = list(product((-1, 0, 1), repeat=4))  # days: after the plan, the commit, the first try, the second
LONGEST = 24 * 6  # hours until the last letter must have come through, four jumps included


@attrs.define(eq=False)
class Listener:
    """Hears of letters, and of their use."""

    heard: list[str] = attrs.field(factory=list)

    @hookimpl
    def dispatch_committed(self, event):
        self.heard.append("committed")

    @hookimpl
    def dispatch_sent(self, event):
        self.heard.append("sent")

    @hookimpl
    def dispatch_delivered(self, event):
        self.heard.append("delivered")

    @hookimpl
    def usage_recorded(self, event):
        self.heard.append(f"used {event.usage.kind.value}")


def live_through(jumps: tuple[int, ...], outbox: Outbox) -> None:
    """One letter: its first try fails, its second does not, its receipt comes; then the hours go by as they should."""
    clock, host, channel, listener = FakeClock(), FakeHost(), FakeChannel(), Listener()
    channel.fail_with = [TemporaryFailure()]
    policy = {"plugins": ("letters", "listener")}
    more = {"listener": listener}
    with installation(host=host, channels=[channel], now=clock, outbox=outbox, policy=policy, more=more) as post:
        request = Request(
            f"dialog {jumps}",
            Case("2026-17", "fake"),
            "teknik",
            "Afgørelse",
            [host.document("a")],
            [host.person("p", "0101901234")],
        )
        plan = post.plan(request)
        clock.move(days=jumps[0])
        [entry] = post.commit(plan, by="u1").entries
        for days in jumps[1:]:
            clock.move(days=days)
            post.deliver()
        hours = 0
        while post.entry(entry.id).status is not Status.DELIVERED or post.deliver():
            if len(channel.sent) > 1:
                post.receive(Receipt("r", ReceiptEvent.DELIVERED, clock(), entry.message_uuid, "fake"))
            clock.move(hours=12)
            hours += 12
            assert hours < LONGEST, (jumps, post.entry(entry.id).work)
            post.deliver()
        assert {one.message_uuid for one in channel.sent} == {entry.message_uuid}
        assert len(channel.sent) == 2
        assert list(host.journal.values()) == [entry.id]
        assert Counter(listener.heard) == dict.fromkeys(
            ("committed", "sent", "delivered", "used sent", "used delivered"), 1
        )


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_a_clock_that_jumps_loses_doubles_and_stops_nothing(kind: str, tmp_path: Path) -> None:
    """A day back, a day forward or not at all, before the commit and before each round: always one letter, once."""
    seal = Seal(b"a secret of thirty-two bytes.....")
    outbox = Store.open(tmp_path / "outbox.db", seal) if kind == "sqlite" else MemoryOutbox()
    for jumps in (
        JUMPS if kind == "memory" else JUMPS[1::3]
    ):  # a real file takes its time: no jump before the last round
        live_through(jumps, outbox)
