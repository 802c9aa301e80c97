"""Changes: what a happening does to an entry is stored whole, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import attrs
import pytest

from esdh_connect.dispatch import TRANSITIONS, Attempt, Entry, Outcome, Work
from esdh_connect.events import Event
from esdh_connect.outbox import Change, Decide, Outbox, UnknownDispatch
from esdh_connect.testing.letters import NOON, committed, draft, ended, receipt
from esdh_connect.testing.outbox.happenings import accept, add, claim, fail, start

__all__ = ["Changes"]

_LETTER = draft("1", work=Work.SENDING)
_ATTEMPT, _RECEIPT = Attempt(uuid4(), NOON), receipt(_LETTER.entry)
#: An entry with a past: two attempts, one of them ended, and a receipt.
_PAST = attrs.evolve(ended(attrs.evolve(_LETTER.entry, attempts=(_ATTEMPT,)), Outcome.TEMPORARY), receipts=(_RECEIPT,))
_ENTRY = attrs.evolve(_PAST, attempts=(*_PAST.attempts, Attempt(uuid4(), NOON)))


def _without_receipts(entry: Entry) -> Entry:
    return attrs.evolve(entry, receipts=())


def _with_another_receipt_first(entry: Entry) -> Entry:
    return attrs.evolve(entry, receipts=(receipt(entry, id="another"), *entry.receipts))


def _without_an_attempt(entry: Entry) -> Entry:
    return attrs.evolve(entry, attempts=entry.attempts[:1])


def _with_another_transaction(entry: Entry) -> Entry:
    return attrs.evolve(entry, attempts=(entry.attempts[0], attrs.evolve(entry.attempts[1], transaction_id=uuid4())))


def _with_another_outcome(entry: Entry) -> Entry:
    return attrs.evolve(entry, attempts=(attrs.evolve(entry.attempts[0], outcome=Outcome.ACCEPTED), entry.attempts[1]))


def _with_another_uuid(entry: Entry) -> Entry:
    return attrs.evolve(entry, message_uuid=uuid4())


def _under_another_policy(entry: Entry) -> Entry:
    return attrs.evolve(entry, policy_version="another")


def _moving(work: Work, *told: Event) -> Decide:
    return lambda entry: Change(attrs.evolve(entry, work=work), told, journalize=True)


class Changes:
    """Changing one entry."""

    def test_a_change_is_given_back_and_stored(self, outbox: Outbox) -> None:
        """What change gives is what is read afterwards, with attempts, receipts and their personal texts."""
        add(outbox, draft("1"))
        under_way = claim(outbox).entry
        after = outbox.change(under_way.id, accept(under_way))
        assert after.work is Work.HANDED_OVER
        assert outbox.entry(after.id) == after
        assert after.receipts == (receipt(under_way),)

    def test_why_it_stopped_is_kept(self, outbox: Outbox) -> None:
        """The details of attempts and the reason of an end are stored with it."""
        add(outbox, draft("1"))
        under_way = claim(outbox).entry
        reason = attrs.evolve(ended(under_way, Outcome.REJECTED), work=Work.CLOSED, stopped_because="afvist")
        attempt = attrs.evolve(reason.attempts[0], code="17", detail="no such recipient")
        reason = attrs.evolve(reason, attempts=(attempt,))
        outbox.change(under_way.id, lambda _: Change(reason))
        assert outbox.entry(under_way.id) == reason

    def test_deciding_nothing_changes_nothing(self, outbox: Outbox) -> None:
        """None is an answer."""
        one = draft("1")
        add(outbox, one)
        assert outbox.change(one.entry.id, lambda _: None) == one.entry == outbox.entry(one.entry.id)

    def test_an_exception_leaves_nothing_behind(self, outbox: Outbox) -> None:
        """A rule that fails has not moved anything, and the letter can be changed afterwards."""
        one = draft("1")
        add(outbox, one)

        def broken(_: Entry) -> Change:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            outbox.change(one.entry.id, broken)
        assert outbox.entry(one.entry.id) == one.entry
        assert outbox.change(one.entry.id, start()).work is Work.SENDING

    def test_an_unknown_dispatch_cannot_be_changed(self, outbox: Outbox) -> None:
        """It is said to be unknown, and nothing is decided."""
        with pytest.raises(UnknownDispatch):
            outbox.change("nobody", start())

    @pytest.mark.parametrize("before", list(Work))
    def test_work_moves_where_it_may(self, outbox: Outbox, before: Work) -> None:
        """Every move of the table can be made."""
        drafts = {after: draft(after.value, work=before) for after in TRANSITIONS[before]}
        add(outbox, *drafts.values())
        for after, one in drafts.items():
            moved = outbox.change(one.entry.id, _moving(after))
            assert moved.work is after
            assert outbox.entry(one.entry.id) == moved

    @pytest.mark.parametrize("before", list(Work))
    def test_work_moves_nowhere_else(self, outbox: Outbox, before: Work) -> None:
        """A move that is not in the table is refused, with the facts and the duty it would have brought."""
        one = draft("1", work=before)
        add(outbox, one)
        outbox.install("plugin")
        told = attrs.evolve(committed(one), id="a forbidden move")
        for after in set(Work) - TRANSITIONS[before] - {before}:
            with pytest.raises(ValueError, match="cannot become"):
                outbox.change(one.entry.id, _moving(after, told))
        assert outbox.entry(one.entry.id) == one.entry
        assert outbox.unheard("plugin") == ()
        assert outbox.duties(NOON) == ()

    @pytest.mark.parametrize(
        "rewrite",
        [
            _without_receipts,
            _with_another_receipt_first,
            _without_an_attempt,
            _with_another_transaction,
            _with_another_outcome,
            _with_another_uuid,
            _under_another_policy,
        ],
    )
    def test_the_past_is_not_rewritten(self, outbox: Outbox, rewrite: Callable[[Entry], Entry]) -> None:
        """Attempts and receipts are only ever added, an attempt ends once, and what was committed stays."""
        add(outbox, attrs.evolve(_LETTER, entry=_ENTRY))
        with pytest.raises(ValueError, match=r"only ever added|never changes"):
            outbox.change(_ENTRY.id, lambda entry: Change(rewrite(entry)))
        assert outbox.entry(_ENTRY.id) == _ENTRY

    def test_an_unresolved_letter_is_under_way_no_longer(self, outbox: Outbox) -> None:
        """What a dead process left under way is found by those who come after, until it is settled."""
        add(outbox, draft("1"))
        under_way = claim(outbox).entry
        assert outbox.orphaned("another") == (under_way,)
        outbox.change(under_way.id, fail())
        assert outbox.orphaned("another") == ()
