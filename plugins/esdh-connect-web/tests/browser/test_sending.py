"""The dialog Send digitalt, as caseworkers use it."""

import re

import pytest
from examining import focus_is_seen, page_checks


def test_a_normal_letter_is_two_clicks(town, visiting):
    """The button of the case, and the button of the dialog. Nothing is typed; the case shows what became of it."""
    mette = visiting(town, "mkj")
    mette.case("BYG-0114")
    dialog = mette.dialog()
    dialog.get_by_role("button", name="Send digitalt").click()
    dialog.get_by_text("Brevet er bestilt.").wait_for()
    dialog.get_by_role("button", name="Luk").click()
    mette.page.locator(".status-delivered").wait_for(timeout=40_000)

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
    mette.case("BYG-0121")
    page = mette.tab()
    with page.expect_navigation():
        page.locator("#go").click()
    focus_is_seen(page)
    with page.expect_navigation():
        page.locator("form[action$='/send/stop'] button").first.click()
    focus_is_seen(page)

    assert town.post.entries(case="BYG-0121")[0].status.value == "cancelled"
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
    """One that arrived on paper, and one that came back."""
    mette = visiting(shared_town, "mkj", language)
    mette.case(case)
    page_checks(mette.tab("Se brevet"), f"after-{case}")


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
