"""Statistics, and who has not started, as consultants and department contacts use them."""

import csv
import json
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from examining import focus_is_seen, page_checks

from esdh_connect_forbrug.reports import Form, Reports
from esdh_connect_forbrug.starting import NotStarted


def refused(visitor):
    """A browser tells its console that a form or an address was answered with 400, which is what it was to be."""
    visitor.troubles[:] = [one for one in visitor.troubles if "status of 400" not in one]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/statistics", "statistics"),
        ("/statistics?department=borger", "statistics-department"),
        ("/statistics?from=2026-13", "statistics-error"),
        ("/statistics/meeting?department=byg", "meeting"),
        ("/statistics/meeting?department=ppr", "meeting-empty"),
        ("/not-started", "not-started"),
        ("/not-started/reason?department=ppr", "reason"),
        ("/not-started/staff", "staff-text"),
    ],
)
def test_each_page(shared_town, visiting, language, path, name):
    """With the made-up year of 24 departments, normal, empty and wrong."""
    rikke = visiting(shared_town, "rho", language)
    rikke.go(path)
    refused(rikke)
    page_checks(rikke.page, name)


def test_a_month_without_figures(shared_town, visiting, language):
    """The one that is running: when its figures come."""
    running = Reports(shared_town.post).running
    page = visiting(shared_town, "rho", language).go(f"/statistics?from={running}&to={running}")
    page_checks(page, "statistics-empty")


def test_months_are_chosen_with_the_keyboard(shared_town, visiting):
    """Department and months, and the button; the choice stands in the address, and nothing else does."""
    page = visiting(shared_town, "rho").go("/statistics")
    before = page.locator(".esdh-figure").first.inner_text()
    page.locator("#department").focus()
    page.keyboard.type("Byggeri")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")  # the months begin with the last one
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    last = Reports(shared_town.post).running.previous
    assert page.url.endswith(f"/statistics?department=byg&from={last.later(-10)}&to={last}")
    assert page.locator("h1").inner_text() == "Statistik: Byggeri"
    assert page.locator("#from").input_value() == str(last.later(-10))
    assert page.locator(".esdh-figure").first.inner_text() != before


def test_files_are_opened_and_read_back(shared_town, visiting, tmp_path):
    """As the browser saves them: names, and the same numbers as the page."""
    page = visiting(shared_town, "rho").go("/statistics?department=byg")
    survey = Reports(shared_town.post).survey(department="byg")
    content = {}
    for form in ("csv", "xlsx", "json", "html", "pdf"):
        with page.expect_download() as coming:
            page.locator(f"button[name=form][value={form}]").click()
        name = coming.value.suggested_filename
        assert name == f"forbrug-byg-{survey.source.first}-{survey.source.last}.{form}"
        coming.value.save_as(tmp_path / name)
        content[form] = (tmp_path / name).read_bytes()

    rows = list(csv.DictReader(StringIO(content["csv"].decode("utf-8-sig")), delimiter=";"))
    assert rows[-1]["Digitalt"] == str(survey.total.digital)
    assert json.loads(content["json"])["rows"][-1]["digital"] == survey.total.digital
    with ZipFile(BytesIO(content["xlsx"])) as book:
        assert "xl/workbook.xml" in book.namelist()
        assert str(survey.total.digital).encode() in book.read("xl/worksheets/sheet1.xml")
    assert content["pdf"].startswith(b"%PDF-")
    assert f"<h1>{survey.title}</h1>".encode() in content["html"]
    assert f"{survey.total.digital:,}".replace(",", ".") in page.locator("main").inner_text()


def test_a_figure_on_a_tile_is_never_broken(shared_town, visiting):
    """Neither a number nor a number and its unit, however narrow the tile is."""
    visitor = visiting(shared_town, "rho")
    for width in (1280, 1024, 768):
        visitor.page.set_viewport_size({"width": width, "height": 900})
        visitor.go("/statistics")
        figures = visitor.page.locator(".esdh-keys .esdh-figure")
        figures.first.evaluate("figure => { figure.textContent = '11.275.689\\u00a0kr.' }")
        for figure in figures.all():
            assert figure.evaluate("it => it.scrollWidth <= it.clientWidth"), width
            assert figure.evaluate("it => it.clientHeight <= parseFloat(getComputedStyle(it).lineHeight)"), width


def test_the_page_for_a_meeting_is_one_sheet(shared_town, visiting, tmp_path):
    """Printed by the browser with the margins of printers, and as the file."""
    visitor = visiting(shared_town, "rho")
    for department in ("borger", "byg"):
        page = visitor.go(f"/statistics/meeting?department={department}")
        for margin in ("10mm", "15mm"):
            edges = dict.fromkeys(("top", "bottom", "left", "right"), margin)
            assert page.pdf(format="A4", margin=edges).count(b"/Type /Page\n") == 1, (department, margin)
    with page.expect_download() as coming:
        page.get_by_role("link", name="PDF").click()
    coming.value.save_as(tmp_path / "side.pdf")
    assert Path(tmp_path / "side.pdf").read_bytes() == Reports(shared_town.post).meeting("byg", form=Form.PDF)


def test_a_reason_is_given_with_the_keyboard(town, visiting):
    """Wrong first: the focus is at what is wrong. Then it is noted, and the list says so."""
    rikke = visiting(town, "rho")
    page = rikke.go("/not-started")
    page.get_by_role("link", name="Ret årsag eller næste skridt").click()
    page.locator("#until").fill("2031-01-01")
    with page.expect_navigation():
        page.get_by_role("button", name="Notér årsagen").press("Enter")
    focus_is_seen(page)
    refused(rikke)
    assert "Kun det, der er planlagt senere, har en dag" in page.evaluate("document.activeElement.textContent")
    page.locator("input[name=reason][value=startup]").focus()
    page.keyboard.press("ArrowDown")
    page.locator("#hurdle").select_option("")
    page.locator("#until").fill("")
    with page.expect_navigation():
        page.get_by_role("button", name="Notér årsagen").press("Enter")
    focus_is_seen(page)

    assert "Årsagen er noteret for Pædagogisk Psykologisk Rådgivning." in page.locator("main").inner_text()
    door = NotStarted(town.post)
    assert [one.department for one in door.excused()] == ["ppr"]
    assert (door.history("ppr")[-1].reason.value, door.history("ppr")[-1].by) == ("no-need", "Rikke Holm")
    page_checks(page, "not-started-noted")


def test_a_form_that_is_wrong_says_so(shared_town, visiting, language):
    """With what to do, and all that was written."""
    rikke = visiting(shared_town, "rho", language)
    page = rikke.go("/not-started/reason?department=ppr")
    page.locator("#due").fill(str(NotStarted(shared_town.post).today - timedelta(days=1)))
    page.locator("#owner").fill("")
    with page.expect_navigation():
        page.locator("form.esdh-reason button[type=submit]").click()
    refused(rikke)
    focus_is_seen(page)
    page_checks(page, "reason-error")


def test_a_contact_sees_the_own_department(shared_town, visiting):
    """Lone Dam is contact of Borgerservice, and has no other department to choose."""
    page = visiting(shared_town, "lda").go("/statistics")
    assert page.locator("h1").inner_text() == "Statistik: Borgerservice og dem under"
    assert "Hele organisationen" not in page.locator("main").inner_text()
    assert page.locator("#department option").count() == 5
