"""A provider that is down is left alone, by all workers, and asked before letters go again."""

import attrs

from esdh_connect.dispatch import Status
from esdh_connect.errors import OutcomeUnknown, TemporaryFailure
from esdh_connect.testing.fakes import FakeChannel
from esdh_connect.testing.installation import installation


def committed(post, letter):
    [entry] = post.commit(post.plan(letter), by="bo").entries
    return entry


def test_a_provider_that_is_down_is_not_asked_by_every_letter(esdh_connect, esdh_channel, esdh_clock, letter):
    """After five failures in a row the channel rests; one letter tries it then."""
    esdh_channel.fail_with = [TemporaryFailure("down") for _ in range(6)]
    for at in range(10):
        committed(esdh_connect, attrs.evolve(letter, key=str(at)))
    esdh_connect.deliver()
    assert len(esdh_channel.sent) == 5
    esdh_clock.move(minutes=1)
    esdh_connect.deliver()
    assert len(esdh_channel.sent) == 6
    esdh_clock.move(minutes=2)
    esdh_connect.deliver()
    assert len(esdh_channel.sent) == 16


def test_failures_are_counted_across_workers(esdh_host, esdh_channel, esdh_clock, letter):
    """Five in a row, met by two: the channel rests for both."""
    one = installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock)
    other = installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, outbox=one.outbox)
    esdh_channel.fail_with = [TemporaryFailure("down") for _ in range(9)]
    for at in range(5):
        committed(one, attrs.evolve(letter, key=str(at)))
        (one, other)[at % 2].deliver(limit=1)
    assert len(esdh_channel.sent) == 5
    committed(one, attrs.evolve(letter, key="one more"))
    one.deliver()
    other.deliver()
    assert len(esdh_channel.sent) == 5


def test_a_yes_that_another_worker_got_ends_the_row(esdh_host, esdh_channel, esdh_clock, letter):
    """A channel that fails now and then is not down."""
    one = installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock)
    other = installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, outbox=one.outbox)
    for at in range(8):
        esdh_channel.fail_with = [TemporaryFailure("down")] if at % 2 else []
        committed(one, attrs.evolve(letter, key=str(at)))
        (one, other)[at % 2].deliver(limit=1)
    assert [gate.failures for gate in one.outbox.gates()] == [1]


@attrs.define
class Asked(FakeChannel):
    """A channel that can be asked; ``closed`` counts how often it says no."""

    closed: int = 0
    asked: int = 0
    breaks: bool = False

    def ask(self):
        if self.breaks:
            raise ZeroDivisionError
        self.asked += 1
        self.closed -= 1
        if self.closed >= 0:
            raise TemporaryFailure("unavailable")


def test_a_window_of_maintenance_makes_one_letter_unresolved(esdh_host, esdh_clock, letter):
    """The one that met it; the others wait until the service has answered a question."""
    channel = Asked(closed=8)
    post = installation(host=esdh_host, channels=[channel], now=esdh_clock)
    entries = [committed(post, attrs.evolve(letter, key=str(at))) for at in range(6)]
    channel.fail_with = [OutcomeUnknown("HTTP 503")]
    post.deliver()
    assert len(channel.sent) == 1
    for _ in range(5):
        post.deliver()
    assert (len(channel.sent), channel.asked) == (1, 4)  # after five failures in a row it rests
    while channel.closed >= 0:
        esdh_clock.move(minutes=5)
        post.deliver()
    statuses = [post.entry(entry.id).status for entry in entries]
    assert (statuses.count(Status.UNRESOLVED), statuses.count(Status.IN_PROGRESS)) == (1, 5)
    assert [(gate.failures, gate.asks) for gate in post.outbox.gates()] == [(0, False)]


def test_a_channel_that_breaks_when_it_is_asked_is_not_open(esdh_host, esdh_clock, letter):
    """Whatever it raises; the round goes on."""
    channel = Asked(breaks=True)
    post = installation(host=esdh_host, channels=[channel], now=esdh_clock)
    channel.fail_with = [OutcomeUnknown("cut off")]
    for at in range(2):
        committed(post, attrs.evolve(letter, key=str(at)))
    post.deliver()
    post.deliver()
    assert len(channel.sent) == 1
    [gate] = post.outbox.gates()
    assert (gate.asks, gate.why) == (True, "ZeroDivisionError when asked")
