"""The pages of an administrator, as administrators use them."""

import pytest
from examining import focus_is_seen, page_checks

PAGES = {
    "matrix": "/plugins",
    "plugin-facts": "/plugins/facts",
    "examination": "/doctor",
    "departments": "/departments",
    "department": "/department?id=kultur",
    "department-own": "/department?id=borger",
    "channels": "/department/channels?id=borger",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_administrator(shared_town, visiting, language, name):
    """As it stands in the morning."""
    bak = visiting(shared_town, "sba", language)
    page_checks(bak.go(PAGES[name]), name)


def test_a_press_of_a_switch_asks(shared_town, visiting, language):
    """What it does is told, and why is asked; where nothing is said, the page says so and nothing is decided."""
    bak = visiting(shared_town, "sba", language)
    page = bak.go("/plugins?q=kultur")
    with page.expect_navigation():
        page.locator("#cell-bilag-kultur").click()
    page_checks(page, "decide")
    page.locator("#why").fill("…")
    with page.expect_navigation():
        page.locator("form[action$='/departments/decide'] button").click()
    focus_is_seen(page)
    page_checks(page, "decide-error")

    assert "bilag" not in shared_town.post.policy("kultur").plugins


def test_a_switch_is_pressed_and_decided_without_a_mouse(town, visiting):
    """Space, the reason, Enter."""
    bak = visiting(town, "sba")
    page = bak.go("/plugins?q=kultur")
    page.locator("#cell-bilag-kultur").focus()
    with page.expect_navigation():
        page.keyboard.press("Space")
    page.locator("#why").focus()
    page.keyboard.type("bølge 5 begynder her")
    page.keyboard.press("Tab")
    page.locator("form[action$='/departments/decide'] button").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "cell-bilag-kultur"
    assert page.locator("#cell-bilag-kultur").get_attribute("aria-checked") == "true"
    assert "bølge 5 begynder her" in page.locator("#decided").inner_text()
    assert "bilag" in town.post.policy("kultur").plugins
    page_checks(page, "matrix-decided")
