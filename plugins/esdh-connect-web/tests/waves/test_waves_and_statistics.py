"""What a person can reckon out who has the waves' pages and the statistics beside each other."""

import csv
import io
import re

import pytest
from administering import at_desk

from esdh_connect_forbrug.year import written as figures_written
from esdh_connect_rollout import Waves
from esdh_connect_rollout.example import written as waves_written


@pytest.fixture
def year(hall):
    """The made-up year of both: Geodata's three people sent 12 letters in October."""
    waves_written(hall.post, before=hall.clock().date())
    figures_written(hall.post, before=hall.clock().date())
    return hall


def number(text, after):
    """Give the number that follows some words."""
    return int(re.search(rf"{after} ([\d.]+)", text.replace("\N{NO-BREAK SPACE}", " "))[1].replace(".", ""))


def test_a_wave_minus_its_departments_in_the_statistics_is_nothing(year):
    """It was 44, 12 and 52: Teknik og Miljø, Geodata and Ejendomme, which are shown only together."""
    desk = at_desk(year)
    file = desk.browser.get("/statistics/file?form=csv&from=2026-10&to=2026-10").content.decode("utf-8-sig")
    rows = {
        row["Id"]: row for row in csv.DictReader(io.StringIO(file), delimiter=";") if "i alt" not in row["Afdeling"]
    }
    assert "ejendom+geodata+teknik" in {"+".join(sorted(id_.split("+"))) for id_ in rows}
    for wave in Waves(year.post).list()[:3]:
        page = desk.go(f"/waves/wave?name={wave.name}").main
        published = [rows[id_] for id_ in wave.aim.departments if id_ in rows]
        itself = sum(int(row["Digital Post"]) + int(row["Fysisk Post"]) for row in published)
        assert number(page, "Breve sendt herfra i oktober 2026") == itself
        assert "oktober 2026: " in page
