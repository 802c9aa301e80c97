"""Receipts come in any order, as often as they like: a letter becomes the same."""

from itertools import combinations, permutations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect import progress
from esdh_connect.channel import Conduct
from esdh_connect.dispatch import FINAL, Attempt, Outcome, ReceiptEvent, Work
from esdh_connect.errors import OutcomeUnknown
from esdh_connect.events import UsageRecorded
from esdh_connect.testing.letters import NOON, draft, receipt
from esdh_connect.usage import UsageKind

#: The ten that providers tell of; *accepted* is the answer to our own call.
KNOWN = tuple(event for event in ReceiptEvent if event not in {ReceiptEvent.ACCEPTED, ReceiptEvent.UNKNOWN})
CONDUCT = Conduct()
ENTRY = draft().entry
UNDER_WAY = progress.started(ENTRY, ENTRY.message_uuid, NOON).entry
DOUBTFUL = progress.unresolved(UNDER_WAY, OutcomeUnknown(), ENTRY.message_uuid, NOON, CONDUCT).entry
HANDED_OVER = progress.accepted(UNDER_WAY, receipt(ENTRY), ENTRY.message_uuid, NOON, CONDUCT).entry
STARTS = {"under way": UNDER_WAY, "in doubt": DOUBTFUL, "handed over": HANDED_OVER}


def after(start, events):
    """What the letter has become, and what was counted and brought with it."""
    entry, counted, duties = start, [], 0
    for event in events:
        change = progress.received(entry, receipt(entry, event), NOON, CONDUCT)
        entry = change.entry
        counted += [fact.usage.kind for fact in change.facts if isinstance(fact, UsageRecorded)]
        duties += change.journalize
    return entry, counted, duties


def state(start, events):
    """What must not depend on the order."""
    entry, counted, duties = after(start, events)
    sent = counted.count(UsageKind.SENT)
    return entry.work, entry.status, entry.has_proof, frozenset(entry.receipts), sent, duties


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_the_order_of_receipts_does_not_matter(start, size):
    """Every order of every four of the ten."""
    for events in combinations(KNOWN, size):
        states = {state(start, order) for order in permutations(events)}
        assert len(states) == 1, events


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
@given(st.permutations(KNOWN), st.lists(st.integers(0, 9), max_size=10))
def test_all_ten_in_any_order_and_again(start, order, again):
    """Each of them may come twice, whenever."""
    repeated = [*order, *(order[at] for at in again)]
    assert state(start, repeated) == state(start, KNOWN)
    assert after(start, repeated)[0].work is Work.CLOSED


@given(st.permutations(KNOWN), st.integers(0, 10))
def test_our_own_answer_may_come_at_any_time_between_them(order, at):
    """Also after the letter was delivered: then only the record grows."""
    entry = UNDER_WAY
    steps = [*order[:at], None, *order[at:]]
    for event in steps:
        if event is None:
            entry = progress.accepted(entry, receipt(entry), ENTRY.message_uuid, NOON, CONDUCT).entry
        else:
            entry = progress.received(entry, receipt(entry, event), NOON, CONDUCT).entry
    whole = after(HANDED_OVER, KNOWN)[0]
    assert (entry.work, entry.status, {*entry.receipts}) == (whole.work, whole.status, {*whole.receipts})
    assert entry.attempts[-1].outcome is Outcome.ACCEPTED


@given(st.permutations(KNOWN))
def test_what_is_over_stays_over(order):
    """From the first final receipt on."""
    entry, over = UNDER_WAY, False
    for event in order:
        entry = progress.received(entry, receipt(entry, event), NOON, CONDUCT).entry
        over = over or event in FINAL
        assert (entry.work is Work.CLOSED) is over


def test_the_entries_above_are_what_they_are_called():
    """So that the tests are about something."""
    assert [one.work for one in STARTS.values()] == [Work.SENDING, Work.UNKNOWN, Work.HANDED_OVER]
    assert attrs.evolve(UNDER_WAY.attempts[0]) == Attempt(ENTRY.message_uuid, NOON)
