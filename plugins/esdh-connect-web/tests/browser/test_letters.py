"""Letters found again, and the proof of one taken out."""

import re
from zipfile import ZipFile

from examining import focus_is_seen, page_checks


def test_the_list_of_letters(shared_town, visiting, language):
    """What was sent this morning."""
    page_checks(visiting(shared_town, "mkj", language).go("/letters"), "letters")


def test_a_search_without_any_result(shared_town, visiting, language):
    """It says so, and the form still has what was asked for."""
    page = visiting(shared_town, "mkj", language).go("/letters")
    page.locator("input[name=case]").fill("BYG-9999")
    with page.expect_navigation():
        page.locator("form[role=search] button[type=submit]").click()
    assert page.url.endswith("/letters?case=BYG-9999")
    assert page.locator("input[name=case]").input_value() == "BYG-9999"
    page_checks(page, "letters-empty")


def test_a_cpr_number_is_not_searched_for(shared_town, visiting, language):
    """It is refused before it stands in any address."""
    visitor = visiting(shared_town, "mkj", language)
    page = visitor.go("/letters")
    page.locator("input[name=case]").fill("121212-1212")
    with page.expect_navigation():
        page.locator("form[role=search] button[type=submit]").click()
    visitor.troubles[:] = [one for one in visitor.troubles if "422" not in one]
    focus_is_seen(page)
    page_checks(page, "letters-error")


def test_a_letter_is_found_by_its_status(shared_town, visiting):
    """And opened."""
    page = visiting(shared_town, "mkj").go("/letters")
    page.locator("select[name=status]").select_option("failed")
    with page.expect_navigation():
        page.get_by_role("button", name="Søg").click()
    [link] = page.locator("th a").all()
    with page.expect_navigation():
        link.click()
    assert "BYG-0127" in page.title()


def test_the_page_of_a_letter(shared_town, visiting, language):
    """Delivered on paper, with its receipts and its complaint period."""
    [entry] = shared_town.post.entries(case="BYG-0121")
    page_checks(visiting(shared_town, "mkj", language).go(f"/letters/{entry.id}"), "letter")


def test_what_waits_for_approval(shared_town, visiting, language):
    """Nothing yet."""
    page_checks(visiting(shared_town, "lda", language).go("/approvals"), "approvals-empty")


def test_a_proof_pack_is_downloaded_and_opened(shared_town, visiting):
    """It is a zip file with the letter as it went, under a name that tells nothing of anybody."""
    [entry] = shared_town.post.entries(case="BYG-0121")
    page = visiting(shared_town, "mkj").go(f"/letters/{entry.id}")
    with page.expect_download() as coming:
        page.get_by_role("link", name="Hent bevispakken").click()
    assert re.fullmatch(r"bevis-[0-9a-f-]{36}\.zip", coming.value.suggested_filename)
    with ZipFile(coming.value.path()) as archive:
        assert archive.testzip() is None
        [letter] = [name for name in archive.namelist() if name.startswith("brev/")]
        assert archive.read(letter) == shared_town.post.dispatch(entry.id).envelope.letter.files[0].content


def ordered_by_ole(visiting, town, language):
    """A letter that somebody else must approve."""
    ole = visiting(town, "oae", language)
    ole.case("BOR-0771")
    page = ole.tab()
    with page.expect_navigation():
        page.locator("#go").click()


def test_a_letter_is_approved_on_its_page(town, visiting, language):
    """By a colleague who finds it in the list."""
    ordered_by_ole(visiting, town, language)
    lone = visiting(town, "lda", language)
    page = lone.go("/approvals")
    page_checks(page, "approvals")
    with page.expect_navigation():
        page.locator("th a").click()
    page_checks(page, "letter-to-approve")
    with page.expect_navigation():
        page.locator("form:has(input[value=approve]) button").click()
    focus_is_seen(page)
    [entry] = town.post.entries(case="BOR-0771")
    assert [act.by for act in entry.acts] == ["lda"]


def test_a_letter_is_passed_on_to_a_colleague_who_is_chosen(town, visiting, language):
    """Lone is on her way out: she chooses among those who can, and whoever comes sees whom she asked."""
    ordered_by_ole(visiting, town, language)
    page = visiting(town, "lda", language).go("/approvals")
    with page.expect_navigation():
        page.locator("th a").click()
    page.locator("details:has(select[name=to]) summary").click()
    assert page.locator("select[name=to] option").all_inner_texts()[1:] == ["Jens Lund (jlu)"]
    page_checks(page, "letter-to-pass-on")
    page.locator("select[name=to]").select_option("jlu")
    with page.expect_navigation():
        page.locator("details:has(select[name=to]) button").click()
    assert "Jens Lund (jlu)" in page.locator(".esdh-events").inner_text()
    page_checks(visiting(town, "lda", language).go("/approvals"), "approvals-passed-on")


def test_the_overview_and_the_way_back(town, visiting, language):
    """Lone sees what waits for her and goes there; the case number leads to the case, and the header out of here."""
    ordered_by_ole(visiting, town, language)
    lone = visiting(town, "lda", language)
    page = lone.go("/")
    page_checks(page, "overview")
    with page.expect_navigation():
        page.locator(".esdh-waiting a").first.click()
    with page.expect_navigation():
        page.get_by_role("link", name="BOR-0771").click()
    assert page.url == f"{town.address}sager/BOR-0771"
    page = lone.go("/nowhere")
    lone.troubles[:] = [one for one in lone.troubles if "404" not in one]
    page_checks(page, "nowhere")
    with page.expect_navigation():
        page.locator(".esdh-ways a").click()
    assert page.url == town.address
