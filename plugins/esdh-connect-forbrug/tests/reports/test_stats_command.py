"""``esdh-connect stats`` on a made-up year: the figures, the files and the page for a meeting."""

from datetime import UTC, datetime

import pytest

from esdh_connect_forbrug.months import Month
from esdh_connect_forbrug.reports import By, Reports


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


def test_a_table_is_for_the_screen(town_hall):
    """Whoever names a file without saying what it is to be is told, and nobody believes that there is one."""
    done = town_hall.run("stats", "--out", "forbrug.txt")
    assert (done.code, "Der er ikke skrevet noget" in done.err) == (2, True)


def test_the_running_month_has_figures_only_where_they_may_be_shown(town_hall):
    """Else it is in progress; and it is in no sum."""
    now = Month.of(datetime.now(UTC))
    found = town_hall.run("stats", "--from", str(now), "--to", str(now), "--format", "json").json
    before = town_hall.run("stats", "--format", "json").json

    assert {row["letters"] for row in found["running"]} == {"I gang"}
    assert found["rows"][-1]["letters"] == 0
    assert before["to"] == str(now.previous)
    assert "running" not in before


def test_the_page_for_a_meeting_is_made_for_a_department(town_hall):
    """With the name of the municipality, and in figures what the statistics say."""
    done = town_hall.run("stats", "report", "--department", "byg")
    with town_hall.opened() as post:
        page = Reports(post).page("byg")

    assert done.code == 0
    assert "Eksempel Kommune · Send digitalt" in done.text
    assert f"digitalt: {page.total.digital:,} af {page.total.letters:,}".replace(",", ".") in done.text
    assert "af det forventede" in done.text


def test_the_page_says_that_the_running_month_is_in_progress_where_it_is_asked_for(town_hall):
    """Without a number of fewer than five people."""
    done = town_hall.run("stats", "report", "--department", "byg", "--to", str(Month.of(datetime.now(UTC))))
    assert "er i gang.</p></footer>" in done.text


def test_what_cannot_be_is_told_with_what_can(town_hall):
    """A department misspelt, a month that is none, a folder that is not there."""
    assert "mente du »byg«" in town_hall.run("stats", "report", "--department", "bygg").err
    assert "en måned skrives 2026-03" in town_hall.run("stats", "--from", "marts").err
    assert "--from 2026-05 er efter --to 2026-04" in town_hall.run("stats", "--from", "2026-05", "--to", "2026-04").err
    done = town_hall.run("stats", "--format", "csv", "--out", "findes/ikke.csv")
    assert (done.code, "kan ikke skrives" in done.err) == (1, True)


def test_an_installation_that_does_not_count_says_so(town_hall):
    """With what is to be written in the settings."""
    settings = town_hall.path / "esdh-connect.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.split("\n[plugins.forbrug]")[0] + '\n[departments.a]\nname = "A"\n', encoding="utf-8")

    done = town_hall.run("stats")
    assert (done.code, "skriv [plugins.forbrug] i indstillingerne" in done.err) == (3, True)


def test_a_price_that_is_none_is_refused_at_start(town_hall):
    """Named with its key, as every other setting."""
    settings = town_hall.path / "esdh-connect.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("2020-01-01", "1. januar"), encoding="utf-8")

    done = town_hall.run("stats")
    assert (done.code, "en dag skrives 2026-01-01" in done.err) == (3, True)
