"""The desk: threads that hand in outcomes and get letters are served together, and each gets its own."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier, Event

import attrs
import pytest

from esdh_connect.connect import Connect
from esdh_connect.delivery.desk import Desk
from esdh_connect.dispatch import Work
from esdh_connect.outbox import Claim, Ended
from esdh_connect.testing.fakes import FakeChannel, FakeClock, FakeHost
from esdh_connect.testing.installation import installation
from esdh_connect.testing.letters import draft, request
from esdh_connect.testing.memory import MemoryOutbox

THREADS = 6


def claim(name: str) -> Claim:
    return Claim(draft(name).entry, partial(pytest.fail, "nobody asks for its contents here"))


@attrs.define
class Clerk:
    """Serves, slowly at first, and remembers whom together."""

    waits: Event
    served: list[tuple[int, int]] = attrs.field(factory=list)

    def serve(self, ended: Sequence[Ended], wanted: int) -> list[Claim]:
        self.waits.wait(10)
        self.served.append((len(ended), wanted))
        return [claim(f"{len(self.served)}.{at}") for at in range(wanted)]


def test_those_who_wait_are_served_together() -> None:
    """While one is served the others come, and all of them are next; each gets a letter of its own."""
    clerk = Clerk(Event())
    desk = Desk(clerk.serve)
    with ThreadPoolExecutor(THREADS) as pool:
        going = [pool.submit(desk.next, None, wants=True) for _ in range(THREADS)]
        while len(desk._waiting) < THREADS - 1:
            pass
        clerk.waits.set()
        taken = [one.result() for one in going]
    assert clerk.served == [(0, 1), (0, THREADS - 1)]
    assert len({one.entry.id for one in taken if one is not None}) == THREADS


def test_who_wants_nothing_more_gets_nothing() -> None:
    """What became of the last letter is stored all the same."""
    clerk = Clerk(Event())
    clerk.waits.set()
    desk = Desk(clerk.serve)
    assert desk.next((claim("1"), lambda entry: None), wants=False) is None
    assert clerk.served == [(1, 0)]


def test_what_goes_wrong_is_told_to_everybody_who_was_served() -> None:
    """Nothing of it was stored, for nobody; whoever comes next is served anew."""
    coming, failing = Barrier(THREADS), [True]

    def serve(ended: Sequence[Ended], wanted: int) -> list[Claim]:
        if failing[0]:
            raise ValueError("no")
        return []

    desk = Desk(serve)

    def come() -> None:
        coming.wait(10)
        with pytest.raises(ValueError, match="no"):
            desk.next(None, wants=True)

    with ThreadPoolExecutor(THREADS) as pool:
        for one in [pool.submit(come) for _ in range(THREADS)]:
            one.result()
    failing[0] = False
    assert desk.next(None, wants=True) is None


@attrs.define(eq=False)
class Touchy(MemoryOutbox):
    """An outbox that cannot take one letter together with others."""

    touchy: str = ""

    def serve(self, ended, *arguments, **more):
        if any(one.entry.id == self.touchy for one, _ in ended):
            raise ValueError("not this one")
        return super().serve(ended, *arguments, **more)


def test_one_letter_in_trouble_is_no_trouble_to_others(
    esdh_clock: FakeClock, esdh_host: FakeHost, esdh_channel: FakeChannel
) -> None:
    """What cannot be stored with others is stored alone, and every letter is sent once."""
    outbox = Touchy()
    post: Connect = installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, outbox=outbox)
    document, person = esdh_host.document("brev", "side 1"), esdh_host.person("ane", cpr="0101901234")
    wishes = [attrs.evolve(request(str(at)), documents=(document,), parties=(person,)) for at in range(12)]
    ids = [post.commit(post.plan(wish), by="bo").entries[0].id for wish in wishes]
    outbox.touchy = ids[4]
    while post.deliver(threads=4).letters:
        pass
    assert sorted(one.id for one in esdh_channel.sent) == sorted(ids)
    assert {post.entry(id_).work for id_ in ids} == {Work.HANDED_OVER}
