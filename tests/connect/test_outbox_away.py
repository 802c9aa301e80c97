"""An outbox on a server may go away at any moment: what was sent is told when it is back, and what was not is sent."""

from collections.abc import Callable
from functools import partial
from typing import Any

import attrs
import pytest

from esdh_connect.connect import Connect
from esdh_connect.dispatch import Status, Work
from esdh_connect.errors import StoreError
from esdh_connect.testing.fakes import FakeChannel, FakeClock, FakeHost
from esdh_connect.testing.installation import installation
from esdh_connect.testing.letters import request
from esdh_connect.testing.memory import MemoryOutbox


@attrs.define(eq=False)
class Away(MemoryOutbox):
    """An outbox that is away when it is asked for ``what``: before it did it, or before it could say so."""

    what: str = ""
    times: int = 0
    done_all_the_same: bool = False

    def _asked(self, what: str, do: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
        if what != self.what or self.times == 0:
            return do(*arguments, **more)
        self.times -= 1
        if self.done_all_the_same:
            do(*arguments, **more)
        raise StoreError("the server closed the connection")

    def serve(self, ended: Any, *arguments: Any, **more: Any) -> Any:
        what = "outcome" if ended else "claim"
        claims = self._asked(what, super().serve, ended, *arguments, **more)
        return [attrs.evolve(one, carried=partial(self._asked, "carried", one.carried)) for one in claims]

    def change(self, *arguments: Any) -> Any:
        return self._asked("outcome", super().change, *arguments)


@pytest.fixture
def outbox() -> Away:
    return Away()


@pytest.fixture
def post(outbox: Away, esdh_clock: FakeClock, esdh_host: FakeHost, esdh_channel: FakeChannel) -> Connect:
    return installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, outbox=outbox)


def commit(post: Connect, host: FakeHost) -> str:
    wish = attrs.evolve(
        request("1"), documents=(host.document("brev", "side 1"),), parties=(host.person("ane", cpr="0101901234"),)
    )
    [entry] = post.commit(post.plan(wish), by="bo").entries
    return entry.id


@pytest.mark.parametrize("done_all_the_same", [False, True])
def test_a_letter_whose_claim_went_unanswered_is_sent_by_the_next_round(
    post: Connect, outbox: Away, esdh_host: FakeHost, esdh_channel: FakeChannel, esdh_clock: FakeClock,
    done_all_the_same: bool,
) -> None:  # fmt: skip
    """Nothing was sent under that claim, whether it was stored or not: whoever made it knows, and need not ask."""
    letter = commit(post, esdh_host)
    outbox.what, outbox.times, outbox.done_all_the_same = "claim", 1, done_all_the_same
    with pytest.raises(StoreError):
        post.deliver()
    for _ in range(2):
        post.deliver()
        esdh_clock.move(hours=1)
    assert [sent.id for sent in esdh_channel.sent] == [letter]
    assert post.entry(letter).work is Work.HANDED_OVER


@pytest.mark.parametrize("done_all_the_same", [False, True])
@pytest.mark.parametrize("times", [1, 2])
def test_what_came_of_a_letter_is_kept_until_the_outbox_is_back(
    post: Connect, outbox: Away, esdh_host: FakeHost, esdh_channel: FakeChannel, done_all_the_same: bool, times: int
) -> None:
    """The provider's answer is worth waiting for; told twice it is stored once."""
    letter = commit(post, esdh_host)
    outbox.what, outbox.times, outbox.done_all_the_same = "outcome", times, done_all_the_same
    post.deliver()
    assert [sent.id for sent in esdh_channel.sent] == [letter]
    entry = post.entry(letter)
    assert (entry.work, len(entry.attempts), len(entry.receipts)) == (Work.HANDED_OVER, 1, 1)


def test_a_letter_that_could_not_be_read_was_not_sent(
    post: Connect, outbox: Away, esdh_host: FakeHost, esdh_channel: FakeChannel, esdh_clock: FakeClock
) -> None:
    """It waits like any that is postponed; nobody is asked what became of it, and its channel did nothing wrong."""
    letter = commit(post, esdh_host)
    outbox.what, outbox.times = "carried", 1
    post.deliver()
    assert (esdh_channel.sent, post.entry(letter).status) == ([], Status.WAITING)
    assert outbox.gates() == ()
    esdh_clock.move(hours=1)
    post.deliver()
    assert [sent.id for sent in esdh_channel.sent] == [letter]


def test_attempts_that_never_began_are_not_remembered_for_ever(
    post: Connect, outbox: Away, esdh_host: FakeHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is forgotten when its letter is taken up again, and of those that were never stored the oldest go."""
    commit(post, esdh_host)
    outbox.what, outbox.times, outbox.done_all_the_same = "claim", 1, True
    with pytest.raises(StoreError):
        post.deliver()
    remembered = post._delivery._handover.never_begun
    assert len(remembered) == 1
    post.deliver()
    assert len(remembered) == 0
    assert remembered.maxlen == 1000
