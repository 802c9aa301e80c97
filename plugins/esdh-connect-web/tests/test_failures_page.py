"""Indbakke for fejl: only what needs a person, whose it is, and a button for each way out."""

import re
from uuid import uuid4

import attrs
import pytest
from correspondence import KAJ, come, token_of
from troubles import came_back, failed, form_of, press, set_aside, text_of

from esdh_connect import wording
from esdh_connect.dispatch import Concern, Deed, Remedy, Status, Work
from esdh_connect.errors import OutcomeUnknown, Rejected, TemporaryFailure
from esdh_connect.hookspecs import hookimpl
from esdh_connect_web import Person, Role

EVA = Person("eva", "Eva Kollega", {Role.CONTACT}, {"teknik"})
ADA = Person("ada", "Ada Administrator", {Role.ADMINISTRATOR}, {"*"})


@pytest.fixture
def hall(hall):
    """With a channel that is on paper."""
    hall.paper.limits = attrs.evolve(hall.paper.limits, on_paper=True)
    return hall


def test_an_empty_inbox_is_calm(hall):
    """It says that nothing waits, and has nothing to press."""
    page = come(hall).get("/failures")
    assert "Alt er, som det skal være: ingen breve kræver noget af nogen." in page.text
    assert "esdh-card" not in page.text


def test_a_letter_that_goes_on_by_itself_is_not_there(hall):
    """Ordered, tried again, waiting for a receipt."""
    failed(hall, TemporaryFailure("later"))
    assert "Alt er, som det skal være" in come(hall).get("/failures").text


def test_a_letter_that_did_not_arrive_says_all_there_is_to_say(hall):
    """Cause, whose it is, whether anything was sent, and each way out with a button; logged who saw it."""
    entry = came_back(hall)
    page = text_of(come(hall).get("/failures"))
    for said in ("Brevet kom ikke frem", "Hvem skal gøre noget: Dig", "Borger 0", "Byggetilladelse", "Koden er 42"):
        assert said in page, said
    assert "Brevet er sendt til leverandøren, men kommer ikke frem" in page
    for button in (
        "Send brevet som fysisk post",
        "Ret modtageren, og send igen",
        "Send brevet igen",
        "Markér som løst",
    ):
        assert button in page, button
    assert "Prøv det samme brev igen" not in page
    assert "121212" not in page
    [line] = hall.browser().app.routes[0].endpoint.site.seen.lines(entry.id)
    assert (line.who, line.what) == ("bo", "failures GET")


def test_the_page_is_english_too(hall):
    """Its own words and the core's."""
    came_back(hall)
    page = come(hall, language="en").get("/failures")
    assert "The letter did not arrive" in page.text
    assert "Send the letter on paper" in page.text
    assert "The letter was sent to the provider, but does not arrive" in page.text


def test_failed_and_tried_again(hall):
    """The same letter under the same id."""
    entry, browser = set_aside(hall), come(hall)
    assert "Brevet kunne ikke afleveres" in browser.get("/failures").text
    assert press(browser, entry, Remedy.RETRY).status_code == 303
    hall.channel.fail_with.clear()
    hall.clock.move(minutes=1)
    hall.post.deliver()
    assert (hall.post.entry(entry.id).status, len(hall.post.entries())) == (Status.IN_PROGRESS, 1)


def test_sent_from_the_case_since_it_is_marked_as_solved_first(hall):
    """With what became of the other letter, and by whom; the same letter is not tried again with one click."""
    entry, browser = set_aside(hall), come(hall)
    hall.channel.fail_with.clear()
    before = text_of(browser.get("/failures"))
    assert ("Prøv det samme brev igen" in before, "siden bestilt" in before) == (True, False)
    failed(hall, key="dialog-2")
    page = text_of(browser.get("/failures"))
    assert "er siden bestilt til modtageren" in page
    assert "af Bo Sagsbehandler (bo). Det er på vej. Næste skridt: vent, og se, hvad der bliver af det; tryk så" in page
    assert "Prøv det samme brev igen" not in page
    assert page.index("Markér som løst brevet til") < page.index("Send brevet igen brevet til")
    refused = press(browser, entry, Remedy.RETRY)
    assert (refused.status_code, len(hall.post.failures())) == (409, 1)
    english = text_of(come(hall, language="en").get("/failures"))
    assert "siden" not in english


def test_marked_as_solved_asks_why(hall):
    """Without a reason, or with a CPR number in it, nothing is done."""
    entry, browser = came_back(hall), come(hall)
    assert "Hvorfor" in browser.get(f"/failures/{entry.id}/solved").text
    wrong = {"": "Skriv hvorfor.", "borger 121212-1212 ringede": "ligner et CPR-nummer", "x" * 501: "Det er for langt."}
    for why, said in wrong.items():
        answer = press(browser, entry, Remedy.SOLVED, why=why)
        assert (answer.status_code, said in answer.text) == (200, True)
    assert len(hall.post.failures()) == 1
    assert press(browser, entry, Remedy.SOLVED, why="borgeren har hentet det").status_code == 303
    act = hall.post.entry(entry.id).acts[-1]
    assert (act.deed, act.by, act.why) == (Deed.SOLVED, "bo", "borgeren har hentet det")


def test_two_people_about_the_same_letter(hall):
    """The second is told who was first and what they did; nothing happens twice."""
    entry = came_back(hall)
    first, second = come(hall), come(hall, EVA)
    shown = second.get("/failures")
    press(first, entry, Remedy.SEND_AGAIN)
    late = second.post(f"/failures/{entry.id}/send_as_print", data={"esdh_token": token_of(shown)})
    assert late.status_code == 409
    at = wording.when(hall.clock())
    told = f"det er allerede gjort af Bo Sagsbehandler (bo) {at}: et nyt brev er bestilt i stedet."
    assert f"Der er ikke sendt noget nyt: {told}" in text_of(late)
    assert f'href="/letters/{hall.post.entries()[0].id}"' in late.text
    assert len(hall.post.entries()) == 2


@pytest.mark.parametrize("remedy", [Remedy.SEND_AGAIN, Remedy.SEND_AS_PRINT, Remedy.SOLVED])
def test_one_person_in_two_tabs_is_told_what_was_done(hall, remedy):
    """Whatever the second tab is about, nothing is said to have been done by it; a double click is such a tab."""
    entry, browser = came_back(hall), come(hall)
    press(browser, entry, Remedy.SEND_AS_PRINT)
    late = press(browser, entry, remedy, why="talt med dem")
    assert late.status_code == 409
    assert "det er allerede gjort af Bo Sagsbehandler (bo)" in text_of(late)
    assert not any(one in late.text for one in ("Der er bestilt", "Det er markeret som løst"))
    assert len(hall.post.entries()) == 2


def test_a_double_click_on_the_same_letter_says_twice_that_it_goes_on(hall):
    """It is tried again: that is as true the second time."""
    entry, browser = set_aside(hall), come(hall)
    token = {"esdh_token": token_of(browser.get("/failures"))}
    answers = [browser.post(f"/failures/{entry.id}/retry", data=token) for _ in range(3)]
    assert {(one.status_code, one.headers["location"]) for one in answers} == {(303, "/failures?done=retry")}


@pytest.mark.parametrize("token", ["", "x", "1.x"])
def test_a_form_that_is_not_ours_is_refused(hall, token):
    """And one that was given to somebody else."""
    entry = came_back(hall)
    answers = [
        come(hall).post(f"/failures/{entry.id}/send_again", data={"esdh_token": token}),
        come(hall).post(
            f"/failures/{entry.id}/send_again", data={"esdh_token": token_of(come(hall, EVA).get("/failures"))}
        ),
    ]
    assert {one.status_code for one in answers} == {403}
    assert len(hall.post.entries()) == 1


def test_what_the_provider_must_say_is_the_administrators(hall):
    """A caseworker sees it, without a button; an administrator has the buttons, and sees no citizen's name."""
    entry = failed(hall, OutcomeUnknown("time-out"))
    for _ in range(40):
        hall.clock.move(days=1)
        hall.post.deliver()
    caseworker, administrator = come(hall), come(hall, ADA)
    page = text_of(caseworker.get("/failures"))
    assert "Leverandøren, som administratoren spørger" in page
    assert "Der er ikke noget, du skal gøre" in page
    assert f'action="/failures/{entry.id}' not in caseworker.get("/failures").text
    token = {"esdh_token": token_of(caseworker.get("/failures"))}
    assert caseworker.post(f"/failures/{entry.id}/confirm", data=token).status_code == 403
    hall.post.plugins.get("web").case_address = "https://esdh.example/sager/{case}"
    assert 'href="https://esdh.example/sager/sag-1"' in caseworker.get("/failures").text
    shown = administrator.get("/failures")
    assert "esdh.example/sager" not in shown.text
    assert "Borger 0" not in shown.text
    assert "Brev på sag sag-1" in shown.text
    assert press(administrator, entry, Remedy.CONFIRM).status_code == 303
    assert hall.post.entry(entry.id).acts[-1].by == "ada"


def test_another_departments_failures_are_not_there(hall):
    """Neither in the list nor by their address, whatever is done."""
    entry, browser = came_back(hall), come(hall, KAJ)
    page = browser.get("/failures")
    assert "Alt er, som det skal være" in page.text
    token = {"esdh_token": token_of(page)}
    assert browser.get(f"/failures/{entry.id}/solved").status_code == 404
    assert browser.post(f"/failures/{entry.id}/send_again", data=token).status_code == 404
    nobody = str(uuid4())
    pages = [browser.get(f"/failures/{one}/solved").text.replace(one, "") for one in (entry.id, nobody)]
    assert pages[0] == pages[1]
    assert len(hall.post.entries()) == 1


def test_what_there_is_not_is_said(hall):
    """A remedy nobody knows, and one that is not for this failure."""
    entry, browser = came_back(hall), come(hall)
    assert browser.get(f"/failures/{entry.id}/burn").status_code == 404
    token = {"esdh_token": token_of(browser.get("/failures"))}
    answer = browser.post(f"/failures/{entry.id}/retry", data=token)
    assert (answer.status_code, "Der er ikke sendt noget nyt" in answer.text) == (409, True)
    assert hall.post.entry(entry.id).work is Work.CLOSED


class Doubter:
    """A rule that thinks again once something failed."""

    doubts = False
    text = "adressen er gammel"

    @hookimpl
    def review_plan(self, plan):
        return [Concern("house.address", self.text, advice="Se efter på sagen")] if self.doubts else []


class TestWithADoubt:
    """A concern about the new letter."""

    @pytest.fixture
    def more(self):
        return {"doubter": Doubter()}

    def test_a_reason_is_for_what_was_read_alone(self, hall):
        """Where something else stands in the way now, that is asked about; a form that is not ours is refused."""
        entry, browser, doubter = came_back(hall), come(hall), hall.post.plugins.get("doubter")
        doubter.doubts = True
        read = form_of(browser.get(f"/failures/{entry.id}/send_again"))
        assert (read["concern"], read["seen"]) == ("house.address", "adressen er gammel")
        doubter.text = "adressen er spærret"
        again = press(browser, entry, Remedy.SEND_AGAIN, **read, anyway="den er den rigtige")
        assert (again.status_code, 'name="seen" value="adressen er spærret"' in again.text) == (409, True)
        assert "den er den rigtige" not in again.text
        for wrong in ({"seen": ""}, {"seen": []}, {"concern": "No Id", "seen": "x"}):
            assert press(browser, entry, Remedy.SEND_AGAIN, anyway="den er den rigtige", **wrong).status_code == 400
        assert len(hall.post.entries()) == 1

    def test_a_concern_is_shown_and_met_with_a_reason(self, hall):
        """At once, with the new letter; nothing is ordered before there is a reason, which is kept with the letter."""
        entry, browser = came_back(hall), come(hall)
        hall.post.plugins.get("doubter").doubts = True
        asked = browser.get(f"/failures/{entry.id}/send_again")
        assert asked.status_code == 200
        assert "Adressen er gammel. Se efter på sagen." in text_of(asked)
        assert "Hvorfor det skal sendes alligevel" in asked.text
        assert 'name="why"' not in asked.text
        read = {"concern": "house.address", "seen": "adressen er gammel"}
        for name, value in read.items():
            assert f'name="{name}" value="{value}"' in asked.text
        unsaid = press(browser, entry, Remedy.SEND_AGAIN, **read, anyway="cpr 1212121212")
        assert "ligner et CPR-nummer" in unsaid.text
        for unread in ("", "<b></b>"):
            said = press(browser, entry, Remedy.SEND_AGAIN, **read, anyway=unread).text
            assert ("Skriv, hvorfor det skal sendes alligevel." in said) is (not unread)
            assert ("med mindst tre bogstaver" in said) is bool(unread)
        assert len(hall.post.entries()) == 1
        done = press(browser, entry, Remedy.SEND_AGAIN, **read, anyway="adressen er den rigtige")
        assert done.status_code == 303
        [said] = [one for one in hall.post.entries()[0].acts if one.deed is Deed.OVERRODE]
        assert (said.concern, said.why, said.by) == ("house.address", "adressen er den rigtige", "bo")
        assert hall.post.entry(entry.id).acts[-1].why == "adressen er den rigtige"


def test_markup_in_a_title_is_text(hall):
    """So is what a provider writes."""
    came_back(hall, title='<script>alert(1)</script>"><img src=x>')
    page = come(hall).get("/failures").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_many_of_one_cause_are_grouped_and_come_in_pages(hall):
    """The first five of each on the front, then 25 a page; a page beyond the last is the last."""
    for at in range(27):
        came_back(hall, key=f"dialog-{at}", title=f"Brev {at}")
    hall.channel.fail_with.append(Rejected("no"))
    failed(hall, key="refused")
    browser = come(hall)
    front = browser.get("/failures").text
    assert "28 breve kræver, at nogen gør noget." in front
    assert front.count('class="esdh-card"') == 6
    assert "Se alle 27" in front
    link = re.search(r'href="([^"]+cause=not_delivered)"', front)[1]
    pages = [browser.get(f"{link}&page={at}").text for at in (1, 2, 9)]
    assert [page.count('class="esdh-card"') for page in pages] == [25, 2, 2]
    assert "Brev 26" in pages[1]
    assert "Brev 0<" in pages[0]
