"""A letter on its page: what became of it, *Fortryd*, and what a second person decides."""

import re
from datetime import date

import attrs
import pytest
from correspondence import KAJ, come, ordered, sent, titles, token_of
from troubles import press

from esdh_connect.dispatch import Concern, Deed, Override, ReceiptEvent, Remedy, Status
from esdh_connect.errors import OutcomeUnknown
from esdh_connect.hookspecs import hookimpl
from esdh_connect.model import Colleague, Options
from esdh_connect_web import Person, Role

EVA = Person("eva", "Eva Kollega", {Role.CASEWORKER}, {"teknik"})


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def act(browser, entry, what, **said):
    page = browser.get(f"/letters/{entry.id}")
    shown = re.search(r'name="shown" value="([^"]*)"', page.text)
    held = {"esdh_token": token_of(page), "do": what, "shown": shown[1] if shown else ""}
    return browser.post(f"/letters/{entry.id}", data={**held, **said})


# --- a letter


def test_the_page_of_a_letter_tells_all_there_is(hall):
    """Status, what happened, receipts, complaint period, deadline, what was sent; nothing of a CPR number."""
    entry = sent(hall, options=Options(deadline=date(2026, 12, 18)))
    page = come(hall).get(f"/letters/{entry.id}")
    text = text_of(page)
    for said in (
        "Leveret",
        "Borger 0",
        "sag-1",
        "Teknik og Miljø",
        "bo bestilte det",
        "Skulle være fremme 18. december 2026",
    ):
        assert said in text, said
    assert "Klagefristen er 4 uger fra" in text
    assert "Det blev sendt" in text
    assert "Hent bevispakken" in text
    assert "Fortryd" not in text
    assert not re.search(r"(?<!\d)1212121212|121212-1212", page.text)
    assert "<title>Brev på sag sag-1" in page.text


def test_the_page_of_a_letter_is_english_too(hall):
    """Its own words and the core's; what somebody called the letter is marked as Danish."""
    page = come(hall, language="en").get(f"/letters/{sent(hall).id}")
    assert "Complaint period" in page.text
    assert "The complaint period is 4 weeks from" in page.text
    assert '<h1><span lang="da">Byggetilladelse</span></h1>' in page.text


def test_a_letter_is_undone_while_it_can_be(hall):
    """Afterwards it is said that nothing was sent, and the button is gone; too late is too late."""
    entry, browser = ordered(hall), come(hall)
    page = browser.get(f"/letters/{entry.id}")
    assert "Du kan fortryde indtil kl." in text_of(page)
    assert "(2 minutter tilbage)" in text_of(page)
    assert 'data-seconds="120"' in page.text
    assert "Du kan stoppe det indtil da" in text_of(page)
    done = browser.get(act(browser, entry, "stop").headers["location"])
    assert "Der er ikke sendt noget: brevet er stoppet." in done.text
    assert 'value="stop"' not in done.text
    assert act(browser, entry, "stop").status_code == 303
    late = sent(hall, key="late")
    answer = act(browser, late, "stop")
    assert (answer.status_code, "Der er ikke sendt noget nyt: det kan ikke lade sig gøre" in text_of(answer)) == (
        409,
        True,
    )


def test_a_letter_nobody_knows_the_fate_of_is_not_to_be_sent_again(hall):
    """The page says so."""
    entry = ordered(hall)
    hall.channel.fail_with.append(OutcomeUnknown("time-out"))
    hall.clock.move(minutes=3)
    hall.post.deliver()
    text = text_of(come(hall).get(f"/letters/{entry.id}"))
    assert "Uafklaret" in text
    assert "Send ikke igen" in text


def test_a_failed_letter_leads_to_the_inbox_and_to_its_follower(hall):
    """Both ways."""
    entry, browser = sent(hall, ReceiptEvent.FAILED), come(hall)
    page = browser.get(f"/letters/{entry.id}")
    assert "Hvem skal gøre noget: Sagsbehandleren" in text_of(page)
    assert 'href="/failures?cause=not_delivered"' in page.text
    press(browser, entry, Remedy.SEND_AGAIN)
    [child] = [one for one in hall.post.entries() if one.parent == entry.id]
    assert f'href="/letters/{child.id}"' in browser.get(f"/letters/{entry.id}").text
    assert f'href="/letters/{entry.id}"' in browser.get(f"/letters/{child.id}").text


def test_markup_in_a_title_is_text(hall):
    """In the list, and on the page."""
    entry = ordered(hall, title='<script>alert(1)</script>"><img src=x>')
    for path in ("/letters", f"/letters/{entry.id}"):
        assert "<script>alert" not in come(hall).get(path).text


# --- approval


class TestApproval:
    """Where a second person has to say yes."""

    @pytest.fixture
    def policy(self, policy):
        return {**policy, "approval": True}

    def test_what_waits_is_listed_for_those_who_may(self, hall):
        """With who ordered it; not for another department."""
        ordered(hall)
        assert "Du" not in titles(come(hall).get("/approvals"))
        assert titles(come(hall, EVA).get("/approvals")) == ["Byggetilladelse"]
        assert "Dig – en anden skal godkende det" in come(hall).get("/approvals").text
        assert "Ingen breve venter på godkendelse." in come(hall, KAJ).get("/approvals").text

    def test_a_letter_is_approved_by_somebody_else(self, hall):
        """Twice is once; the one who ordered it cannot."""
        entry = ordered(hall)
        assert 'value="approve"' not in come(hall).get(f"/letters/{entry.id}").text
        assert act(come(hall), entry, "approve").status_code == 403
        eva = come(hall, EVA)
        again = {**held(eva, entry), "do": "approve"}
        answers = [eva.post(f"/letters/{entry.id}", data=again) for _ in range(2)]
        assert [one.status_code for one in answers] == [303, 303]
        assert "Brevet er godkendt" in eva.get(answers[0].headers["location"]).text
        assert [one.deed for one in hall.post.entry(entry.id).acts] == [Deed.APPROVED]

    def test_another_letter_than_the_one_shown_is_not_approved(self, hall):
        """The form says which was."""
        entry, eva = ordered(hall), come(hall, EVA)
        answer = act(eva, entry, "approve", shown="another")
        assert (answer.status_code, "brevet er ikke, som det blev vist" in text_of(answer)) == (409, True)
        assert hall.post.entry(entry.id).acts == ()

    def test_it_is_sent_back_with_a_reason_or_passed_on(self, hall):
        """A reason without a CPR number."""
        entry, eva = ordered(hall), come(hall, EVA)
        for why in ("", "121212-1212"):
            assert act(eva, entry, "back", why=why).status_code == 422
        assert act(eva, entry, "on", to="").status_code == 422
        assert act(eva, entry, "on", to="chefen", note="ferie").status_code == 303
        assert act(eva, entry, "back", why="forkert bilag").status_code == 303
        assert hall.post.entry(entry.id).status is Status.CANCELLED
        assert [one.deed for one in hall.post.entry(entry.id).acts] == [Deed.PASSED_ON, Deed.SENT_BACK]


# --- passed on


class Roster:
    """A case system that knows its people, or cannot be asked."""

    fails = False

    @hookimpl
    def find_approvers(self, department):
        if self.fails:
            raise TimeoutError
        return [Colleague(one, f"Navn {one}") for one in ("bo", "eva", "ida")]

    @hookimpl
    def find_colleague(self, id):  # noqa: A002 - the hook's own word
        if self.fails:
            raise TimeoutError
        return Colleague(id, f"Navn {id}")


class TestPassedOn:
    """To somebody who can approve it, and nobody else."""

    @pytest.fixture
    def policy(self):
        return {"approval": True}

    @pytest.fixture
    def roster(self):
        return Roster()

    @pytest.fixture
    def more(self, roster):
        return {"roster": roster}

    def test_it_is_one_of_those_the_host_knows(self, hall):
        """Neither the one who ordered it nor oneself; whoever is asked sees by whom, and why."""
        entry, eva = ordered(hall), come(hall, EVA)
        page = eva.get(f"/letters/{entry.id}")
        assert re.findall(r'<option value="([^"]*)"', page.text) == ["", "ida"]
        assert "Navn ida (ida)" in page.text
        for to in ("bo", "eva", "<b>nogen</b>", "nogen andre"):
            assert act(eva, entry, "on", to=to).status_code == 409
        assert act(eva, entry, "on", to="ida", note="ferie").status_code == 303
        assert "Sendt videre til Navn ida (ida) af Navn eva (eva): ferie" in text_of(eva.get("/approvals"))
        ida = come(hall, attrs.evolve(EVA, id="ida"))
        assert "Sendt videre til dig af Navn eva (eva)" in text_of(ida.get("/approvals"))

    def test_people_have_their_names(self, hall):
        """Who ordered it, who sent it back, and in what the core tells of it."""
        entry, eva = ordered(hall), come(hall, EVA)
        act(eva, entry, "back", why="forkert bilag")
        text = text_of(eva.get(f"/letters/{entry.id}"))
        for told in ("Navn bo (bo) bestilte det", "Årsag: Navn eva (eva) sendte det tilbage: forkert bilag"):
            assert told in text

    def test_a_host_that_cannot_be_asked_keeps_nobody_from_the_letter(self, hall, roster):
        """It says who could not answer where somebody was to be chosen; all else works, with ids."""
        entry, eva = ordered(hall), come(hall, EVA)
        roster.fails = True
        text = text_of(eva.get(f"/letters/{entry.id}"))
        assert "»roster« kunne ikke svare" in text
        assert "bo bestilte det" in text
        assert act(eva, entry, "approve").status_code == 303


def held(browser, entry):
    page = browser.get(f"/letters/{entry.id}")
    return {"esdh_token": token_of(page), "shown": re.search(r'name="shown" value="([^"]*)"', page.text)[1]}


def test_a_form_that_cannot_be_meant_is_refused(hall):
    """Nothing happens to the letter."""
    entry, browser = ordered(hall), come(hall)
    assert act(browser, entry, "burn").status_code == 400
    assert browser.post(f"/letters/{entry.id}", data={"do": "stop"}).status_code == 403
    assert hall.post.entry(entry.id).status is Status.WAITING


class Doubter:
    """A rule with a doubt about every letter."""

    @hookimpl
    def review_plan(self, plan):
        return [Concern("house.address", "adressen er gammel")]


class TestOverrides:
    """A letter that was sent in spite of something."""

    @pytest.fixture
    def more(self):
        return {"doubter": Doubter()}

    def test_what_was_overridden_and_why_stands_on_the_page(self, hall):
        """With who it was."""
        wish, said = hall.request(), [Override("house.address", "den er rigtig")]
        plan = hall.post.plan(wish, overrides=said)
        [entry] = hall.post.commit(plan, by="bo", overrides=said).entries
        text = text_of(come(hall).get(f"/letters/{entry.id}"))
        assert "Bestilt på trods af" in text
        assert "adressen er gammel" in text
        assert "bo: den er rigtig" in text
