"""Which language a page is in, and how somebody chooses the other one."""

import re

import attrs
import pytest

from esdh_connect_web import Person, Role, Web

BO = Person("bo", "Bo", {Role.CASEWORKER}, {"teknik"})
EVA = Person("eva", "Eva", {Role.CASEWORKER}, {"teknik"})
HERE = "https://post.example"


def spoken(answer) -> str:
    return re.search(r'<html lang="(\w+)">', answer.text)[1]


@pytest.fixture
def browser(hall):
    return hall.browser(identify=lambda _: BO)


def chosen(browser, page, **more):
    """Press one of the two names of languages on a page."""
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text))
    return browser.post("/language", data={**fields, "lang": "en", **more}, headers={"Origin": HERE})


def test_a_page_is_danish_whatever_the_browser_asks_for(hall, browser):
    """Browsers are set up by whoever installed them; English is for those who choose it, or as the settings say."""
    english = {"Accept-Language": "en"}
    hall.post.plugins.get("web").language = Web().language
    assert (spoken(browser.get("/", headers=english)), spoken(hall.opened().answer)) == ("da", "da")
    hall.post.plugins.get("web").language = "en"
    assert (spoken(browser.get("/")), spoken(hall.opened().answer)) == ("en", "en")


def test_the_settings_may_leave_it_to_the_browser(browser):
    """It is the language that stands first, of those there are."""
    asked = (None, "en-GB,en;q=0.9", "da,en;q=0.5", "fr")
    found = [spoken(browser.get("/", headers={"Accept-Language": one} if one else {})) for one in asked]

    assert found == ["da", "en", "da", "da"]


def test_what_is_chosen_holds_on_every_page_and_leads_back_to_the_same_one(browser):
    """Whatever the browser asks for; no cookie says it."""
    answer = chosen(browser, browser.get("/"))

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "set-cookie" not in answer.headers
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
    assert spoken(browser.get("/")) == "da"


def test_the_language_of_a_dialog_is_chosen_in_it_and_kept_with_it(hall):
    """It has no cookie: the answer, and those after it, are in the other language."""
    dialog = hall.opened()
    english = dialog.press("/send/language", lang="en")
    after = english.press("/send/status")

    assert [spoken(one.answer) for one in (dialog, english, after)] == ["da", "en", "en"]
    assert "set-cookie" not in english.answer.headers
    assert english.press("/send/language", lang="klingon").answer.status_code == 400


def test_what_somebody_chose_holds_in_the_next_dialog_and_on_the_pages(hall, browser):
    """And back again from there; what the launch says is only for those who chose nothing. Others keep theirs."""
    hall.opened().press("/send/language", lang="en")
    danish = attrs.evolve(BO, language="da")
    assert [spoken(hall.opened(hall.request("next"), one).answer) for one in (danish, EVA)] == ["en", "da"]
    page = browser.get("/", headers={"Accept-Language": "da"})
    assert spoken(page) == "en"
    chosen(browser, page, lang="da")
    assert spoken(hall.opened(hall.request("third")).answer) == "da"


def test_a_choice_is_kept_as_long_as_somebody_comes(hall, browser):
    """It is erased with what else is remembered of those who stay away."""
    hall.opened().press("/send/language", lang="en")
    for days in (300, 300):
        hall.clock.move(days=days)
        browser.get("/")
        hall.post.plugins.get("web").erase_expired(hall.clock())
    assert spoken(browser.get("/")) == "en"
    hall.clock.move(days=400)
    hall.post.plugins.get("web").erase_expired(hall.clock())
    assert spoken(browser.get("/")) == "da"


def test_what_the_host_says_of_somebody_counts_before_their_browser(hall):
    """A host that lets people choose has asked them already; in a dialog too."""
    person = Person("eve", "Eve", {Role.CASEWORKER}, {"teknik"}, language="en")
    browser = hall.browser(identify=lambda _: person)

    assert spoken(browser.get("/", headers={"Accept-Language": "da"})) == "en"
    assert spoken(hall.opened(person=person).answer) == "en"
