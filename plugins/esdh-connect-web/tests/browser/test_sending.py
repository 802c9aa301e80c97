"""The dialog Send digitalt, as caseworkers use it."""

import re

import pytest
from examining import focus_is_seen, page_checks, picture


def test_a_normal_letter_is_two_clicks(town, visiting):
    """The button of the case, and the button of the dialog. Nothing is typed; the case shows what became of it."""
    mette = visiting(town, "mkj")
    mette.case("BYG-0114")
    dialog = mette.dialog()
    picture(mette.page, "in-the-case-before", whole=False)
    dialog.get_by_role("button", name="Send digitalt").click()
    dialog.get_by_text("Brevet er bestilt.").wait_for()
    picture(mette.page, "in-the-case-ordered", whole=False)
    dialog.get_by_role("button", name="Luk").click()
    mette.page.locator(".status-delivered").wait_for(timeout=40_000)

    picture(mette.page, "in-the-case-after")
    assert "Frida Mortensen" in mette.page.locator("#frisk").inner_text()
    assert [entry.status.value for entry in town.post.entries(case="BYG-0114")] == ["delivered"]
    assert mette.page.evaluate("document.activeElement.textContent").startswith("Send digitalt")


def test_the_dialog_before_anything_is_sent(shared_town, visiting, language):
    """One recipient, a letter and its bilag."""
    mette = visiting(shared_town, "mkj", language)
    mette.case("BYG-0114")
    page_checks(mette.tab(), "send-one")


def test_the_dialog_with_several_recipients(shared_town, visiting, language):
    """One of them is exempt, and gets the letter on paper."""
    mette = visiting(shared_town, "mkj", language)
    mette.case("BYG-0140")
    page = mette.tab()
    page_checks(page, "send-several")


def test_a_letter_that_is_undone_is_not_sent(town, visiting, language):
    """Within its time, in the dialog it was sent from."""
    mette = visiting(town, "mkj", language)
    mette.case("BYG-0114")
    page = mette.tab()
    with page.expect_navigation():
        page.locator("#go").click()
    focus_is_seen(page)
    with page.expect_navigation():
        page.locator("form[action$='/send/stop'] button").first.click()
    focus_is_seen(page)

    assert town.post.entries(case="BYG-0114")[0].status.value == "cancelled"
    page_checks(page, "after-undone")


def test_bilag_are_moved_with_the_keyboard(shared_town, visiting):
    """The focus stays with the one that was moved."""
    mette = visiting(shared_town, "mkj")
    mette.case("BYG-0114")
    page = mette.tab()
    page.locator("#down-1").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    focus_is_seen(page)
    names = page.locator(".esdh-paper-name > span:not(.esdh-paper-where)").all_inner_texts()

    assert [re.search(r"Bilag \d", name)[0] for name in names[1:]] == ["Bilag 2", "Bilag 1", "Bilag 3", "Bilag 4"]


@pytest.mark.parametrize("case", ["BYG-0121", "BYG-0127"])
def test_what_became_of_a_letter(shared_town, visiting, language, case):
    """One that arrived on paper, and one that came back; below it, a tip is asked for."""
    mette = visiting(shared_town, "mkj", language)
    mette.case(case)
    page = mette.tab("Se brevet")
    page.locator("details:has(#tip) > summary").click()
    page_checks(page, f"after-{case}")


def test_escape_closes_the_dialog_and_the_focus_is_back_at_the_button(shared_town, visiting):
    """From inside the frame; nothing is sent."""
    mette = visiting(shared_town, "mkj")
    mette.case("BYG-0114")
    dialog = mette.dialog()
    dialog.locator("h1").click()
    mette.page.keyboard.press("Escape")
    mette.page.wait_for_selector("dialog", state="detached")

    assert mette.page.evaluate("document.activeElement.textContent").startswith("Send digitalt")
    assert shared_town.post.entries(case="BYG-0114") == ()


def test_without_scripts_a_letter_is_two_clicks_too(town, visiting):
    """The dialog opens in a tab; nothing of it needs a script."""
    mette = visiting(town, "mkj", java_script_enabled=False)
    mette.case("BYG-0114")
    with mette.context.expect_page() as coming:
        mette.page.get_by_role("button", name=re.compile("^Send digitalt")).click()
    dialog = coming.value
    dialog.locator("#go").click()
    dialog.get_by_text("Brevet er bestilt.").wait_for()

    assert len(town.post.entries(case="BYG-0114")) == 1


def test_a_double_click_is_one_letter(town, visiting):
    """Without a script to stop the second click, the answer is what became of the first."""
    mette = visiting(town, "mkj", java_script_enabled=False)
    mette.case("BYG-0114")
    with mette.context.expect_page() as coming:
        mette.page.get_by_role("button", name=re.compile("^Send digitalt")).click()
    dialog = coming.value
    dialog.locator("#go").dblclick()
    dialog.get_by_role("heading", name="Hvad der blev af brevet").wait_for()

    assert len(town.post.entries(case="BYG-0114")) == 1


def test_a_colleague_approves_the_letter(town, visiting):
    """Who ordered it cannot; the colleague sees it, approves, and it leaves."""
    ole, lone = visiting(town, "oae"), visiting(town, "lda")
    ole.case("BOR-0771")
    ordered = ole.tab()
    ordered.locator("#go").click()
    ordered.get_by_text("så en anden skal godkende det").wait_for()
    page_checks(ordered, "after-waiting-for-approval")
    lone.case("BOR-0771")
    to_approve = lone.tab("Se brevet")
    page_checks(to_approve, "after-to-approve")
    with to_approve.expect_navigation():
        to_approve.get_by_role("button", name=re.compile("^Godkend")).click()
    focus_is_seen(to_approve)
    lone.page.locator(".status-delivered").wait_for(timeout=60_000)

    assert town.post.entries(case="BOR-0771")[0].status.value == "delivered"


def test_a_colleague_sends_the_letter_back(town, visiting, language):
    """A reason is asked for; where the browser does not ask, the answer says what is missing, and where."""
    ole, lone = visiting(town, "oae"), visiting(town, "lda", language)
    ole.case("BOR-0771")
    ordered = ole.tab()
    with ordered.expect_navigation():
        ordered.locator("#go").click()
    lone.case("BOR-0771")
    page = lone.tab("Se brevet")
    page.locator("details:has(form[action$='/send/back']) summary").click()
    back = page.locator("form[action$='/send/back']")
    back.evaluate("form => { form.noValidate = true; }")
    with page.expect_navigation():
        back.locator("button").click()
    focus_is_seen(page)
    page_checks(page, "after-no-reason")
    page.locator("form[action$='/send/back'] textarea").fill("Zonen er forkert")
    with page.expect_navigation():
        page.locator("form[action$='/send/back'] button").click()

    assert town.post.entries(case="BOR-0771")[0].status.value == "cancelled"


def test_the_other_language_is_chosen_in_the_dialog(shared_town, visiting):
    """It stays so in the answers that follow."""
    mette = visiting(shared_town, "mkj")
    mette.case("BYG-0114")
    page = mette.tab()
    with page.expect_navigation():
        page.get_by_role("button", name="English").click()
    assert page.locator("h1").inner_text() == "Send digitally"
    with page.expect_navigation():
        page.locator("#down-1").click()
    assert page.evaluate("document.documentElement.lang") == "en"
