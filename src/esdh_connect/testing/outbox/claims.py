"""Claims: which letter goes next, and which do not go at all."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import uuid4

import pytest

from esdh_connect.dispatch import Entry, ReceiptEvent, Work
from esdh_connect.events import DocumentChanged, DocumentFinalized, DocumentWithdrawn
from esdh_connect.outbox import Change, Draft, Outbox
from esdh_connect.testing.letters import NOON, POLICY, draft, receipt, seen
from esdh_connect.testing.outbox.happenings import (
    STOP,
    accept,
    add,
    cancel,
    claim,
    fail,
    ids,
    postpone,
    received,
    reject,
    start,
)

__all__ = ["Claims"]

_SECOND = timedelta(seconds=1)
_SOON, _LATER = NOON + _SECOND, NOON + timedelta(minutes=1)


def _all(outbox: Outbox, now: datetime = NOON) -> list[str]:
    """Claim until nothing is left."""
    found = []
    while entry := outbox.claim(now, start(now), STOP):
        found.append(entry.id)
    return found


def _with_reminder() -> tuple[Draft, Draft]:
    letter = draft("letter")
    return letter, draft("reminder", key="letter", beside=letter.entry.id, documents=(), due=NOON - _SECOND)


class Claims:
    """Taking letters to send."""

    #: Whether this outbox lets several dispatch at once.
    many_workers: ClassVar[bool] = False

    def test_nothing_to_do_is_none(self, outbox: Outbox) -> None:
        """An empty outbox has no next letter."""
        assert outbox.claim(NOON, start(), STOP) is None

    def test_a_claimed_letter_is_under_way_with_its_contents(self, outbox: Outbox) -> None:
        """The attempt and its transaction id are stored before the channel gets the letter."""
        one, transaction = draft("1"), uuid4()
        add(outbox, one)
        entry = outbox.claim(NOON, start(transaction=transaction), STOP)
        dispatch = outbox.dispatch(one.entry.id)
        assert entry == dispatch.entry
        assert (dispatch.id, dispatch.envelope, dispatch.manifest) == (one.entry.id, one.envelope, one.manifest)
        assert (dispatch.message_uuid, dispatch.transaction_id) == (one.entry.message_uuid, transaction)
        assert outbox.entry(one.entry.id) == dispatch.entry
        assert dispatch.entry.attempts[-1].transaction_id == transaction
        assert outbox.claim(NOON, start(), STOP) is None

    def test_the_longest_due_goes_first(self, outbox: Outbox) -> None:
        """By the time they fell due, then in the order they were committed; never before."""
        late, first, second = draft("1", due=_LATER), draft("2"), draft("3")
        early, held = draft("4", due=NOON - _SECOND), draft("5", work=Work.HELD)
        add(outbox, late, first, second, early, held)
        assert _all(outbox) == ids(early, first, second)
        assert _all(outbox, _LATER) == ids(late)

    def test_a_postponed_letter_comes_again(self, outbox: Outbox) -> None:
        """It waits until it is due, and has the same message UUID and another transaction id then."""
        add(outbox, draft("1"))
        first = claim(outbox)
        due = outbox.change(first.id, postpone()).due
        assert _all(outbox) == []
        second = claim(outbox, due)
        assert second.message_uuid == first.message_uuid
        assert second.transaction_id != first.transaction_id
        assert [one.transaction_id for one in second.entry.attempts] == [first.transaction_id, second.transaction_id]

    def test_two_never_get_the_same_letter(self, outbox: Outbox) -> None:
        """However many claim at once, each letter is claimed once."""
        drafts = [draft(str(number)) for number in range(30)]
        add(outbox, *drafts)
        with ThreadPoolExecutor(4) as pool:
            found = [one for taken in pool.map(lambda _: _all(outbox), range(4)) for one in taken]
        assert sorted(found) == sorted(ids(*drafts))

    def test_a_broken_rule_leaves_the_letter_ready(self, outbox: Outbox) -> None:
        """Where the start fails nothing was claimed."""
        one = draft("1")
        add(outbox, one)

        def broken(_: Entry) -> Change:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            outbox.claim(NOON, broken, STOP)
        assert outbox.entry(one.entry.id) == one.entry
        assert _all(outbox) == ids(one)

    def test_a_letter_that_may_not_start_stops_nobody(self, outbox: Outbox) -> None:
        """Where nothing is decided about a letter it stays as it is, and the next is tried."""
        first, second = draft("1"), draft("2")
        add(outbox, first, second)
        begin = start()
        taken = outbox.claim(NOON, lambda entry: None if entry.id == first.entry.id else begin(entry), STOP)
        assert taken is not None
        assert taken.id == second.entry.id
        assert outbox.entry(first.entry.id) == first.entry

    @pytest.mark.parametrize("kind", [DocumentWithdrawn, DocumentChanged])
    def test_what_was_withdrawn_after_the_commit_does_not_leave(
        self, outbox: Outbox, kind: type[DocumentWithdrawn | DocumentChanged]
    ) -> None:
        """A withdrawn document stops the letters with it, and the next is tried; a new version stops none."""
        with_it, without = draft("1", documents=("doc-2", "doc-1")), draft("2", documents=("doc-2",))
        add(outbox, with_it, without)
        outbox.tell(seen(kind, "doc-1", at=_SOON, version="2"), POLICY)
        leaving = ids(without) if kind is DocumentWithdrawn else ids(with_it, without)
        assert _all(outbox, _LATER) == leaving
        work = outbox.entry(with_it.entry.id).work
        assert work is (Work.CANCELLED if kind is DocumentWithdrawn else Work.SENDING)

    def test_what_was_withdrawn_before_the_commit_does(self, outbox: Outbox) -> None:
        """Somebody finalized it again and committed it knowingly."""
        outbox.tell(seen(DocumentWithdrawn, at=NOON - _SECOND), POLICY)
        outbox.tell(seen(DocumentFinalized, at=NOON - _SECOND / 2, version="2"), POLICY)
        one = draft("1")
        add(outbox, one)
        assert _all(outbox) == ids(one)

    def test_a_withdrawal_that_only_seems_to_be_older_stops_it_too(self, outbox: Outbox) -> None:
        """It was told late, or the clock was ahead when the letter was committed: nobody finalized it again."""
        one = draft("1")
        add(outbox, one)
        outbox.tell(seen(DocumentFinalized, at=NOON - 2 * _SECOND), POLICY)
        outbox.tell(seen(DocumentWithdrawn, at=NOON - _SECOND), POLICY)
        assert _all(outbox) == []
        assert outbox.entry(one.entry.id).work is Work.CANCELLED

    def test_a_reminder_waits_for_its_letter(self, outbox: Outbox) -> None:
        """It is due first, and still goes after the letter was handed over."""
        letter, reminder = _with_reminder()
        add(outbox, letter, reminder)
        under_way = claim(outbox)
        assert under_way.id == letter.entry.id
        assert _all(outbox) == []
        outbox.change(under_way.id, accept(under_way.entry))
        assert _all(outbox) == ids(reminder)

    def test_a_reminder_waits_while_nobody_knows(self, outbox: Outbox) -> None:
        """A letter whose outcome is unknown may not have been sent; a receipt settles it."""
        letter, reminder = _with_reminder()
        add(outbox, letter, reminder)
        under_way = claim(outbox).entry
        outbox.change(under_way.id, fail())
        assert _all(outbox) == []
        outbox.receive(receipt(under_way, ReceiptEvent.TAKEN_IN), received)
        assert _all(outbox) == ids(reminder)

    def test_a_reminder_does_not_go_where_its_letter_failed(self, outbox: Outbox) -> None:
        """Nobody is reminded of a letter that never came."""
        letter, reminder = _with_reminder()
        add(outbox, letter, reminder)
        outbox.change(claim(outbox).id, reject())
        assert _all(outbox) == []
        assert outbox.entry(reminder.entry.id).work is Work.CANCELLED

    def test_a_reminder_does_not_go_where_its_letter_was_cancelled(self, outbox: Outbox) -> None:
        """Whoever stops the letter stops its reminder."""
        letter, reminder = _with_reminder()
        add(outbox, letter, reminder)
        outbox.change(letter.entry.id, cancel())
        assert _all(outbox) == []
        assert outbox.entry(reminder.entry.id).work is Work.CANCELLED

    def test_a_reminder_committed_later_finds_its_letter(self, outbox: Outbox) -> None:
        """It does not wait for what has happened already."""
        letter, reminder = _with_reminder()
        add(outbox, letter)
        under_way = claim(outbox).entry
        outbox.change(under_way.id, accept(under_way))
        add(outbox, reminder)
        assert _all(outbox) == ids(reminder)

    def test_dispatchers_are_told_apart(self, outbox: Outbox) -> None:
        """Whoever comes second does not wait: it is told that there is one, or has a shift of its own."""

        def shift() -> str | None:
            with outbox.dispatching() as mine:
                return mine

        with ThreadPoolExecutor(1) as pool, outbox.dispatching() as mine:
            assert mine
            others = [pool.submit(shift).result() for _ in range(2)]
        assert len({mine, *others}) == len([mine, *others]) - (not self.many_workers)
        assert (None in others) is not self.many_workers
        assert shift() not in (None, mine, *others)

    def test_a_thing_done_alone_is_done_by_one(self, outbox: Outbox) -> None:
        """The second at the same thing is told so and does not wait."""

        def alone(what: str) -> bool:
            with outbox.alone(what) as mine:
                return mine

        with ThreadPoolExecutor(1) as pool, outbox.alone("telling") as mine:
            assert mine
            assert not pool.submit(alone, "telling").result()
            assert pool.submit(alone, "something else").result()
        assert alone("telling")

    def test_an_exception_gives_the_place_free(self, outbox: Outbox) -> None:
        """A dispatcher that breaks does not keep others from it."""
        with pytest.raises(ZeroDivisionError), outbox.dispatching():
            raise ZeroDivisionError
        with outbox.dispatching() as mine:
            assert mine

    def test_under_way_is_still_under_way_in_the_next_process(
        self, outbox: Outbox, reopen: Callable[[], Outbox]
    ) -> None:
        """Nothing is sent twice because a process ended: the letter is found, not claimed again."""
        add(outbox, draft("1"))
        under_way = claim(outbox).entry
        anew = reopen()
        assert anew.claim(_LATER, start(), STOP) is None
        assert anew.orphaned("another") == (under_way,)
