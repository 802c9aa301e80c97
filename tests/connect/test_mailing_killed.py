"""A mailing killed at every place where something becomes lasting: gone on with, everybody gets one letter."""

from itertools import count

import attrs
import pytest

from esdh_connect.testing.fakes import FakeChannel, FakeClock
from esdh_connect.testing.installation import installation
from esdh_connect.testing.memory import MemoryOutbox


class Killed(BaseException):
    """The process is dead at this place: nobody catches it."""


@attrs.define
class Mortal:
    """An outbox whose process dies right before or after its n-th call; what was stored stays."""

    outbox: object
    dies_at: int
    after: bool
    calls: int = 0

    def __getattr__(self, name):
        there = getattr(self.outbox, name)
        if not callable(there) or name in ("close", "install"):
            return there

        def called(*given, **named):
            self.calls += 1
            dies = self.calls == self.dies_at
            if dies and not self.after:
                raise Killed
            answer = there(*given, **named)
            if dies:
                raise Killed
            return answer

        return called


@pytest.fixture
def requests(mail):
    return [mail(at) for at in range(5)]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("first", [None, 2], ids=["all", "first two"])
def test_a_mailing_killed_at_any_place_is_gone_on_with(requests, esdh_host, after, first):
    """Every place in turn; nothing leaves before all of it is there, nothing is lost and nothing is doubled."""
    for place in count(1):
        outbox, channel, clock = MemoryOutbox(), FakeChannel(), FakeClock()
        mortal = Mortal(outbox, 0, after)

        def opened(where, channel=channel, clock=clock):
            return installation(host=esdh_host, channels=[channel], now=clock, outbox=where)

        def commit(post):
            return post.commit_many(iter(requests), batch="rotter", expect=5, by="ida", first=first, chunk=2)

        post = opened(mortal)
        mortal.calls, mortal.dies_at = 0, place
        try:
            commit(post)
        except Killed:
            opened(outbox).deliver()
            entries = outbox.entries()
            assert len(channel.sent) == sum(one.held_for is not None and bool(one.acts) for one in entries)
            assert not channel.sent or len(entries) == len(requests)
        else:
            assert mortal.calls == place - 1
            break
        post = opened(outbox)
        commit(post)
        post.deliver()
        gone = [one.envelope.recipient.party.id for one in channel.sent]
        assert gone == [f"p{at}" for at in range(5 if first is None else first)]
        post.release_batch("rotter", by="ida")
        post.deliver()
        assert [one.envelope.recipient.party.id for one in channel.sent] == [f"p{at}" for at in range(5)]
    assert place > 12
