"""What people do to a letter, and what happens when somebody is late."""

from datetime import date, timedelta

import attrs
import pytest

from esdh_connect import hookimpl, wording
from esdh_connect.channel import Conduct
from esdh_connect.dispatch import Cause, Receipt, ReceiptEvent, Remedy, Status, Work
from esdh_connect.errors import OutcomeUnknown, Rejected, TemporaryFailure, TooLate
from esdh_connect.model import Options
from esdh_connect.outbox import UnknownDispatch
from esdh_connect.testing.fakes import FakeChannel, pdf_of
from esdh_connect.testing.installation import installation
from esdh_connect.testing.memory import MemoryOutbox

FOUR_DAYS = timedelta(days=4)


def committed(post, letter, **how):
    [entry] = post.commit(post.plan(letter), by="bo", **how).entries
    return entry


def receipt(entry, event, clock):
    return Receipt(f"{entry.id}/{event.value}", event, clock(), entry.message_uuid, entry.channel)


# --- the host's own transaction


@pytest.mark.parametrize(("answer", "work"), [(True, Work.HANDED_OVER), (False, Work.CANCELLED), (None, Work.HELD)])
def test_a_host_that_went_silent_is_asked(esdh_connect, letter, esdh_host, esdh_clock, answer, work):
    """Ten minutes after it prepared a letter; not known yet is asked again."""
    [prepared] = esdh_connect.prepare(esdh_connect.plan(letter), by="bo").entries
    esdh_connect.deliver()
    assert esdh_connect.entry(prepared.id).work is Work.HELD
    esdh_host.kept = {} if answer is None else {letter.key: answer}
    esdh_clock.move(minutes=11)
    esdh_connect.deliver()
    assert esdh_connect.entry(prepared.id).work is work
    esdh_host.kept[letter.key] = True
    esdh_clock.move(minutes=11)
    esdh_connect.deliver()
    assert esdh_connect.entry(prepared.id).work is (Work.HANDED_OVER if answer is None else work)


def test_preparing_needs_somebody_to_ask(letter, esdh_clock, esdh_channel):
    """Otherwise a letter could wait for ever."""

    class Mute:
        @hookimpl
        def read_document(self):
            return pdf_of("a")

    post = installation(host=Mute(), channels=[esdh_channel], now=esdh_clock)
    with pytest.raises(ValueError, match="was_committed"):
        post.prepare(letter, expect="-", by="bo")


def test_what_is_released_goes_and_what_is_withdrawn_does_not(esdh_connect, letter, esdh_channel):
    """The host says it in its own time, and twice is once."""
    esdh_connect.prepare(esdh_connect.plan(letter), by="bo")
    other = attrs.evolve(letter, key="dialog-2", title="Et andet brev")
    esdh_connect.prepare(esdh_connect.plan(other), by="bo")
    for _ in range(2):
        esdh_connect.release(letter.key, by="bo")
        esdh_connect.withdraw(other.key, by="bo", why="rullet tilbage")
    esdh_connect.deliver()
    assert [one.envelope.letter.title for one in esdh_channel.sent] == ["Afgørelse"]
    assert [one.status for one in esdh_connect.committed(other.key)] == [Status.CANCELLED]


def test_what_waits_for_no_host_is_not_released_by_its_key(esdh_connect, letter, requests, esdh_channel):
    """A key nobody used, a letter that was stopped, one that never waited, one of a mailing: each is said."""
    with pytest.raises(UnknownDispatch):
        esdh_connect.release("nobody's", by="bo")
    esdh_connect.commit_many(requests, batch="Rotter", expect=7, by="bo", first=0)
    committed(esdh_connect, letter)
    stopped = attrs.evolve(letter, key="stopped")
    esdh_connect.prepare(esdh_connect.plan(stopped), by="bo")
    esdh_connect.withdraw(stopped.key, by="bo")
    for key in (requests[0].key, letter.key, stopped.key):
        with pytest.raises(TooLate):
            esdh_connect.release(key, by="bo")
    esdh_connect.deliver()
    assert len(esdh_channel.sent) == 1


# --- deadlines


def test_an_unknown_outcome_goes_to_a_person_in_time(esdh_connect, esdh_channel, esdh_clock, letter):
    """After its deadline it is on the list, still unresolved, with two things to do about it – and never sent again."""
    entry = committed(esdh_connect, letter)
    esdh_channel.fail_with.append(OutcomeUnknown("time-out"))
    esdh_connect.deliver()
    assert not esdh_connect.entry(entry.id).needs_person
    esdh_clock.time += FOUR_DAYS
    for _ in range(3):
        esdh_connect.deliver()
    [trouble] = esdh_connect.outbox.troubles()
    assert (trouble.work, trouble.status) == (Work.SET_ASIDE, Status.UNRESOLVED)
    assert len(esdh_channel.sent) == 1


def test_a_person_confirms_what_the_provider_has(esdh_connect, esdh_channel, esdh_clock, esdh_host, letter):
    """It waits for its receipts again, is put on the case, and is not sent again."""
    entry = committed(esdh_connect, letter)
    esdh_channel.fail_with.append(OutcomeUnknown("time-out"))
    esdh_connect.deliver()
    esdh_clock.time += FOUR_DAYS
    esdh_connect.deliver()
    sure = esdh_connect.resolve(entry.id, Remedy.CONFIRM, by="admin", why="Strålfors har den")
    esdh_connect.deliver()
    assert (sure.work, sure.status) == (Work.HANDED_OVER, Status.IN_PROGRESS)
    assert (list(esdh_host.journal.values()), len(esdh_channel.sent)) == ([entry.id], 1)
    assert esdh_connect.receive(receipt(entry, ReceiptEvent.DELIVERED, esdh_clock)).status is Status.DELIVERED


def test_a_person_has_it_sent_again_under_the_same_uuid(esdh_connect, esdh_channel, esdh_clock, letter):
    """The provider says that it has it not; and it can no longer be stopped, because it may be there."""
    entry = committed(esdh_connect, letter)
    esdh_channel.fail_with.append(OutcomeUnknown("time-out"))
    esdh_connect.deliver()
    esdh_clock.time += FOUR_DAYS
    esdh_connect.deliver()
    again = esdh_connect.resolve(entry.id, Remedy.RETRY, by="admin", why="de har den ikke")
    assert (again.work, again.status) == (Work.READY, Status.UNRESOLVED)
    assert not esdh_connect.cancel(entry.id, by="bo")
    esdh_connect.deliver()
    first, second = esdh_channel.sent
    assert first.message_uuid == second.message_uuid
    assert first.envelope == second.envelope
    assert first.transaction_id != second.transaction_id
    assert esdh_connect.entry(entry.id).status is Status.IN_PROGRESS


def test_where_it_is_proven_to_be_safe_an_unknown_letter_goes_again(esdh_host, esdh_clock, letter):
    """The same UUID and bytes, within the provider's window; a refusal of it then is no refusal of the letter."""
    conduct = Conduct(dedup="proven", settle_within=timedelta(hours=1))
    channel = FakeChannel(conduct=conduct, fail_with=[OutcomeUnknown("time-out"), Rejected("seen", code="dup")])
    post = installation(host=esdh_host, channels=[channel], now=esdh_clock, outbox=MemoryOutbox())
    entry = committed(post, letter)
    for _ in range(4):
        post.deliver()
        esdh_clock.move(hours=1)
    assert len({one.message_uuid for one in channel.sent}) == 1
    assert len(channel.sent) == 3
    assert post.entry(entry.id).status is Status.IN_PROGRESS


def test_one_that_comes_too_late_to_go_again_goes_to_a_person(esdh_host, esdh_clock, letter):
    """It was ready in time, and then the provider wanted to be left alone until it knows the UUID no more."""
    conduct = Conduct(dedup="proven", dedup_window=timedelta(days=1), settle_within=timedelta(hours=1))
    away = TemporaryFailure("429", retry_after=timedelta(days=2))
    channel = FakeChannel(conduct=conduct, fail_with=[OutcomeUnknown("time-out"), away])
    post = installation(host=esdh_host, channels=[channel], now=esdh_clock, outbox=MemoryOutbox())
    entry = committed(post, letter)
    for hours in (1, 49, 1):
        post.deliver()
        esdh_clock.move(hours=hours)
    assert len(channel.sent) == 2
    assert [(one.entry.id, one.kind) for one in post.failures()] == [(entry.id, Cause.NO_ANSWER)]
    post.resolve(entry.id, Remedy.RETRY, by="admin", why="de har den ikke")
    post.deliver()
    assert post.entry(entry.id).status is Status.IN_PROGRESS


def test_receipts_that_do_not_come_are_asked_for(esdh_connect, esdh_channel, esdh_clock, letter):
    """Accepted and then silence: after three days a person is told, the status stays what is known."""
    entry = committed(esdh_connect, letter)
    esdh_connect.deliver()
    esdh_clock.time += FOUR_DAYS
    esdh_connect.deliver()
    [trouble] = esdh_connect.outbox.troubles()
    assert (trouble.work, trouble.status) == (Work.SET_ASIDE, Status.IN_PROGRESS)
    late = esdh_connect.receive(receipt(entry, ReceiptEvent.DELIVERED, esdh_clock))
    assert (late.work, late.status) == (Work.CLOSED, Status.DELIVERED)
    assert esdh_connect.outbox.troubles() == ()


def test_a_provider_that_tells_how_far_it_is_is_not_late(esdh_connect, esdh_clock, letter):
    """Each receipt gives the next one its time: a letter at the printer's over Easter is no failure."""
    entry = committed(esdh_connect, letter)
    esdh_connect.deliver()
    for event in (ReceiptEvent.AT_PRINTER, ReceiptEvent.PRINTING):
        esdh_clock.move(hours=71)
        esdh_connect.receive(receipt(entry, event, esdh_clock))
        esdh_connect.deliver()
    esdh_clock.move(hours=71)
    esdh_connect.receive(receipt(entry, ReceiptEvent.UPDATE, esdh_clock))
    esdh_connect.deliver()
    assert (esdh_connect.entry(entry.id).work, esdh_connect.failures()) == (Work.HANDED_OVER, ())
    esdh_clock.move(hours=2)
    esdh_connect.deliver()
    assert [one.kind for one in esdh_connect.failures()] == [Cause.NO_RECEIPT]


def test_what_was_posted_needs_no_further_word(esdh_connect, esdh_clock, letter):
    """Paper that was dispatched often gets no last receipt; one that comes late still counts."""
    entry = committed(esdh_connect, letter)
    esdh_connect.deliver()
    esdh_connect.receive(receipt(entry, ReceiptEvent.SENT, esdh_clock))
    esdh_clock.time += FOUR_DAYS
    esdh_connect.deliver()
    after = esdh_connect.entry(entry.id)
    assert (after.work, after.status, after.needs_person) == (Work.CLOSED, Status.SENT, False)
    assert esdh_connect.receive(receipt(entry, ReceiptEvent.FAILED, esdh_clock)).needs_person


def test_a_letter_that_was_set_aside_can_be_tried_again(esdh_connect, esdh_channel, esdh_clock, letter):
    """The cause is gone, the same letter goes; it has all its tries again."""
    entry = committed(esdh_connect, letter)
    esdh_channel.fail_with = [TemporaryFailure("down") for _ in range(13)]
    for _ in range(30):
        esdh_connect.deliver()
        esdh_clock.move(hours=1)
    assert esdh_connect.entry(entry.id).status is Status.FAILED
    esdh_connect.resolve(entry.id, Remedy.RETRY, by="admin", why="aftalen er fornyet")
    for _ in range(3):
        esdh_connect.deliver()
        esdh_clock.move(hours=1)
    assert len(esdh_channel.sent) == 14
    assert esdh_connect.entry(entry.id).status is Status.IN_PROGRESS


@pytest.mark.parametrize("remedy", list(Remedy))
def test_only_what_helps_can_be_done(esdh_connect, letter, remedy):
    """A letter that is well has nothing to be done about it."""
    entry = committed(esdh_connect, letter)
    with pytest.raises(TooLate):
        esdh_connect.resolve(entry.id, remedy, by="admin", why="-")
    assert esdh_connect.entry(entry.id) == entry


# --- when it leaves


def test_a_value_date_keeps_the_letter_here(esdh_connect, esdh_channel, esdh_clock, letter):
    """Until a day before it, Danish time, and until then it can be stopped: nothing is called back from SF1601."""
    options = Options(not_before=date(2026, 12, 24))
    entry = committed(esdh_connect, attrs.evolve(letter, options=options))
    assert wording.when(entry.due) == "23. december 2026 kl. 00.00"
    esdh_connect.deliver()
    assert esdh_channel.sent == []
    esdh_clock.time = entry.due
    esdh_connect.deliver()
    assert len(esdh_channel.sent) == 1


def test_a_provider_that_asks_for_peace_gets_it(esdh_connect, esdh_channel, esdh_clock, letter):
    """Retry-After counts for every letter of the channel, not for the one that heard it."""
    esdh_channel.fail_with.append(TemporaryFailure("busy", retry_after=timedelta(minutes=7)))
    for key in ("a", "b", "c"):
        committed(esdh_connect, attrs.evolve(letter, key=key))
    esdh_connect.deliver()
    assert len(esdh_channel.sent) == 1
    esdh_clock.move(minutes=8)
    esdh_connect.deliver()
    assert len(esdh_channel.sent) == 4


def test_a_gate_tells_no_number_of_a_person(esdh_connect, esdh_channel, letter):
    """Why it is shut is stored in clear, whatever a channel puts into its error."""
    told = TemporaryFailure("busy with 010190-1234", retry_after=timedelta(minutes=7))
    esdh_channel.fail_with.append(told)
    committed(esdh_connect, letter)
    esdh_connect.deliver()
    [gate] = esdh_connect.outbox.gates()
    assert gate.why == "busy with xxxxxx-xxxx"


def test_a_worker_without_the_plugin_leaves_its_letters_to_one_that_has_it(esdh_host, esdh_channel, esdh_clock, letter):
    """It costs them no try and shuts no gate; health says what is missing where it is."""
    other = FakeChannel("other", "En anden")
    without = installation(host=esdh_host, channels=[other], now=esdh_clock)
    post = installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, outbox=without.outbox)
    entry = committed(post, letter)
    for _ in range(13):
        assert not without.deliver().letters
        esdh_clock.move(hours=1)
    assert (post.entry(entry.id).attempts, post.outbox.gates()) == ((), ())
    found = {one.what: one.text for one in without.health().findings}
    assert "»fake«" in found["channel_missing"]
    assert post.deliver().letters == 1
    assert without.health().is_well


def test_letters_go_in_several_threads(esdh_connect, esdh_channel, letter):
    """Each of them once."""
    entries = [committed(esdh_connect, attrs.evolve(letter, key=str(at))) for at in range(9)]
    done = esdh_connect.deliver(limit=8, threads=3)
    assert done.letters == 8
    esdh_connect.deliver(threads=3)
    assert sorted(one.id for one in esdh_channel.sent) == sorted(entry.id for entry in entries)
