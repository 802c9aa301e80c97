"""What the host saw happen to its documents, and what plugins propose because of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import attrs
import pytest

from esdh_connect.dispatch import Work
from esdh_connect.events import (
    DocumentChanged,
    DocumentCreated,
    DocumentFinalized,
    DocumentJournalized,
    DocumentPrinted,
    DocumentWithdrawn,
    UsageRecorded,
)
from esdh_connect.outbox import OPEN, DocumentState, Outbox, Proposal, UnknownDispatch
from esdh_connect.testing.letters import NOON, POLICY, draft, request, seen
from esdh_connect.testing.outbox.happenings import add, ids
from esdh_connect.usage import Usage, UsageKind

__all__ = ["Documents"]

_HOUR = timedelta(hours=1)


def _proposal(name: str, event: str) -> Proposal:
    return Proposal(name, event, request(name), NOON)


class Documents:
    """Document events and proposals."""

    def test_telling_twice_is_telling_once(self, outbox: Outbox) -> None:
        """The host's own id of an event tells whether it was told before."""
        outbox.install("plugin")
        event = seen(DocumentFinalized)
        assert outbox.tell(event, POLICY)
        assert not outbox.tell(event, POLICY)
        assert outbox.untreated() == (event,)
        assert [told.event for told in outbox.unheard("plugin")] == [event]

    def test_what_was_read_is_stored_with_how_far(self, outbox: Outbox) -> None:
        """Each source goes on from its own place; what was told or read before is not new."""
        first, second, third = (seen(DocumentFinalized, f"doc-{number}") for number in range(3))
        assert outbox.cursor("source host") == ""
        outbox.tell(first, POLICY)
        assert outbox.take_in("source host", "2", [(first, POLICY), (second, POLICY)]) == 1
        assert outbox.take_in("source host", "3", [(second, POLICY), (third, POLICY)]) == 1
        assert (outbox.cursor("source host"), outbox.cursor("source other")) == ("3", "")
        assert outbox.untreated() == (first, second, third)

    def test_consequences_are_drawn_once_in_the_order_told(self, outbox: Outbox) -> None:
        """What was treated does not come again, and its proposals and facts are there."""
        outbox.install("plugin")
        first, second = seen(DocumentFinalized, "doc-1"), seen(DocumentPrinted, "doc-2", at=NOON - _HOUR)
        for event in (first, second):
            outbox.tell(event, POLICY)
        assert outbox.untreated() == (first, second)
        assert outbox.untreated(limit=1) == (first,)
        printed = _printed(second)
        for _ in range(2):
            outbox.treated(first, [_proposal("forslag", first.id)])
            outbox.treated(second, [], [printed])
        assert outbox.untreated() == ()
        assert outbox.proposals() == (_proposal("forslag", first.id),)
        assert [told.event for told in outbox.unheard("plugin")] == [first, second, printed]
        assert outbox.usage(NOON - _HOUR, NOON) == {("teknik", UsageKind.PRINTED, ""): 1}

    def test_an_event_never_told_has_no_consequences(self, outbox: Outbox) -> None:
        """Nothing is stored for it."""
        event = seen(DocumentFinalized)
        with pytest.raises(UnknownDispatch):
            outbox.treated(event, [_proposal("forslag", event.id)])
        assert outbox.proposals() == ()

    def test_a_document_nobody_told_of_has_no_state(self, outbox: Outbox) -> None:
        """Silence is no statement."""
        outbox.tell(seen(DocumentFinalized, "doc-1"), POLICY)
        assert outbox.document_state("doc-2") is None

    def test_the_state_of_a_document_follows_its_events(self, outbox: Outbox) -> None:
        """A new version must be finalized again; a withdrawal stands until it is."""
        steps = [
            (seen(DocumentCreated, at=NOON), DocumentState("1")),
            (seen(DocumentFinalized, at=NOON + _HOUR), DocumentState("1", finalized=True)),
            (seen(DocumentJournalized, at=NOON + 2 * _HOUR), DocumentState("1", finalized=True)),
            (seen(DocumentWithdrawn, at=NOON + 3 * _HOUR), DocumentState("1", finalized=True, withdrawn=True)),
            (seen(DocumentChanged, at=NOON + 4 * _HOUR, version="2"), DocumentState("2", withdrawn=True)),
            (seen(DocumentFinalized, at=NOON + 5 * _HOUR, version="2"), DocumentState("2", finalized=True)),
        ]
        for event, state in steps:
            outbox.tell(event, POLICY)
            assert outbox.document_state("doc-1") == state

    def test_events_told_late_do_not_turn_back_time(self, outbox: Outbox) -> None:
        """The order in which things happened counts, not the order in which they were told."""
        outbox.tell(seen(DocumentFinalized, at=NOON + _HOUR, version="2"), POLICY)
        outbox.tell(seen(DocumentChanged, at=NOON, version="2"), POLICY)
        outbox.tell(seen(DocumentCreated, at=NOON - _HOUR, version="1"), POLICY)
        assert outbox.document_state("doc-1") == DocumentState("2", finalized=True)

    def test_open_letters_with_a_document_are_found(self, outbox: Outbox) -> None:
        """Those committed before the event and not handed over, whichever version of the document they hold."""
        letters = {work: draft(work.value, work=work, documents=("doc-2", "doc-1")) for work in Work}
        other, later = draft("other", documents=("doc-2",)), draft("later", at=NOON + 2 * _HOUR)
        add(outbox, *letters.values(), other, later)
        found = outbox.open_with(seen(DocumentWithdrawn, "doc-1", at=NOON + _HOUR, version="2"))
        assert [entry.id for entry in found] == ids(*(letters[work] for work in Work if work in OPEN))

    def test_open_letters_with_another_version_of_a_document_are_found(self, outbox: Outbox) -> None:
        """Those that a new version makes old."""
        old, current = draft("old"), draft("current")
        newer = tuple(attrs.evolve(one, version="2") for one in current.manifest.documents)
        add(outbox, old, attrs.evolve(current, manifest=attrs.evolve(current.manifest, documents=newer)))
        changed = seen(DocumentChanged, at=NOON + _HOUR, version="2")
        assert [entry.id for entry in outbox.open_with(changed, another_version=True)] == ids(old)
        assert len(outbox.open_with(changed)) == len([old, current])

    def test_proposals_wait_until_somebody_decides(self, outbox: Outbox) -> None:
        """They are listed oldest first, whole, and leave the list once."""
        event = seen(DocumentFinalized)
        first, second = _proposal("første", event.id), _proposal("anden", event.id)
        outbox.tell(event, POLICY)
        outbox.treated(event, [first, second])
        assert outbox.proposals() == (first, second)
        assert outbox.close_proposal(first.id, by="bo", why="accepted")
        assert not outbox.close_proposal(first.id, by="ane", why="declined")
        assert outbox.proposals() == (second,)
        with pytest.raises(UnknownDispatch):
            outbox.close_proposal("nobody's", by="bo", why="")

    def test_what_was_told_is_there_for_the_next_process(self, outbox: Outbox, reopen: Callable[[], Outbox]) -> None:
        """Telling is storing."""
        event, other = seen(DocumentFinalized), seen(DocumentFinalized, "doc-2")
        outbox.tell(event, POLICY)
        outbox.tell(attrs.evolve(other, case=None), POLICY)
        outbox.treated(event, [_proposal("forslag", event.id)])
        anew = reopen()
        assert anew.untreated() == (attrs.evolve(other, case=None),)
        assert anew.proposals() == (_proposal("forslag", event.id),)
        assert anew.document_state("doc-1") == DocumentState("1", finalized=True)


def _printed(event: DocumentPrinted) -> UsageRecorded:
    id_ = Usage.id_of(event.id, UsageKind.PRINTED)
    return UsageRecorded(str(id_), event.at, "teknik", Usage(id_, UsageKind.PRINTED, "teknik", event.at, documents=1))
