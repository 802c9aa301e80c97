"""
Every failure there is: whatever can happen to a letter, in any order, and what is said where it needs a person.

Nothing is set by hand: a search goes through all happenings the rules know, from each way a letter begins, until it
finds no letter that is new. Letters are told apart by what the rules and the texts can see of them.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache, partial
from uuid import UUID

import attrs
import pytest

from esdh_connect import deeds, inbox, progress, stopping, wording
from esdh_connect.channel import Conduct
from esdh_connect.dispatch import (
    DAMAGED,
    Act,
    Cause,
    Deed,
    Entry,
    Hold,
    Outcome,
    Owner,
    ReceiptEvent,
    Remedy,
    Status,
    Work,
    is_proof,
    ours,
)
from esdh_connect.errors import OutcomeUnknown, Rejected, TemporaryFailure
from esdh_connect.outbox import Change
from esdh_connect.testing.letters import NOON, draft, receipt

CPR = "0101901234"
WHY = f"borgeren {CPR} ringede"
CONDUCTS = (Conduct(), Conduct(dedup="proven", dedup_window=timedelta(days=9)))
NOT_SENT = "Der er ikke sendt noget"
UNKNOWN = "Det er uvist, om brevet er sendt"
OPENINGS = rf"{NOT_SENT}|{UNKNOWN}|Brevet (er|bliver) sendt"
#: More receipts of one letter than these say nothing that two of them do not.
RECEIPTS = 2
OVER = {Work.CLOSED, Work.CANCELLED}
BESIDE_THE_LETTER = {Cause.HOST_SILENT, Cause.JOURNAL_UNKNOWN, Cause.JOURNAL_REFUSED, Cause.JOURNAL_FAILING}

Happening = Callable[[Entry], Change | None]


def act(deed: Deed) -> Act:
    return Act(deed, f"bo {CPR}", NOON, WHY, "chefen" if deed is Deed.PASSED_ON else "")


def of_the_provider(entry: Entry) -> Iterator[Happening]:
    """What an attempt can come to."""
    if entry.work is Work.READY:
        yield partial(progress.started, transaction_id=UUID(int=len(entry.attempts)), now=NOON)
    if entry.work is Work.SENDING:
        attempt, conduct = entry.attempts[-1].transaction_id, CONDUCTS[0]
        yield partial(progress.accepted, receipt=receipt(entry), attempt=attempt, now=NOON, conduct=conduct)
        yield partial(progress.postponed, error=TemporaryFailure("x", danish=WHY), attempt=attempt, now=NOON)
        for code, is_ours in (("42", False), ("42", True), (DAMAGED, False)):
            refusal = Rejected("no", code=code, danish=WHY, ours=is_ours)
            yield partial(progress.rejected, error=refusal, attempt=attempt, now=NOON, conduct=conduct)
        doubt = OutcomeUnknown("cut off")
        yield partial(progress.unresolved, error=doubt, attempt=attempt, now=NOON, conduct=conduct)


def of_the_world(entry: Entry) -> Iterator[Happening]:
    """Receipts at any time, deadlines that pass, documents that are withdrawn."""
    if len(entry.receipts) < RECEIPTS:
        for event in ReceiptEvent:
            yield partial(progress.received, receipt=receipt(entry, event), now=NOON, conduct=CONDUCTS[0])
        unreadable = attrs.evolve(receipt(entry, ReceiptEvent.FAILED), code=ours("42"))
        yield partial(progress.received, receipt=unreadable, now=NOON, conduct=CONDUCTS[0])
    for conduct in CONDUCTS:
        yield partial(progress.overdue, now=entry.due, conduct=conduct)
    yield partial(progress.stopped, why="et dokument i brevet blev trukket tilbage", now=NOON)


def of_people() -> Iterator[Happening]:
    """All that somebody can do."""
    yield partial(deeds.approved, act=act(Deed.APPROVED), due=NOON)
    yield partial(deeds.released, act=act(Deed.RELEASED), due=NOON)
    yield partial(deeds.kept, act=act(Deed.RELEASED), due=NOON)
    yield partial(deeds.passed_on, act=act(Deed.PASSED_ON))
    yield partial(deeds.sent_back, act=act(Deed.SENT_BACK), why=WHY)
    yield partial(deeds.cancelled, act=act(Deed.CANCELLED), why=WHY)
    yield partial(deeds.retried, act=act(Deed.RETRIED))
    yield partial(deeds.confirmed, act=act(Deed.CONFIRMED), conduct=CONDUCTS[0])
    yield partial(deeds.solved, act=act(Deed.SOLVED))
    yield partial(deeds.followed, act=act(Deed.FOLLOWED))


def gave_up(entry: Entry) -> Change:
    """Try until nobody tries any more."""
    while entry.work is Work.READY:
        entry = progress.started(entry, UUID(int=len(entry.attempts)), NOON).entry
        attempt = entry.attempts[-1].transaction_id
        entry = progress.postponed(entry, TemporaryFailure("x", danish=WHY), attempt, NOON).entry
    return Change(entry)


def happenings(entry: Entry) -> Iterator[Happening]:
    yield from of_the_provider(entry)
    yield from of_the_world(entry)
    yield from of_people()
    if entry.work is Work.READY:
        yield gave_up


def seen(entry: Entry) -> object:
    """What can be told apart of a letter."""
    return (
        entry.work,
        entry.held_for if entry.work is Work.HELD else None,
        entry.settled,
        entry.beside,
        frozenset((one.outcome, one.code) for one in entry.attempts),
        frozenset((one.event, one.is_ours) for one in entry.receipts),
        any(one.deed is Deed.CONFIRMED for one in entry.acts),
        entry.was_sent_back,
    )


def beginnings() -> Iterator[Entry]:
    ready = draft("1").entry
    yield ready
    yield attrs.evolve(ready, due=NOON + timedelta(days=2))
    yield draft("2", beside=ready.id).entry
    for reason in Hold:
        yield attrs.evolve(draft("1", work=Work.HELD).entry, held_for=reason)


@cache
def all_letters() -> tuple[Entry, ...]:
    """Every letter there can be."""
    found = {seen(entry): entry for entry in beginnings()}
    waiting = deque(found.values())
    while waiting:
        entry = waiting.popleft()
        for happening in happenings(entry):
            change = happening(entry)
            if change is not None and seen(change.entry) not in found:
                found[seen(change.entry)] = change.entry
                waiting.append(change.entry)
    return tuple(found.values())


def troubles(*, has_paper: bool = True) -> list[inbox.Trouble]:
    found = (inbox.of_letter(entry, has_paper=has_paper) for entry in all_letters())
    return [trouble for trouble in found if trouble is not None]


def has_left(entry: Entry) -> bool | None:
    """Tell whether the provider has it; None where nobody can know."""
    outcomes = {attempt.outcome for attempt in entry.attempts}
    proofs = {one.event for one in entry.receipts if is_proof(one)}
    if Outcome.REJECTED in outcomes and proofs - {ReceiptEvent.FAILED, ReceiptEvent.RECALLED}:
        return None
    if proofs or Outcome.ACCEPTED in outcomes or any(one.deed is Deed.CONFIRMED for one in entry.acts):
        return True
    return None if Outcome.UNKNOWN in outcomes else False


def test_the_search_finds_every_kind_of_letter() -> None:
    """All states of work, all statuses, and every cause a letter itself can have."""
    letters = all_letters()
    assert {entry.work for entry in letters} == set(Work)
    assert {entry.status for entry in letters} == set(Status)
    assert {trouble.kind for trouble in troubles()} == set(Cause) - BESIDE_THE_LETTER


@pytest.mark.parametrize("has_paper", [True, False])
def test_every_failure_has_a_cause_an_owner_and_one_next_step(*, has_paper: bool) -> None:
    """And all of it in Danish, without a CPR number, whatever people and providers wrote."""
    for trouble in troubles(has_paper=has_paper):
        assert trouble.owner in Owner
        assert trouble.cause in {wording.cause(cause) for cause in Cause}
        assert wording.owner(trouble.owner)
        assert trouble.remedies.count(trouble.next) == 1
        assert trouble.text.count("Næste skridt:") == 1
        assert trouble.text.endswith(f"»{wording.remedy(trouble.next, trouble.kind)}«.")
        assert has_paper or Remedy.SEND_AS_PRINT not in trouble.remedies
        assert CPR not in trouble.text
        assert "systemfejl" not in trouble.text.casefold()


def test_every_failure_says_first_whether_anything_was_sent() -> None:
    """And says what is true."""
    opening = {True: "Brevet er sendt", False: NOT_SENT, None: UNKNOWN}
    for trouble in troubles():
        assert trouble.text.startswith(opening[has_left(trouble.entry)]), trouble


def test_whatever_is_offered_can_be_done() -> None:
    """No button is there that answers: too late."""
    for trouble in troubles():
        entry = trouble.entry
        does = {
            Remedy.RETRY: deeds.retried(entry, act(Deed.RETRIED)),
            Remedy.CONFIRM: deeds.confirmed(entry, act(Deed.CONFIRMED), CONDUCTS[0]),
            Remedy.SOLVED: deeds.solved(entry, act(Deed.SOLVED)),
            Remedy.SEEN: deeds.solved(entry, act(Deed.SOLVED)),
        }
        for remedy in trouble.remedies:
            change = does.get(remedy, deeds.followed(entry, act(Deed.FOLLOWED)))
            assert change is not None, (remedy, entry)
            assert not change.entry.needs_person, (remedy, entry)


def test_nothing_new_is_made_of_what_may_be_there() -> None:
    """Not again, not on paper, not to somebody else – unless the provider itself says that it failed."""
    for trouble in troubles():
        if any(remedy.makes_a_letter for remedy in trouble.remedies):
            assert trouble.entry.status is Status.FAILED
            assert trouble.entry.beside is None
            assert deeds.followed(trouble.entry, act(Deed.FOLLOWED)) is not None
        elif trouble.entry.status is not Status.FAILED:
            assert deeds.followed(trouble.entry, act(Deed.FOLLOWED)) is None


def test_a_letter_is_over_or_somebody_is_at_it() -> None:
    """The machine, until a time; or a person. What needs nobody has nothing to be done about it."""
    for entry in all_letters():
        if entry.needs_person:
            assert entry.work in {Work.SET_ASIDE, *OVER}
        else:
            assert entry.work is not Work.SET_ASIDE
            assert inbox.of_letter(entry, has_paper=True) is None
            assert entry.work in OVER or entry.due >= entry.committed_at


def test_every_letter_can_be_explained() -> None:
    """Beginning with whether it was sent; true; and never with a CPR number in it."""
    for entry in all_letters():
        text = wording.explain(entry)
        assert re.match(OPENINGS, text), text
        assert has_left(entry) is False or not text.startswith(NOT_SENT), text
        assert text.endswith(".")
        assert CPR not in text


def test_every_deed_has_its_words() -> None:
    """With who, why, and to whom; and no number in them."""
    told = {wording.act(act(deed)) for deed in Deed}
    assert len(told) == len(Deed)
    assert all("bo" in text and "ringede" in text and CPR not in text for text in told)
    assert "chefen" in wording.act(act(Deed.PASSED_ON))


def test_a_letter_that_was_dealt_with_says_so() -> None:
    """Nobody is asked to do anything about it any more."""
    dealt_with = [entry for entry in all_letters() if entry.settled and not entry.needs_person]
    assert dealt_with
    for entry in dealt_with:
        if entry.status not in {Status.DELIVERED, Status.SENT}:
            assert wording.explain(entry).endswith("Ingen skal gøre noget."), entry


def test_what_can_be_stopped_is_said_as_it_is() -> None:
    """The answer is the one that cancelling would give; and where it is yes, nothing was sent."""
    for entry in all_letters():
        answer = stopping.stoppable(entry, NOON)
        assert bool(answer) is (deeds.cancelled(entry, act(Deed.CANCELLED), WHY) is not None)
        assert re.match(OPENINGS, answer.text), answer.text
        assert not answer or answer.text.startswith(f"{NOT_SENT} endnu: brevet kan stoppes"), answer.text
        assert has_left(entry) is False or not answer.text.startswith(NOT_SENT), answer.text
        assert answer.until is None or (answer and answer.until >= NOON)
