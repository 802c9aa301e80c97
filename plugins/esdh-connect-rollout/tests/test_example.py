"""The made-up municipality's year, as its waves left it."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from esdh_connect.testing.municipality import DEPARTMENTS
from esdh_connect_rollout.command import showing
from esdh_connect_rollout.errors import WaveRefused
from esdh_connect_rollout.example import WAVES, written
from esdh_connect_rollout.waves.states import State


@pytest.fixture
def year(here):
    here.clock.time = datetime(2026, 11, 1, 9, tzinfo=UTC)
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
    assert lines[0] == "22 af 24 afdelinger er med. 21 har sendt deres første brev, og 20 har fået rutine."
    assert [line.strip() for line in lines if "forventet" in line] == [
        "36.248 breve til og med oktober 2026, 3.887 om måneden – langt mere end forventet",
        "9.265 breve til og med oktober 2026, 1.263 om måneden – mere end forventet",
        "3.366 breve til og med oktober 2026, 795 om måneden – som forventet",
        "2.340 breve til og med oktober 2026, 909 om måneden – mindre end forventet",
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
