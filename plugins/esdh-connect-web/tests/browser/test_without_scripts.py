"""The journeys of caseworkers and administrators where no script runs: every step is a link or a form."""

import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from esdh_connect.dispatch import Deed

SEND, FOLLOW = re.compile("^Send digitalt"), re.compile("^Se brevet")


def opened(visitor, case, button=SEND):
    """The dialog of a case, in a tab of its own."""
    visitor.case(case)
    with visitor.context.expect_page() as coming:
        visitor.page.get_by_role("button", name=button).first.click()
    return coming.value


def press(page, selector):
    with page.expect_navigation():
        page.locator(selector).first.click()


def test_several_are_sent_to_and_one_is_undone(town, visiting):
    """The exempt one gets it on paper; who is stopped in time gets nothing."""
    page = opened(visiting(town, "mkj", java_script_enabled=False), "BYG-0140")
    press(page, "#go")
    assert page.locator(".esdh-letter").count() == 3
    press(page, "form[action$='/send/stop'] button")
    entries = town.post.entries(case="BYG-0140")
    assert sorted(entry.channel for entry in entries) == ["digital_post", "digital_post", "fysisk_post"]
    assert "cancelled" in {entry.status.value for entry in entries}


def test_a_colleague_approves(town, visiting):
    """Who ordered it cannot."""
    ole, lone = (visiting(town, who, java_script_enabled=False) for who in ("oae", "lda"))
    ordered = opened(ole, "BOR-0771")
    press(ordered, "#go")
    assert ordered.get_by_role("button", name=re.compile("^Godkend")).count() == 0
    page = opened(lone, "BOR-0771", FOLLOW)
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("^Godkend")).click()
    [entry] = town.post.entries(case="BOR-0771")
    assert [(act.deed, act.by) for act in town.post.entry(entry.id).acts] == [(Deed.APPROVED, "lda")]


def test_a_wave_is_started(town, visiting):
    """With its day and its reason; the department sends from then on."""
    page = visiting(town, "sba", java_script_enabled=False).go("/waves/wave?name=bølge-5-kultur")
    press(page, "#do-STARTED")
    if page.get_by_text("Erfaringerne fra bølgen").count():
        press(page, ".alert-warning a")
        page.locator("#experience").fill("Bestil tid på teammødet to uger før")
        with page.expect_navigation():
            page.get_by_role("button", name="Skriv den ned").click()
        page.goto(page.url.split("/waves")[0] + "/waves/wave?name=bølge-5-kultur")
        press(page, "#do-STARTED")
    page.locator("#since").fill(f"{town.post.store.now().date()}")
    page.locator("#anyway-yes").check()
    page.locator("#why").fill("afdelingen er klar")
    press(page, "form[action$='/waves/move'] button")
    press(page, "form[action$='/waves/move'] button")
    assert "serviceplatformen" in town.post.policy("kultur").plugins


def test_an_export_is_opened_and_read_back(shared_town, visiting, tmp_path):
    """The spreadsheet that the button saves has the numbers of the page."""
    page = visiting(shared_town, "rho", java_script_enabled=False).go("/statistics?department=byg")
    with page.expect_download() as coming:
        page.locator("button[name=form][value=xlsx]").click()
    coming.value.save_as(tmp_path / "tal.xlsx")
    told = page.locator(".esdh-keys .esdh-quiet").first.inner_text()
    number = re.search(r": ([\d.]+) af ", told)[1].replace(".", "")
    with ZipFile(BytesIO(Path(tmp_path / "tal.xlsx").read_bytes())) as book:
        assert f"<v>{number}</v>" in book.read("xl/worksheets/sheet1.xml").decode()
