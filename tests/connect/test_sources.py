"""Hosts that cannot tell are read: nothing is missed, nothing counts twice, and no letter waits for it."""

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
from esdh_connect.events import DocumentFinalized, NewEvents
from esdh_connect.model import Case, Document
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel, FakeClock, FakeHost
from esdh_connect.testing.installation import installation
from esdh_connect.testing.letters import NOON
from esdh_connect.testing.memory import MemoryOutbox


def event(number):
    return DocumentFinalized(f"e-{number}", NOON, "teknik", Document(f"d-{number}", "1", "a.pdf"), Case("1"))


@attrs.define(eq=False)
class Feed(FakeHost):
    """Gives its log ``size`` at a time, ``overlap`` of them again; raises what it is told to."""

    log: list = attrs.field(factory=list)
    size: int = 100
    overlap: int = 0
    fails: list = attrs.field(factory=list)
    asked: list = attrs.field(factory=list)
    door: threading.Event = attrs.field(factory=threading.Event)

    def __attrs_post_init__(self):
        self.door.set()

    @hookimpl
    def read_events(self, cursor):
        self.asked.append(cursor)
        self.door.wait(20)
        if self.fails:
            raise self.fails.pop(0)
        start = int(cursor or 0)
        page = self.log[max(0, start - self.overlap) : start + self.size]
        end = min(start + self.size, len(self.log))
        return NewEvents(str(end), page, more=end < len(self.log))


@pytest.fixture
def feed():
    made = Feed()
    yield made
    made.door.set()


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture(params=["memory", "sqlite"])
def post(request, tmp_path, feed, clock):
    seal = Seal(b"a secret of thirty-two bytes.....")
    outbox = Store.open(tmp_path / "outbox.db", seal) if request.param == "sqlite" else MemoryOutbox()
    with installation(host=feed, channels=[FakeChannel()], now=clock, outbox=outbox) as made:
        yield made


def test_what_happened_is_read_in_pages_and_told_once(post, feed, clock):
    """Each page is stored with its cursor; the next round goes on from there."""
    feed.log, feed.size = [event(number) for number in range(7)], 3
    assert post.deliver().read == 7
    assert feed.asked == ["", "3", "6"]
    feed.log.append(event(7))
    clock.move(seconds=11)
    assert post.deliver().read == 1
    assert feed.asked[3:] == ["7"]
    assert [post.outbox.document_state(f"d-{number}") is not None for number in range(9)] == [True] * 8 + [False]


def test_a_source_with_nothing_new_is_left_alone_for_ten_seconds(post, feed, clock):
    """A worker looks every second; a case system is not to be asked as often, and nobody need look at that."""
    post.deliver()
    post.deliver()
    assert feed.asked == [""]
    assert post.health().is_well
    clock.move(seconds=11)
    post.deliver()
    assert len(feed.asked) == 2


def test_one_that_fails_is_asked_again_from_the_same_place_ever_more_seldom(post, feed, clock):
    """And health tells of it; what happened meanwhile is read then."""
    feed.log = [event(0)]
    feed.fails = [RuntimeError("1212121212"), RuntimeError("again")]
    assert post.deliver().read == 0
    [found] = post.health().findings
    assert found.what == "source_away"
    assert "1212121212" not in found.text
    clock.move(seconds=29)
    assert (post.deliver().read, len(feed.asked)) == (0, 1)
    clock.move(seconds=2)
    assert (post.deliver().read, len(feed.asked)) == (0, 2)
    clock.move(seconds=31)
    assert (post.deliver().read, len(feed.asked)) == (0, 2)
    clock.move(seconds=30)
    assert post.deliver().read == 1
    assert feed.asked == ["", "", ""]
    assert post.health().is_well


def test_one_that_says_when_is_asked_then(post, feed, clock):
    """Retry-After counts."""
    feed.fails = [TemporaryFailure("closed", retry_after=timedelta(hours=2))]
    post.deliver()
    clock.move(hours=1, minutes=59)
    post.deliver()
    assert len(feed.asked) == 1
    clock.move(minutes=2)
    post.deliver()
    assert len(feed.asked) == 2


@pytest.mark.parametrize("answer", [[event(0)], "text", NewEvents("1", ("no event",))])
def test_an_answer_that_is_none_is_as_if_it_had_raised(clock, answer):
    """It is not stored, and the cursor stays."""

    class Wrong(FakeHost):
        @hookimpl
        def read_events(self):
            return answer

    with installation(host=Wrong(), channels=[FakeChannel()], now=clock) as post:
        assert post.deliver().read == 0
        assert [one.what for one in post.health().findings] == ["source_away"]


def test_no_letter_waits_for_a_source_that_hangs(post, feed, clock):
    """A worker reads beside the rounds, one reading at a time."""
    feed.door.clear()
    document, person = feed.document("a"), feed.person("p", "0101901234")
    post.commit(post.plan(Request("k", Case("1"), "teknik", "Afgørelse", [document], [person])), by="bo")
    began = time.monotonic()
    soon = timedelta(seconds=5)
    assert post.deliver(tell_within=soon).letters == 1
    post.deliver(tell_within=soon)
    assert time.monotonic() - began < 15  # it hangs for 20
    assert len(feed.asked) == 1


def test_a_source_that_always_says_more_does_not_keep_the_round(post, feed):
    """Its cursor does not move: it is asked again later."""
    feed.size = 0
    feed.log = [event(0)]
    post.deliver()
    assert feed.asked == ["", "0"]


@given(
    lengths=st.lists(st.integers(0, 6), max_size=6), size=st.integers(1, 4), overlap=st.integers(0, 5),
    failing=st.sets(st.integers(0, 20)), told=st.sets(st.integers(0, 30)),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_everything_is_told_once_whatever_overlaps_fails_or_was_told(lengths, size, overlap, failing, told):
    """Events come by `tell` and by reading, again and again: each is one fact."""
    clock, feed, outbox = FakeClock(), Feed(size=size, overlap=overlap), MemoryOutbox()
    heard = []

    class Listener:
        @hookimpl
        def document_finalized(self, event):
            heard.append(event.id)

    with installation(host=feed, channels=[FakeChannel()], now=clock, outbox=outbox, more={"ear": Listener()}) as post:
        for at, more in enumerate(lengths):
            feed.log += [event(len(feed.log) + number) for number in range(more)]
            for number in told & {*range(len(feed.log))}:
                post.tell(event(number))
            feed.fails = [OSError("away")] if at in failing else []
            post.deliver()
            clock.move(minutes=20)
        feed.fails = []
        post.deliver()
        post.deliver()
    assert sorted(heard) == sorted(one.id for one in feed.log)
