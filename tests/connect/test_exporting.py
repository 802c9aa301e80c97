"""What was used is handed on: many at a time, each at least once, in its order, and no letter waits for it."""

import threading
import time
from datetime import timedelta

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esdh_connect import hookimpl
from esdh_connect.dispatch import Request
from esdh_connect.errors import TemporaryFailure
from esdh_connect.events import UsageRecorded
from esdh_connect.model import Case
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel, FakeClock, FakeHost
from esdh_connect.testing.installation import installation
from esdh_connect.testing.memory import MemoryOutbox

SOON = timedelta(seconds=0.2)


@attrs.define(eq=False)
class Emitter:
    """Keeps what it is handed; raises what it is told to, waits while its door is shut."""

    got: list = attrs.field(factory=list)
    fails: list = attrs.field(factory=list)
    calls: int = 0
    door: threading.Event = attrs.field(factory=threading.Event)

    def __attrs_post_init__(self):
        self.door.set()

    @hookimpl
    def export_usage(self, usage):
        self.calls += 1
        self.door.wait(20)
        if self.fails:
            raise self.fails.pop(0)
        self.got.append(usage)

    @property
    def ids(self):
        return [one.id for batch in self.got for one in batch]


def opened(outbox, emitter, clock=None, policy=None):
    host, channel = FakeHost(), FakeChannel()
    made = installation(
        host=host, channels=[channel], now=clock or FakeClock(), outbox=outbox, more={"out": emitter}, policy=policy
    )
    made.host, made.channel = host, channel
    return made


@pytest.fixture
def emitter():
    made = Emitter()
    yield made
    made.door.set()


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture(params=["memory", "sqlite"])
def post(request, tmp_path, emitter, clock):
    seal = Seal(b"a secret of thirty-two bytes.....")
    outbox = Store.open(tmp_path / "outbox.db", seal) if request.param == "sqlite" else MemoryOutbox()
    with opened(outbox, emitter, clock) as made:
        yield made


def commit(post, many, start=0):
    document = post.host.document("brev")
    for at in range(start, start + many):
        party = post.host.person(f"p{at}", "0101901234")
        request = Request(f"k{at}", Case(f"s{at}", "fake"), "teknik", "Brev", [document], [party])
        post.commit(post.plan(request), by="bo")


def test_it_is_handed_what_was_used_at_most_a_hundred_at_a_time(emitter):
    """All of it, each once, where nothing fails."""
    with opened(MemoryOutbox(), emitter) as post:
        commit(post, 150)
        done = post.deliver()
        assert [len(batch) for batch in emitter.got] == [100, 50]
        assert done.exported == 150
        assert len(set(emitter.ids)) == 150
        assert not post.deliver()


def test_one_that_fails_is_handed_the_same_again_after_a_rest(post, emitter, clock):
    """It is left alone for five seconds, then for ten; then it hears everything, in its order."""
    emitter.fails = [OSError("away"), OSError("away")]
    commit(post, 2)
    post.deliver()
    for seconds, calls in ((4, 1), (2, 2), (8, 2), (3, 3)):
        clock.move(seconds=seconds)
        commit(post, 1, start=clock.time.minute * 60 + clock.time.second)
        post.deliver()
        assert emitter.calls == calls
    assert len(emitter.ids) == len(set(emitter.ids)) == 6


def test_it_rests_as_long_as_the_receiver_asks_for(post, emitter, clock):
    """What `Retry-After` said, by way of TemporaryFailure."""
    emitter.fails = [TemporaryFailure("busy", retry_after=timedelta(hours=2))]
    commit(post, 1)
    post.deliver()
    clock.move(hours=1, minutes=59)
    post.deliver()
    assert emitter.calls == 1
    clock.move(minutes=2)
    post.deliver()
    assert len(emitter.ids) == 1


def test_health_tells_of_one_that_rests(post, emitter, clock):
    """And no more when everything was taken."""
    emitter.fails = [OSError("away")]
    commit(post, 1)
    post.deliver()
    [finding] = post.health().findings
    assert finding.what == "receiver_away"
    assert "»out«" in finding.text
    clock.move(minutes=5)
    post.deliver()
    assert post.health().is_well


def test_the_rest_outlives_the_process(tmp_path, emitter, clock):
    """The outbox remembers it: a restart is no reason to knock again."""
    seal = Seal(b"a secret of thirty-two bytes.....")
    emitter.fails = [TemporaryFailure("busy", retry_after=timedelta(hours=2))]
    with opened(Store.open(tmp_path / "outbox.db", seal), emitter, clock) as post:
        commit(post, 1)
        post.deliver()
    with opened(Store.open(tmp_path / "outbox.db", seal), emitter, clock) as post:
        post.deliver()
        assert emitter.calls == 1
        clock.move(hours=3)
        post.deliver()
        assert len(emitter.ids) == 1


def test_no_round_waits_for_one_that_hangs(post, emitter):
    """Not even the first: letters go while it hangs, and when it comes back it hears everything once."""
    emitter.door.clear()
    begun = time.monotonic()
    for at in range(5):
        commit(post, 1, start=at)
        assert post.deliver(tell_within=SOON).letters == 1
    assert time.monotonic() - begun < 15  # it hangs for 20
    assert emitter.calls <= 1
    assert emitter.got == []
    emitter.door.set()
    until = time.monotonic() + 20
    while len(emitter.ids) < 5 and time.monotonic() < until:
        post.deliver(tell_within=SOON)
    assert len(emitter.ids) == len(set(emitter.ids)) == 5


def test_two_processes_hand_on_one_at_a_time(tmp_path, emitter):
    """While one is at it the other does not begin, whoever dispatches meanwhile."""
    seal = Seal(b"a secret of thirty-two bytes.....")
    other = Emitter()
    with (
        opened(Store.open(tmp_path / "outbox.db", seal), emitter) as one,
        opened(Store.open(tmp_path / "outbox.db", seal), other) as two,
    ):
        emitter.door.clear()
        commit(one, 1)
        one.deliver(tell_within=SOON)
        until = time.monotonic() + 20
        while not emitter.calls and time.monotonic() < until:
            time.sleep(0.01)
        two.deliver()
        assert other.calls == 0
        emitter.door.set()
        while not emitter.got and time.monotonic() < until:
            time.sleep(0.01)
        while not one.deliver(tell_within=SOON).exported and time.monotonic() < until:
            time.sleep(0.01)
        two.deliver()
    assert (len(emitter.ids), other.calls) == (1, 0)


@pytest.mark.parametrize("outbox", [MemoryOutbox])
def test_where_it_is_off_nothing_is_handed_on(outbox, emitter):
    """And never later: who was off then has passed over it."""
    with opened(outbox(), emitter, policy={"plugins": ("letters",)}) as post:
        commit(post, 3)
        post.deliver()
    assert emitter.calls == 0


@settings(max_examples=30)
@given(st.lists(st.one_of(st.integers(1, 4), st.sampled_from([OSError("x"), TemporaryFailure("y")])), max_size=12))
def test_whatever_fails_everything_is_handed_on_in_its_order(happenings):
    """Letters and failures in any order: every id came, and the first time each came they came in order."""
    emitter, clock, sent = Emitter(), FakeClock(), 0
    with opened(MemoryOutbox(), emitter, clock) as post:
        for one in happenings:
            if isinstance(one, int):
                commit(post, one, start=sent)
                sent += one
            else:
                emitter.fails.append(one)
            post.deliver()
        for _ in range(len(happenings) + 1):
            clock.move(days=1)
            post.deliver()
        stored = [event.usage.id for event, _ in post.outbox._facts.values() if isinstance(event, UsageRecorded)]
    assert len(stored) == sent
    assert list(dict.fromkeys(emitter.ids)) == stored
