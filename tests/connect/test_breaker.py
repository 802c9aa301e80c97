"""A provider that is down is left alone, by all workers, and asked before letters go again."""

from datetime import timedelta

import attrs

from esdh_connect.channel import Conduct
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


ONE_SERVICE = Conduct(gate="service", per_second=1)


def of_one_service(esdh_host, esdh_clock, *channels):
    """An installation whose channels share a gate, and a way to have a letter of each committed."""
    names = tuple(channel.name for channel in channels)
    post = installation(host=esdh_host, channels=channels, now=esdh_clock, policy={"channels": names})

    def commit(letter, first):
        channels[0].reached = {party.id: first for party in letter.parties}
        return committed(post, letter)

    return post, commit


def test_channels_of_one_service_are_left_alone_together(esdh_host, esdh_clock, letter):
    """One asks for peace: the letters of the other wait too, and health names both."""
    one = FakeChannel("one", "En", conduct=ONE_SERVICE, fail_with=[TemporaryFailure(retry_after=timedelta(hours=1))])
    other = FakeChannel("other", "En anden", conduct=ONE_SERVICE)
    post, commit = of_one_service(esdh_host, esdh_clock, one, other)
    commit(letter, first=True)
    post.deliver()
    commit(attrs.evolve(letter, key="another"), first=False)
    esdh_clock.move(minutes=50)
    post.deliver()
    assert (len(one.sent), len(other.sent)) == (1, 0)
    health = post.health()
    assert [*health.shut] == ["one", "other"]
    [text] = [finding.text for finding in health.findings if finding.what == "gate_shut"]
    assert text.startswith("En, En anden har")
    esdh_clock.move(minutes=11)
    post.deliver()
    esdh_clock.move(seconds=1)
    post.deliver()
    assert (len(one.sent), len(other.sent)) == (2, 1)


def test_channels_of_one_service_share_its_pace(esdh_host, esdh_clock, letter):
    """One letter a second, of both together; of two paces the slower."""
    one = FakeChannel("one", "En", conduct=ONE_SERVICE)
    other = FakeChannel("other", "En anden", conduct=attrs.evolve(ONE_SERVICE, per_second=9))
    post, commit = of_one_service(esdh_host, esdh_clock, one, other)
    for at in range(4):
        commit(attrs.evolve(letter, key=str(at)), first=bool(at % 2))
    sent = []
    for _ in range(4):
        post.deliver()
        sent.append(len(one.sent) + len(other.sent))
        esdh_clock.move(seconds=1)
    assert sent == [1, 2, 3, 4]


def test_a_service_is_asked_by_the_channel_that_can(esdh_host, esdh_clock, letter):
    """Whichever met the outcome that nobody knows."""
    one, other = Asked("one", "En", conduct=ONE_SERVICE), FakeChannel("other", "En anden", conduct=ONE_SERVICE)
    post, commit = of_one_service(esdh_host, esdh_clock, one, other)
    one.fail_with = [OutcomeUnknown("cut off")]
    commit(letter, first=True)
    post.deliver()
    commit(attrs.evolve(letter, key="another"), first=False)
    esdh_clock.move(seconds=1)
    post.deliver()
    assert (one.asked, len(other.sent)) == (1, 1)
