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
    "setup": "/department/setup?id=byg",
    "new-department": "/departments/new",
    "waves": "/waves",
    "wave-planned": "/waves/wave?name=bølge-5-kultur",
    "wave-finished": "/waves/wave?name=bølge-1-de-letteste",
    "wave-plan": "/waves/plan",
    "tip": "/tip",
    "tips": "/tips",
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


def test_a_department_is_set_up_without_a_mouse(town, visiting, language):
    """Below another: what it will have is told, and it is there afterwards."""
    page = visiting(town, "sba", language).go("/departments/new?under=kultur")
    page.locator("#new-id").fill("musik skole")
    page.locator("#new-name").fill("Musikskolen")
    with page.expect_navigation():
        page.locator("#new-name").press("Enter")
    focus_is_seen(page)
    page_checks(page, "new-department-error")
    page.locator("#new-id").fill("musikskole")
    with page.expect_navigation():
        page.locator("#new-name").press("Enter")
    page_checks(page, "setup-decide")
    page.locator("#why").fill("ny fra nytår")
    with page.expect_navigation():
        page.get_by_role("button", name={"da": "Beslut det", "en": "Decide it"}[language]).press("Enter")
    focus_is_seen(page)
    assert town.post.departments.get("musikskole").parent == "kultur"
    assert "Musikskolen" in page.locator("#decided").inner_text()


def test_a_wave_is_started_with_the_keyboard(town, visiting):
    """What it will do is told for each department, and the page says what was done."""
    bak = visiting(town, "sba")
    page = bak.go("/waves/wave?name=bølge-5-kultur")
    page.locator("#do-STARTED").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    if page.get_by_text("Erfaringerne fra bølgen").count():
        focus_is_seen(page)
        page_checks(page, "wave-waits")
        page.locator(".alert-warning a").click()
        page.locator("#experience").fill("Bestil tid på teammødet to uger før")
        with page.expect_navigation():
            page.get_by_role("button", name="Skriv den ned").click()
        page = bak.go("/waves/wave?name=bølge-5-kultur")
        with page.expect_navigation():
            page.locator("#do-STARTED").click()
    page_checks(page, "wave-start")
    page.locator("#why").fill("afdelingen er klar")
    with page.expect_navigation():
        page.locator("form[action$='/waves/move'] button").press("Enter")
    focus_is_seen(page)
    page_checks(page, "wave-start-unchecked")
    page.locator("#anyway-yes").check()
    page.locator("#since").fill(f"{town.post.store.now().date()}")
    with page.expect_navigation():
        page.locator("form[action$='/waves/move'] button").click()
    with page.expect_navigation():
        page.locator("form[action$='/waves/move'] button").click()
    focus_is_seen(page)

    assert "sat i gang, selv om" in page.locator(".esdh-messages").inner_text()
    assert "serviceplatformen" in town.post.policy("kultur").plugins
    page_checks(page, "wave-started")


def test_a_proposal_waits_for_the_caseworker(town, visiting, language):
    """From the decision that was finalized, beside the one from the beginning; declining asks why."""
    ole = visiting(town, "oae", language)
    ole.case("BOR-0771")
    town.post.deliver()
    page = ole.go("/proposals")
    asked = page.locator("form[action$='/proposals/decline']")
    for _ in range(40):  # the case system's own worker may be at one of the two events
        if asked.count() == 2:
            break
        page.wait_for_timeout(500)
        page.reload()
    assert asked.count() == 2
    page_checks(page, "proposals")


def test_a_consultant_looks_at_the_waves(shared_town, visiting, language):
    """Without any button that would change one."""
    rikke = visiting(shared_town, "rho", language)
    page = rikke.go("/waves/wave?name=bølge-4-skole-og-sundhed")
    page_checks(page, "wave-consultant")
    assert page.locator("main form").count() == 0
