"""What happenings do to a letter: the rules alone, without an outbox."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import product
from random import Random
from uuid import UUID, uuid4

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect import deeds, progress
from esdh_connect.channel import Conduct
from esdh_connect.dispatch import FINAL, Act, Attempt, Deed, Entry, Hold, Outcome, ReceiptEvent, Status, Work
from esdh_connect.errors import OutcomeUnknown, Rejected, TemporaryFailure
from esdh_connect.events import DispatchEvent, Event, UsageRecorded
from esdh_connect.outbox import Change, check_change
from esdh_connect.testing.letters import NOON, draft, receipt
from esdh_connect.usage import UsageKind, counts

LETTER = draft("1").entry
CONDUCT = Conduct()
UNDER_WAY = progress.started(LETTER, uuid4(), NOON).entry

SAYINGS = st.lists(st.sampled_from(ReceiptEvent), min_size=1, max_size=12)


def told(entry: Entry, event: ReceiptEvent) -> Change:
    return progress.received(entry, receipt(entry, event), NOON, CONDUCT)


def after(entry: Entry, events: list[ReceiptEvent]) -> Entry:
    for event in events:
        entry = told(entry, event).entry
    return entry


@given(st.permutations(list(ReceiptEvent)))
def test_all_receipts_in_any_order_are_one_status(events: list[ReceiptEvent]) -> None:
    """Everything a provider can say of one letter ends the same, whatever came first: somebody must look."""
    done = after(UNDER_WAY, events)
    assert (done.work, done.status) == (Work.CLOSED, Status.FAILED)


@given(SAYINGS, st.randoms())
def test_the_order_and_repetition_of_receipts_do_not_matter(events: list[ReceiptEvent], chance: Random) -> None:
    """Late, early and repeated receipts need no thought: the same ones give the same letter."""
    shuffled = chance.sample(events * 2, k=2 * len(events))
    one, other = after(UNDER_WAY, events), after(UNDER_WAY, shuffled)
    assert (one.work, one.status) == (other.work, other.status)
    assert {known.id for known in one.receipts} == {known.id for known in other.receipts}
    assert len(one.receipts) == len(other.receipts) == len(set(events))


@given(SAYINGS, st.sampled_from(ReceiptEvent))
def test_a_receipt_never_makes_a_failed_letter_look_well(events: list[ReceiptEvent], last: ReceiptEvent) -> None:
    """Failed outranks delivered for ever: the citizen may not have it."""
    if after(UNDER_WAY, events).status is Status.FAILED:
        assert after(UNDER_WAY, [*events, last]).status is Status.FAILED


@given(SAYINGS)
def test_a_letter_is_journalized_once(events: list[ReceiptEvent]) -> None:
    """The first proof brings the duty, whichever it is; what proves nothing brings none."""
    entry, duties = UNDER_WAY, 0
    for event in events:
        change = told(entry, event)
        entry, duties = change.entry, duties + change.journalize
    assert duties == bool(set(events) - {ReceiptEvent.UPDATE, ReceiptEvent.UNKNOWN})


@given(SAYINGS)
def test_a_letter_counts_once(events: list[ReceiptEvent]) -> None:
    """However often it is told of, a letter is sent once, and delivered and failed at most once."""
    entry = UNDER_WAY
    facts: list[Event] = []
    for event in [*events, *events]:
        change = told(entry, event)
        entry, facts = change.entry, [*facts, *change.facts]
    used = counts(fact.usage for fact in facts if isinstance(fact, UsageRecorded))
    assert set(used.values()) <= {1}
    assert len({fact.id for fact in facts}) == len(facts)
    assert used["teknik", UsageKind.FAILED, "fake"] == (entry.status is Status.FAILED)


# --- every happening, in every state

Happening = Callable[[Entry], Change | None]

HOUR, LONG_AFTER = timedelta(hours=1), NOON + timedelta(days=10)
PROVEN = Conduct(dedup="proven", dedup_window=timedelta(days=30))


def latest(entry: Entry) -> UUID:
    """The attempt that reports is the latest one."""
    return entry.attempts[-1].transaction_id if entry.attempts else UUID(int=0)


RECEIPTS: dict[str, Happening] = {f"told {event.value}": partial(told, event=event) for event in ReceiptEvent}
HAPPENINGS: dict[str, Happening] = {
    **RECEIPTS,
    "started": partial(progress.started, transaction_id=uuid4(), now=NOON),
    "accepted": lambda entry: progress.accepted(entry, receipt(entry), latest(entry), NOON, CONDUCT),
    "postponed": lambda entry: progress.postponed(entry, TemporaryFailure(), latest(entry), NOON),
    "postponed until": lambda entry: progress.postponed(entry, TemporaryFailure(retry_after=HOUR), latest(entry), NOON),
    "rejected": lambda entry: progress.rejected(entry, Rejected(code="17"), latest(entry), NOON, CONDUCT),
    "unresolved": lambda entry: progress.unresolved(entry, OutcomeUnknown(), latest(entry), NOON, CONDUCT),
    "stopped": partial(progress.stopped, why="fortrudt", now=NOON),
    "overdue": partial(progress.overdue, now=LONG_AFTER, conduct=CONDUCT),
    "overdue, proven": partial(progress.overdue, now=LONG_AFTER, conduct=PROVEN),
}

ACT = partial(Act, by="ida", at=NOON)
#: What people do to a letter that is held.
DEEDS: dict[str, Happening] = {
    "approved": partial(deeds.approved, act=ACT(Deed.APPROVED), due=NOON),
    "released": partial(deeds.released, act=ACT(Deed.RELEASED), due=NOON),
    "kept": partial(deeds.kept, act=ACT(Deed.RELEASED), due=NOON),
    "sent back": partial(deeds.sent_back, act=ACT(Deed.SENT_BACK), why="forkert"),
    "passed on": partial(deeds.passed_on, act=ACT(Deed.PASSED_ON)),
    "cancelled": partial(deeds.cancelled, act=ACT(Deed.CANCELLED), why="fortrudt"),
    "overdue": partial(progress.overdue, now=LONG_AFTER, conduct=CONDUCT),
}

PASTS = {
    "no attempt": (),
    "one under way": (Attempt(UUID(int=1), NOON),),
    "the last tries": tuple(
        Attempt(UUID(int=number), NOON, NOON, Outcome.TEMPORARY) for number in range(progress.MAX_TRIES)
    ),
    **{outcome.value: (Attempt(UUID(int=1), NOON, NOON, outcome),) for outcome in Outcome},
}


@pytest.mark.parametrize("happening", HAPPENINGS)
def test_whatever_happens_whenever_is_a_change_an_outbox_takes(happening: str) -> None:
    """Nothing raises, work moves along the table alone, and the past is not rewritten."""
    for work, past in product(Work, PASTS.values()):
        entry = attrs.evolve(LETTER, work=work, attempts=past)
        change = HAPPENINGS[happening](entry)
        if change is not None:
            check_change(entry, change.entry)


@given(st.sampled_from([Hold.HOST, Hold.BATCH]), st.lists(st.sampled_from(sorted(DEEDS)), max_size=8))
def test_a_letter_with_two_reasons_to_be_held_needs_two_people_to_let_it_go(reason: Hold, story: list[str]) -> None:
    """In that order: whatever else is tried in between, it is ready when both have let it go, and not before."""
    entry = attrs.evolve(LETTER, work=Work.HELD, held_for=reason, to_approve=True)
    for name in story:
        change = DEEDS[name](entry)
        if change is not None:
            check_change(entry, change.entry)
            entry = change.entry
    so_far = [act.deed for act in entry.acts]
    let_go = Deed.RELEASED in so_far and Deed.APPROVED in so_far[so_far.index(Deed.RELEASED) :]
    assert (entry.work is Work.READY) == (let_go and Deed.CANCELLED not in so_far and Deed.SENT_BACK not in so_far)


@pytest.mark.parametrize("reason", [Hold.HOST, Hold.BATCH])
def test_an_outbox_takes_no_letter_past_its_approval(reason: Hold) -> None:
    """Neither made ready before it, nor held for something that was over."""
    held = attrs.evolve(LETTER, work=Work.HELD, held_for=reason, to_approve=True)
    for wrong in ({"work": Work.READY}, {"to_approve": False}, {"held_for": None}, {"held_for": Hold.APPROVAL}):
        with pytest.raises(ValueError, match="approv"):
            check_change(held, attrs.evolve(held, **wrong))
    waits = attrs.evolve(held, held_for=Hold.APPROVAL, to_approve=False)
    check_change(held, waits)
    with pytest.raises(ValueError, match="approv"):
        check_change(waits, held)


@given(st.lists(st.sampled_from(sorted(HAPPENINGS)), max_size=15))
def test_a_life_has_an_end(story: list[str]) -> None:
    """Whatever follows, a closed letter never opens again and a cancelled one never leaves."""
    entry, over = LETTER, False
    for happening in story:
        change = HAPPENINGS[happening](entry)
        if change is not None:
            check_change(entry, change.entry)
            entry = change.entry
        assert not over or entry.work in {Work.CLOSED, Work.CANCELLED}
        over = entry.work in {Work.CLOSED, Work.CANCELLED}


@given(st.lists(st.sampled_from(sorted(HAPPENINGS)), max_size=15))
def test_facts_are_of_the_letter_and_tell_its_status_as_it_was_then(story: list[str]) -> None:
    """A subscriber that hears a fact late still hears what was true when it happened."""
    entry = LETTER
    for happening in story:
        change = HAPPENINGS[happening](entry)
        for fact in change.facts if change else ():
            assert fact.department == entry.department
            if isinstance(fact, DispatchEvent) and change:
                assert (fact.dispatch, fact.status) == (entry.id, change.entry.status)
        entry = change.entry if change else entry


# --- the calls


def test_waiting_grows_and_ends() -> None:
    """A provider that is down is asked ever more seldom, and after some hours a person is told."""
    entry, now = LETTER, NOON
    waits: list[timedelta] = []
    while entry.work is Work.READY:
        entry = progress.started(entry, uuid4(), now).entry
        change = progress.postponed(entry, TemporaryFailure("down"), latest(entry), now)
        entry, waits, now = change.entry, [*waits, change.entry.due - now], change.entry.due
    assert (entry.work, entry.status, len(entry.attempts)) == (Work.SET_ASIDE, Status.FAILED, progress.MAX_TRIES)
    assert waits[:3] == [timedelta(seconds=seconds) for seconds in (5, 10, 20)]
    assert timedelta(hours=2) < now - NOON < timedelta(hours=5)
    assert [fact.hook() for fact in change.facts] == ["dispatch_failed", "usage_recorded"]


def test_a_provider_that_says_when_is_asked_then() -> None:
    """Retry-After is obeyed."""
    wait = timedelta(minutes=7)
    change = progress.postponed(UNDER_WAY, TemporaryFailure(retry_after=wait), latest(UNDER_WAY), NOON)
    assert (change.entry.work, change.entry.due) == (Work.READY, NOON + wait)


def test_a_receipt_that_overtakes_the_answer_wins() -> None:
    """The provider's word is proof, whatever our own call then says."""
    ahead = told(UNDER_WAY, ReceiptEvent.TAKEN_IN).entry
    for happening in ("postponed", "rejected", "unresolved"):
        change = HAPPENINGS[happening](ahead)
        assert change is not None
        assert change.entry.work is Work.HANDED_OVER
        assert change.facts == ()


@pytest.mark.parametrize("event", [event for event in ReceiptEvent if event in FINAL])
def test_a_receipt_settles_what_nobody_knew(event: ReceiptEvent) -> None:
    """From unknown the only way on is what the provider says."""
    unknown = progress.unresolved(UNDER_WAY, OutcomeUnknown(), latest(UNDER_WAY), NOON, CONDUCT).entry
    assert unknown.status is Status.UNRESOLVED
    assert told(unknown, event).entry.work is Work.CLOSED


def test_what_proves_nothing_settles_nothing() -> None:
    """An update, or a word we do not know, leaves an unresolved letter unresolved, and is kept."""
    unknown = progress.unresolved(UNDER_WAY, OutcomeUnknown(), latest(UNDER_WAY), NOON, CONDUCT).entry
    still = after(unknown, [ReceiptEvent.UPDATE, ReceiptEvent.UNKNOWN])
    assert (still.work, still.status, len(still.receipts)) == (Work.UNKNOWN, Status.UNRESOLVED, 2)


@pytest.mark.parametrize("work", [Work.SENDING, Work.HANDED_OVER, Work.UNKNOWN, Work.CLOSED])
def test_what_may_have_left_cannot_be_cancelled(work: Work) -> None:
    """Too late is an answer, not an error."""
    assert progress.stopped(attrs.evolve(LETTER, work=work), "fortrudt", NOON) is None
