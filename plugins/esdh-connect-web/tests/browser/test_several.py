"""More than one: recipients of a letter, and people who have it open at the same time."""

import re

from examining import focus_is_seen, page_checks


def test_a_letter_to_several_is_two_clicks_too(town, visiting, language):
    """Each gets it in their own way: two by Digital Post, and the one who is exempt on paper."""
    mette = visiting(town, "mkj", language)
    mette.case("BYG-0140")
    page = mette.tab()
    with page.expect_navigation():
        page.locator("#go").click()
    focus_is_seen(page)
    page_checks(page, "after-several")
    entries = town.post.entries(case="BYG-0140")

    assert sorted(entry.channel for entry in entries) == ["digital_post", "digital_post", "fysisk_post"]
    assert page.locator(".esdh-letter").count() == 3


def test_one_of_several_is_left_out_by_keyboard(town, visiting, language):
    """The focus goes to the button that takes them in again; the others get their letter, and the page says who not."""
    mette = visiting(town, "mkj", language)
    mette.case("BYG-0140")
    page = mette.tab()
    page.locator("button[value='omit-1']").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.value") == "include-1"
    page_checks(page, "send-left-out")
    with page.expect_navigation():
        page.locator("#go").click()
    assert len([one for one in town.post.entries(case="BYG-0140") if one.beside is None]) == 2


def test_that_a_letter_on_the_case_needs_somebody_stands_above_the_next(town, visiting, language):
    """Calmly, with a way to it that opens beside the dialog."""
    mette = visiting(town, "mkj", language)
    mette.case("BYG-0127")
    page = mette.tab()
    page_checks(page, "send-another-needs-somebody")
    with mette.context.expect_page() as coming:
        page.locator("form[action$='/send/mend'] button").first.click()
    coming.value.locator("#events").wait_for()


def test_what_one_has_stopped_the_other_cannot_approve(town, visiting):
    """Two people have the same letter open; the second is told what happened."""
    ole, lone = visiting(town, "oae"), visiting(town, "lda")
    ole.case("BOR-0771")
    ordered = ole.tab()
    with ordered.expect_navigation():
        ordered.locator("#go").click()
    lone.case("BOR-0771")
    to_approve = lone.tab("Se brevet")
    with ordered.expect_navigation():
        ordered.get_by_role("button", name=re.compile("^Fortryd")).first.click()
    with to_approve.expect_navigation():
        to_approve.get_by_role("button", name=re.compile("^Godkend")).click()
    focus_is_seen(to_approve)
    page_checks(to_approve, "after-somebody-else")

    assert to_approve.get_by_text("Afbrudt").count()
    assert [entry.status.value for entry in town.post.entries(case="BOR-0771")] == ["cancelled"]
