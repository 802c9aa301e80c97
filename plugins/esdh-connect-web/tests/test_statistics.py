"""Statistics: what is published is all that is shown, to those who may see it, and as files."""

import csv
import io
import json
import re
from datetime import UTC, datetime
from html import unescape
from itertools import pairwise

import pytest

from esdh_connect.policy import Department, PolicyChange
from esdh_connect.testing.municipality import DEPARTMENTS
from esdh_connect_forbrug import Forbrug
from esdh_connect_forbrug.prices import Price
from esdh_connect_forbrug.reports import By, Form, Reports
from esdh_connect_forbrug.reports.causes import CAUSES
from esdh_connect_forbrug.reports.standing import _BY
from esdh_connect_forbrug.year import written
from esdh_connect_web import Person, Role
from esdh_connect_web.figures import words
from esdh_connect_web.seen import Seen

AGO = datetime(2020, 1, 1, tzinfo=UTC)
RIKKE = Person("rikke", "Rikke Konsulent", {Role.CONSULTANT}, {"*"})
ADA = Person("ada", "Ada Administrator", {Role.ADMINISTRATOR}, {"*"})
BO = Person("bo", "Bo Sagsbehandler", {Role.CASEWORKER}, {"teknik"})
LONE = Person("lone", "Lone Kontakt", {Role.CONTACT}, {"borger"})
PATHS = ("/statistics", "/statistics/file?form=csv", "/statistics/meeting", "/statistics/meeting/file?form=html")


@pytest.fixture
def more():
    return {"forbrug": Forbrug(prices=(Price("2020-01-01", 29.0, 0.5),), expected={"teknik": 10})}


@pytest.fixture
def year(hall):
    """The made-up year of 24 departments."""
    hall.post.departments.change([PolicyChange(one, {}, "test", AGO, AGO) for one in DEPARTMENTS])
    written(hall.post, before=hall.clock().date())
    return hall


def seen(hall, person, path):
    answer = hall.browser(identify=lambda _: person).get(path)
    return answer, unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.text))).replace("\xa0", " ")


# --- what is shown


def test_the_whole_of_it(year):
    """The share with both its numbers, what was saved with its formula, and every department."""
    answer, text = seen(year, RIKKE, "/statistics")
    survey = Reports(year.post).survey()

    assert answer.status_code == 200
    assert "november 2025 – oktober 2026: 44.761 af 59.193 breve i alt, også printet lokalt" in text
    assert "44.761 digitale breve × (29,00 kr. på papir – 0,50 kr. digitalt) = 1.275.689 kr." in text
    assert "1.717 af 3.200 digitalt" in text
    assert "Hurtigst voksende" in text
    assert "Mest brugt" in text
    assert "Modtageren" in text
    assert f"Breve sendt herfra {survey.total.sent:,} ".replace(",", ".") in text
    assert "Teknik og Miljø: 235 % af de 20 breve, der var forventet i dens måneder" in text
    assert "Økonomi, Personale og Løn (lagt sammen)" in text  # and not as if it were Økonomi alone
    for row in survey.sheet.rows:
        assert f"{row.values['letters']:,}".replace(",", ".") in text, row.values


def test_one_department_with_those_above_it(year):
    """Its figures, the way up, and the months in which it was merged with others."""
    answer, text = seen(year, RIKKE, "/statistics?department=byg")
    survey = Reports(year.post).survey(department="byg")

    assert 'href="/statistics?from=2025-11&amp;to=2026-10"' in answer.text
    assert "department=teknik" in answer.text
    assert f"{survey.total.digital:,}".replace(",", ".") in text
    _, pension = seen(year, RIKKE, "/statistics?department=pension")
    assert "Vises ikke alene: lagt sammen med" in pension
    assert "færre end fem" in pension


def test_a_month_by_itself_has_the_figures_it_has_among_others(year):
    """Headline and row are of the same departments; what is merged is said, also where nothing else is left."""
    _, alone = seen(year, RIKKE, "/statistics?department=teknik&from=2025-10&to=2025-10")
    _, among = seen(year, RIKKE, "/statistics?department=teknik&from=2025-10&to=2025-11")
    assert "oktober 2025: 190 af 680 breve i alt" in alone
    assert "190 af 680 digitalt" in among
    for text in (alone, among):
        assert "oktober 2025: Teknik og Miljø sammen med Borgerservice, Ydelser, Opkrævning." in text
    _, nothing = seen(year, RIKKE, "/statistics?department=borger&from=2025-10&to=2025-10")
    assert "Der er ingen tal at vise" in nothing
    assert "oktober 2025: Borgerservice, Ydelser, Opkrævning sammen med Teknik og Miljø." in nothing


def test_the_months_somebody_chooses(year):
    """From one to another; one that is running has no figures, and it is told when they come."""
    _, text = seen(year, RIKKE, "/statistics?from=2026-09&to=2026-10")
    assert "5.993 af 7.210 digitalt" in text
    assert "1.717 af 3.200 digitalt" not in text
    answer, running = seen(year, RIKKE, "/statistics?from=2026-11&to=2026-11")
    assert answer.status_code == 200
    assert "november 2026 er i gang og viser ingen tal: de kommer den 4. december 2026" in running
    assert "Der er ingen tal at vise" not in running


@pytest.mark.parametrize(
    "months",
    [
        "from=2026-10&to=2026-09",
        "from=0000-01",
        "from=2026-12",
        "to=9999-12",
        "from=<script>",
        "to=2026-1",
        "from=%00",
        "to=" + "9" * 500,
    ],
)
def test_months_that_cannot_be_chosen(year, months):
    """The page says so, and has the usual ones; a file is refused."""
    answer, text = seen(year, RIKKE, f"/statistics?{months}")
    assert answer.status_code == 400
    assert "Fejl:" in text
    assert "november 2025 – oktober 2026: 44.761 af 59.193 breve i alt, også printet lokalt" in text
    assert "<script>" not in answer.text
    assert seen(year, RIKKE, f"/statistics/file?form=csv&{months}")[0].status_code == 400


def test_where_there_are_no_figures(hall):
    """A new installation: it says when there will be some."""
    answer, text = seen(hall, RIKKE, "/statistics")
    assert answer.status_code == 200
    assert "Der er ingen tal at vise" in text
    assert seen(hall, RIKKE, "/statistics/meeting?department=teknik")[0].status_code == 200


def test_english_pages_are_english(year):
    """Every text, and the words for causes and places."""
    for path in ("/statistics", "/statistics?department=borger", "/statistics/meeting?department=byg"):
        browser = year.browser(identify=lambda _: RIKKE)
        text = browser.get(path, headers={"Accept-Language": "en"}).text
        bare = re.sub(r'<span lang="da">.*?</span>|<div role="group".*?</div>', "", text, flags=re.DOTALL)
        assert not re.findall(r"\b(breve|afdeling|måned|lagt sammen|underafdelinger|sparet|i alt)\b", bare.lower()), (
            path
        )


def test_every_word_of_the_core_has_one_here():
    """Causes, places, and what there is a row for."""
    assert set(words.CAUSES) == set(CAUSES)
    assert set(words.PLACES) == set(_BY)
    assert set(words.BY) == set(By)


# --- who sees what


@pytest.mark.parametrize("person", [RIKKE, ADA])
def test_consultants_and_administrators_see_all_departments(year, person):
    """Also as files."""
    for path in PATHS:
        assert seen(year, person, path)[0].status_code == 200, path
    assert seen(year, person, "/statistics?department=nowhere")[0].status_code == 403  # there is none of that id


@pytest.mark.parametrize(("person", "own", "below"), [(BO, "teknik", "byg"), (LONE, "borger", "pension")])
def test_caseworkers_and_contacts_see_their_own(year, person, own, below):
    """With those below; the pages open with it, and no other department is in the list or in a file."""
    answer, _ = seen(year, person, "/statistics")
    options = re.search(r'<select[^>]*name="department".*?</select>', answer.text, re.DOTALL)[0]
    other = "borger" if own == "teknik" else "teknik"
    assert f'value="{own}" selected' in options
    assert f'value="{other}"' not in options
    assert 'value=""' not in options
    for path in PATHS:
        join = "&" if "?" in path else "?"
        assert seen(year, person, f"{path}{join}department={below}")[0].status_code == 200, path
        assert seen(year, person, f"{path}{join}department={other}")[0].status_code == 403, path
    content = seen(year, person, "/statistics/file?form=json")[0].json()
    allowed = {one.id for one in year.post.departments if own in year.post.departments.lineage(one.id)} | {""}
    assert {part for row in content["rows"] for part in row["key"].split("+")} <= allowed


def test_somebody_of_a_part_does_not_see_the_whole(year):
    """Whatever their role: they work for some departments."""
    part = Person("eva", "Eva", {Role.ADMINISTRATOR, Role.CONSULTANT}, {"teknik"})
    _, text = seen(year, part, "/statistics")
    assert "59.193" not in text
    nobody = Person("eva", "Eva", {Role.CONSULTANT}, set())
    assert [seen(year, nobody, path)[0].status_code for path in PATHS] == [403] * 4


def test_who_saw_which_figures_is_written_down(year):
    """In the log of what was seen, which no figure comes from."""
    before = Reports(year.post).survey().total
    seen(year, BO, "/statistics?department=byg")
    seen(year, BO, "/statistics?department=borger")
    lines = [(one.who, one.what, one.about) for one in Seen(year.post.store).lines()]
    assert lines == [("bo", "statistics refused", ""), ("bo", "statistics GET", "byg")]
    assert Reports(year.post).survey().total == before


# --- files


@pytest.mark.parametrize("form", list(Form))
def test_a_file_has_its_name_and_kind(year, form):
    """And is saved, never shown: what is in it is not ours to run."""
    answer, _ = seen(year, RIKKE, f"/statistics/file?form={form.value}&department=borger&from=2026-09&to=2026-10")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == form.media_type
    named = f"attachment; filename*=UTF-8''forbrug-borger-2026-09-2026-10.{form.value}"
    assert answer.headers["content-disposition"] == named
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["cache-control"] == "no-store"


def test_the_numbers_in_files_are_those_of_the_page(year):
    """The department's, and no others."""
    content = seen(year, RIKKE, "/statistics/file?form=csv&by=month&department=byg")[0].content
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    total = Reports(year.post).survey(department="byg").total
    assert rows[-1]["Digitalt"] == str(total.digital)
    assert len(rows) == 13
    plain = json.loads(seen(year, RIKKE, "/statistics/file?form=json&department=byg")[0].content)
    assert plain["rows"][-1]["letters"] == total.letters
    sheet = seen(year, RIKKE, "/statistics/meeting/file?form=html&department=byg")[0].content
    assert sheet == Reports(year.post).meeting("byg")


@pytest.mark.parametrize("what", ["form=exe", "form=", "form=csv&by=person", "form=csv&by=", "", "form=CSV"])
def test_files_there_are_none_of(year, what):
    """The answer says so."""
    assert seen(year, RIKKE, f"/statistics/file?{what}")[0].status_code in (400, 404)
    assert (
        seen(year, RIKKE, f"/statistics/meeting/file?department=byg&{what.replace('csv', 'xlsx')}")[0].status_code
        == 404
    )


def test_what_is_not_installed_is_not_offered(year, monkeypatch):
    """Neither on the page nor when it is asked for."""
    monkeypatch.setattr("esdh_connect_forbrug.reports.forms.find_spec", lambda name: None)
    answer, _ = seen(year, RIKKE, "/statistics")
    assert re.findall(r'name="form" value="(\w+)"', answer.text) == ["csv", "html", "json"]
    assert seen(year, RIKKE, "/statistics/file?form=pdf")[0].status_code == 404
    assert "form=pdf" not in seen(year, RIKKE, "/statistics/meeting?department=byg")[0].text


# --- the page for a meeting


def test_the_page_for_a_meeting(year):
    """What it says is what the department's page of the core says."""
    _, text = seen(year, LONE, "/statistics/meeting")
    page = Reports(year.post).page("borger")
    assert page.advice.title in text
    assert f"{page.total.digital:,}".replace(",", ".") in text
    assert "Det har vi sparet" in text
    assert len(page.nearby) <= 6


def test_names_with_markup_are_text(year):
    """A department is called what the host calls it."""
    evil = Department("byg", "<img src=x onerror=alert(1)>", "teknik")
    year.post.departments.change([PolicyChange(evil, {}, "test", AGO, AGO)])
    for path in ("/statistics", "/statistics?department=byg", "/statistics/meeting?department=byg"):
        assert "<img" not in seen(year, RIKKE, path)[0].text, path


# --- the same figure wherever it is shown


def test_a_department_has_the_same_letters_on_its_page_and_above_it(year):
    """Whoever looks at it from above sees the number its head has; what is apart is told beside it, and where it is."""
    _, above = seen(year, RIKKE, "/statistics")
    for id_, name in (("teknik", "Teknik og Miljø"), ("borger", "Borgerservice"), ("bornefam", "Børn og Familie")):
        survey = Reports(year.post).survey(department=id_)
        number = f"{survey.total.letters:,}".replace(",", ".")
        months = survey.total.months
        assert f"{name} og dem under {months} {number}" in above, name
        _, own = seen(year, RIKKE, f"/statistics?department={id_}")
        assert f"I alt {months} {number}" in own, name
    _, own = seen(year, RIKKE, "/statistics?department=teknik")
    told = "januar 2026: Teknik og Miljø sammen med Økonomi. Det tæller med i tallene for hele organisationen."
    assert told in own
    assert told in seen(year, RIKKE, "/statistics/meeting?department=teknik")[1]
    assert "uden Teknik og Miljø, lagt sammen med Økonomi" in own


def test_nothing_above_a_department_has_a_sum_on_its_page(year):
    """A part of it under the name of the whole would be another number than the one above has."""
    _, text = seen(year, RIKKE, "/statistics?department=vej")
    assert "Teknik og Miljø og dem under" not in text
    _, text = seen(year, RIKKE, "/statistics?department=ejendom")
    assert "Teknik og Miljø selv" in text  # and its link would lead to the figures of all of it
    assert "tallene er for alle afdelinger i overskriften tilsammen" in text


def test_departments_that_are_left_out_are_counted(year):
    """Numbers with a hole in them would look like an error."""
    _, text = seen(year, RIKKE, "/statistics/meeting?department=familie")
    page = Reports(year.post).page("familie")
    numbers = [number for number, _ in page.nearby]
    holes = [after - before - 1 for before, after in pairwise([0, *numbers]) if after - before > 1]
    assert holes
    for one in holes:
        assert f"… {one} afdeling" in text
    assert "Månederne som regneark (CSV)" in text
