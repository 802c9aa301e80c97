"""Many letters at a time: keys looked up together, batches counted and released, figures."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

import attrs

from esdh_connect import deeds
from esdh_connect.dispatch import Act, Deed, Entry, Hold, Lane, ReceiptEvent, Status, Work
from esdh_connect.outbox import Batch, Change, Draft, Figures, Known, NotRung, Outbox
from esdh_connect.testing.letters import NOON, draft, receipt
from esdh_connect.testing.outbox.happenings import STOP, accept, add, claim, fail, ids, received, reject

__all__ = ["Mailings"]

_LATER, _MUCH_LATER = NOON + timedelta(hours=1), NOON + timedelta(days=4)
_ACT = Act(Deed.RELEASED, "bo.sagsbehandler", NOON)
_TRIES = 5


def _part(name: str, batch: str = "udsendelse", **values: Any) -> Draft:  # noqa: ANN401 - as attrs takes them
    one = draft(name, work=Work.HELD)
    return attrs.evolve(
        one, entry=attrs.evolve(one.entry, **{"held_for": Hold.BATCH, "batch": batch, "lane": Lane.MAILING, **values})
    )


def _release(entry: Entry) -> Change | None:
    return deeds.released(entry, _ACT, entry.due)


class Mailings:
    """What an outbox keeps where letters come by the thousand."""

    def test_many_keys_are_looked_up_at_once(self, outbox: Outbox) -> None:
        """Each with the letters that stand under it; a key nobody committed has none."""
        one, other = _part("1"), draft("2")
        reminder = draft("3", key="1", beside=one.entry.id)
        add(outbox, one, reminder, other)
        found = outbox.known([one.key, other.key, *(f"nobody-{at}" for at in range(1200))])
        assert found == {
            (one.key, one.recipient): Known(one.entry.fingerprint, "udsendelse", held=True),
            (one.key, reminder.recipient): Known(reminder.entry.fingerprint),
            (other.key, other.recipient): Known(other.entry.fingerprint),
        }
        assert outbox.known([]) == {}

    def test_a_batch_is_counted(self, outbox: Outbox) -> None:
        """By what its letters do; reminders are no letters of it, and the newest batch comes first."""
        part = [_part(str(at)) for at in range(4)]
        beside = draft("beside", key="0", beside=part[0].entry.id)
        add(outbox, *part, attrs.evolve(beside, entry=attrs.evolve(beside.entry, batch="udsendelse")))
        add(outbox, _part("other", batch="en anden"), draft("single"))
        outbox.change(part[0].entry.id, STOP)
        [found] = outbox.batches("udsendelse")
        seen = {Status.WAITING: 3, Status.CANCELLED: 1}
        assert found == Batch("udsendelse", NOON, {Work.HELD: 3, Work.CANCELLED: 1}, held=3, status=seen)
        assert (found.letters, found.released) == (4, 1)
        assert [batch.name for batch in outbox.batches()] == ["en anden", "udsendelse"]
        assert [batch.name for batch in outbox.batches(limit=1)] == ["en anden"]
        assert outbox.batches("nobody") == outbox.batches("") == ()

    def test_what_became_of_a_batch_is_counted(self, outbox: Outbox) -> None:
        """Each letter under the status people see, whatever it follows from; the counts add up."""
        told = [
            (ReceiptEvent.ACCEPTED,),
            (ReceiptEvent.SENT, ReceiptEvent.AT_PRINTER),
            (ReceiptEvent.DELIVERED, ReceiptEvent.SENT),
            (ReceiptEvent.DELIVERED, ReceiptEvent.FAILED),
            (ReceiptEvent.UPDATE,),
            (),
        ]
        part = [_part(f"{at}", work=Work.READY, held_for=None) for at in range(len(told) + 2)]
        part.append(_part("stopped", work=Work.CANCELLED, held_for=None))
        add(outbox, *part, _part("held"), _part("approval", held_for=Hold.APPROVAL))
        for events in told:
            entry = claim(outbox).entry
            outbox.change(entry.id, accept(entry))
            for event in events:
                outbox.receive(receipt(entry, event), received)
        for ending in (reject(), fail()):
            outbox.change(claim(outbox).entry.id, ending)
        everything = outbox.in_batch("udsendelse", list(Work))
        [found] = outbox.batches("udsendelse")
        assert found.status == Counter(entry.status for entry in everything)
        assert set(found.status) == set(Status)
        assert sum(found.status.values()) == found.letters == len(everything)
        assert (found.held, found.approvals) == (1, 1)

    def test_a_batch_is_read_in_parts(self, outbox: Outbox) -> None:
        """Those after one, whatever became of that, the oldest first."""
        part = [_part(str(at)) for at in range(4)]
        add(outbox, *part[:2], _part("other", batch="en anden"), *part[2:])
        outbox.change(part[1].entry.id, STOP)
        read = outbox.in_batch("udsendelse", [Work.HELD], 1, after=part[1].entry.id)
        assert [entry.id for entry in read] == ids(part[2])
        assert [entry.id for entry in outbox.in_batch("udsendelse", [Work.HELD], after=read[0].id)] == ids(part[3])
        assert outbox.in_batch("udsendelse", list(Work), after=part[3].entry.id) == ()

    def test_a_batch_is_released_from_its_beginning(self, outbox: Outbox) -> None:
        """So many at a time; what waits for something else stays, and released is released once."""
        part = [_part(str(at)) for at in range(5)]
        for_approval = _part("approval")
        waits = attrs.evolve(for_approval, entry=attrs.evolve(for_approval.entry, held_for=Hold.APPROVAL))
        add(outbox, waits, *part, _part("other", batch="en anden"))
        assert outbox.release_next("udsendelse", _release, 2) == len(part[:2])
        assert [entry.id for entry in outbox.in_batch("udsendelse", [Work.READY])] == ids(*part[:2])
        assert outbox.entry(part[0].entry.id).acts == (_ACT,)
        assert outbox.release_next("udsendelse", _release, 10) == len(part[2:])
        assert outbox.release_next("udsendelse", _release, 10) == 0
        assert [(batch.name, batch.held) for batch in outbox.batches()] == [("en anden", 1), ("udsendelse", 0)]
        assert outbox.entry(waits.entry.id).work is Work.HELD

    def test_a_letter_that_is_to_be_approved_is_released_to_that(self, outbox: Outbox) -> None:
        """It counts as released, is released once, and is ready for nobody."""
        strict = _part("1", to_approve=True)
        add(outbox, strict)
        rung: list[int] = []
        assert outbox.release_next("udsendelse", _release, 10, ring=lambda _, letters: rung.append(letters)) == 1
        assert outbox.release_next("udsendelse", _release, 10) == 0
        assert ([one.id for one in outbox.held(Hold.APPROVAL)], rung) == (ids(strict), [])
        [batch] = outbox.batches("udsendelse")
        assert (batch.held, batch.released) == (0, 1)

    def test_several_letters_are_changed_at_once(self, outbox: Outbox) -> None:
        """Those that are there, each by its own decision; the others are let alone."""
        part = [draft(str(at)) for at in range(4)]
        add(outbox, *part)
        first, second, third, _ = ids(*part)
        after = outbox.change_all([third, "nobody", first], lambda one: None if one.id == first else STOP(one))
        assert [(one.id, one.work) for one in after] == [(first, Work.READY), (third, Work.CANCELLED)]
        assert after == (outbox.entry(first), outbox.entry(third))
        assert outbox.entry(second).work is Work.READY

    def test_the_bell_rings_for_what_is_released(self, outbox: Outbox) -> None:
        """In the same transaction, once for all of them; where it cannot ring they are released all the same."""
        add(outbox, *(_part(str(at)) for at in range(3)))
        rung: list[int] = []
        outbox.release_next("udsendelse", _release, 2, ring=lambda _, letters: rung.append(letters))
        assert rung == [len(rung) + 1]
        assert outbox.release_next("udsendelse", _release, 2, ring=_broken) == 1
        assert outbox.release_next("udsendelse", _release, 2, ring=_broken) == 0

    def test_nobody_is_late_with_a_batch_that_is_held(self, outbox: Outbox) -> None:
        """It waits for its release and for nothing else, so it hides nobody who is late."""
        held = attrs.evolve(_part("1"), entry=attrs.evolve(_part("1").entry, held_for=Hold.HOST, batch=""))
        add(outbox, *(_part(str(at)) for at in range(2, 5)), held)
        assert [entry.id for entry in outbox.overdue(_LATER, limit=2)] == ids(held)

    def test_an_empty_outbox_has_nothing_to_count(self, outbox: Outbox) -> None:
        """All figures are nothing."""
        assert outbox.figures(NOON, _TRIES) == Figures()

    def test_the_figures_tell_what_waits(self, outbox: Outbox) -> None:
        """Letters that are due, in each lane and since when; those that are held, and why."""
        urgent, later, part = draft("1"), draft("2", due=_MUCH_LATER), _part("3", due=NOON - timedelta(hours=1))
        reminder = draft("4", beside=urgent.entry.id)
        add(outbox, urgent, later, part, _part("5"), reminder)
        outbox.release_next("udsendelse", _lets_go, 1)
        found = outbox.figures(NOON, _TRIES)
        assert (found.ready, found.held) == ({Lane.SINGLE: 1, Lane.MAILING: 1}, {Hold.BATCH: 1})
        assert found.oldest == {Lane.SINGLE: NOON, Lane.MAILING: NOON - timedelta(hours=1)}

    def test_the_figures_tell_what_is_late(self, outbox: Outbox) -> None:
        """Under way, unknown and handed over; how many of them too long; what needs a person, and what nobody knows."""
        add(outbox, *(draft(str(at)) for at in range(4)))
        outbox.change(claim(outbox).id, fail())
        outbox.change(claim(outbox).id, lambda entry: accept(entry)(entry))
        outbox.change(claim(outbox).id, reject())
        claim(outbox)
        outbox.receive(receipt(draft("stranger").entry, ReceiptEvent.DELIVERED), lambda *_: None)
        now, then = outbox.figures(NOON, _TRIES), outbox.figures(_MUCH_LATER, _TRIES)
        assert (now.sending, now.stuck, now.unknown, now.handed_over, now.late) == (1, 0, 1, 1, 0)
        assert (then.sending, then.stuck, then.late) == (1, 1, 2)
        assert (now.troubles, now.unmatched, now.ready) == (1, 1, {})

    def test_the_figures_tell_of_duties(self, outbox: Outbox) -> None:
        """How many the host still owes an answer to, since when, and how many go no further by themselves."""
        add(outbox, draft("1"), draft("2"))
        for _ in range(2):
            outbox.change(claim(outbox).id, lambda entry: accept(entry)(entry))
        first, second = outbox.duties(_LATER)
        outbox.duty_done(first.mark, "note-1")
        postpone = partial(outbox.duty_postponed, second.mark, _LATER, "no answer", begun=False)
        for _ in range(_TRIES - 1):
            postpone()
        assert _owed(outbox) == (1, _LATER, 0)
        postpone()
        assert _owed(outbox) == (1, _LATER, 1)


def _broken(_connection: object, _letters: int) -> None:
    raise NotRung


def _lets_go(entry: Entry) -> Change:
    return Change(attrs.evolve(entry, work=Work.READY))


def _owed(outbox: Outbox) -> tuple[int, object, int]:
    found = outbox.figures(NOON, _TRIES)
    return found.duties, found.oldest_duty, found.duties_stuck
