"""Plugins erase what they may not keep any longer: asked now and then, each alone."""

from datetime import timedelta

from esdh_connect.hookspecs import hookimpl
from esdh_connect.testing.installation import installation


class Keeps:
    """Remembers when it was asked."""

    def __init__(self) -> None:
        self.asked = []

    @hookimpl
    def erase_expired(self, now):
        self.asked.append(now)
        return len(self.asked)


class Fails:
    @hookimpl
    def erase_expired(self):
        raise RuntimeError("not today")


def started(esdh_host, esdh_channel, esdh_clock, **plugins):
    policy = {"plugins": ("letters",)}  # off in every department
    return installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, more=plugins, policy=policy)


def test_whoever_keeps_something_is_asked_once_an_hour(esdh_host, esdh_channel, esdh_clock):
    """Also where every department has switched it off, and however often letters are delivered."""
    keeps = Keeps()
    post = started(esdh_host, esdh_channel, esdh_clock, keeps=keeps)
    begun = esdh_clock()
    for _ in range(5):
        post.deliver()
        esdh_clock.move(minutes=30)
    assert keeps.asked == [begun, begun + timedelta(hours=1), begun + timedelta(hours=2)]


def test_one_that_fails_keeps_nobody_from_erasing(esdh_host, esdh_channel, esdh_clock):
    """It is logged, and asked again."""
    keeps = Keeps()
    post = started(esdh_host, esdh_channel, esdh_clock, fails=Fails(), keeps=keeps, too=Fails())
    post.deliver()
    assert len(keeps.asked) == 1


def test_a_clock_that_was_put_back_does_not_stop_it(esdh_host, esdh_channel, esdh_clock):
    """It was a day ahead, and nobody waits for it to come round."""
    keeps = Keeps()
    post = started(esdh_host, esdh_channel, esdh_clock, keeps=keeps)
    post.deliver()
    esdh_clock.move(days=-1)
    post.deliver()
    assert len(keeps.asked) == 2


def test_who_asks_for_it_has_it_erased_at_once(esdh_host, esdh_channel, esdh_clock):
    """Also a minute after the last time, and nothing is sent by it."""
    keeps = Keeps()
    post = started(esdh_host, esdh_channel, esdh_clock, keeps=keeps)
    post.deliver()
    esdh_clock.move(minutes=1)
    assert post.erase_expired() == 2
    assert len(keeps.asked) == 2
    assert esdh_channel.sent == []
