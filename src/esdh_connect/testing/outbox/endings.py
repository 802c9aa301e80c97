"""The end of letters: what was carried is erased when nobody has anything to do with it any more."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from esdh_connect import deeds
from esdh_connect.dispatch import Act, Deed, ReceiptEvent, Work
from esdh_connect.errors import DamagedPayload, StoreError
from esdh_connect.outbox import Outbox
from esdh_connect.testing.letters import NOON, draft, receipt
from esdh_connect.testing.outbox.happenings import accept, add, cancel, claim, ids, received, reject

__all__ = ["Endings"]

_BEFORE, _LATER = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_ACT = Act(Deed.SOLVED, "bo.sagsbehandler", NOON, "ringet til borgeren")


def _delivered(outbox: Outbox) -> str:
    entry = claim(outbox).entry
    outbox.change(entry.id, accept(entry))
    outbox.receive(receipt(entry, ReceiptEvent.DELIVERED), received)
    return entry.id


class Endings:
    """Erasing, and what may be erased; and what an outbox is from its beginning to its end."""

    @pytest.mark.parametrize("training", [True, False])
    def test_it_is_of_training_or_it_is_not(self, outbox: Outbox, *, training: bool) -> None:
        """Said once, it stays so; said again, it changes nothing."""
        outbox.begin(training=training)
        outbox.begin(training=training)
        with pytest.raises(StoreError) as caught:
            outbox.begin(training=not training)
        assert caught.value.danish
        outbox.begin(training=training)

    def test_what_owes_nothing_may_be_erased_after_a_while(self, outbox: Outbox) -> None:
        """Delivered and journalized, or cancelled; not what may still leave."""
        add(outbox, draft("1"), draft("2"), draft("3"))
        outbox.duty_done(_delivered(outbox), "journal-1")
        outbox.change(draft("2").entry.id, cancel())
        assert set(outbox.erasable(_LATER)) == set(ids(draft("1"), draft("2")))
        assert outbox.erasable(_BEFORE) == ()
        assert len(outbox.erasable(_LATER, limit=1)) == 1

    def test_a_duty_or_a_failure_keeps_it(self, outbox: Outbox) -> None:
        """Whoever journalizes needs the letter, and so does whoever has to look at why it failed."""
        add(outbox, draft("1"), draft("2"))
        owing = _delivered(outbox)
        failed = claim(outbox).id
        outbox.change(failed, reject())
        assert outbox.erasable(_LATER) == ()
        for id_ in (owing, failed):
            with pytest.raises(ValueError, match="not over"):
                outbox.erase(id_)
        outbox.duty_done(owing, "journal-1")
        outbox.change(failed, lambda entry: deeds.solved(entry, _ACT))
        assert set(outbox.erasable(_LATER)) == {owing, failed}

    def test_an_erased_letter_carries_nothing(self, outbox: Outbox) -> None:
        """Its line stays, with what became of it; it is not found again."""
        add(outbox, draft("1"), draft("2"))
        outbox.change(draft("1").entry.id, cancel())
        outbox.erase(draft("1").entry.id, by="bo", why="bedt om det")
        for read in (outbox.dispatch, outbox.cover):
            with pytest.raises(DamagedPayload):
                read(draft("1").entry.id)
        assert outbox.entry(draft("1").entry.id).work is Work.CANCELLED
        assert outbox.erasable(_LATER) == ()
        assert outbox.dispatch(draft("2").entry.id).envelope == draft("2").envelope
