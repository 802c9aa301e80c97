"""Which language a page is in, and how somebody chooses the other one."""

import re

import pytest

from esdh_connect_web import Person, Role

HERE = "https://post.example"


def spoken(answer) -> str:
    return re.search(r'<html lang="(\w+)">', answer.text)[1]


@pytest.fixture
def browser(hall):
    return hall.browser(identify=lambda _: Person("bo", "Bo", {Role.CASEWORKER}, {"teknik"}))


def chosen(browser, page, **more):
    """Press one of the two names of languages on a page."""
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text))
    return browser.post("/language", data={**fields, "lang": "en", **more}, headers={"Origin": HERE})


def test_a_page_is_danish_unless_the_browser_asks_for_english(browser):
    """And in the language that stands first."""
    asked = (None, "en-GB,en;q=0.9", "da,en;q=0.5", "fr")
    found = [spoken(browser.get("/", headers={"Accept-Language": one} if one else {})) for one in asked]

    assert found == ["da", "en", "da", "da"]


def test_what_is_chosen_holds_on_every_page_and_leads_back_to_the_same_one(browser):
    """Whatever the browser asks for. The cookie holds the name of a language and nothing else."""
    answer = chosen(browser, browser.get("/"))

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert re.fullmatch(
        r"esdh_connect_language=en; HttpOnly; Max-Age=\d+; Path=/; SameSite=lax; Secure", answer.headers["set-cookie"]
    )
    assert spoken(browser.get("/", headers={"Accept-Language": "da"})) == "en"


@pytest.mark.parametrize(
    "posted",
    [
        {"lang": "xx"},
        {"lang": ""},
        {"back": "https://elsewhere.example/"},
        {"back": "//elsewhere.example/"},
        {"back": "/\\elsewhere.example/"},
        {"back": ""},
    ],
)
def test_nobody_is_led_elsewhere(browser, posted):
    """Nor is a language kept that there is not."""
    answer = chosen(browser, browser.get("/"), **posted)

    assert answer.status_code == 400
    assert "set-cookie" not in answer.headers


def test_a_cookie_that_somebody_wrote_changes_nothing(browser):
    """It is no language of ours."""
    browser.cookies.set("esdh_connect_language", "../../etc")
    assert spoken(browser.get("/")) == "da"


def test_the_language_of_a_dialog_is_chosen_in_it_and_kept_with_it(hall):
    """It has no cookie: the answer, and those after it, are in the other language."""
    dialog = hall.opened()
    english = dialog.press("/send/language", lang="en")
    after = english.press("/send/status")

    assert [spoken(one.answer) for one in (dialog, english, after)] == ["da", "en", "en"]
    assert "set-cookie" not in english.answer.headers
    assert english.press("/send/language", lang="klingon").answer.status_code == 400


def test_what_the_host_says_of_somebody_counts_before_their_browser(hall):
    """A host that lets people choose has asked them already; in a dialog too."""
    person = Person("eve", "Eve", {Role.CASEWORKER}, {"teknik"}, language="en")
    browser = hall.browser(identify=lambda _: person)

    assert spoken(browser.get("/", headers={"Accept-Language": "da"})) == "en"
    assert spoken(hall.opened(person=person).answer) == "en"
