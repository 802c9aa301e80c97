"""A mailing where a second person approves: released to that, and approved or sent back as a whole."""

from datetime import timedelta

import attrs
import pytest

from esdh_connect import wording
from esdh_connect.dispatch import Deed, Hold, Work
from esdh_connect.errors import BatchDiffers, Objection, TooLate
from esdh_connect.events import DispatchHeld
from esdh_connect.testing.installation import installation

BATCH = "Rottebekæmpelse 2027"


class Cut(Exception):
    """The list ends here, as a process does."""


def commit(post, requests, expect=7, **how):
    return post.commit_many(requests, batch=BATCH, expect=expect, by="ida", chunk=3, **how)


@pytest.fixture
def strict(esdh_host, esdh_channel, esdh_clock):
    """A department where a second person approves."""
    return installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, policy={"approval": True})


def test_where_a_second_person_approves_a_mailing_is_no_way_around(strict, esdh_channel, esdh_clock, requests):
    """Released, each letter waits for its approval; the undo window begins with that."""
    strict.outbox.install("plugin")
    done = commit(strict, requests, first=2, hold=timedelta(minutes=10))
    assert (done.fresh, done.released, len(strict.approvals())) == (7, 2, 2)
    assert strict.release_batch(BATCH, by="bo") == 5
    assert {one.held_for for one in strict.approvals()} == {Hold.APPROVAL}
    assert {type(one.event) for one in strict.outbox.unheard("plugin")} == {DispatchHeld}
    esdh_clock.move(hours=1)
    first, *_, last = strict.approvals()
    strict.approve(first.id, by="bo")
    strict.approve(last.id, by="bo")
    strict.deliver()
    assert [one.id for one in esdh_channel.sent] == [last.id]
    esdh_clock.move(minutes=10)
    strict.deliver()
    assert [one.id for one in esdh_channel.sent] == [last.id, first.id]


def test_nobody_approves_a_list_that_was_refused(strict, requests):
    """Cut off, it waits to be released; only then is anybody asked to approve it."""
    with pytest.raises(BatchDiffers) as raised:
        commit(strict, iter(requests), expect=8)
    assert (raised.value.held, strict.approvals()) == (7, ())
    for entry in strict.entries():
        with pytest.raises(TooLate):
            strict.approve(entry.id, by="bo")
    assert commit(strict, requests).released == len(strict.approvals()) == 7


def test_a_mailing_is_approved_as_a_whole(strict, esdh_channel, requests):
    """One act, kept with each of its letters; what waits elsewhere goes on waiting."""
    commit(strict, requests)
    [other] = strict.commit(strict.plan(attrs.evolve(requests[0], key="alene")), by="ida").entries
    assert strict.approve_batch(BATCH, by="chefen", expect=7) == 7
    strict.deliver()
    assert len(esdh_channel.sent) == 7
    assert [(act.deed, act.by) for act in strict.entry(esdh_channel.sent[6].id).acts] == [
        (Deed.RELEASED, "ida"),
        (Deed.APPROVED, "chefen"),
    ]
    assert strict.approvals() == (other,)
    assert strict.approve_batch(BATCH, by="chefen") == 0


def test_one_letter_that_changed_stops_the_approval_of_all(strict, esdh_host, esdh_channel, requests):
    """None is approved, and it is said which letter, and what of it."""
    commit(strict, requests)
    party = requests[5].parties[0]
    esdh_host.recipients[party] = attrs.evolve(esdh_host.recipients[party], name="En Anden")
    with pytest.raises(BatchDiffers) as raised:
        strict.approve_batch(BATCH, by="chefen")
    changed = strict.approvals()[5]
    told = f"1 af 7 breve er ikke, som de blev bestilt, og ingen af dem er godkendt.\n{changed.id}: "
    assert told in wording.of(raised.value)
    assert len(strict.approvals()) == 7
    strict.deliver()
    assert esdh_channel.sent == []


def test_nobody_approves_their_own_mailing(strict, requests):
    """Nor another number than is there."""
    commit(strict, requests)
    with pytest.raises(Objection):
        strict.approve_batch(BATCH, by=" Ida ")
    with pytest.raises(BatchDiffers, match="7 letters wait for approval, 6 were confirmed"):
        strict.approve_batch(BATCH, by="chefen", expect=6)
    assert len(strict.approvals()) == 7


def test_an_approval_that_was_killed_is_gone_on_with(strict, esdh_channel, requests, monkeypatch):
    """What is approved stays so; the rest is looked at again."""
    monkeypatch.setattr("esdh_connect.handling.mailings._CHUNK", 3)
    commit(strict, requests)
    strict.approve(strict.approvals()[0].id, by="chefen")
    strict.cancel(strict.approvals()[3].id, by="ida", why="fortrudt")
    assert strict.approve_batch(BATCH, by="chefen", expect=5) == 5
    strict.deliver()
    assert len(esdh_channel.sent) == 6


def test_a_mailing_is_sent_back_as_a_whole(strict, esdh_channel, requests):
    """All of it is stopped, and says why; not where another number was confirmed."""
    commit(strict, requests)
    with pytest.raises(BatchDiffers):
        strict.send_back_batch(BATCH, by="chefen", why="forkert bilag", expect=6)
    assert strict.send_back_batch(BATCH, by="chefen", why="forkert bilag", expect=7) == 7
    assert strict.failures() == ()  # it is told of as a whole
    strict.deliver()
    assert esdh_channel.sent == []
    assert dict(strict.batches(BATCH)[0].work) == {Work.CANCELLED: 7}
    assert strict.send_back_batch(BATCH, by="chefen", why="igen") == 0
