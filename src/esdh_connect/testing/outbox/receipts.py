"""Receipts, and the duty to journalize that the first proof brings."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest

from esdh_connect.dispatch import ReceiptEvent, Status, Work
from esdh_connect.events import ReceiptReceived
from esdh_connect.outbox import Duty, Outbox, UnknownDispatch
from esdh_connect.testing.letters import NOON, draft, receipt
from esdh_connect.testing.outbox.happenings import accept, add, claim, received

__all__ = ["Receipts"]

_LATER = NOON + timedelta(hours=1)
_STORY = (ReceiptEvent.TAKEN_IN, ReceiptEvent.UPDATE, ReceiptEvent.DELIVERED)

_DAY = timedelta(days=1)


class Receipts:
    """Taking receipts in."""

    @pytest.mark.parametrize("story", list(permutations(_STORY)))
    def test_the_order_of_receipts_does_not_matter(self, outbox: Outbox, story: tuple[ReceiptEvent, ...]) -> None:
        """Late, early and repeated ones end in the same place, each kept once."""
        add(outbox, draft("1"))
        under_way = claim(outbox).entry
        for event in (*story, *story):
            outbox.receive(receipt(under_way, event), received)
        after = outbox.entry(under_way.id)
        assert (after.work, after.status) == (Work.CLOSED, Status.DELIVERED)
        assert after.receipts == tuple(receipt(under_way, event) for event in story)

    def test_a_repeated_receipt_is_told_once(self, outbox: Outbox) -> None:
        """A provider that repeats itself makes no new facts."""
        outbox.install("plugin")
        add(outbox, draft("1"))
        told = receipt(claim(outbox).entry, ReceiptEvent.TAKEN_IN)
        assert outbox.receive(told, received) == outbox.receive(told, received)
        facts = [one.event for one in outbox.unheard("plugin")]
        assert len([fact for fact in facts if isinstance(fact, ReceiptReceived)]) == 1

    def test_a_receipt_is_kept_whatever_is_decided(self, outbox: Outbox) -> None:
        """What a provider told us is stored even where nothing follows from it."""
        one = draft("1")
        add(outbox, one)
        told = receipt(one.entry, ReceiptEvent.UPDATE)
        outbox.receive(told, lambda *_: None)
        assert outbox.entry(one.entry.id).receipts == (told,)

    def test_receipts_after_the_end_are_kept(self, outbox: Outbox) -> None:
        """A letter that is closed stays closed, and still tells all that came."""
        one = draft("1", work=Work.CLOSED)
        add(outbox, one)
        told = receipt(one.entry, ReceiptEvent.FAILED)
        after = outbox.receive(told, received)
        assert after is not None
        assert (after.work, after.status, after.receipts) == (Work.CLOSED, Status.FAILED, (told,))

    def test_two_letters_may_have_receipts_of_the_same_id(self, outbox: Outbox) -> None:
        """A provider that counts from one for each letter loses nothing."""
        one, two = draft("1"), draft("2")
        add(outbox, one, two)
        for about in (one, two):
            outbox.receive(receipt(about.entry, ReceiptEvent.TAKEN_IN, id="1"), received)
        assert [len(outbox.entry(about.entry.id).receipts) for about in (one, two)] == [1, 1]

    def test_a_receipt_without_a_letter_is_kept(self, outbox: Outbox) -> None:
        """It is kept once, whole, until somebody looks."""
        told = receipt(draft("nobody's").entry, ReceiptEvent.TAKEN_IN)
        assert outbox.receive(told, received) is None
        assert outbox.receive(told, received) is None
        assert outbox.unmatched() == (told,)

    def test_a_receipt_for_nobody_is_forgotten_after_its_time(self, outbox: Outbox) -> None:
        """Never one whose letter is there by now."""
        old, young, early = draft("1"), draft("2"), draft("3")
        for about, at in ((old, NOON), (young, NOON + _DAY), (early, NOON)):
            outbox.receive(receipt(about.entry, at=at), received)
        add(outbox, early)
        assert outbox.forget(NOON) == 1
        assert {told.message_uuid for told in outbox.unmatched()} == {
            young.entry.message_uuid,
            early.entry.message_uuid,
        }
        assert outbox.forget(NOON) == 0

    def test_a_receipt_that_came_before_its_letter_finds_it(self, outbox: Outbox) -> None:
        """It is given before all others once its letter is there, and received again like any."""
        one = draft("1")
        others = [receipt(draft(f"nobody's {number}").entry) for number in range(3)]
        early = receipt(one.entry, ReceiptEvent.TAKEN_IN)
        for told in (*others, early):
            outbox.receive(told, received)
        assert outbox.unmatched() == (*others, early)
        add(outbox, one)
        assert outbox.unmatched(limit=1) == (early,)
        after = outbox.receive(early, received)
        assert after is not None
        assert (after.work, after.receipts) == (Work.HANDED_OVER, (early,))
        assert outbox.unmatched() == tuple(others)

    # --- duties

    def test_the_first_proof_brings_one_duty(self, outbox: Outbox) -> None:
        """It is due at once, and receipts that follow bring no other."""
        add(outbox, draft("1"))
        under_way = claim(outbox).entry
        assert outbox.duties(_LATER) == ()
        outbox.change(under_way.id, accept(under_way))
        outbox.receive(receipt(under_way, ReceiptEvent.DELIVERED), received)
        (duty,) = outbox.duties(NOON)
        assert (duty.dispatch, duty.tries) == (under_way.id, 0)

    def test_a_duty_comes_until_it_is_done(self, outbox: Outbox) -> None:
        """A failed try puts it off and is counted; done, it never comes again."""
        duty = _with_a_duty(outbox)
        outbox.duty_postponed(duty.mark, _LATER, "the host is down", begun=False)
        assert outbox.duties(NOON) == ()
        assert outbox.duties(_LATER) == (Duty(duty.mark, duty.dispatch, _LATER, tries=1),)
        outbox.duty_done(duty.mark, "note-1")
        assert outbox.duties(_LATER) == ()

    def test_that_the_host_was_asked_is_kept(self, outbox: Outbox) -> None:
        """Whoever comes after a crash knows that the host may have written, until it is sure that it has not."""
        duty = _with_a_duty(outbox)
        assert outbox.take_duty(duty.mark, "first") == duty
        taken = outbox.take_duty(duty.mark, "first")
        assert taken is not None
        assert (taken.begun, taken.shift) == (True, "first")
        outbox.duty_postponed(duty.mark, NOON, "it says that it did not", begun=False, shift="first")
        assert [(one.begun, one.shift) for one in outbox.duties(NOON)] == [(False, "")]

    def test_only_who_has_a_duty_in_hand_lets_it_go(self, outbox: Outbox) -> None:
        """A worker that was thought dead and wakes up changes nothing about what another has taken over."""
        duty = _with_a_duty(outbox)
        outbox.take_duty(duty.mark, "another")
        outbox.duty_postponed(duty.mark, _LATER, "too late", begun=False, shift="first")
        outbox.duty_unknown(duty.mark, "too late", shift="first")
        assert [(one.begun, one.shift, one.due) for one in outbox.duties(NOON)] == [(True, "another", duty.due)]
        outbox.duty_done(duty.mark, "note-1")
        assert outbox.take_duty(duty.mark, "first") is None

    def test_a_duty_nobody_can_know_of_waits_for_a_person(self, outbox: Outbox) -> None:
        """It is not tried again by itself; a person's word brings it back, or ends it."""
        duty = _with_a_duty(outbox)
        assert outbox.stuck_duties(tries=1) == ()
        outbox.duty_unknown(duty.mark, "the host cannot look")
        assert outbox.duties(_LATER) == ()
        assert [(one.mark, one.is_unknown) for one in outbox.stuck_duties(tries=99)] == [(duty.mark, True)]
        outbox.duty_postponed(duty.mark, NOON, "it is not there", begun=False)
        assert [one.is_unknown for one in outbox.duties(NOON)] == [False]
        assert outbox.stuck_duties(tries=1) == outbox.duties(NOON)
        outbox.duty_done(duty.mark, "note-1")
        assert outbox.stuck_duties(tries=1) == ()

    def test_a_duty_the_host_refuses_waits_for_a_person(self, outbox: Outbox) -> None:
        """It is told at once and why, nothing was begun, and a person's word brings it back as it was."""
        duty = _with_a_duty(outbox)
        outbox.take_duty(duty.mark, "first")
        outbox.duty_refused(duty.mark, "too late", shift="another")
        assert outbox.stuck_duties(tries=99) == ()
        outbox.duty_refused(duty.mark, "the case is closed", shift="first")
        assert outbox.duties(_LATER) == ()
        assert outbox.take_duty(duty.mark, "first") is None
        [found] = outbox.stuck_duties(tries=99)
        assert (found.is_refused, found.begun, found.tries, found.why) == (True, False, 1, "the case is closed")
        outbox.duty_resolved(duty.mark, lambda _: None, NOON, written=False)
        assert outbox.duties(NOON) == (Duty(duty.mark, duty.dispatch, NOON),)

    def test_no_more_duties_than_asked_for(self, outbox: Outbox) -> None:
        """The limit holds, and each dispatch has a mark of its own."""
        drafts = [draft(str(number)) for number in range(3)]
        add(outbox, *drafts)
        for one in drafts:
            outbox.receive(receipt(one.entry), received)
        assert len(outbox.duties(NOON, limit=2)) == 2  # noqa: PLR2004 - as asked for
        assert len({duty.mark for duty in outbox.duties(NOON)}) == len(drafts)

    def test_an_unknown_duty_is_said_to_be_unknown(self, outbox: Outbox) -> None:
        """Answers to what was never asked are a mistake."""
        with pytest.raises(UnknownDispatch):
            outbox.duty_done("nobody", "note-1")
        with pytest.raises(UnknownDispatch):
            outbox.duty_postponed("nobody", NOON, "", begun=True)


def _with_a_duty(outbox: Outbox) -> Duty:
    add(outbox, draft("1"))
    under_way = claim(outbox).entry
    outbox.change(under_way.id, accept(under_way))
    (duty,) = outbox.duties(NOON)
    return duty
