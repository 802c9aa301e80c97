"""Waiting: for approval, for a provider, for a person; gates, lanes and batches."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import attrs
import pytest

from esdh_connect import deeds
from esdh_connect.dispatch import Act, Deed, Entry, Hold, Lane, ReceiptEvent, Work
from esdh_connect.outbox import Change, Draft, Outbox
from esdh_connect.testing.letters import NOON, draft, receipt, request
from esdh_connect.testing.outbox.happenings import STOP, accept, add, claim, fail, ids, received, reject, start

__all__ = ["Waiting"]

_SECOND, _DAY = timedelta(seconds=1), timedelta(days=1)
_HALF_SECONDS = [NOON + _SECOND / 2 * at for at in range(7)]
_ONE_GATE = {"fake": "one", "another": "one"}
_ACT = Act(Deed.SOLVED, "bo.sagsbehandler", NOON, "ringet til borgeren", "en anden")


def _with(one: Draft, **values: Any) -> Draft:  # noqa: ANN401 - as attrs takes them
    return attrs.evolve(one, entry=attrs.evolve(one.entry, **values))


def _held(name: str, reason: Hold = Hold.APPROVAL) -> Draft:
    return attrs.evolve(_with(draft(name, work=Work.HELD), held_for=reason), wish=request())


def _claimed(outbox: Outbox) -> list[str]:
    found = []
    while entry := outbox.claim(NOON, start(), STOP):
        found.append(entry.id)
    return found


class Waiting:
    """Finding what waits, and for whom."""

    def test_a_low_lane_goes_first(self, outbox: Outbox) -> None:
        """A single letter is never behind a mailing, however long that has waited."""
        mailing = [_with(draft(str(at), due=NOON - _DAY), lane=Lane.MAILING, batch="udsendelse") for at in range(3)]
        urgent = draft("urgent")
        add(outbox, *mailing, urgent)
        assert _claimed(outbox) == ids(urgent, *mailing)

    def test_nothing_goes_through_a_shut_gate(self, outbox: Outbox) -> None:
        """Letters of other channels go on; when the time has come those that waited do."""
        shut, other = draft("1"), _with(draft("2"), channel="another")
        add(outbox, shut, other)
        outbox.shut("fake", NOON, NOON + _SECOND, "asked for peace")
        assert _claimed(outbox) == ids(other)
        outbox.shut("fake", NOON, NOON, "shorter")
        assert [(gate.name, gate.opens_at) for gate in outbox.gates()] == [("fake", NOON + _SECOND)]
        assert outbox.claim(NOON + _SECOND, start(), STOP) is not None

    def test_only_letters_of_the_channels_asked_for_are_taken(self, outbox: Outbox) -> None:
        """The others lie where they are, however long they are due, and are counted."""
        add(outbox, draft("1", due=NOON - _DAY), _with(draft("2"), channel="another"))
        assert outbox.claim(NOON, start(), STOP, channels=()) is None
        taken = outbox.claim(NOON, start(), STOP, channels=("another", "a third"))
        assert taken is not None
        assert taken.channel == "another"
        assert outbox.claim(NOON, start(), STOP, channels=("another",)) is None
        assert outbox.figures(NOON, 5, channels=("another",)).stranded == {"fake": 1}
        assert outbox.figures(NOON, 5, channels=("fake",)).stranded == {}

    def test_a_clock_that_was_set_back_keeps_no_gate_shut(self, outbox: Outbox) -> None:
        """It was shut in a future that nobody has seen; what is shut now counts again."""
        add(outbox, draft("1"))
        outbox.shut("fake", NOON + _DAY, NOON + _DAY + _SECOND, "asked for peace")
        outbox.shut("fake", NOON, NOON + _SECOND, "asked for peace")
        assert outbox.claim(NOON, start(), STOP) is None
        outbox.shut("fake", NOON + _DAY, NOON + _DAY + _SECOND, "asked for peace")
        assert outbox.claim(NOON, start(), STOP) is not None

    def test_failures_in_a_row_are_counted_for_all_workers(self, outbox: Outbox) -> None:
        """Whoever met them; so many shut the gate, a longer rest stays, and a yes ends the row."""
        add(outbox, draft("1"))

        def rest(row: int) -> timedelta:
            return _SECOND * (row - 1)

        assert outbox.note_failure("fake", NOON, rest, "down").failures == 1
        assert outbox.claim(NOON, start(), STOP) is not None
        add(outbox, draft("2"))
        outbox.shut("fake", NOON, NOON + 3 * _SECOND, "asked for peace")
        gate = outbox.note_failure("fake", NOON, rest, "down")
        assert (gate.failures, gate.opens_at, gate.why) == (2, NOON + 3 * _SECOND, "asked for peace")
        assert outbox.note_failure("fake", NOON + 3 * _SECOND, rest, "down").opens_at == NOON + 5 * _SECOND
        assert outbox.claim(NOON + 4 * _SECOND, start(), STOP) is None
        outbox.note_answer("fake")
        assert [gate.failures for gate in outbox.gates()] == [0]
        assert outbox.note_failure("fake", NOON + _DAY, rest, "down").failures == 1

    def test_a_gate_may_be_shut_until_its_channel_has_answered(self, outbox: Outbox) -> None:
        """No time opens it; what was counted stays, until a letter was answered."""
        add(outbox, draft("1"), _with(draft("2"), channel="another"))
        outbox.note_failure("fake", NOON, lambda _: timedelta(0), "no answer", asks=True)
        assert outbox.note_failure("fake", NOON, lambda _: timedelta(0), "down").asks
        outbox.shut("fake", NOON, NOON + _SECOND, "asked for peace")
        assert len(_claimed(outbox)) == 1
        assert outbox.claim(NOON + _DAY, start(), STOP) is None
        outbox.open_gate("fake")
        assert [(gate.failures, gate.asks) for gate in outbox.gates() if gate.name == "fake"] == [(2, False)]
        assert outbox.claim(NOON + _DAY, start(), STOP) is not None
        outbox.open_gate("nobody")
        outbox.note_answer("nobody")
        assert [gate.name for gate in outbox.gates()] == ["fake"]

    def test_channels_of_one_gate_keep_its_pace_and_its_peace_together(self, outbox: Outbox) -> None:
        """The service behind them is one; a gate of the name of such a channel is nobody's."""
        add(outbox, *(_with(draft(str(at)), channel=name) for at, name in enumerate(["fake", "another"] * 2)))
        outbox.shut("fake", NOON, NOON + _DAY, "shut before it was shared")
        outbox.shut("one", NOON, NOON + _SECOND, "asked for peace")
        taken = [outbox.claim(at, start(), STOP, pace={"one": _SECOND}, gates=_ONE_GATE) for at in _HALF_SECONDS]
        assert [one and one.channel for one in taken] == [None, None, "fake", None, "another", None, "fake"]

    def test_a_pace_is_kept_from_letter_to_letter(self, outbox: Outbox) -> None:
        """After one letter the channel rests for as long as its pace says, whoever asks."""
        add(outbox, draft("1"), draft("2"))
        pace = {"fake": _SECOND}
        assert outbox.claim(NOON, start(), STOP, pace=pace) is not None
        assert outbox.claim(NOON + _SECOND / 2, start(), STOP, pace=pace) is None
        assert outbox.claim(NOON + _SECOND, start(), STOP, pace=pace) is not None

    def test_only_letters_of_another_shift_are_orphans(self, outbox: Outbox) -> None:
        """What this worker has under way, in another thread, is not taken from it."""
        add(outbox, draft("1"))
        with outbox.dispatching() as first:
            assert first is not None
            outbox.claim(NOON, start(shift=first), STOP)
            assert outbox.orphaned(first) == ()
        with outbox.dispatching() as second:
            assert second not in (None, first)
            assert [entry.id for entry in outbox.orphaned(second or "")] == ids(draft("1"))

    def test_what_is_held_stays(self, outbox: Outbox) -> None:
        """It is not claimed, it is found by its reason, and the wish it came from is kept with it."""
        held, prepared, free = _held("1"), _held("2", Hold.HOST), draft("3")
        add(outbox, held, prepared, free)
        assert _claimed(outbox) == ids(free)
        assert outbox.held(Hold.APPROVAL) == (held.entry,)
        assert outbox.held(Hold.APPROVAL, departments={"teknik"}) == (held.entry,)
        assert outbox.held(Hold.APPROVAL, departments={"borger"}) == ()
        assert outbox.held(Hold.HOST) == (prepared.entry,)
        assert outbox.wish(held.entry.id) == request()
        assert outbox.wish(free.entry.id) is None

    def test_a_letter_that_is_held_for_two_reasons_waits_for_both(self, outbox: Outbox) -> None:
        """Found by the one it waits for now; what was to come, and how long it can be regretted, is kept with it."""
        both = _with(_held("1", Hold.HOST), to_approve=True, undo=timedelta(minutes=5))
        add(outbox, both)
        assert outbox.held(Hold.APPROVAL) == ()
        assert outbox.entry(both.entry.id) == both.entry
        act = attrs.evolve(_ACT, deed=Deed.RELEASED)
        waits = outbox.change(both.entry.id, partial(deeds.kept, act=act, due=NOON))
        assert (outbox.held(Hold.HOST), outbox.held(Hold.APPROVAL)) == ((), (waits,))
        assert (waits.undo, waits.to_approve) == (timedelta(minutes=5), False)
        with pytest.raises(ValueError, match="held for"):
            outbox.change(waits.id, lambda entry: Change(attrs.evolve(entry, held_for=Hold.HOST)))

    def test_acts_are_kept(self, outbox: Outbox) -> None:
        """Who did what, when and why is there for the next who looks, and can only grow."""
        add(outbox, draft("1"))
        acted = outbox.change(draft("1").entry.id, lambda entry: Change(attrs.evolve(entry, acts=(_ACT,))))
        assert outbox.entry(acted.id) == acted
        assert acted.acts == (_ACT,)
        again = outbox.change(acted.id, lambda entry: Change(attrs.evolve(entry, acts=(*entry.acts, _ACT))))
        assert outbox.entry(acted.id).acts == again.acts == (_ACT, _ACT)
        with pytest.raises(ValueError, match="only ever added"):
            outbox.change(acted.id, lambda entry: Change(attrs.evolve(entry, acts=())))

    def test_the_overdue_are_found(self, outbox: Outbox) -> None:
        """Held, unknown or handed over, and its time has come: the longest overdue first."""
        held, unknown, sent, ready = _held("1"), draft("2"), draft("3"), draft("4", due=NOON + 9 * _DAY)
        add(outbox, held, unknown, sent, ready)
        outbox.change(claim(outbox).id, fail())
        outbox.change(claim(outbox).id, lambda entry: accept(entry)(entry))
        assert outbox.overdue(NOON) == (outbox.entry(held.entry.id),)
        late = outbox.overdue(NOON + 4 * _DAY)
        assert {entry.id for entry in late} == set(ids(held, unknown, sent))
        assert [entry.due for entry in late] == sorted(entry.due for entry in late)
        assert len(outbox.overdue(NOON + 4 * _DAY, limit=2)) == len(late) - 1

    def test_what_needs_a_person_is_found_until_it_is_settled(self, outbox: Outbox) -> None:
        """A failure is on the list until somebody has dealt with it, and again where another comes."""
        add(outbox, draft("1"), draft("2"))
        failed = outbox.change(claim(outbox).id, reject())
        assert outbox.troubles() == (failed,)
        outbox.change(failed.id, lambda entry: deeds.solved(entry, _ACT))
        assert outbox.troubles() == ()
        delivered = outbox.change(claim(outbox).id, lambda entry: accept(entry)(entry))
        outbox.receive(receipt(delivered, ReceiptEvent.DELIVERED), received)
        assert outbox.troubles() == ()
        outbox.receive(receipt(delivered, ReceiptEvent.FAILED), received)
        assert [entry.id for entry in outbox.troubles()] == [delivered.id]

    def test_what_needs_a_person_on_a_case_is_found(self, outbox: Outbox) -> None:
        """Oldest first, so many at most; not what goes well there, nor what failed on another case or system."""
        first = draft("1")
        case = first.entry.case
        there = attrs.evolve(case, system="et andet")
        elsewhere = [_with(draft("4"), case=attrs.evolve(case, id="sag-2")), _with(draft("5"), case=there)]
        add(outbox, first, draft("2"), *elsewhere)
        failed = [outbox.change(claim(outbox).id, reject()) for _ in range(4)]
        add(outbox, draft("6"))
        assert outbox.troubles(case=attrs.evolve(case, title="En titel")) == tuple(failed[:2])
        assert outbox.troubles(1, case=case) == (failed[0],)
        assert outbox.troubles(case=there) == (failed[3],)
        assert outbox.troubles(case=attrs.evolve(case, id="sag-3")) == ()

    def test_the_letters_that_keep_a_case_open_are_found(self, outbox: Outbox) -> None:
        """Under way, unclear or failed, oldest first; not what is over, what stands beside, or another case's."""
        add(outbox, *map(draft, ("delivered", "stopped", "failed", "unclear")))
        delivered = outbox.change(claim(outbox).id, lambda entry: accept(entry)(entry))
        outbox.change(str(draft("stopped").entry.id), STOP)
        failed, unclear = outbox.change(claim(outbox).id, reject()), outbox.change(claim(outbox).id, fail())
        waiting, reminder = draft("waiting"), draft("beside", beside=unclear.id)
        another = attrs.evolve(waiting.entry.case, system="et andet")
        elsewhere = _with(draft("elsewhere"), case=attrs.evolve(waiting.entry.case, id="sag-2"))
        add(outbox, waiting, reminder, elsewhere, _with(draft("same number"), case=another))
        assert _open(outbox) == [delivered.id, failed.id, unclear.id, waiting.entry.id]
        outbox.receive(receipt(delivered, ReceiptEvent.DELIVERED), received)
        outbox.change(failed.id, lambda entry: deeds.solved(entry, _ACT))
        assert _open(outbox) == [unclear.id, waiting.entry.id]
        assert [one.id for one in outbox.open_on("sag-1")] == [*_open(outbox), draft("same number").entry.id]
        assert outbox.open_on("sag-3") == ()

    def test_a_batch_is_found(self, outbox: Outbox) -> None:
        """By its name and by what its letters are doing."""
        part = [_with(draft(str(at)), batch="udsendelse", lane=Lane.MAILING) for at in range(3)]
        add(outbox, *part, draft("other"))
        outbox.change(part[0].entry.id, STOP)
        assert _batch(outbox, Work.READY) == ids(*part[1:])
        assert _batch(outbox, Work.READY, Work.CANCELLED) == ids(*part)
        assert outbox.in_batch("en anden", list(Work)) == ()


def _open(outbox: Outbox) -> list[str]:
    return [entry.id for entry in outbox.open_on("sag-1", "prøve")]


def _batch(outbox: Outbox, *work: Work) -> list[str]:
    found: tuple[Entry, ...] = outbox.in_batch("udsendelse", work)
    return [entry.id for entry in found]
