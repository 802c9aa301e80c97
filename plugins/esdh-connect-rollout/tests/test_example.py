"""The made-up municipality's year, as its waves left it."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from esdh_connect.testing.municipality import DEPARTMENTS
from esdh_connect_forbrug.year import written as figures_written
from esdh_connect_rollout.command import showing
from esdh_connect_rollout.errors import WaveRefused
from esdh_connect_rollout.example import WAVES, written
from esdh_connect_rollout.waves.states import State


@pytest.fixture
def year(here):
    here.clock.time = datetime(2026, 11, 1, 9, tzinfo=UTC)
    figures_written(here.post, before=date(2026, 11, 1))
    written(here.post, before=date(2026, 11, 1))
    return here


def test_four_waves_bring_22_of_24_departments(year):
    """Two have not been asked yet, and are who comes next."""
    assert (len(DEPARTMENTS), len(WAVES)) == (24, 4)
    assert {one.id for one in DEPARTMENTS} == {one.id for one in year.post.departments}
    states = [one.state for one in year.waves.status().waves]
    assert states == [State.FINISHED, State.FINISHED, State.HALFWAY, State.RUNNING]
    assert {place.department for place in year.waves.suggest()} >= {"kultur", "bibliotek"}


def test_its_status_reads_as_a_person_would_want(year):
    """How far it is, in the words of whoever is asked in the corridor."""
    lines = list(showing.status(year.waves.status(), showing.names(year.waves)))
    assert lines[0] == "22 af 24 afdelinger er med. 21 har sendt deres første brev, og 18 har fået rutine."
    assert [line.strip() for line in lines if "forventet" in line] == [
        "33.573 breve til og med oktober 2026, 3.843 i den måned – langt mere end forventet",
        "8.473 breve til og med oktober 2026, 1.251 i den måned – mere end forventet",
        "3.060 breve til og med oktober 2026, 743 i den måned – mindst som forventet",
        "2.340 breve til og med oktober 2026, 909 i den måned – mindre end forventet",
    ]
    assert any("Ikke begyndt: Pædagogisk Psykologisk Rådgivning" in line for line in lines)


def test_the_page_shows_what_is_shown(year):
    """Line by line."""
    page = (Path(__file__).parents[3] / "docs" / "waves.md").read_text(encoding="utf-8")
    [block] = [
        one for one in re.findall(r"^```text\n(.*?)^```$", page, re.DOTALL | re.MULTILINE) if "afdelinger" in one
    ]
    lines = list(showing.status(year.waves.status(), showing.names(year.waves)))
    assert block.splitlines() == lines[: len(block.splitlines())]


def test_it_is_the_same_each_time_and_written_once(year):
    """Who has it has it."""
    with pytest.raises(WaveRefused):
        written(year.post, before=date(2026, 11, 1))
