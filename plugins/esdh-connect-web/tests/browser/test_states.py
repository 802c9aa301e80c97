"""What a page says when something was wrong, and when there is nothing: where no other test of a browser comes."""

import pytest
from examining import focus_is_seen, page_checks

#: A made-up number, where none may stand.
CPR = "121212-1212"


def pressed(page, selector):
    """Press a button, and wait for where it leads; the browser's own checks are not asked."""
    page.evaluate("for (const form of document.forms) form.noValidate = true")
    with page.expect_navigation():
        page.locator(selector).first.click()
    focus_is_seen(page)


def refused(visitor):
    """A browser tells its console that a form was answered with 400, which is what it was to be."""
    visitor.troubles[:] = [one for one in visitor.troubles if "status of 4" not in one]


@pytest.mark.parametrize(
    ("name", "path", "field", "button"),
    [
        ("department-error", "/department?id=kultur", "[name=undo]", "form:has([name=undo]) button"),
        ("setup-error", "/department/setup?id=kultur", "#name", "form:has(#name) button"),
        ("wave-plan-error", "/waves/plan", "", "form[action$='/waves/plan'] button"),
        ("wave-note-error", "/waves/wave?name=bølge-4-skole-og-sundhed", "#experience", "form:has(#experience) button"),
        ("tip-error", "/tip", "textarea", "form[action$='/tip'] button"),
    ],
)
def test_a_form_of_the_administrator_that_is_wrong(shared_town, visiting, language, name, path, field, button):
    """What was written is still there, and what is wrong stands beside it; nothing is kept."""
    bak = visiting(shared_town, "sba", language)
    page = bak.go(path)
    if field:
        page.locator(field).first.fill(CPR)
    pressed(page, button)
    refused(bak)
    page_checks(page, name)


def test_a_wave_is_not_paused_without_a_reason(shared_town, visiting, language):
    """What it will do, and then what is missing."""
    bak = visiting(shared_town, "sba", language)
    page = bak.go("/waves/wave?name=bølge-4-skole-og-sundhed")
    with page.expect_navigation():
        page.locator("#do-PAUSED").click()
    page_checks(page, "wave-move")
    page.locator("#why").fill("…")
    pressed(page, "form[action$='/waves/move'] button")
    refused(bak)
    page_checks(page, "wave-move-error")


def test_a_proposal_is_not_declined_without_a_reason(shared_town, visiting, language):
    """It stays where it is."""
    mette = visiting(shared_town, "oae", language)
    mette.case("BOR-0771")
    shared_town.post.deliver()
    page = mette.go("/proposals")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    page.locator("textarea").first.fill(CPR)
    pressed(page, "form[action$='/proposals/decline'] button")
    refused(mette)
    page_checks(page, "proposals-error")


def test_no_proposals(shared_town, visiting, language):
    """In a department where none are made."""
    page_checks(visiting(shared_town, "mkj", language).go("/proposals"), "proposals-empty")
