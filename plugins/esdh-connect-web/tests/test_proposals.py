"""Proposals: taken up in the dialog, or declined with a reason; only by who works for the department."""

import pytest
from administering import ADA, KAJ, at_desk

from esdh_connect.errors import Rejected
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
def parties():
    return 1


@pytest.fixture
def proposed(hall, proposing, parties):
    """A letter that is proposed because a document was finalized."""
    request = hall.request("forslag-1", parties=parties)
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


def from_the_case(hall, key="fra sagen", **said):
    """The same letter, ordered with the button on the case."""
    hall.opened(hall.request(key, **said)).press("/send/go")
    return hall.post.committed(key)[0]


def test_a_proposal_whose_letter_was_ordered_from_the_case_is_off_the_list(hall, proposed):
    """However it stands: nobody orders a second one from it, also from a page that was open before."""
    open_page = at_desk(hall, BO).go("/proposals")
    assert "1 forslag til et brev venter på dig" in at_desk(hall, BO).go("/").main
    from_the_case(hall)
    assert "forslag til" not in at_desk(hall, BO).go("/").main
    assert open_page.post("/proposals/accept").status_code == 404
    assert "Ingen forslag venter." in at_desk(hall, BO).go("/proposals").main
    assert hall.post.proposals() == ()


def test_a_proposal_stays_where_its_letter_was_stopped_or_is_another(hall, proposed):
    """And says how the one that was ordered stands."""
    from_the_case(hall, "et andet", documents=[hall.host.document("andet", "andet")])
    assert "bestilt" not in at_desk(hall, BO).go("/proposals").main
    entry = from_the_case(hall)
    hall.post.cancel(entry.id, by="bo")
    main = at_desk(hall, BO).go("/proposals").main
    assert "Brevet til Borger 0 blev bestilt fra sagen af bo" in main
    assert "Der er ikke sendt noget: brevet blev stoppet i tide." in main
    assert len(hall.post.proposals()) == 1


class TestToSeveral:
    """A proposal to two, of whom one has had the letter ordered from the case."""

    @pytest.fixture
    def parties(self):
        return 2

    @pytest.mark.parametrize("fails", [False, True])
    def test_tells_how_that_letter_stands(self, hall, proposed, fails):
        """It waits, or it failed: it is never called sent when it is not."""
        from_the_case(hall)
        if fails:
            hall.channel.fail_with.append(Rejected("no"))
            hall.clock.move(minutes=3)
            hall.post.deliver()
        main = at_desk(hall, BO).go("/proposals").main
        assert "Brevet til Borger 0 blev bestilt fra sagen af bo" in main
        assert ("leverandøren afviste brevet" if fails else "Der er ikke sendt noget endnu") in main
        assert "Borger 1" not in main

    def test_is_off_the_list_when_the_other_has_it_too(self, hall, proposed):
        """By two letters, or by one order to both."""
        from_the_case(hall, parties=2)
        assert "Ingen forslag venter." in at_desk(hall, BO).go("/proposals").main


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
