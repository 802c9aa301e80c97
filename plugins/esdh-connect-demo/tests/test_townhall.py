"""The case system in a browser: who may see what in it, and what it gives esdh_connect."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from esdh_connect import wording
from esdh_connect.dispatch import Override, Remedy, Status
from esdh_connect_demo.folder import Folder
from esdh_connect_demo.host import MAIN, EksempelEsdh
from esdh_connect_demo.people import EMPLOYEES
from esdh_connect_demo.serving import listening, opened

#: A sandbox, 18 documents, and two letters that are sent.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Iterator[object]:
    with listening(0) as listener, opened(Folder(tmp_path_factory.mktemp("town")), listener) as there:
        yield there


@pytest.fixture
def come(town):
    """Come with a browser, as one of the five or as nobody."""

    def browser(id_=None, **headers):
        client = TestClient(town.app, base_url=town.address.rstrip("/"), follow_redirects=False)
        client.headers.update({"Origin": town.address.rstrip("/"), **headers})
        if id_:
            assert client.post("/log-ind", data={"medarbejder": id_}).status_code == 303
        return client

    return browser


def test_there_are_five_people_of_four_kinds():
    """A caseworker of each department that sends, a contact, an administrator and a consultant."""
    assert len(EMPLOYEES) == 5
    assert {role for one in EMPLOYEES.values() for role in one.person.roles} == set(
        type(next(iter(EMPLOYEES["mkj"].person.roles)))
    )


@pytest.mark.parametrize("path", ["/sager", "/sager/BYG-0114", "/sager/BYG-0114/dokumenter/BYG-0114-01"])
def test_who_is_not_logged_in_comes_to_the_beginning(come, path):
    """And sees nothing of a case."""
    answer = come().get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Frida" not in answer.text


@pytest.mark.parametrize(
    ("who", "case", "expected"),
    [
        ("mkj", "BYG-0114", 200),
        ("mkj", "BOR-0771", 404),
        ("oae", "BOR-0771", 200),
        ("oae", "BYG-0114", 404),
        ("sba", "BYG-0114", 404),
        ("rho", "BOR-0771", 404),
        ("mkj", "NO-SUCH", 404),
    ],
)
def test_a_case_is_seen_by_those_of_its_department(come, who, case, expected):
    """Neither administrators nor consultants have cases."""
    assert come(who).get(f"/sager/{case}").status_code == expected


def test_a_document_belongs_to_its_case(come):
    """Its address with another case finds nothing."""
    mette = come("mkj")
    assert mette.get("/sager/BYG-0114/dokumenter/BYG-0114-01").content.startswith(b"%PDF")
    assert mette.get("/sager/BYG-0121/dokumenter/BYG-0114-01").status_code == 404


def test_a_letter_is_offered_when_it_is_finalized(come, town):
    """Before that it says why not; a department that is not with us offers nothing."""
    mette = come("mkj")
    before = mette.get("/sager/BYG-0133").text
    assert "Send digitalt: " in before
    assert "<esdh-send" not in before

    assert mette.post("/sager/BYG-0133/dokumenter/BYG-0133-01/faerdiggoer").status_code == 303
    assert "<esdh-send" in mette.get("/sager/BYG-0133").text


def test_a_token_opens_the_dialog_once(come):
    """The case system makes it when the button is pressed."""
    mette = come("mkj")
    token = mette.post("/sager/BYG-0127/dokumenter/BYG-0127-01/start").text
    answers = [mette.post("/post/send", data={"launch": token}) for _ in range(2)]

    assert [one.status_code for one in answers] == [200, 403]
    assert "Æblegård Tømrer ApS" in answers[0].text


def test_a_form_from_elsewhere_is_refused(come, town):
    """Another site cannot log somebody in, finalize or open anything."""
    mette = come("mkj")
    for path in ("/log-ind", "/log-ud", "/sager/BYG-0114/dokumenter/BYG-0114-01/start"):
        assert mette.post(path, headers={"Origin": "https://elsewhere.example"}).status_code == 403


def test_a_made_up_session_is_nobodys(come):
    """Nor is one that has ended."""
    mette = come("mkj")
    kept = mette.cookies["eksempel"]
    mette.post("/log-ud")
    for value in (kept, "mkj", ""):
        nobody = come()
        nobody.cookies.set("eksempel", value)
        assert nobody.get("/sager").status_code == 303


def test_the_mounted_pages_know_who_it_is(come):
    """From the case system's session; nobody is nobody there too."""
    assert come().get("/post/").status_code == 401
    answer = come("rho").get("/post/")
    assert answer.status_code == 200
    assert "Rikke Holm" in answer.text


def test_a_morning_has_gone_already(come):
    """One letter arrived on paper, one came back, and their caseworker is told."""
    mette = come("mkj")
    assert "Leveret" in mette.get("/sager/BYG-0121").text
    assert "Fejlet" in mette.get("/sager/BYG-0127").text
    assert "nåede ikke frem" in mette.get("/sager").text


def test_a_message_leads_to_its_letter_and_a_case_lists_its_letters(come, town):
    """With title, day and channel; no word of the note says that a letter which failed was sent."""
    mette = come("mkj")
    [failed] = [one for one in town.installation.post.entries(case="BYG-0127") if one.status is Status.FAILED]
    for path in ("/sager", "/sager/BYG-0127"):
        assert f'<a href="/post/letters/{failed.id}">Se brevet</a>' in mette.get(path).text
    page = mette.get("/sager/BYG-0127").text
    row = re.search(r"<h2>Breve</h2>.*?<tbody>\s*(<tr>.*?</tr>)", page, re.DOTALL)[1]
    for told in ("Byggetilladelse", "Æblegård Tømrer ApS", "Digital Post", wording.when(failed.committed_at), "Fejlet"):
        assert told in row, told
    note = re.search(r'<div class="note">.*?</div>', page, re.DOTALL)[0]
    assert ("med Digital Post" in note, "Fejlet" in note, "sendt til" in note) == (True, True, False)


def test_a_notice_goes_when_there_is_nothing_more_to_do(tmp_path):
    """The letter that came back was dealt with; another was stopped by whoever ordered it."""
    with listening(0) as listener, opened(Folder(tmp_path), listener) as there:
        post, mette = there.installation.post, TestClient(there.app, base_url=there.address.rstrip("/"))
        mette.headers["Origin"] = there.address.rstrip("/")
        mette.post("/log-ind", data={"medarbejder": "mkj"})
        for path in ("/sager", "/sager/BYG-0127"):
            assert "nåede ikke frem" in mette.get(path).text
        [failed] = post.failures()
        post.resolve(failed.entry.id, Remedy.SOLVED, by="mkj", why="ringet til firmaet")
        for path in ("/sager", "/sager/BYG-0127"):
            assert "nåede ikke frem" not in mette.get(path).text
        host = EksempelEsdh(there.esdh)
        letter = next(one for one in there.esdh.on_case("BYG-0127") if one.kind in MAIN)
        wish = host.wish(letter, *there.esdh.case("BYG-0127").parties, key="fortrudt")
        said = [Override.of(one, "skal have det igen") for row in post.plan(wish).rows for one in row.concerns]
        plan = post.plan(wish)
        [entry] = post.commit(plan, by="mkj", hold=timedelta(minutes=5), overrides=said).entries
        post.cancel(entry.id, by="mkj")
        there.esdh.notify("BYG-0127", entry.id, "Brevet på sag BYG-0127 er standset")
        assert "er standset" not in mette.get("/sager").text


def test_what_the_citizen_has_is_what_counts(tmp_path):
    """A notice of what arrived after all, or was sent once more, is gone; an undone second letter is not the latest."""
    with listening(0) as listener, opened(Folder(tmp_path), listener) as there:
        post, mette = there.installation.post, TestClient(there.app, base_url=there.address.rstrip("/"))
        mette.headers["Origin"] = there.address.rstrip("/")
        mette.post("/log-ind", data={"medarbejder": "mkj"})
        arrived = next(one for one in post.entries(case="BYG-0121") if one.status is Status.DELIVERED)
        there.esdh.notify("BYG-0121", arrived.id, "Brevet på sag BYG-0121 nåede ikke frem")
        assert "BYG-0121 nåede ikke frem" not in mette.get("/sager").text
        host, main = EksempelEsdh(there.esdh), post.cover(arrived.id).manifest.documents[0].id
        letter = next(one for one in there.esdh.on_case("BYG-0121") if one.id == main)

        def ordered(key):
            wish = host.wish(letter, *there.esdh.case("BYG-0121").parties, key=key)
            plan = post.plan(wish)
            said = [Override.of(one, "skal have det igen") for row in plan.rows for one in row.concerns]
            return post.commit(plan, by="mkj", hold=timedelta(minutes=5), overrides=said).entries

        for entry in ordered("standset"):
            post.cancel(entry.id, by="lda")
            there.esdh.notify("BYG-0121", entry.id, "Brevet på sag BYG-0121 er standset")
        row = re.search(r"<tr><td>BYG-0121.*?</tr>", mette.get("/sager").text)[0]
        assert ("Leveret" in row, "Afbrudt" in row) == (True, False)
        assert "BYG-0121 er standset" in mette.get("/sager").text
        ordered("igen")
        assert "BYG-0121 er standset" not in mette.get("/sager").text
        assert "er standset" not in mette.get("/sager/BYG-0121").text


def test_a_page_that_a_script_fetches_makes_no_tokens(come):
    """It is fetched again and again while letters are on their way."""
    mette = come("mkj")
    tokens = [
        re.findall(r'name="launch" value="([^"]*)"', mette.get("/sager/BYG-0121", headers=said).text)
        for said in ({}, {"X-Frisk": "1"})
    ]
    assert all(tokens[0])
    assert len(tokens[0]) == len(tokens[1])
    assert not any(tokens[1])


def test_no_page_holds_a_cpr_number(come):
    """The case system knows them, and shows none."""
    mette = come("mkj")
    text = "".join(mette.get(path).text for path in ("/", "/sager", "/sager/BYG-0114", "/sager/BYG-0140"))
    assert not re.search(r"\d{6}-?\d{4}", text)
