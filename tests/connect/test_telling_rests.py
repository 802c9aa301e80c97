"""A subscriber that fails rests, ever longer, as sources and receivers do; then it hears everything, in its order."""

from datetime import timedelta

import attrs
import pytest

from esdh_connect import hookimpl
from esdh_connect.dispatch import Request
from esdh_connect.errors import TemporaryFailure
from esdh_connect.model import Case
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel, FakeClock, FakeHost
from esdh_connect.testing.installation import installation
from esdh_connect.testing.memory import MemoryOutbox

SEAL = Seal(b"a secret of thirty-two bytes.....")


@attrs.define(eq=False)
class Listener:
    """Hears of every committed letter; raises what it is told to, in turn, or nothing."""

    fails: list = attrs.field(factory=list)
    heard: list = attrs.field(factory=list)
    calls: int = 0

    @hookimpl
    def dispatch_committed(self, event):
        self.calls += 1
        error = self.fails.pop(0) if self.fails else None
        if error is not None:
            raise error
        self.heard.append(event.dispatch)


def opened(outbox, listener, clock):
    host = FakeHost()
    made = installation(host=host, channels=[FakeChannel()], now=clock, outbox=outbox, more={"archive": listener})
    made.host = host
    return made


@pytest.fixture
def listener():
    return Listener()


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture(params=["memory", "sqlite"])
def post(request, tmp_path, listener, clock):
    outbox = Store.open(tmp_path / "outbox.db", SEAL) if request.param == "sqlite" else MemoryOutbox()
    with opened(outbox, listener, clock) as made:
        yield made


def commit(post, key):
    people, brev = [post.host.person(f"p{key}", "0101901234")], post.host.document("brev")
    plan = post.plan(Request(key, Case("s1", "fake"), "teknik", "Brev", [brev], people))
    [entry] = post.commit(plan, by="bo").entries
    return entry.id


def test_it_is_told_again_after_five_seconds_then_after_ten(post, listener, clock):
    """However often there is a round; what came meanwhile is told after it."""
    listener.fails = [OSError("away"), OSError("away")]
    ids = [commit(post, "0")]
    post.deliver()
    for at, (seconds, calls) in enumerate([(4, 1), (2, 2), (8, 2), (3, 7)], start=1):
        clock.move(seconds=seconds)
        ids.append(commit(post, f"{at}"))
        post.deliver()
        post.deliver()
        assert listener.calls == calls
    assert listener.heard == ids


def test_it_rests_a_quarter_of_an_hour_at_most(post, listener, clock):
    """And is told within that again, though it failed for days."""
    listener.fails = [OSError("away")] * 30
    id_ = commit(post, "0")
    while listener.fails:
        before = listener.calls
        post.deliver()
        clock.move(minutes=15)
        assert listener.calls == before + 1
    post.deliver()
    assert listener.heard == [id_]


def test_it_rests_as_long_as_it_asks_for(post, listener, clock):
    """What `TemporaryFailure.retry_after` says, as everywhere else."""
    listener.fails = [TemporaryFailure("busy", retry_after=timedelta(hours=2))]
    commit(post, "0")
    post.deliver()
    clock.move(hours=1, minutes=59)
    post.deliver()
    assert listener.calls == 1
    clock.move(minutes=2)
    post.deliver()
    assert len(listener.heard) == 1


def test_one_answer_ends_the_row(post, listener, clock):
    """The next failure is a first one again, though it be in the same round."""
    listener.fails = [*[OSError("away")] * 6, None, OSError("away")]
    commit(post, "0")
    commit(post, "1")
    for _ in range(7):
        clock.move(minutes=15)
        post.deliver()
    assert (len(listener.heard), listener.fails) == (1, [])
    clock.move(seconds=5)
    post.deliver()
    assert len(listener.heard) == 2


def test_the_rest_outlives_the_process(tmp_path, listener, clock):
    """The outbox remembers it: a restart is no reason to try again at once."""
    listener.fails = [OSError("away")]
    with opened(Store.open(tmp_path / "outbox.db", SEAL), listener, clock) as post:
        commit(post, "0")
        post.deliver()
    with opened(Store.open(tmp_path / "outbox.db", SEAL), listener, clock) as post:
        post.deliver()
        assert listener.calls == 1
        clock.move(seconds=5)
        post.deliver()
        assert len(listener.heard) == 1


def test_health_tells_of_one_that_rests(post, listener, clock):
    """By its name, and no more when it hears again."""
    listener.fails = [OSError("away")]
    commit(post, "0")
    post.deliver()
    [finding] = post.health().findings
    assert finding.what == "subscriber_away"
    assert finding.text.startswith("»archive« fejler")
    clock.move(seconds=5)
    post.deliver()
    assert post.health().is_well
