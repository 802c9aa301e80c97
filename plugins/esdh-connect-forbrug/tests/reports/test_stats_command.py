"""``esdh-connect stats`` on a made-up year: the figures, the files and the page for a meeting."""

import re
import sys
from datetime import UTC, datetime, timedelta

import pytest

from esdh_connect_forbrug.months import Month
from esdh_connect_forbrug.reports import By, Reports, danish


def test_the_table_reads_as_a_person_would_want(town_hall):
    """Departments in their tree, the sum at the end; what the figures mean goes to stderr."""
    done = town_hall.run("stats")

    assert done.code == 0
    lines = done.text.splitlines()
    assert lines[0].startswith("Forbrug ")
    assert [line.split("  ")[0] for line in lines if line.startswith(("Afdeling", "Teknik og Miljø i alt"))][:2] == [
        "Afdeling", "Teknik og Miljø i alt",
    ]  # fmt: skip
    assert any(line.startswith("  Byggeri") for line in lines)
    assert any(line.startswith("I alt") for line in lines)
    assert "Sparet porto: " in done.err
    assert "aldrig for personer" in done.err


def test_a_program_gets_the_same_numbers_from_every_form(town_hall):
    """JSON by its English keys, CSV with Danish ones."""
    found = town_hall.run("stats", "--format", "json").json
    last = found["rows"][-1]
    csv = town_hall.run("stats", "--format", "csv").out.decode("utf-8-sig").splitlines()

    assert (found["by"], last["level"], last["department"]) == ("department", "total", "I alt")
    own = [row for row in found["rows"] if row["level"] == "own"]
    assert sum(row["digital"] for row in own) == last["digital"]
    assert csv[-1].split(";")[:4] == ["I alt", "", str(last["months"]), str(last["letters"])]
    assert {"failures", "most_used", "fastest_growing", "notes"} <= set(found)


@pytest.mark.parametrize("by", By)
def test_it_is_told_by_department_month_channel_and_plugin(town_hall, by):
    """All of them end with the same sum of what was sent."""
    rows = town_hall.run("stats", "--by", by.value, "--format", "json").json["rows"]

    assert rows[-1][next(iter(key for key in rows[-1] if key in {one.value for one in By}))] == "I alt"
    assert len(rows) > 1


@pytest.mark.parametrize(("form", "begins"), [("xlsx", b"PK"), ("pdf", b"%PDF-"), ("html", b"<!DOCTYPE html>")])
def test_a_file_is_written_where_it_is_wanted(town_hall, form, begins):
    """And stdout stays empty."""
    done = town_hall.run("stats", "--format", form, "--out", f"forbrug.{form}")

    assert (done.code, done.out) == (0, b"")
    assert (town_hall.path / f"forbrug.{form}").read_bytes().startswith(begins)
    assert done.err == f"Skrevet i forbrug.{form}.\n"


def test_a_workbook_that_cannot_be_made_is_not_told_as_a_letter(town_hall, monkeypatch):
    """Statistics send nothing, so the first words are not about that."""
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    done = town_hall.run("stats", "--format", "xlsx", "--out", "forbrug.xlsx")
    assert done.code
    assert done.err.startswith("Der er ikke ændret noget: Excel kræver xlsxwriter")
    assert not (town_hall.path / "forbrug.xlsx").exists()


def test_a_table_is_for_the_screen(town_hall):
    """Whoever names a file without saying what it is to be is told, and nobody believes that there is one."""
    done = town_hall.run("stats", "--out", "forbrug.txt")
    assert (done.code, "Der er ikke skrevet noget" in done.err) == (2, True)


def test_the_running_month_has_no_figures_and_says_when_it_has(town_hall):
    """It is in no sum, and where it is not asked for nothing is said of it."""
    now = Month.of(datetime.now(UTC))
    found = town_hall.run("stats", "--from", str(now), "--to", str(now), "--format", "json").json
    before = town_hall.run("stats", "--format", "json").json
    [told] = [note for note in found["notes"] if "er i gang" in note]

    assert told.replace("\xa0", " ").endswith(
        f" er i gang: tallene kommer {danish.day(now.next.first_day + timedelta(days=3))}, når måneden er gjort op."
    )
    assert found["rows"][-1]["letters"] == 0
    assert before["to"] == str(now.previous)
    assert not [note for note in before["notes"] if "er i gang" in note]


@pytest.mark.parametrize("words", [("--from",), ("--to",), ("report", "--department", "byg", "--to")])
def test_a_month_that_has_not_begun_is_refused(town_hall, words):
    """Whoever types 2062 for 2026 is told, and gets no year of nothing."""
    future = Month.of(datetime.now(UTC)).next
    done = town_hall.run("stats", *words, str(future))
    assert (done.code, done.out) == (2, b"")
    assert f"Der er ikke vist noget: {future} er ikke begyndt" in done.err


def test_the_page_for_a_meeting_is_made_for_a_department(town_hall):
    """With the name of the municipality, and in figures what the statistics say."""
    done = town_hall.run("stats", "report", "--department", "byg")
    with town_hall.opened() as post:
        page = Reports(post).page("byg")

    assert done.code == 0
    assert "Eksempel Kommune · Send digitalt" in done.text
    share = f": {page.total.digital:,} af {page.total.letters:,}".replace(",", ".")
    assert re.search(rf"digitalt på \w+ måneder{share}", done.text)
    assert "af det forventede" in done.text


def test_the_page_says_that_the_running_month_is_in_progress_where_it_is_asked_for(town_hall):
    """And when there are figures of it."""
    done = town_hall.run("stats", "report", "--department", "byg", "--to", str(Month.of(datetime.now(UTC))))
    assert "når måneden er gjort op.</p></footer>" in done.text


def test_what_cannot_be_is_told_with_what_can(town_hall):
    """A department misspelt, a month that is none, a folder that is not there."""
    assert "mente du »byg«" in town_hall.run("stats", "report", "--department", "bygg").err
    assert "en måned skrives 2026-03" in town_hall.run("stats", "--from", "marts").err
    assert "2026-05 er efter 2026-04" in town_hall.run("stats", "--from", "2026-05", "--to", "2026-04").err
    done = town_hall.run("stats", "--format", "csv", "--out", "findes/ikke.csv")
    assert (done.code, "kan ikke skrives" in done.err) == (1, True)


def test_an_installation_that_does_not_count_says_so(town_hall):
    """With what is to be written in the settings."""
    settings = town_hall.path / "esdh-connect.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.split("\n[plugins.forbrug]")[0] + '\n[departments.a]\nname = "A"\n', encoding="utf-8")

    done = town_hall.run("stats")
    assert (done.code, "skriv [plugins.forbrug] i indstillingerne" in done.err) == (3, True)


PRICE = '{ since = "2020-01-01", paper = 29.0, digital = 0.5 }'


@pytest.mark.parametrize(
    ("written", "wrong", "told"),
    [
        ("2020-01-01", "1. januar", "plugins.forbrug.prices[0]: since: en dag skrives 2026-01-01"),
        ("2020-01-01", "20200101", "plugins.forbrug.prices[0]: since: en dag skrives 2026-01-01"),
        ("2020-01-01", "2020-02-30", "plugins.forbrug.prices[0]: since: en dag skrives 2026-01-01"),
        ("paper = 29.0", "paper = inf", "plugins.forbrug.prices[0]: paper: en pris er et tal fra 0 til 10000"),
        ("paper = 29.0", "paper = nan", "plugins.forbrug.prices[0]: paper: en pris er et tal fra 0 til 10000"),
        ("digital = 0.5", "digital = -0.5", "plugins.forbrug.prices[0]: digital: en pris er et tal fra 0 til 10000"),
        (PRICE, f"{PRICE}, {PRICE}", "plugins.forbrug: prices[1] begynder samme dag som en anden pris"),
        ("byg = 350", "byg = -1", "plugins.forbrug: expected.byg: her skal stå et antal breve om måneden"),
        ("byg = 350", "byg = inf", "plugins.forbrug: expected.byg: her skal stå et antal breve om måneden"),
        ("byg = 350", "byg = nan", "plugins.forbrug: expected.byg: her skal stå et antal breve om måneden"),
        ("byg = 350", "bygg = 350", "plugins.forbrug.expected.bygg: der er ingen afdeling »bygg« – mente du »byg«?"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_its_place(town_hall, written, wrong, told):
    """Named with its key, as every other setting, and nothing is reckoned with it."""
    settings = town_hall.path / "esdh-connect.toml"
    text = settings.read_text(encoding="utf-8")
    assert written in text
    settings.write_text(text.replace(written, wrong), encoding="utf-8")

    done = town_hall.run("stats")
    assert (done.code, done.out) == (3, b"")
    assert told in done.err


def test_the_doctor_tells_of_letters_expected_of_a_department_that_is_not_there(town_hall):
    """Before somebody wonders at the statistics; letters go on."""
    fine = town_hall.run("doctor").text
    settings = town_hall.path / "esdh-connect.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("byg = 350", "bygg = 350"), encoding="utf-8")
    found = town_hall.run("doctor")

    assert "FB-I020" in fine
    assert "FB-W020    forbrug, expected.bygg: der er ingen afdeling »bygg« – mente du »byg«?" in found.text
