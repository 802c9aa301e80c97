"""Serving: what became of letters in hand, and the next ones, stored together."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from esdh_connect.dispatch import Entry, ReceiptEvent, Work
from esdh_connect.events import DocumentWithdrawn
from esdh_connect.outbox import Change, Claim, Outbox
from esdh_connect.testing.letters import NOON, POLICY, draft, receipt, seen
from esdh_connect.testing.outbox.happenings import STOP, accept, add, ids, postpone, received, start

__all__ = ["Serving"]


def _take(outbox: Outbox, count: int) -> tuple[Claim, ...]:
    return outbox.serve((), NOON, [start() for _ in range(count)], STOP)


class Serving:
    """Several letters at a time."""

    def test_outcomes_and_the_next_letters_are_stored_together(self, outbox: Outbox) -> None:
        """Whoever hands in two letters gets the next two, and all four are as they should be."""
        drafts = [draft(str(at), due=NOON - timedelta(seconds=9 - at)) for at in range(5)]
        add(outbox, *drafts)
        first = _take(outbox, 2)
        ended = [(first[0], accept(first[0].entry)), (first[1], postpone())]
        then = outbox.serve(ended, NOON, [start(), start()], STOP)
        assert [one.entry.id for one in (*first, *then)] == ids(*drafts[:4])
        works = [outbox.entry(id_).work for id_ in ids(*drafts)]
        assert works == [Work.HANDED_OVER, Work.READY, Work.SENDING, Work.SENDING, Work.READY]
        assert [one.entry for one in then] == [outbox.entry(one.entry.id) for one in then]

    def test_nobody_takes_more_letters_than_can_be_sent(self, outbox: Outbox) -> None:
        """An attempt has begun for each that somebody asked for, and for no other."""
        add(outbox, *(draft(str(at)) for at in range(5)))
        claims = _take(outbox, 3)
        begun = {entry.id for entry in outbox.entries() if entry.attempts}
        assert begun == {one.entry.id for one in claims}
        assert [len(_take(outbox, count)) for count in (0, 1, 9)] == [0, 1, 1]

    def test_a_claim_gives_what_its_letter_carries(self, outbox: Outbox) -> None:
        """Small or large, it is the dispatch as it would be read by its id, with the attempt that has begun."""
        large = bytes(range(256)) * 4096 * 5
        add(outbox, draft("small", contents=[b"%PDF-1.7 brev"]), draft("large", contents=[large]))
        claims = _take(outbox, 2)
        assert [one.carried() for one in claims] == [outbox.dispatch(one.entry.id) for one in claims]

    @pytest.mark.parametrize("event", [ReceiptEvent.ACCEPTED, ReceiptEvent.DELIVERED])
    def test_what_came_meanwhile_is_not_overwritten(self, outbox: Outbox, event: ReceiptEvent) -> None:
        """A receipt that was quicker than our own answer stays, and a letter that is over stays over."""
        add(outbox, draft("1"), draft("2"))
        claims = _take(outbox, 2)
        quicker = receipt(claims[0].entry, event, id="quicker")
        outbox.receive(quicker, received)
        outbox.serve([(one, accept(one.entry)) for one in claims], NOON, (), STOP)
        entry = outbox.entry(claims[0].entry.id)
        assert [one.id == "quicker" for one in entry.receipts] == [True, False]
        assert entry.work is (Work.CLOSED if event is ReceiptEvent.DELIVERED else Work.HANDED_OVER)
        assert outbox.entry(claims[1].entry.id).work is Work.HANDED_OVER

    def test_it_is_all_or_nothing(self, outbox: Outbox) -> None:
        """Where one outcome is refused, the others are not stored either, and no letter is taken."""
        add(outbox, *(draft(str(at)) for at in range(3)))
        one, other = _take(outbox, 2)
        before = outbox.entries()
        with pytest.raises(ValueError, match="only ever added"):
            outbox.serve([(one, accept(one.entry)), (other, _forget)], NOON, [start()], STOP)
        assert outbox.entries() == before

    def test_among_several_those_that_must_not_leave_are_stopped(self, outbox: Outbox) -> None:
        """A letter with a withdrawn document is cancelled, and another takes its turn."""
        drafts = [draft(str(at), documents=(f"doc-{at}",)) for at in range(4)]
        add(outbox, *drafts)
        for document in ("doc-0", "doc-2"):
            outbox.tell(seen(DocumentWithdrawn, document, at=NOON + timedelta(seconds=1)), POLICY)
        assert [one.entry.id for one in _take(outbox, 2)] == ids(drafts[1], drafts[3])
        cancelled = {entry.id for entry in outbox.entries() if entry.work is Work.CANCELLED}
        assert cancelled == set(ids(drafts[0], drafts[2]))

    def test_the_pace_of_a_channel_is_kept(self, outbox: Outbox) -> None:
        """Of a channel that takes one a second, one is taken, however many are asked for."""
        add(outbox, *(draft(str(at)) for at in range(3)))
        starts, pace = [start() for _ in range(3)], {"fake": timedelta(seconds=1)}
        assert len(outbox.serve((), NOON, starts, STOP, pace=pace)) == 1
        assert outbox.serve((), NOON, starts, STOP, pace=pace) == ()
        assert len(outbox.serve((), NOON + timedelta(seconds=1), starts, STOP, pace=pace)) == 1


def _forget(entry: Entry) -> Change:
    """Decide what no happening may: an attempt that never was."""
    return Change(attrs.evolve(entry, acts=(), attempts=()))
