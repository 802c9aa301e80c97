"""Forsendelser: found again, and what was sent and the proof of it taken out."""

import io
import json
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
from correspondence import KAJ, come, ordered, sent, titles, token_of

from esdh_connect.dispatch import ReceiptEvent
from esdh_connect.model import Case, File
from esdh_connect_web import Person, Role
from esdh_connect_web.dialog.files import as_file

ADA = Person("ada", "Ada Administrator", {Role.ADMINISTRATOR}, {"*"})
CLARA = Person("clara", "Clara Konsulent", {Role.CONSULTANT}, {"*"})
LEA = Person("lea", "Lea Leder", {Role.CONTACT}, {"*"})


def search(browser, **said):
    token = token_of(browser.get("/letters"))
    answer = browser.post("/letters", data={"esdh_token": token, **said})
    return browser.get(answer.headers["location"]) if answer.status_code == 303 else answer


# --- the list


def test_without_letters_the_list_says_so(hall):
    """And a search without any result says that it is the search."""
    browser = come(hall)
    assert "Der er ikke bestilt nogen breve endnu." in browser.get("/letters").text
    assert "Ingen forsendelser passer til søgningen." in search(browser, case="nej").text


def test_letters_are_found_by_case_status_period_and_department(hall):
    """Each alone and together; the newest first."""
    sent(hall, key="a", title="Første")
    hall.clock.move(days=2)
    sent(hall, ReceiptEvent.FAILED, key="b", title="Andet", case=Case("sag-2", "fake"))
    hall.clock.move(days=2)
    ordered(hall, "c", title="Tredje")
    browser = come(hall)
    assert titles(browser.get("/letters")) == ["Tredje", "Andet", "Første"]
    day = (hall.clock().date()).isoformat()
    for said, expected in (
        ({"case": "sag-2"}, ["Andet"]),
        ({"case": "G - 2"}, ["Andet"]),
        ({"status": "delivered"}, ["Første"]),
        ({"status": "failed", "case": "sag-1"}, []),
        ({"since": day, "until": day}, ["Tredje"]),
        ({"until": "2020-01-01"}, []),
        ({"department": "teknik"}, ["Tredje", "Andet", "Første"]),
        ({"department": "kultur"}, []),
        ({"status": "nonsense"}, ["Tredje", "Andet", "Første"]),
    ):
        assert titles(search(browser, **said)) == expected, said


def test_who_saw_a_letter_in_the_list_is_remembered(hall):
    """Each of those that were shown, by its own id."""
    entry = sent(hall)
    browser = come(hall)
    browser.get("/letters")
    lines = browser.app.routes[0].endpoint.site.seen.lines()
    assert [(one.who, one.what, one.about) for one in lines] == [("bo", "letters GET", entry.id)]


def test_a_cpr_number_never_comes_into_an_address(hall):
    """What is searched for is posted first, and refused; written into the address by hand it finds nothing."""
    browser = come(hall)
    answer = search(browser, case="121212-1212")
    assert (answer.status_code, "Det er aldrig et CPR-nummer." in answer.text) == (422, True)
    assert "location" not in answer.headers


def test_what_cannot_be_meant_is_said(hall):
    """Beside the field."""
    browser = come(hall)
    assert "Skriv dagen som år, måned og dag." in search(browser, since="i går").text
    assert "Den sidste dag ligger før den første." in search(browser, since="2026-02-02", until="2026-01-01").text
    for day in ("9999-12-31", "0001-01-01"):
        assert search(browser, until=day).status_code == 422


def test_a_list_of_many_comes_in_pages(hall):
    """25 a page, whatever is asked for; the search goes with it."""
    for at in range(27):
        ordered(hall, f"dialog-{at}", title=f"Brev {at}")
    browser = come(hall)
    pages = [browser.get(f"/letters?case=sag-1&page={at}") for at in ("1", "2", "3", "-1", "x", "999999")]
    assert [len(titles(page)) for page in pages] == [25, 2, 2, 25, 25, 2]
    assert "27 forsendelser" in pages[0].text
    assert 'href="/letters?case=sag-1&amp;page=2"' in pages[0].text


def test_only_the_departments_one_works_for_are_found(hall):
    """By the list, by a search, and by the address of a letter, its file and its proof."""
    entry = sent(hall)
    browser = come(hall, KAJ)
    assert titles(browser.get("/letters")) == []
    assert titles(browser.get("/letters?department=teknik")) == []
    for path in ("", "/files/1", "/proof"):
        assert browser.get(f"/letters/{entry.id}{path}").status_code == 404, path
    token = token_of(browser.get("/letters"))
    assert browser.post(f"/letters/{entry.id}", data={"esdh_token": token, "do": "stop"}).status_code == 404
    lines = browser.app.routes[0].endpoint.site.seen.lines(entry.id)
    assert {(one.who, one.what) for one in lines} == {
        ("kaj", f"{name} refused") for name in ("letter", "letter-file", "letter-proof")
    }
    assert titles(come(hall, LEA).get("/letters?department=teknik")) == ["Byggetilladelse"]


@pytest.mark.parametrize("person", [ADA, CLARA])
def test_who_does_not_work_with_letters_sees_none(hall, person):
    """Neither an administrator nor a consultant."""
    entry = sent(hall)
    browser = come(hall, person)
    for path in ("/letters", "/approvals", f"/letters/{entry.id}", f"/letters/{entry.id}/proof"):
        assert browser.get(path).status_code == 403, path


# --- files and proof


def test_a_file_is_the_very_bytes_under_a_safe_name(hall):
    """To be kept, never shown in the page's own origin."""
    entry, browser = sent(hall), come(hall)
    kept = hall.post.dispatch(entry.id).envelope.letter.files
    answers = [browser.get(f"/letters/{entry.id}/files/{at}") for at in range(1, len(kept) + 1)]
    assert [one.content for one in answers] == [one.content for one in kept]
    for answer in answers:
        assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
    for at in ("0", str(len(kept) + 1), "x", "-1", "1e3"):
        assert browser.get(f"/letters/{entry.id}/files/{at}").status_code == 404


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/brev.pdf", "brev.pdf"),
        ("C:\\brev\\brev.pdf", "brev.pdf"),
        ("brev\r\nSet-Cookie: x.pdf", "brev__Set-Cookie_ x.pdf"),
        ("121212-1212 brev.pdf", "xxxxxx-xxxx brev.pdf"),
        ("...", "fil"),
        ("æøå.pdf", "æøå.pdf"),
    ],
)
def test_a_file_is_kept_under_a_name_without_a_path(name, safe):
    """And without control signs or a CPR number, whatever the case system called it."""
    header = as_file(File(name, "application/pdf", b"%PDF-", places=()), kept=True).headers["content-disposition"]
    assert unquote(header) == f"attachment; filename*=UTF-8''{safe}"


def test_the_proof_pack_is_a_zip_of_everything(hall):
    """The same bytes as the core writes; logged who took it."""
    entry, browser = sent(hall), come(hall)
    answer = browser.get(f"/letters/{entry.id}/proof")
    assert answer.headers["content-disposition"] == f'attachment; filename="bevis-{entry.id}.zip"'
    written = io.BytesIO()
    hall.post.proof(entry.id).write(written)
    assert answer.content == written.getvalue()
    with ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert {"README.txt", "foelgeseddel.json", "kvitteringer.json", "revisionslog.json"} <= {*archive.namelist()}
        assert json.loads(archive.read("forsendelse.json"))["status"] == "delivered"
    assert [(one.who, one.what) for one in browser.app.routes[0].endpoint.site.seen.lines(entry.id)] == [
        ("bo", "letter-proof GET")
    ]


def test_an_erased_letter_still_has_its_line(hall):
    """What it carried is gone, and the page says so."""
    entry = sent(hall)
    hall.post.deliver()
    hall.clock.move(days=1)
    hall.post.erase(entry.id, by="ada", why="bedt om det")
    browser = come(hall)
    assert "Slettet brev" in browser.get("/letters").text
    assert "Brevets indhold er slettet" in browser.get(f"/letters/{entry.id}").text
    assert browser.get(f"/letters/{entry.id}/files/1").status_code == 503
    assert browser.get(f"/letters/{entry.id}/proof").status_code == 200
