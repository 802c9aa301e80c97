"""What people decide: a letter after another, and whether one is on its case."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from esdh_connect import deeds
from esdh_connect.dispatch import Act, Deed, Entry, ReceiptEvent
from esdh_connect.errors import TooLate
from esdh_connect.outbox import Change, Draft, Duty, KeyTaken, Outbox, UnknownDispatch
from esdh_connect.testing.letters import NOON, POLICY, committed, draft, receipt
from esdh_connect.testing.outbox.happenings import add, claim, received, reject

__all__ = ["People"]

_LATER = NOON + timedelta(hours=1)
_BY = "bo.sagsbehandler"


class People:
    """Acts of people that move more than the letter they are about."""

    # --- a letter after another

    def test_a_letter_takes_the_place_of_another(self, outbox: Outbox) -> None:
        """The new one is there, the old one is dealt with, and both are told of: in one transaction."""
        outbox.install("plugin")
        parent = _failed(outbox)
        child = _child(parent)
        assert outbox.succeed(parent.id, _follow, [child], [committed(child)], POLICY) == (child.entry,)
        assert outbox.entry(child.entry.id) == child.entry
        assert outbox.dispatch(child.entry.id).envelope == child.envelope
        after = outbox.entry(parent.id)
        assert ([act.deed for act in after.acts], after.needs_person) == ([Deed.FOLLOWED], False)
        assert [told.event for told in outbox.unheard("plugin")][-1] == committed(child)

    def test_letters_are_found_by_the_one_they_came_after(self, outbox: Outbox) -> None:
        """However many there are since; reminders beside them come after nothing."""
        add(outbox, draft("1"), draft("other"))
        made = [draft(name, key=name) for name in ("2", "3")]
        letters = [attrs.evolve(one, entry=attrs.evolve(one.entry, parent=draft("1").entry.id)) for one in made]
        add(outbox, letters[0], draft("beside", key="2", beside=letters[0].entry.id), letters[1])
        assert [entry.id for entry in outbox.followers(draft("1").entry.id)] == [one.entry.id for one in letters]
        assert outbox.followers(letters[1].entry.id) == ()

    def test_only_one_takes_it(self, outbox: Outbox) -> None:
        """A second under the same key is not added, and nothing happens to the parent once more."""
        parent = _failed(outbox)
        outbox.succeed(parent.id, _follow, [_child(parent)], [], POLICY)
        before = outbox.entry(parent.id)
        again = _child(parent, "again", key="child")
        with pytest.raises(KeyTaken):
            outbox.succeed(parent.id, _refuse, [again], [committed(again)], POLICY)
        assert outbox.entry(parent.id) == before
        assert [entry.parent for entry in outbox.entries()] == [parent.id, None]

    def test_where_it_is_too_late_nothing_is_added(self, outbox: Outbox) -> None:
        """What the decision raises comes out, and the letter, its contents and its fact are not there."""
        outbox.install("plugin")
        parent = _failed(outbox)
        told = len(outbox.unheard("plugin"))
        child = _child(parent)
        with pytest.raises(TooLate):
            outbox.succeed(parent.id, _refuse, [child], [committed(child)], POLICY)
        assert outbox.entries() == (parent,)
        assert len(outbox.unheard("plugin")) == told
        with pytest.raises(UnknownDispatch):
            outbox.succeed("nobody", _follow, [child], [], POLICY)

    # --- on the case

    def test_a_persons_word_ends_a_duty(self, outbox: Outbox) -> None:
        """It is noted on the letter in the same moment, and nobody can say it twice."""
        duty = _with_a_duty(outbox)
        outbox.duty_unknown(duty.mark, "the host cannot look")
        said = outbox.duty_resolved(duty.mark, _noted, NOON, written=True)
        assert said is not None
        assert [act.deed for act in outbox.entry(duty.dispatch).acts] == [Deed.JOURNALED]
        assert outbox.stuck_duties(tries=0) == outbox.duties(NOON) == ()
        assert outbox.duty_resolved(duty.mark, _noted, NOON, written=True) is None

    def test_a_persons_word_lets_a_duty_come_again(self, outbox: Outbox) -> None:
        """At once, as if it had never been tried: a person has looked, so nobody else needs to."""
        duty = _with_a_duty(outbox)
        outbox.take_duty(duty.mark, "first")
        outbox.duty_unknown(duty.mark, "the host cannot look", shift="first")
        outbox.duty_resolved(duty.mark, _noted, NOON, written=False)
        assert outbox.duties(NOON) == (Duty(duty.mark, duty.dispatch, NOON),)

    def test_a_duty_the_host_can_look_for_is_looked_for(self, outbox: Outbox) -> None:
        """Where the host itself can say what it has written, it is asked before it writes again."""
        duty = _with_a_duty(outbox)
        outbox.duty_postponed(duty.mark, _LATER, "time-out", begun=True)
        outbox.duty_resolved(duty.mark, _noted, NOON, written=False)
        assert outbox.duties(NOON) == (Duty(duty.mark, duty.dispatch, NOON, begun=True),)

    def test_nobody_decides_over_a_duty_in_hand(self, outbox: Outbox) -> None:
        """Whoever has it may be writing."""
        duty = _with_a_duty(outbox)
        outbox.take_duty(duty.mark, "first")
        assert outbox.duty_resolved(duty.mark, _noted, NOON, written=False) is None
        assert outbox.entry(duty.dispatch).acts == ()
        with pytest.raises(UnknownDispatch):
            outbox.duty_resolved("nobody", _noted, NOON, written=True)


def _failed(outbox: Outbox) -> Entry:
    add(outbox, draft("1"))
    return outbox.change(claim(outbox).id, reject())


def _child(parent: Entry, name: str = "child", key: str | None = None) -> Draft:
    made = draft(name, key=key)
    return attrs.evolve(made, entry=attrs.evolve(made.entry, parent=parent.id))


def _follow(entry: Entry) -> Change | None:
    return deeds.followed(entry, Act(Deed.FOLLOWED, _BY, NOON))


def _refuse(entry: Entry) -> Change | None:
    raise TooLate(entry.id)


def _with_a_duty(outbox: Outbox) -> Duty:
    add(outbox, draft("1"))
    outbox.receive(receipt(claim(outbox).entry, ReceiptEvent.ACCEPTED), received)
    (duty,) = outbox.duties(NOON)
    return duty


def _noted(entry: Entry) -> Change:
    return deeds.noted(entry, Act(Deed.JOURNALED, _BY, NOON))
