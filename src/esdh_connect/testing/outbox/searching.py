"""Searches: by department, case, status and time, in pages; and what needs a person, by its cause."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import attrs
import pytest

from esdh_connect.dispatch import Cause, Entry, Hold, ReceiptEvent, Status, Work, cause_of
from esdh_connect.model import Case
from esdh_connect.outbox import HOST_SILENT_AFTER, Draft, Outbox, Search
from esdh_connect.testing.letters import NOON, draft, receipt
from esdh_connect.testing.outbox.happenings import accept, add, cancel, claim, fail, received, reject

__all__ = ["Searching"]

_DAY = timedelta(days=1)
_JOURNAL = (Cause.JOURNAL_UNKNOWN, Cause.JOURNAL_REFUSED, Cause.JOURNAL_FAILING)


def _at(name: str, department: str = "teknik", days: int = 0, case: str = "sag-1") -> Draft:
    one = draft(name)
    at = NOON + _DAY * days
    there = attrs.evolve(one.entry, department=department, case=Case(case, "prøve"), committed_at=at)
    return attrs.evolve(one, entry=there)


def _names(found: Collection[Entry], *drafts: Draft) -> list[str]:
    names = {one.entry.id: str(at) for at, one in enumerate(drafts)}
    return [names[entry.id] for entry in found]


class Searching:
    """Finding letters again."""

    @pytest.mark.parametrize(
        ("search", "expected"),
        [
            (Search(), "43210"),
            (Search(departments={"teknik"}), "310"),
            (Search(departments={"teknik", "borger"}), "3210"),
            (Search(departments=()), ""),
            (Search(case="sag-2"), "42"),
            (Search(case="sag-2", departments=["borger"]), "2"),
            (Search(case_part="SAG- 2"), "42"),
            (Search(case_part="ag"), "43210"),
            (Search(case_part="sag_2"), ""),
            (Search(case_part="%"), ""),
            (Search(case_part="2", case="sag-1"), ""),
            (Search(since=NOON + _DAY), "4321"),
            (Search(since=NOON + _DAY, until=NOON + _DAY * 3), "21"),
            (Search(until=NOON), ""),
        ],
    )
    def test_letters_are_found_by_what_is_asked(self, outbox: Outbox, search: Search, expected: str) -> None:
        """All of what is asked at once; the newest first, whichever was stored first."""
        drafts = (
            _at("0"),
            _at("1", days=1),
            _at("2", "borger", days=2, case="sag-2"),
            _at("3", days=3),
            _at("4", "kultur", days=4, case="sag-2"),
        )
        add(outbox, *reversed(drafts))
        found = outbox.search(search)
        assert ("".join(_names(found.entries, *drafts)), found.total) == (expected, len(expected))

    def test_they_come_in_pages(self, outbox: Outbox) -> None:
        """Each letter on one page, however many were committed at the same time; beyond the last there is nothing."""
        drafts = tuple(_at(str(at)) for at in range(5))
        add(outbox, *drafts)
        pages = [outbox.search(Search(), 2, offset) for offset in (0, 2, 4, 6)]
        assert [_names(page.entries, *drafts) for page in pages] == [["4", "3"], ["2", "1"], ["0"], []]
        assert {page.total for page in pages} == {5}

    def test_they_are_found_by_what_people_see(self, outbox: Outbox) -> None:
        """A status is found as soon as something brings it, whatever that was."""
        add(outbox, draft("1"))
        seen = [self._status(outbox)]
        dispatch = claim(outbox)
        seen.append(self._status(outbox))
        outbox.change(dispatch.id, accept(dispatch.entry))
        for event in (ReceiptEvent.SENT, ReceiptEvent.DELIVERED, ReceiptEvent.FAILED):
            outbox.receive(receipt(dispatch.entry, event), received)
            seen.append(self._status(outbox))
        wanted = [Status.WAITING, Status.IN_PROGRESS, Status.SENT, Status.DELIVERED, Status.FAILED]
        assert seen == wanted

    def _status(self, outbox: Outbox) -> Status:
        """Find the letter by each status: one of them has it, and it is the one the letter shows."""
        found = {status: outbox.search(Search(statuses=[status])) for status in Status}
        [status] = [status for status, one in found.items() if one.total]
        assert outbox.search(Search(statuses=set(Status) - {status})).total == 0
        assert [entry.status for entry in found[status].entries] == [status]
        return status

    def test_what_needs_a_person_is_counted_and_found_by_its_cause(self, outbox: Outbox) -> None:
        """Refused, and come back; what is under way, unclear but awaited, or stopped in time is none of it."""
        drafts = [_at(str(at), "borger" if at == 1 else "teknik") for at in range(5)]
        add(outbox, *drafts)
        for ending in (reject(), reject(), fail()):
            dispatch = claim(outbox)
            outbox.change(dispatch.id, ending)
        outbox.change(drafts[3].entry.id, cancel())
        came = claim(outbox)
        outbox.change(came.id, accept(came.entry))
        outbox.receive(receipt(came.entry, ReceiptEvent.FAILED), received)

        counts = {("teknik", Cause.REFUSED): 1, ("borger", Cause.REFUSED): 1, ("teknik", Cause.NOT_DELIVERED): 1}
        assert dict(outbox.trouble_counts(NOON)) == counts
        assert _names(self._in(outbox, Cause.REFUSED), *drafts) == ["0", "1"]
        assert _names(self._in(outbox, Cause.REFUSED, {"teknik"}), *drafts) == ["0"]
        assert self._in(outbox, Cause.REFUSED, ()) == []
        one = drafts[1].entry.id
        assert [entry.id for entry, _ in outbox.in_trouble(Cause.REFUSED, NOON, letter=one)] == [one]
        assert outbox.in_trouble(Cause.NOT_DELIVERED, NOON, letter=one) == ()
        assert {cause_of(entry) for entry in outbox.troubles()} == {Cause.REFUSED, Cause.NOT_DELIVERED}
        paged = [outbox.in_trouble(Cause.REFUSED, NOON, None, 1, offset) for offset in range(3)]
        assert [_names([entry for entry, _ in page], *drafts) for page in paged] == [["0"], ["1"], []]

    def _in(self, outbox: Outbox, cause: Cause, departments: Collection[str] | None = None) -> list[Entry]:
        return [entry for entry, _ in outbox.in_trouble(cause, NOON, departments)]

    def test_a_journaling_that_waits_for_a_person_is_found_by_its_cause(self, outbox: Outbox) -> None:
        """With its duty; one that was tried once is left to go on by itself."""
        add(outbox, *(draft(str(at)) for at in range(3)))
        for _ in range(3):
            dispatch = claim(outbox)
            outbox.change(dispatch.id, accept(dispatch.entry))
            outbox.receive(receipt(dispatch.entry, ReceiptEvent.DELIVERED), received)
        failing, unclear, refused = (duty.mark for duty in outbox.duties(NOON + _DAY))
        _try(outbox, failing, 1)
        assert dict(outbox.trouble_counts(NOON)) == {}
        _try(outbox, failing, 7)
        outbox.take_duty(unclear, "")
        outbox.duty_unknown(unclear, "nobody knows")
        outbox.take_duty(refused, "")
        outbox.duty_refused(refused, "the case is closed")
        assert dict(outbox.trouble_counts(NOON)) == {("teknik", cause): 1 for cause in _JOURNAL}
        found = [outbox.in_trouble(cause, NOON, {"teknik"}) for cause in _JOURNAL]
        assert [(entry.id, duty and duty.mark, duty and duty.why) for [(entry, duty)] in found] == [
            (unclear, unclear, "nobody knows"),
            (refused, refused, "the case is closed"),
            (failing, failing, "the host said no"),
        ]
        assert [outbox.in_trouble(cause, NOON, {"borger"}) for cause in _JOURNAL] == [(), (), ()]

    def test_a_host_that_says_nothing_for_a_day_is_found(self, outbox: Outbox) -> None:
        """Until then it is waited for."""
        one = draft("1")
        held = attrs.evolve(one, entry=attrs.evolve(one.entry, work=Work.HELD, held_for=Hold.HOST))
        add(outbox, held)
        late = one.entry.committed_at + HOST_SILENT_AFTER
        assert self._silent(outbox, late - timedelta(seconds=1)) == ({}, ())
        assert self._silent(outbox, late) == ({("teknik", Cause.HOST_SILENT): 1}, ((held.entry, None),))

    def _silent(self, outbox: Outbox, now: datetime) -> tuple[object, object]:
        return dict(outbox.trouble_counts(now)), outbox.in_trouble(Cause.HOST_SILENT, now)


def _try(outbox: Outbox, mark: str, times: int) -> None:
    for _ in range(times):
        assert outbox.take_duty(mark, "") is not None
        outbox.duty_postponed(mark, NOON + _DAY, "the host said no", begun=False)
