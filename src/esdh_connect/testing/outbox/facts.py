"""Facts: told to each subscriber alone, in order, from the day it was installed; and the usage they carry."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from esdh_connect import facts
from esdh_connect.dispatch import ReceiptEvent
from esdh_connect.events import (
    DispatchCommitted,
    DispatchDelivered,
    DispatchEvent,
    DispatchSent,
    DocumentFinalized,
    Event,
    ReceiptReceived,
    UsageRecorded,
)
from esdh_connect.outbox import EXPORTS, MISSED_FOR, Change, Outbox
from esdh_connect.policy import Department, Policy
from esdh_connect.testing.letters import NOON, POLICY, committed, draft, receipt, seen
from esdh_connect.testing.outbox.happenings import accept, add, claim, ids, received
from esdh_connect.usage import UsageKind

__all__ = ["Facts"]

_HOUR = timedelta(hours=1)
_STORY = [
    DispatchCommitted,
    ReceiptReceived,
    DispatchSent,
    UsageRecorded,
    ReceiptReceived,
    DispatchDelivered,
    UsageRecorded,
]


def used(name: str) -> UsageRecorded:
    """Make a fact of usage that no letter tells of."""
    return facts.used(UsageKind.OPENED, "teknik", name, NOON)


def _deliver(outbox: Outbox) -> None:
    """Send the next letter and have it delivered."""
    under_way = claim(outbox).entry
    outbox.change(under_way.id, accept(under_way))
    outbox.receive(receipt(under_way, ReceiptEvent.DELIVERED), received)


def _heard_by(outbox: Outbox, subscriber: str) -> list[Event]:
    """Hear everything, a little at a time."""
    events: list[Event] = []
    while tellings := outbox.unheard(subscriber, limit=2):
        events += [telling.event for telling in tellings]
        outbox.heard(subscriber, tellings[-1].position)
    return events


class Facts:
    """Facts, subscribers and usage."""

    def test_a_letter_tells_its_story_in_order(self, outbox: Outbox) -> None:
        """Each thing that happened once, in the order it happened, with what was known then."""
        outbox.install("plugin")
        add(outbox, draft("1"), draft("2"))
        _deliver(outbox)
        _deliver(outbox)
        told = _heard_by(outbox, "plugin")
        for one in ids(draft("1"), draft("2")):
            its = [event for event in told if isinstance(event, DispatchEvent) and event.dispatch == one]
            assert [type(event) for event in its] == [kind for kind in _STORY if kind is not UsageRecorded]
        assert len(told) == 2 * len(_STORY)
        assert told[:2] == [committed(draft("1")), committed(draft("2"))]

    def test_a_fact_is_stored_once(self, outbox: Outbox) -> None:
        """The same fact from two happenings is one fact, and counts once."""
        outbox.install("plugin")
        add(outbox, draft("1"))
        _deliver(outbox)
        told = _heard_by(outbox, "plugin")
        outbox.change(draft("1").entry.id, lambda entry: Change(entry, tuple(told)))
        assert _heard_by(outbox, "plugin") == []
        assert outbox.usage(NOON, NOON + _HOUR)["teknik", UsageKind.SENT, "fake"] == 1

    def test_each_subscriber_remembers_for_itself(self, outbox: Outbox) -> None:
        """One that is behind holds nobody up, and misses nothing."""
        outbox.install("quick")
        outbox.install("slow")
        add(outbox, draft("1"))
        assert _heard_by(outbox, "quick") == [committed(draft("1"))]
        add(outbox, draft("2"))
        assert _heard_by(outbox, "quick") == [committed(draft("2"))]
        assert _heard_by(outbox, "slow") == [committed(draft("1")), committed(draft("2"))]

    def test_nothing_is_told_from_before_the_installation(self, outbox: Outbox) -> None:
        """Who comes later hears from then on; being installed again changes nothing."""
        add(outbox, draft("1"), draft("2"))
        outbox.install("plugin")
        assert outbox.unheard("plugin") == ()
        add(outbox, draft("3"))
        outbox.install("plugin")
        assert _heard_by(outbox, "plugin") == [committed(draft("3"))]

    def test_until_it_was_heard_it_is_told_again(self, outbox: Outbox) -> None:
        """At least once: a subscriber that broke hears the same again, and nobody is set back."""
        outbox.install("plugin")
        add(outbox, draft("1"), draft("2"))
        first, second = outbox.unheard("plugin")
        assert outbox.unheard("plugin", limit=1) == (first,)
        outbox.heard("plugin", second.position)
        outbox.heard("plugin", first.position)
        assert outbox.unheard("plugin") == ()

    def test_what_was_passed_over_is_counted_for_a_week(self, outbox: Outbox) -> None:
        """A fact that did not open: once for each time it was passed over, for whoever looks after the outbox."""
        outbox.install("plugin")
        add(outbox, draft("1"), draft("2"))
        first, second = outbox.unheard("plugin")
        for told in (first, second, first):
            outbox.heard("plugin", told.position, missed=NOON)
        assert outbox.figures(NOON, 1).missed == len((first, second))
        assert outbox.figures(NOON + MISSED_FOR, 1).missed == 0
        assert outbox.unheard("plugin") == ()

    def test_a_stranger_hears_nothing(self, outbox: Outbox) -> None:
        """A subscriber that was never installed is a mistake, not one with nothing to hear."""
        with pytest.raises(LookupError):
            outbox.unheard("stranger")
        with pytest.raises(LookupError):
            outbox.heard("stranger", 1)

    def test_a_fact_says_which_plugins_were_enabled_when_it_was_governed(self, outbox: Outbox) -> None:
        """For a letter's facts the policy it was committed under, for others the one in force when they were stored."""
        outbox.install("plugin")
        add(outbox, draft("1"))
        later = Policy(Department("teknik"), frozenset({"other"}))
        outbox.tell(seen(DocumentFinalized), later)
        _deliver(outbox)
        enabled = {telling.event.hook(): telling.plugins for telling in outbox.unheard("plugin")}
        assert enabled.pop("document_finalized") == {"other"}
        assert set(enabled.values()) == {POLICY.plugins}

    def test_usage_is_counted_in_a_half_open_span(self, outbox: Outbox) -> None:
        """The first moment of a span counts and the last does not, so that spans add up."""
        add(outbox, draft("1"), draft("2", department="kultur"), draft("3"))
        for _ in range(3):
            _deliver(outbox)
        expected = {
            (department, kind, "fake"): letters
            for department, letters in (("teknik", 2), ("kultur", 1))
            for kind in (UsageKind.SENT, UsageKind.DELIVERED)
        }
        assert outbox.usage(NOON, NOON + _HOUR) == expected
        assert outbox.usage(NOON - _HOUR, NOON) == {}

    def test_facts_of_one_id_and_different_kinds_are_different(self, outbox: Outbox) -> None:
        """A host may number its events as it likes."""
        outbox.install("plugin")
        one = draft("1")
        add(outbox, one)
        event = seen(DocumentFinalized, id=committed(one).id)
        outbox.tell(event, POLICY)
        told = [telling.event for telling in outbox.unheard("plugin")]
        assert told == [committed(one), attrs.evolve(event)]

    def test_what_was_used_is_forgotten_after_its_time(self, outbox: Outbox) -> None:
        """Told or not it counts no more, a few at a time; who has not heard of it still does."""
        outbox.install("plugin")
        for name in "123":
            outbox.record(used(name), POLICY)
        assert outbox.forget_usage(NOON - _HOUR) == 0
        assert [outbox.forget_usage(NOON, 2) for _ in range(3)] == [2, 1, 0]
        assert outbox.usage(NOON, NOON + _HOUR) == {}
        assert _heard_by(outbox, "plugin") == [used(name) for name in "123"]

    def test_all_that_was_used_can_be_erased(self, outbox: Outbox) -> None:
        """Also what was not heard of: nobody counts it afterwards. Other facts stay, and so does everybody's place."""
        for subscriber in ("quick", "slow"):
            outbox.install(subscriber)
        outbox.record(used("1"), POLICY, "bo")
        add(outbox, draft("1"))
        first, second = outbox.unheard("quick")
        outbox.heard("quick", second.position)
        outbox.record(used("2"), POLICY, "bo")
        assert outbox.erase_usage() == len("12")
        assert outbox.erase_usage() == 0
        assert outbox.usage(NOON - _HOUR, NOON + _HOUR) == {}
        assert outbox.unheard("quick") == ()
        assert _heard_by(outbox, "slow") == [second.event]
        assert first.event == used("1")
        assert outbox.record(used("1"), POLICY, "bo")
        assert [(one.event, one.actor) for one in outbox.unheard("quick")] == [(used("1"), "bo")]

    def test_who_did_it_stands_beside_usage_until_all_have_heard(self, outbox: Outbox) -> None:
        """
        The fact itself names nobody; a subscriber that is behind still gets to know, and then it is forgotten.

        Whoever only hands on what was used is not waited for.
        """
        outbox.install("quick")
        outbox.install("slow")
        outbox.install(f"{EXPORTS}abroad")
        assert outbox.record(used("1"), POLICY, "bo")
        (quick,) = outbox.unheard("quick")
        assert (quick.event, quick.actor) == (used("1"), "bo")
        outbox.heard("quick", quick.position)
        (slow,) = outbox.unheard("slow")
        assert slow.actor == "bo"
        outbox.heard("slow", slow.position)
        outbox.install("later")
        assert outbox.forget_actors(NOON + _HOUR) == 0

    def test_who_committed_a_letter_has_sent_it(self, outbox: Outbox) -> None:
        """And nobody has delivered it: a provider did."""
        outbox.install("plugin")
        add(outbox, draft("1"))
        _deliver(outbox)
        told = [one for one in outbox.unheard("plugin") if isinstance(one.event, UsageRecorded)]
        kinds = {one.event.usage.kind: one.actor for one in told if isinstance(one.event, UsageRecorded)}
        assert kinds == {UsageKind.SENT: draft("1").entry.committed_by, UsageKind.DELIVERED: None}

    def test_usage_told_twice_is_stored_once(self, outbox: Outbox) -> None:
        """Whoever is said to have done it the second time."""
        outbox.install("plugin")
        assert outbox.record(used("1"), POLICY, "bo")
        assert not outbox.record(used("1"), POLICY, "ida")
        assert [one.actor for one in outbox.unheard("plugin")] == ["bo"]
        assert outbox.usage(NOON, NOON + _HOUR) == {("teknik", UsageKind.OPENED, ""): 1}

    def test_nobody_is_kept_for_nobody(self, outbox: Outbox) -> None:
        """Where there is no subscriber it is not stored who did what, and where one hears nothing it is forgotten."""
        outbox.record(used("1"), POLICY, "bo")
        outbox.install("plugin")
        assert outbox.forget_actors(NOON + _HOUR) == 0
        outbox.record(used("2"), POLICY, "bo")
        assert outbox.forget_actors(NOON - _HOUR) == 0
        assert outbox.forget_actors(NOON) == 1
        assert [one.actor for one in outbox.unheard("plugin")] == [None]
