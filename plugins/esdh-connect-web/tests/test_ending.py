"""A dialog ends with its person's session in the host, and after a while by itself."""

import pytest

from esdh_connect_web import Person, Role, end_visits

BO = Person("bo", "Bo Sagsbehandler", {Role.CASEWORKER}, {"teknik"})
EVA = Person("eva", "Eva Kollega", {Role.CASEWORKER}, {"teknik"})
HOST = {"Origin": "https://esdh.example"}


class Session:
    """The host's own: who is logged in now."""

    def __init__(self, person):
        self.person = person

    def __call__(self, request):
        return self.person


def nothing_was_ordered(hall, dialog):
    answer = dialog.press("/send/go")
    assert answer.answer.status_code == 403
    assert hall.post.committed("dialog-1") == ()
    return answer


def test_a_dialog_lives_for_an_hour(hall):
    """However many answers it was given; then it is opened again from the case."""
    dialog = hall.opened()
    hall.clock.move(minutes=59)
    dialog = dialog.press("/send/arrange", move="down-1")
    assert dialog.answer.status_code == 200
    hall.clock.move(minutes=1)
    over = nothing_was_ordered(hall, dialog)
    assert "Vinduet er udløbet. Luk det, og åbn det igen fra sagen." in over.text
    assert "Du har ikke adgang" not in over.text
    assert over.text.index("Der er ikke sendt noget med dette tryk.") < over.text.index("Luk det, og åbn")


def test_an_undo_in_a_dialog_that_is_over_says_that_nothing_was_stopped(hall):
    """First: the letter may leave."""
    after = hall.opened().press("/send/go")
    end_visits(hall.post, "bo")
    over = after.press("/send/stop")
    assert over.text.index("Intet brev er stoppet med dette tryk.") < over.text.index("Luk det, og åbn")
    assert "Der er ikke sendt noget" not in over.text


def test_who_is_logged_out_has_no_dialog_any_more(hall):
    """Nor a session, nor a token that was made before; others keep theirs, and what is opened after it is new."""
    dialog, other, waiting = hall.opened(), hall.opened(hall.request("dialog-2"), EVA), hall.token(hall.request())
    pages = hall.browser()
    pages.post("/open", data={"launch": hall.token()}, headers=HOST)
    assert end_visits(hall.post, "bo") == 3
    nothing_was_ordered(hall, dialog)
    assert pages.get("/").status_code == 401
    assert hall.browser().post("/send", data={"launch": waiting}, headers=HOST).status_code == 403
    assert other.press("/send/go").answer.status_code == 200
    assert hall.opened().press("/send/go").answer.status_code == 200
    assert end_visits(hall.post, "bo") == 1
    assert end_visits(hall.post, "bo") == 0


@pytest.mark.parametrize("after", [EVA, None])
def test_a_dialog_ends_where_the_hosts_session_is_another(hall, after):
    """Somebody else is logged in, or nobody: nothing is done in the name of who was, even when they come back."""
    session = Session(BO)
    dialog = hall.opened(identify=session)
    assert dialog.press("/send/status").answer.status_code == 200
    session.person = after
    refused = nothing_was_ordered(hall, dialog)
    assert "Der er logget en anden ind nu" in refused.text
    assert "Borger" not in refused.text
    session.person = BO
    nothing_was_ordered(hall, dialog)


def test_a_token_of_somebody_else_opens_nothing(hall):
    """Where the host's session can be asked, it says who it is."""
    dialog = hall.opened(identify=Session(EVA))
    assert dialog.answer.status_code == 403
    assert "Borger" not in dialog.text


def test_where_the_hosts_session_is_not_seen_the_token_says_who_it_is(hall):
    """A frame of another site is sent no cookies of the host's."""
    dialog = hall.opened(identify=Session(None))
    assert dialog.press("/send/go").answer.status_code == 200


def test_a_frame_that_knows_no_visit_can_still_be_closed(hall):
    """Its script tells the pages that may frame it, and no other."""
    refused = hall.browser().post("/send", data={"launch": "x"}, headers=HOST)
    assert '<meta name="esdh-origin" content="https://esdh.example">' in refused.text
    assert "data-closes" in refused.text


@pytest.mark.parametrize("path", ["/send", "/send/go", "/send/status"])
def test_who_goes_back_reads_why_there_is_nothing(hall, path):
    """No address holds what a dialog was about; the page may stand where the dialog stood."""
    answer = hall.browser().get(path)
    assert answer.status_code == 405
    assert "åbn det igen fra sagen" in answer.text
    assert "frame-ancestors https://esdh.example" in answer.headers["content-security-policy"]
