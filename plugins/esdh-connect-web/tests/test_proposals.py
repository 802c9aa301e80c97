"""Proposals: taken up in the dialog, or declined with a reason; only by who works for the department."""

import pytest
from administering import ADA, KAJ, at_desk

from esdh_connect.events import DocumentFinalized
from esdh_connect.hookspecs import hookimpl
from esdh_connect_web import Person, Role

BO = Person("bo", "Bo Sagsbehandler", {Role.CASEWORKER}, {"teknik"})
PIA = Person("pia", "Pia i Kultur", {Role.CASEWORKER}, {"kultur"})


class Proposing:
    """Proposes what it is given."""

    def __init__(self):
        self.requests = []

    @hookimpl
    def request_letters(self, event):
        return self.requests


@pytest.fixture
def proposing():
    return Proposing()


@pytest.fixture
def more(proposing):
    return {"proposing": proposing}


@pytest.fixture
def proposed(hall, proposing):
    """A letter that is proposed because a document was finalized."""
    request = hall.request("forslag-1")
    proposing.requests = [request]
    document = request.documents[0]
    event = DocumentFinalized("event-1", hall.clock(), "teknik", document, request.case)
    hall.post.tell(event)
    hall.post.deliver()
    (one,) = hall.post.outbox.proposals()
    return one


def test_a_proposal_is_sent_from_the_dialog_and_is_off_the_list(hall, proposed):
    """Nothing is sent before somebody has seen it."""
    desk = at_desk(hall, BO).go("/proposals")
    assert "Byggetilladelse" in desk.main
    desk.post("/proposals/accept")
    assert 'action="/send/go"' in desk.text
    assert hall.post.committed("forslag-1") == ()
    desk.post("/send/go")
    assert [one.committed_by for one in hall.post.committed("forslag-1")] == ["bo"]
    assert "Ingen forslag venter." in desk.go("/proposals").main
    assert hall.post.outbox.proposals() == ()


def test_a_proposal_is_declined_with_a_reason(hall, proposed):
    """Without one, or with a CPR number in it, it waits."""
    desk = at_desk(hall, BO).go("/proposals")
    for why in ("", "…", "121212-1212 har fået det"):
        desk.press("/proposals/decline", why=why)
        assert 'href="#why-1"' in desk.text
    assert len(hall.post.outbox.proposals()) == 1
    other = at_desk(hall, KAJ).go("/proposals")
    desk.press("/proposals/decline", why="er sendt i hånden")
    assert "Der er ikke sendt noget" in desk.main
    assert hall.post.outbox.proposals() == ()
    for path in ("/proposals/accept", "/proposals/decline"):
        assert other.browser.post(path, data=other.held(path)).status_code == 404


def test_only_who_works_for_the_department_sees_it(hall, proposed):
    """Nor can anybody else take it up by its name."""
    held = at_desk(hall, PIA).go("/").held("/language")
    data = {"esdh_token": held["esdh_token"], "proposal": proposed.id, "why": "fordi"}
    assert "Byggetilladelse" not in at_desk(hall, PIA).go("/proposals").main
    for path in ("/proposals/accept", "/proposals/decline"):
        assert at_desk(hall, PIA).browser.post(path, data=data).status_code == 403
    assert at_desk(hall, ADA).go("/proposals").answer.status_code == 403
    assert len(hall.post.outbox.proposals()) == 1
