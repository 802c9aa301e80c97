"""The failure inbox, as those who act in it see it."""

import pytest
from examining import focus_is_seen, page_checks


def failed(town):
    return town.post.failures()[0].entry


def test_the_inbox_with_a_letter_that_did_not_arrive(shared_town, visiting, language):
    """Cause, whose it is, and a button for each way out."""
    page_checks(visiting(shared_town, "mkj", language).go("/failures"), "failures")


def test_the_inbox_of_an_administrator(shared_town, visiting, language):
    """The same letter without its recipient, and nothing to press: it is the caseworker's."""
    page = visiting(shared_town, "sba", language).go("/failures")
    assert page.locator("main form").count() == 0
    assert "Æblegård" not in page.locator("main").inner_text()
    page_checks(page, "failures-administrator")


def test_a_letter_that_was_sent_back(town, visiting, language):
    """Ole sees who sent it back and why, with one thing to press, and then it is gone."""
    ole = visiting(town, "oae", language)
    ole.case("BOR-0771")
    page = ole.tab()
    with page.expect_navigation():
        page.locator("#go").click()
    [entry] = town.post.entries(case="BOR-0771")
    town.post.send_back(entry.id, by="lda", why="licensen gælder fra den 1. december")
    page = ole.go("/failures")
    told = page.locator("main").inner_text()
    said = {"da": "sendte det tilbage", "en": "sent it back"}[language]
    assert f"Lone Dam (lda) {said}: licensen gælder fra den 1. december" in told
    page_checks(page, "failures-sent-back")
    with page.expect_navigation():
        page.locator(".esdh-card button").click()
    assert page.locator(".esdh-card").count() == 0
    assert town.post.failures_about(entry.id) == ()


def test_an_empty_inbox(shared_town, visiting, language):
    """Calm: nothing to press."""
    page = visiting(shared_town, "lda", language).go("/failures")
    assert page.locator("main a, main button").count() == 0
    page_checks(page, "failures-empty")


@pytest.mark.parametrize("remedy", ["solved", "change_recipient"])
def test_what_is_asked_before_it_is_done(shared_town, visiting, language, remedy):
    """Why, or to whom."""
    page = visiting(shared_town, "mkj", language).go(f"/failures/{failed(shared_town).id}/{remedy}")
    page_checks(page, f"failures-{remedy}")


def test_a_reason_that_cannot_be_kept(shared_town, visiting, language):
    """What is wrong stands beside the field, and gets the focus."""
    page = visiting(shared_town, "mkj", language).go(f"/failures/{failed(shared_town).id}/solved")
    page.locator("textarea[name=why]").fill("ringede fra 121212-1212")
    with page.expect_navigation():
        page.locator("main button[type=submit]").click()
    focus_is_seen(page)
    assert page.locator("[aria-invalid=true]").count() == 1
    page_checks(page, "failures-error")


@pytest.mark.parametrize(
    ("button", "channel"), [("Send brevet som fysisk post", "fysisk_post"), ("Send brevet igen", "digital_post")]
)
def test_failed_and_sent_after_all(town, visiting, button, channel):
    """The new letter is looked at and ordered; it is shown with Fortryd, and the inbox is empty."""
    visitor, entry = visiting(town, "mkj"), failed(town)
    page = visitor.go("/failures")
    with page.expect_navigation():
        page.get_by_role("link", name=button).click()
    assert "Det nye brev" in page.locator("main").inner_text()
    page_checks(page, f"failures-new-{channel}")
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()
    focus_is_seen(page)
    assert "Der er bestilt et nyt brev" in page.locator("main").inner_text()
    assert page.get_by_role("button", name="Fortryd").count() == 1
    page = visitor.go("/failures")
    assert "Alt er, som det skal være" in page.locator("main").inner_text()
    [child] = [one for one in town.post.entries() if one.parent == entry.id]
    assert child.channel == channel
    visitor_sees = page.locator("main a, main form").count()
    assert visitor_sees == 0


def test_two_people_about_the_same_letter(town, visiting):
    """The second one is told who was first."""
    first, second = visiting(town, "mkj"), visiting(town, "mkj")
    entry = failed(town)
    late = second.go(f"/failures/{entry.id}/solved")
    town.post.resolve(entry.id, town.post.failures()[0].remedies[-1], by="lda", why="talt med dem")
    late.locator("textarea[name=why]").fill("de har fået det")
    with late.expect_navigation():
        late.locator("main button[type=submit]").click()
    second.troubles[:] = [one for one in second.troubles if "409" not in one]
    assert "det er allerede gjort af Lone Dam (lda)" in late.locator("main").inner_text()
    assert "Alt er, som det skal være" in first.go("/failures").locator("main").inner_text()
