"""Subscribers in threads of their own: one that hangs holds up neither the letters nor anybody else."""

import threading
from datetime import timedelta
from functools import partial

import attrs
import pytest

from esdh_connect import hookimpl
from esdh_connect.delivery.apart import Apart
from esdh_connect.errors import StoreError
from esdh_connect.log import Log
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import FakeChannel, FakeClock, FakeHost
from esdh_connect.testing.installation import installation
from esdh_connect.testing.memory import MemoryOutbox

SOON = timedelta(seconds=0.2)
LONG = timedelta(seconds=30)


@attrs.frozen(eq=False)
class Listener:
    """Hears of every committed letter; waits while its door is shut."""

    heard: list = attrs.field(factory=list)
    threads: set = attrs.field(factory=set)
    door: threading.Event = attrs.field(factory=threading.Event)
    at_the_door: threading.Event = attrs.field(factory=threading.Event)

    @hookimpl
    def dispatch_committed(self, event):
        self.threads.add(threading.current_thread().name)
        self.at_the_door.set()
        self.door.wait(20)
        self.heard.append(event.dispatch)


@pytest.fixture
def listeners():
    found = {"slow": Listener(), "quick": Listener()}
    found["quick"].door.set()
    yield found
    found["slow"].door.set()


@pytest.fixture(params=["memory", "sqlite"])
def post(request, tmp_path, listeners):
    seal = Seal(b"a secret of thirty-two bytes.....")
    outbox = Store.open(tmp_path / "outbox.db", seal) if request.param == "sqlite" else MemoryOutbox()
    host, channel, clock = FakeHost(), FakeChannel(), FakeClock()
    with installation(host=host, channels=[channel], now=clock, outbox=outbox, more=listeners) as made:
        made.host, made.channel = host, channel
        yield made


def commit(post, requests):
    return [entry.id for one in requests for entry in post.commit(post.plan(one), by="bo").entries]


@pytest.fixture
def letters(post, requests):
    """The same letters, known to this installation's own host."""
    people = [post.host.person(f"p{at}", "0101901234") for at in range(len(requests))]
    brev = post.host.document("brev")
    return [attrs.evolve(one, documents=[brev], parties=[who]) for one, who in zip(requests, people, strict=True)]


def test_a_subscriber_that_hangs_holds_up_nobody(post, letters, listeners):
    """The round comes to its end, and so do those after it; the others hear everything in its order."""
    first = commit(post, letters[:3])
    assert post.deliver(tell_within=SOON).letters == 3
    rest = commit(post, letters[3:])
    assert post.deliver(tell_within=SOON).letters == 4
    assert listeners["quick"].heard == [*first, *rest]
    assert listeners["slow"].heard == []
    assert len(post.channel.sent) == 7


def test_one_that_comes_back_hears_what_it_missed_once_and_in_order(post, letters, listeners):
    """While it is away nothing is told to it; the fact it hung on was told when it came back."""
    ids = commit(post, letters)
    post.deliver(tell_within=SOON)
    post.deliver(tell_within=SOON)
    slow = listeners["slow"]
    assert len(slow.threads) == 1
    slow.door.set()
    while not slow.heard:
        slow.at_the_door.wait(0.01)
    while len(slow.heard) < len(ids):
        post.deliver(tell_within=LONG)
    assert slow.heard == ids


def test_each_is_told_in_a_thread_of_its_own_where_there_is_a_limit(post, letters, listeners):
    """And in the caller's where there is none: a host may count on its own thread."""
    listeners["slow"].door.set()
    commit(post, letters[:1])
    post.deliver(tell_within=LONG)
    names = [one.threads for one in listeners.values()]
    assert names == [{"esdh-connect slow"}, {"esdh-connect quick"}]
    commit(post, letters[1:])
    post.deliver()
    assert threading.current_thread().name in listeners["slow"].threads & listeners["quick"].threads


def test_what_the_outbox_raises_comes_out(post, letters, listeners, monkeypatch):
    """An outbox that is away while somebody is told is no matter of the subscriber's."""
    listeners["slow"].door.set()
    commit(post, letters[:1])

    def away(*_):
        raise StoreError("away")

    monkeypatch.setattr(type(post.outbox), "heard", away)
    with pytest.raises(StoreError, match="away"):
        post.deliver(tell_within=LONG)


def test_no_error_of_a_thread_is_lost(caplog):
    """Neither that of one that comes back late with it, nor that of the second of two."""
    apart, back = Apart(Log()), threading.Event()

    def late(_goes_on):
        back.wait(20)
        raise RuntimeError("late")

    assert apart.run({"late": late}, timedelta(0)) == 0
    back.set()
    for thread in threading.enumerate():
        if thread.name == "esdh-connect late":
            thread.join(20)
    assert apart.run({"late": lambda _: 7}, LONG) == 7

    def broken(_goes_on, name):
        raise ValueError(name)

    with pytest.raises(ValueError, match="one"):
        apart.run({name: partial(broken, name=name) for name in ("one", "two")}, LONG)
    for told in ("RuntimeError('late')", "ValueError('one')", "ValueError('two')"):
        assert told in caplog.text
