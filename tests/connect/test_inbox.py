"""Fejlbakken: what is on the list, and what takes it off again."""

from contextlib import suppress
from datetime import timedelta
from threading import Barrier, Thread

import attrs
import pytest

from esdh_connect import hookimpl, inbox, wording
from esdh_connect.dispatch import Cause, Deed, Hold, Owner, Receipt, ReceiptEvent, Remedy, Status, Work
from esdh_connect.errors import NoChannel, Objection, OutcomeUnknown, Rejected, TemporaryFailure, TooLate
from esdh_connect.testing.fakes import FakeChannel, FakeHost, pdf_of
from esdh_connect.testing.installation import installation

ON_CASE = (Remedy.JOURNALED, Remedy.JOURNALIZE)


def committed(post, letter, **how):
    [entry] = post.commit(post.plan(letter), by="bo", **how).entries
    return entry


class Blind:
    """A case system that cannot look for what it has written, and forgets to answer."""

    def __init__(self, sighted: FakeHost) -> None:
        self.sighted = sighted
        self.written, self.answers = [], False

    @hookimpl
    def read_document(self, document):
        return self.sighted.read_document(document)

    @hookimpl
    def resolve_recipient(self, party, case):
        return self.sighted.resolve_recipient(party, case)

    @hookimpl
    def journalize_dispatch(self, mark):
        self.written.append(mark)
        if not self.answers:
            raise TimeoutError
        return mark


@pytest.fixture
def blind(esdh_host):
    return Blind(esdh_host)


@pytest.fixture
def undecided(esdh_connect, blind, esdh_channel, esdh_clock, letter):
    """An installation with a letter of which nobody knows whether it is on its case."""
    post = installation(host=blind, channels=[esdh_channel], now=esdh_clock, outbox=esdh_connect.outbox)
    committed(post, letter)
    post.deliver()
    return post


def test_a_list_without_failures_is_empty(esdh_connect, letter):
    """Letters that wait, are on their way, or arrived, need nobody."""
    committed(esdh_connect, letter)
    assert esdh_connect.failures() == ()
    esdh_connect.deliver()
    assert esdh_connect.failures() == ()


def test_each_failure_says_whose_it_is_and_what_next(esdh_connect, esdh_host, esdh_channel, esdh_clock, letter):
    """Oldest first; the limit counts failures."""
    errors = [
        Rejected("no", code="7", danish="borgeren er fritaget"),
        OutcomeUnknown("x"),
        *[TemporaryFailure("x")] * 12,
    ]
    for at, error in enumerate(errors[:3]):
        esdh_channel.fail_with = [error, *([TemporaryFailure("x")] * 11 if at == 2 else [])]
        committed(esdh_connect, attrs.evolve(letter, key=str(at), documents=[esdh_host.document(f"brev {at}")]))
        for _ in range(20 if at == 2 else 1):
            esdh_connect.deliver()
            esdh_clock.move(hours=1)
    esdh_clock.move(days=3)
    esdh_connect.deliver()
    told = [(one.kind, one.owner, one.next) for one in esdh_connect.failures()]
    assert told == [
        (Cause.REFUSED, Owner.CASEWORKER, Remedy.CHANGE_RECIPIENT),
        (Cause.NO_ANSWER, Owner.PROVIDER, Remedy.CONFIRM),
        (Cause.GAVE_UP, Owner.ADMINISTRATOR, Remedy.RETRY),
    ]
    assert "borgeren er fritaget" in esdh_connect.failures()[0].text
    assert [one.kind for one in esdh_connect.failures(limit=1)] == [Cause.REFUSED]


def test_a_letter_nobody_can_send_waits_for_its_plugin(esdh_connect, esdh_host, esdh_channel, esdh_clock, letter):
    """However long that is gone: it is no failure of the letter's, an administrator reads what is missing."""
    committed(esdh_connect, letter)
    other = installation(host=esdh_host, channels=[FakeChannel("other")], now=esdh_clock, outbox=esdh_connect.outbox)
    for _ in range(30):
        other.deliver()
        esdh_clock.move(hours=1)
    assert other.failures() == ()
    assert {"letters_waiting", "channel_missing"} <= {one.what for one in other.health().findings}
    esdh_connect.deliver()
    assert len(esdh_channel.sent) == 1


def test_what_is_marked_as_solved_is_off_the_list(esdh_connect, esdh_channel, letter):
    """With a reason, and a name to it."""
    esdh_channel.fail_with.append(Rejected("no", code="7"))
    entry = committed(esdh_connect, letter)
    esdh_connect.deliver()
    with pytest.raises(ValueError, match="reason"):
        esdh_connect.resolve(entry.id, Remedy.SOLVED, by="ida", why=" ")
    solved = esdh_connect.resolve(entry.id, Remedy.SOLVED, by="ida", why="ringet til borgeren")
    assert esdh_connect.failures() == ()
    assert "ida har markeret det som løst: ringet til borgeren" in wording.explain(solved)
    with pytest.raises(TooLate):
        esdh_connect.resolve(entry.id, Remedy.SOLVED, by="ida", why="igen")


def test_a_letter_that_was_stopped_and_came_all_the_same_is_told_of(esdh_connect, esdh_clock, letter):
    """The provider says that it has it: then somebody must know, whatever we thought."""
    entry = committed(esdh_connect, letter)
    assert esdh_connect.cancel(entry.id, by="bo")
    esdh_connect.receive(Receipt("r", ReceiptEvent.DELIVERED, esdh_clock(), entry.message_uuid))
    [trouble] = esdh_connect.failures()
    assert (trouble.kind, trouble.entry.status) == (Cause.STOPPED_IN_VAIN, Status.CANCELLED)
    assert trouble.text.startswith("Brevet er sendt, selv om det blev stoppet")
    esdh_connect.resolve(entry.id, Remedy.SOLVED, by="bo", why="borgeren ved det")
    assert esdh_connect.failures() == ()


# --- on the case


def test_a_journaling_nobody_knows_of_is_on_the_list(undecided, blind):
    """It is not written again by itself; the letter itself is well."""
    for _ in range(3):
        undecided.deliver()
    [trouble] = undecided.failures()
    assert (trouble.kind, trouble.owner, trouble.remedies) == (Cause.JOURNAL_UNKNOWN, Owner.CASEWORKER, ON_CASE)
    assert trouble.text.startswith("Brevet er sendt, men det er uvist, om det står på sagen")
    assert trouble.duty is not None
    assert (trouble.entry.status, len(blind.written)) == (Status.IN_PROGRESS, 1)


def test_it_is_on_the_case_says_somebody(undecided, blind):
    """Then it is done, and kept who said so."""
    [trouble] = undecided.failures()
    done = undecided.resolve_duty(trouble.duty.mark, written=True, by="ida", why="jeg har set den")
    undecided.deliver()
    assert (undecided.failures(), len(blind.written)) == ((), 1)
    assert [(act.deed, act.by, act.why) for act in done.acts] == [(Deed.JOURNALED, "ida", "jeg har set den")]
    with pytest.raises(TooLate):
        undecided.resolve_duty(trouble.duty.mark, written=True, by="ida", why="igen")


def test_it_is_not_on_the_case_says_somebody(undecided, blind):
    """Then it is written once more, though the host cannot look; and after that it is done."""
    [trouble] = undecided.failures()
    blind.answers = True
    undecided.resolve(trouble.entry.id, Remedy.JOURNALIZE, by="ida", why="sagen er tom")
    for _ in range(2):
        undecided.deliver()
    assert (undecided.failures(), len(blind.written)) == ((), 2)
    assert [act.deed for act in undecided.entry(trouble.entry.id).acts] == [Deed.JOURNALIZED_AGAIN]


def test_two_people_who_say_it_at_once_are_one(undecided):
    """One is in time, the others are told; there is one act."""
    [trouble] = undecided.failures()
    said, ready = [], Barrier(4)

    def say():
        ready.wait()
        try:
            said.append(undecided.resolve_duty(trouble.duty.mark, written=True, by="ida", why="-"))
        except TooLate:
            said.append(None)

    threads = [Thread(target=say) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in said if one]) == 1
    assert len(undecided.entry(trouble.entry.id).acts) == 1


def test_a_duty_in_somebodys_hand_is_not_decided_over(esdh_connect, esdh_clock, letter):
    """A worker that is at it may be writing at this moment."""
    entry = committed(esdh_connect, letter)
    esdh_connect.receive(Receipt("r", ReceiptEvent.ACCEPTED, esdh_clock(), entry.message_uuid))
    with esdh_connect.outbox.dispatching() as shift:
        esdh_connect.outbox.take_duty(entry.id, shift)
        with pytest.raises(TooLate):
            esdh_connect.resolve_duty(entry.id, written=True, by="ida", why="-")
    assert esdh_connect.entry(entry.id).acts == ()


def test_a_host_that_never_takes_a_letter_is_told_of(esdh_connect, esdh_channel, esdh_host, esdh_clock, letter):
    """After eight tries, about two hours: an administrator finds out why, and it goes on from there."""

    class Full(FakeHost):
        full = True

        @hookimpl
        def journalize_dispatch(self, dispatch, mark):
            if self.full:
                raise TemporaryFailure("the case is closed")
            return super().journalize_dispatch(dispatch, mark)

    host = Full(contents=esdh_host.contents, recipients=esdh_host.recipients)
    post = installation(host=host, channels=[esdh_channel], now=esdh_clock, outbox=esdh_connect.outbox)
    entry = committed(post, letter)
    for tries in range(inbox.STUCK_AFTER):
        assert (tries, post.failures()) == (tries, ())
        post.deliver()
        esdh_clock.move(hours=1)
    [trouble] = post.failures()
    assert (trouble.kind, trouble.owner, trouble.next) == (
        Cause.JOURNAL_FAILING,
        Owner.ADMINISTRATOR,
        Remedy.JOURNALIZE,
    )
    host.full = False
    post.resolve(entry.id, Remedy.JOURNALIZE, by="admin", why="sagen er åbnet")
    post.deliver()
    assert (post.failures(), list(host.journal.values())) == ((), [entry.id])


def test_a_letter_may_be_on_the_list_twice(undecided, esdh_clock):
    """It did not come through, and it may be on the case: two things to do."""
    [entry] = undecided.entries()
    undecided.receive(Receipt("r", ReceiptEvent.FAILED, esdh_clock(), entry.message_uuid))
    assert {one.kind for one in undecided.failures()} == {Cause.NOT_DELIVERED, Cause.JOURNAL_UNKNOWN}


# --- a host that says nothing


def test_a_host_that_is_silent_for_a_day_is_told_of(esdh_connect, letter, esdh_clock):
    """Nothing was sent; a person looks into the case system and decides."""
    [prepared] = esdh_connect.prepare(esdh_connect.plan(letter), by="bo").entries
    for _ in range(30):
        esdh_connect.deliver()
        assert esdh_connect.entry(prepared.id).work is Work.HELD
        assert bool(esdh_connect.failures()) is (esdh_clock() >= prepared.committed_at + timedelta(days=1))
        esdh_clock.move(hours=1)
    [trouble] = esdh_connect.failures()
    assert (trouble.kind, trouble.owner) == (Cause.HOST_SILENT, Owner.ADMINISTRATOR)
    assert trouble.text.startswith("Der er ikke sendt noget endnu: ")


@pytest.mark.parametrize(("remedy", "work"), [(Remedy.RELEASE, Work.HANDED_OVER), (Remedy.WITHDRAW, Work.CANCELLED)])
def test_a_person_says_what_became_of_the_hosts_transaction(esdh_connect, letter, esdh_clock, remedy, work):
    """It was committed, or it was not; twice is once."""
    [prepared] = esdh_connect.prepare(esdh_connect.plan(letter), by="bo").entries
    esdh_clock.move(days=2)
    after = esdh_connect.resolve(prepared.id, remedy, by="admin", why="det ses i sagen")
    assert (after.acts[-1].by, after.held_for) == ("admin", Hold.HOST)
    esdh_connect.deliver()
    assert (esdh_connect.entry(prepared.id).work, esdh_connect.failures()) == (work, ())
    with pytest.raises(TooLate):
        esdh_connect.resolve(prepared.id, remedy, by="admin", why="igen")


# --- children that a second person approves


def test_where_a_second_person_approves_the_child_waits_for_one(
    esdh_connect, esdh_host, esdh_channel, esdh_clock, letter
):
    """Not the one who had it made; what is approved is what is stored, though the host has other bytes by now."""
    failed = committed(esdh_connect, letter)
    esdh_connect.deliver()
    esdh_connect.receive(Receipt("r", ReceiptEvent.FAILED, esdh_clock(), failed.message_uuid))
    strict = installation(
        host=esdh_host, channels=[esdh_channel], now=esdh_clock, outbox=esdh_connect.outbox, policy={"approval": True}
    )
    child = strict.resolve(failed.id, Remedy.SEND_AGAIN, by="ida", why="-")
    strict.deliver()
    assert (child.work, len(esdh_channel.sent)) == (Work.HELD, 1)
    esdh_host.contents["bilag-1", "1"] = pdf_of("noget andet")
    with pytest.raises(Objection):
        strict.approve(child.id, by="ida")
    esdh_channel.reached["p1"] = False
    with pytest.raises(NoChannel):
        strict.approve(child.id, by="chefen")
    esdh_channel.reached.clear()
    strict.approve(child.id, by="chefen")
    strict.deliver()
    first, again = esdh_channel.sent
    assert again.envelope == first.envelope


def test_a_letter_is_tried_again_or_followed_and_not_both(esdh_connect, esdh_channel, esdh_clock, letter):
    """Two people decide at the same time: one of them is in time, and one letter goes."""
    for at in range(4):
        esdh_channel.fail_with = [TemporaryFailure("down") for _ in range(12)]
        entry = committed(esdh_connect, attrs.evolve(letter, key=str(at), title=f"Brev {at}"))
        for _ in range(14):
            esdh_connect.deliver()
            esdh_clock.move(hours=1)
        tried, ready, done = len(esdh_channel.sent), Barrier(2), []

        def decide(remedy, entry=entry, ready=ready, done=done):
            ready.wait()
            with suppress(TooLate):
                done.append(esdh_connect.resolve(entry.id, remedy, by="ida", why="-"))

        threads = [Thread(target=decide, args=(one,)) for one in (Remedy.RETRY, Remedy.SEND_AGAIN)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        esdh_connect.deliver()
        assert (len(done), len(esdh_channel.sent) - tried) == (1, 1)
