"""Bells: what wakes a worker, and why it does not matter when one rings twice, late or never."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esdh_connect.bell import LETTERS, BellHealth, Poll, bells_for
from esdh_connect.connect import Connect
from esdh_connect.dispatch import Work
from esdh_connect.errors import PluginError, SettingsError
from esdh_connect.hookspecs import hookimpl
from esdh_connect.testing.fakes import FakeChannel, FakeClock, FakeHost
from esdh_connect.testing.installation import installation
from esdh_connect.testing.letters import request

PATIENCE = 10


@attrs.define(eq=False)
class Unreliable:
    """A bell that rings twice, late, never, or while nobody has rung, as its dice fall; now and then it looks."""

    dice: random.Random
    name: str = "unreliable"
    rings: list[int] = attrs.field(factory=list)

    def ring(self, connection: object, letters: int) -> None:
        if self.dice.random() < 0.3:
            raise OSError("the bell's own server is away")
        self.rings += [letters] * self.dice.choice((0, 0, 1, 2))

    def run(self, deliver: Callable[[], bool], stop: Event) -> None:
        while not stop.is_set():
            self.dice.shuffle(self.rings)
            if self.rings and self.dice.random() < 0.5:
                self.rings.pop()
                deliver()
            elif self.dice.random() < 0.2:
                deliver()

    def health(self) -> BellHealth:
        return BellHealth(unheard=len(self.rings))


@attrs.define(eq=False)
class Bells:
    """A plugin that brings some."""

    bells: list[object]

    @hookimpl
    def register_bells(self) -> list[object]:
        return self.bells


def dice(seed: int = 0) -> random.Random:
    return random.Random(seed)  # noqa: S311 - to be repeated, not to be secret


def commit(post: Connect, host: FakeHost, name: str) -> str:
    document, party = host.document(name, "side 1"), host.person(name, cpr="0101901234")
    wish = attrs.evolve(request(name), documents=(document,), parties=(party,), title=name)
    [entry] = post.commit(post.plan(wish), by="bo").entries
    return entry.id


@contextmanager
def running(bell: Poll, deliver: Callable[[], bool]) -> Iterator[None]:
    stop = Event()
    thread = Thread(target=bell.run, args=(deliver, stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)
    assert not thread.is_alive()


def test_a_bell_stands_for_about_a_hundred_letters() -> None:
    """A queue with a job for each letter would be slower than the letters are."""
    assert [bells_for(letters) for letters in (0, 1, LETTERS, LETTERS + 1, 10 * LETTERS)] == [0, 1, 1, 2, 10]


@settings(max_examples=10)
@given(seed=st.integers(0, 2**32))
def test_a_bell_that_rings_twice_late_or_never_does_no_harm(seed: int) -> None:
    """Every letter leaves, once: what is to be done stands in the outbox, and a bell only says when to look."""
    fall, host, channel = dice(seed), FakeHost(), FakeChannel()
    bell, stop = Unreliable(fall), Event()
    post = installation(
        host=host, channels=[channel], now=FakeClock(), more={"bells": Bells([bell])}, bell="unreliable"
    )
    letters = {commit(post, host, str(number)) for number in range(5)}

    def deliver() -> bool:
        done = post.deliver(fall.choice((1, LETTERS)))
        if all(entry.work is Work.HANDED_OVER for entry in post.entries()):
            stop.set()
        return bool(done)

    post.bell.run(deliver, stop)
    assert sorted(sent.id for sent in channel.sent) == sorted(letters)


def test_a_bell_that_cannot_be_rung_stops_no_commit(esdh_host: FakeHost, esdh_channel: FakeChannel) -> None:
    """The letter is committed, and found by a worker that looks."""

    @attrs.define(eq=False)
    class Broken(Unreliable):
        def ring(self, connection: object, letters: int) -> None:
            raise OSError("no such queue")

    bells = Bells([Broken(dice())])
    post = installation(
        host=esdh_host, channels=[esdh_channel], now=FakeClock(), more={"bells": bells}, bell="unreliable"
    )
    commit(post, esdh_host, "1")
    assert post.deliver().letters == 1


# --- the one that looks by itself


def test_without_a_ring_it_looks_ever_more_seldom(esdh_connect: Connect) -> None:
    """At first often, because a letter may be committed a moment after its ring; in the long run it costs nothing."""
    looks: list[float] = []

    def deliver() -> bool:
        looks.append(time.monotonic())
        return False

    with running(Poll(pause=0.2), deliver):
        time.sleep(1)
    assert 3 <= len(looks) <= 13


def test_a_ring_in_the_same_process_is_heard_at_once() -> None:
    """Between two looks as well."""
    bell, heard, looks = Poll(pause=PATIENCE), Event(), []

    def deliver() -> bool:
        looks.append(time.monotonic())
        if len(looks) > 10:
            heard.set()
        return False

    with running(bell, deliver):
        time.sleep(0.3)
        seen = len(looks)
        bell.ring(None, 1)
        time.sleep(0.1)
        assert len(looks) > seen


def test_while_there_is_something_it_goes_on() -> None:
    """No pause between two rounds that had something to do."""
    left = iter([True] * 500)
    begun = time.monotonic()
    with running(Poll(), lambda: next(left, False)):
        while next(left, False):
            time.sleep(0)
    assert time.monotonic() - begun < PATIENCE / 2


# --- which one it is


def test_the_settings_name_the_bell(esdh_host: FakeHost, esdh_channel: FakeChannel) -> None:
    """One that nobody brings is a mistake in the settings, told at the start with those there are."""
    with pytest.raises(SettingsError, match="'doorbell'; there are: poll, unreliable") as caught:
        installation(
            host=esdh_host,
            channels=[esdh_channel],
            now=FakeClock(),
            more={"bells": Bells([Unreliable(dice())])},
            bell="doorbell",
        )
    assert "»doorbell«" in caught.value.danish


def test_two_bells_of_one_name_stop_the_start(esdh_host: FakeHost, esdh_channel: FakeChannel) -> None:
    """Nobody could say which one rings."""
    with pytest.raises(PluginError, match="two bells are called 'poll': from esdh_connect and bells"):
        installation(host=esdh_host, channels=[esdh_channel], now=FakeClock(), more={"bells": Bells([Poll()])})
