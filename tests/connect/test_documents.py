"""The life of a document: offered, changed, withdrawn, proposed."""

from datetime import timedelta
from uuid import uuid4

import attrs
import pytest

from esdh_connect import wording
from esdh_connect.dispatch import Status
from esdh_connect.errors import (
    NoChannel,
    PlanChanged,
)
from esdh_connect.events import DocumentChanged, DocumentFinalized, DocumentPrinted, DocumentWithdrawn
from esdh_connect.hookspecs import hookimpl
from esdh_connect.model import Case
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.installation import installation
from esdh_connect.usage import UsageKind

CASE = Case("2026-17", "fake")


def told(kind, document, clock, department="teknik", **more):
    return kind(id=str(uuid4()), at=clock(), department=department, document=document, case=CASE, **more)


def test_a_new_version_makes_commit_refuse_and_names_the_document(esdh_connect, esdh_clock, esdh_host, letter):
    """Open approvals and plans on the old one fall."""
    plan = esdh_connect.plan(letter)
    newer = esdh_host.document("bilag-2", version="2")
    esdh_connect.tell(told(DocumentChanged, newer, esdh_clock))

    with pytest.raises(PlanChanged) as caught:
        esdh_connect.commit(plan, by="u1")

    assert "bilag-2.pdf" in wording.of(caught.value)
    assert esdh_connect.entries() == ()


def test_withdrawing_a_document_stops_its_letter_before_hand_over(esdh_connect, esdh_channel, esdh_clock, letter):
    """Whether the consequence was drawn or not when a worker comes."""
    esdh_connect.commit(esdh_connect.plan(letter), by="u1")
    esdh_clock.move(seconds=1)
    esdh_connect.tell(told(DocumentWithdrawn, letter.documents[1], esdh_clock))
    esdh_connect.deliver()

    assert esdh_channel.sent == []
    [entry] = esdh_connect.entries()
    assert entry.status is Status.CANCELLED
    assert "trukket tilbage" in entry.stopped_because


def test_a_letter_that_was_handed_over_cannot_be_withdrawn(esdh_connect, esdh_clock, letter):
    """It is told as it is."""
    [entry] = esdh_connect.commit(esdh_connect.plan(letter), by="u1").entries
    esdh_connect.deliver()
    esdh_clock.move(seconds=1)
    esdh_connect.tell(told(DocumentWithdrawn, letter.documents[0], esdh_clock))
    esdh_connect.deliver()

    assert esdh_connect.entry(entry.id).status is Status.IN_PROGRESS
    assert not esdh_connect.cancel(entry.id, by="u1")


def test_a_letter_can_be_regretted_while_it_is_held(esdh_connect, esdh_channel, esdh_clock, letter):
    """The caller says for how long."""
    [entry] = esdh_connect.commit(esdh_connect.plan(letter), by="u1", hold=timedelta(minutes=1)).entries
    esdh_connect.deliver()
    assert esdh_channel.sent == []

    assert esdh_connect.cancel(entry.id, by="u1", why="forkert bilag")
    esdh_clock.move(minutes=2)
    esdh_connect.deliver()

    assert esdh_channel.sent == []
    assert "forkert bilag" in esdh_connect.entry(entry.id).stopped_because


def test_telling_twice_is_telling_once(esdh_connect, esdh_clock, letter):
    """The host's event id decides."""
    event = told(DocumentPrinted, letter.documents[0], esdh_clock)

    assert [esdh_connect.tell(event), esdh_connect.tell(event)] == [True, False]
    esdh_connect.deliver()
    counts = esdh_connect.usage(esdh_clock() - timedelta(days=1), esdh_clock() + timedelta(days=1))
    assert counts == {("teknik", UsageKind.PRINTED, ""): 1}


@pytest.mark.parametrize("department", ["kultur", "nobody-set-this-up"])
def test_a_department_without_a_channel_is_offered_nothing(esdh_connect, esdh_clock, letter, department):
    """Off is off (P6)."""
    main = letter.documents[0]
    esdh_connect.tell(told(DocumentFinalized, main, esdh_clock, department))

    assert esdh_connect.actions(main, actor="u1", department=department) == ()
    row = esdh_connect.plan(attrs.evolve(letter, department=department)).rows[0]
    assert isinstance(row.error, NoChannel)


def test_a_draft_cannot_be_sent_yet_and_says_why(esdh_connect, letter):
    """The button is there, with its reason."""
    [action] = esdh_connect.actions(letter.documents[0], actor="u1", department="teknik")

    assert not action.enabled
    assert action.reason == "Dokumentet er ikke færdiggjort"


def test_a_proposal_waits_for_a_caseworker(esdh_host, esdh_channel, esdh_clock, letter):
    """A plugin may suggest, a person sends."""

    class Suggests:
        @hookimpl
        def request_letters(self, event):
            return [letter] if event.document.id == "afgoerelse" else []

    post = installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, more={"suggests": Suggests()})
    post.tell(told(DocumentFinalized, letter.documents[0], esdh_clock))
    post.deliver()
    assert esdh_channel.sent == []

    [proposal] = post.proposals()
    post.accept(proposal, post.plan(proposal.request), by="u1")
    post.deliver()

    assert post.proposals() == ()
    assert len(esdh_channel.sent) == 1


def test_a_plugin_that_cannot_answer_is_asked_again(esdh_host, esdh_channel, esdh_clock, letter, tmp_path):
    """The other's proposals are there at once, and once; its own when it is back."""

    class Suggests:
        def __init__(self, key, fails=0):
            self.key, self.fails, self.asked = key, fails, 0

        @hookimpl
        def request_letters(self):
            self.asked += 1
            if self.asked <= self.fails:
                raise ConnectionError("away for a second")
            return [attrs.evolve(letter, key=self.key)]

    sound, away, never = Suggests("sound"), Suggests("away", fails=2), Suggests("never", fails=10**6)
    outbox = Store.open(tmp_path / "proposals.db", Seal(b"a secret of thirty-two bytes....."))
    common = {"host": esdh_host, "channels": [esdh_channel], "now": esdh_clock}
    with installation(**common, outbox=outbox, more={"sound": sound, "away": away}) as post:
        post.tell(told(DocumentFinalized, letter.documents[0], esdh_clock))
        post.deliver()
        assert [one.request.key for one in post.proposals()] == ["sound"]
        for _ in range(6):
            post.deliver()
            esdh_clock.move(minutes=1)
        assert sorted(one.request.key for one in post.proposals()) == ["away", "sound"]
        assert (away.asked, post.outbox.untreated()) == (3, ())
    post = installation(**common, more={"never": never})
    post.tell(told(DocumentFinalized, letter.documents[0], esdh_clock))
    for _ in range(200):
        post.deliver()
        esdh_clock.move(minutes=1)
    assert (never.asked, post.outbox.untreated()) == (9, ())
    assert [one.what for one in post.health().findings] == ["proposals_missing"]
    esdh_clock.move(days=8)
    assert post.health().is_well


def test_a_proposal_is_accepted_as_it_is_and_not_as_something_else(esdh_host, esdh_channel, esdh_clock, letter):
    """The plan of another request is refused, and the proposal stays; an undo window is as good as elsewhere."""

    class Suggests:
        @hookimpl
        def request_letters(self):
            return [letter]

    post = installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, more={"suggests": Suggests()})
    post.tell(told(DocumentFinalized, letter.documents[0], esdh_clock))
    post.deliver()
    [proposal] = post.proposals()
    with pytest.raises(ValueError, match="another request"):
        post.accept(proposal, post.plan(attrs.evolve(letter, case=Case("9", "fake"))), by="u1")
    assert (post.proposals(), post.entries()) == ((proposal,), ())
    five = timedelta(minutes=5)
    [entry] = post.accept(proposal, post.plan(letter), by="u1", hold=five, only=letter.parties).entries
    assert (entry.due - esdh_clock(), post.proposals()) == (five, ())


def test_a_declined_proposal_stays_away(esdh_host, esdh_channel, esdh_clock, letter):
    """With the reason kept."""

    class Suggests:
        @hookimpl
        def request_letters(self):
            return [letter]

    post = installation(host=esdh_host, channels=[esdh_channel], now=esdh_clock, more={"suggests": Suggests()})
    post.tell(told(DocumentFinalized, letter.documents[0], esdh_clock))
    post.deliver()
    [proposal] = post.proposals()

    assert post.decline(proposal, by="u1", why="sendes med posten")
    assert not post.decline(proposal, by="u1", why="igen")
    assert post.proposals() == ()
