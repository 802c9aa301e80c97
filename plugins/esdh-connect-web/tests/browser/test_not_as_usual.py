"""What is not as usual: a letter of which nobody knows what became, and a department that is switched off."""

import re
from functools import partial

import pytest
from examining import page_checks

from esdh_connect import progress
from esdh_connect.dispatch import Status
from esdh_connect_sandbox import Fault

SEND = re.compile("^Send digitalt")
with_and_without = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])


def until(page, post, letter, *statuses):
    for _ in range(60):
        if post.entry(letter).status in statuses:
            return
        page.wait_for_timeout(500)
    pytest.fail(f"the letter is {post.entry(letter).status.value}")


def ordered(visitor, scripts):
    """Open the dialog in a tab, by the button itself where no script takes the press, and order the letter."""
    visitor.case("BYG-0114")
    if scripts:
        page = visitor.tab()
    else:
        with visitor.context.expect_page() as coming:
            visitor.page.get_by_role("button", name=SEND).click()
        page = coming.value
    page.locator("#go").click()
    page.get_by_text("Brevet er bestilt.").wait_for()


@with_and_without
def test_failed_and_tried_again(town, visiting, scripts):
    """The line breaks, and no receipt comes; the provider says it has nothing: the same letter is handed over again."""
    mette, bak = (visiting(town, who, java_script_enabled=scripts) for who in ("mkj", "sba"))
    town.sandbox.script.add(Fault("kombi", "reset_before"))
    ordered(mette, scripts)
    [entry] = town.post.entries(case="BYG-0114")
    until(mette.page, town.post, entry.id, Status.UNRESOLVED)
    due, conduct = town.post.entry(entry.id).due, town.post.plugins.conduct(entry.channel)
    town.post.outbox.change(entry.id, partial(progress.overdue, now=due, conduct=conduct))  # three days pass

    page = bak.go("/failures")
    if scripts:
        page_checks(page, "failures-unresolved")
    with page.expect_navigation():
        page.get_by_role("button", name="Leverandøren har det ikke: prøv igen").click()
    assert page.get_by_role("button", name="Leverandøren har det ikke: prøv igen").count() == 0
    until(page, town.post, entry.id, Status.DELIVERED)
    [arrived] = town.post.entries(case="BYG-0114")
    assert [one.outcome.value for one in arrived.attempts] == ["unknown", "accepted"]
    mette.page.reload()
    assert mette.page.locator(".status-delivered").count() == 1


@with_and_without
def test_a_department_that_is_switched_off_offers_nothing(town, visiting, scripts):
    """The administrator presses the switch; the case then says so and has no button, and the neighbour still does."""
    mette, ole, bak = (visiting(town, who, java_script_enabled=scripts) for who in ("mkj", "oae", "sba"))
    assert mette.case("BYG-0114").get_by_role("button", name=SEND).count() == 1
    page = bak.go("/plugins?q=teknik")
    with page.expect_navigation():
        page.locator("#cell-serviceplatformen-teknik").click()
    page.locator("#why").fill("afdelingen flytter til et andet system")
    with page.expect_navigation():
        page.locator("form[action$='/departments/decide'] button").click()
    assert page.locator("#cell-serviceplatformen-teknik").get_attribute("aria-checked") == "false"

    case = mette.case("BYG-0114")
    assert case.get_by_role("button", name=SEND).count() == 0
    assert case.get_by_text("Afdelingen sender ikke digitalt endnu.").count()
    assert ole.case("BOR-0771").get_by_role("button", name=SEND).count() == 1
    assert town.post.entries(case="BYG-0114") == ()
