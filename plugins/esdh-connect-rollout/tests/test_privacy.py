"""P8: nothing that can be worked out of what waves and statistics show together is about fewer than five people."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from published_towns import Town, rank, towns, worked_out

from esdh_connect_forbrug.figures import FEWEST, Cell, Figures
from esdh_connect_forbrug.months import Month
from esdh_connect_forbrug.reports.since import Published
from esdh_connect_rollout.progress import since, wave_progress
from esdh_connect_rollout.waves.acts import Act, Kind
from esdh_connect_rollout.waves.wave import Aim, Wave

MONTHS = (Month(2026, 9), Month(2026, 10))
NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)


def wave(number, departments, began):
    """Give a wave that began on a day, in each of whose departments letters were sent at once."""
    aim = Aim(f"Bølge {number}", tuple(departments), began, "Eva", {"plugins": ["+letters"]})
    first = 100 * number
    done = [
        Act(first, f"bølge-{number}", Kind.PLANNED, began, began, what=aim.written()),
        Act(first + 1, f"bølge-{number}", Kind.STARTED, began, began),
    ]
    heard = [
        Act(first + 2 + at, f"bølge-{number}", kind, began, began + timedelta(days=3), what={"department": id_})
        for at, (id_, kind) in enumerate((id_, kind) for id_ in departments for kind in (Kind.BEGAN, Kind.ROUTINE))
    ]
    return Wave(f"bølge-{number}", (*done, *heard))


@st.composite
def stories(draw):
    """Draw two months of a town, and waves with departments of it: some are in none, and some in two."""
    first, other = draw(towns()), draw(towns())
    months = (first, Town(other.people, first.parents))
    names = sorted({*first.people, *other.people, "new"})
    days = st.sampled_from(
        [datetime(2026, month, day, 9, tzinfo=UTC) for month, day in ((8, 1), (9, 1), (9, 20), (10, 1))]
    )
    chosen = draw(st.lists(st.tuples(st.lists(st.sampled_from(names), min_size=1, unique=True), days), max_size=4))
    return months, [wave(at, sorted(its), day) for at, (its, day) in enumerate(chosen, start=1)]


def seen(months, waves):
    """
    Give all that is shown as rows over the letters of each (month, department): of statistics, then of waves.

    How much each counts is tried out: one of them is 1 and all others 0, in the same cells.
    """
    cells = [(month, names) for month, town in zip(MONTHS, months, strict=True) for names in town.parting.cells]
    unknown = [(month, name) for month, town in zip(MONTHS, months, strict=True) for name in town.people]
    published = [[int(name in names and month == its) for month, name in unknown] for its, names in cells]
    columns = []
    for month, name in unknown:
        sent = [Cell(of, its, Figures({"x": int(its == month and name in of)})) for its, of in cells]
        columns.append(shown(Published(tuple(sent)), waves))
    return unknown, published, [list(row) for row in zip(*columns, strict=True)]


def shown(published, waves):
    """Give each number of letters that is shown of waves: of each one, and of all."""
    its = [one.sent for one in (wave_progress(wave, NOW, published, {}) for wave in waves)]
    its.append(published.sent(since(waves, NOW)))
    return [number or 0 for sent in its for number in (sent.total, sent.latest, *map(sent.letters.get, MONTHS))]


def few(town, names):
    return town.together(names) < FEWEST


TESTERS = Town(
    {"a": frozenset("12345678"), "b": frozenset("abc"), "c": frozenset("vwxyz")}, {"a": None, "b": "a", "c": "a"}
)


@pytest.mark.slow  # every set of departments is looked at
@given(stories())
@example(((TESTERS, TESTERS), [wave(at, [id_], datetime(2026, 9, 1, 9, tzinfo=UTC)) for at, id_ in enumerate("abc")]))
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_no_linear_combination_of_waves_and_statistics_is_about_fewer_than_five(story):
    """Waves add nothing to what the statistics span; and that has no figure of fewer than five in any month."""
    months, waves = story
    unknown, published, of_waves = seen(months, waves)
    rows = [*published, *of_waves]
    assert rank(rows) == rank(published)
    for month, town in zip(MONTHS, months, strict=True):
        for size in range(1, 4):
            for names in combinations(sorted(town.people), size):
                if few(town, names):
                    among = [at for at, one in enumerate(unknown) if one[0] == month and one[1] in names]
                    assert worked_out(rows, among) == 0


@given(stories())
@settings(deadline=None)
def test_a_day_is_told_of_no_month_in_which_fewer_than_five_used_it(story):
    """Nor that a department had its routine, before there is a month of five."""
    months, waves = story
    cells = [Cell(of, its, Figures()) for its, town in zip(MONTHS, months, strict=True) for of in town.parting.cells]
    people = {(month, id_): who for month, town in zip(MONTHS, months, strict=True) for id_, who in town.people.items()}
    for one in waves:
        for standing in wave_progress(one, NOW, Published(tuple(cells)), {}).standings:
            told = [Month.of(day) for day in (standing.began, standing.routine) if day]
            told += [standing.settled] if standing.settled else []
            assert all(len(people[month, standing.department]) >= FEWEST for month in told)


def test_the_judge_finds_what_a_sum_of_single_departments_would_tell():
    """What waves showed before: all that their departments sent, whatever the statistics merge."""
    [published, whole_wave] = [[1, 1, 0], [0, 1, 1]]
    assert worked_out([published, [0, 0, 1], whole_wave], [0]) == 1
