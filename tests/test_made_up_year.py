"""The made-up municipality: what two plugins show of its year agrees, though neither knows the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from esdh_connect.connect import Connect
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing import municipality
from esdh_connect.testing.fakes import FakeChannel, FakeClock, FakeHost, FakeLetters
from esdh_connect.testing.installation import installation
from esdh_connect_forbrug import Forbrug
from esdh_connect_forbrug.figures import Month, Use
from esdh_connect_forbrug.starting import NotStarted
from esdh_connect_forbrug.year import written as figures_written
from esdh_connect_rollout import Rollout, Waves
from esdh_connect_rollout.example import written as waves_written

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
FIRST = date(2025, 10, 1)


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Connect]:
    """An installation with both, whose plugin and channel are called what real ones are."""
    store = Store.open(tmp_path / "outbox.db", Seal(b"a secret of thirty-two bytes....."))
    letters = FakeLetters([FakeChannel(name="digital_post")])
    more = {"forbrug": Forbrug(), "rollout": Rollout(), "serviceplatformen": letters}
    made = installation(host=FakeHost(), channels=[], now=FakeClock(NOW), outbox=store, more=more)
    figures_written(made, before=NOW.date())
    waves_written(made, before=NOW.date())
    yield made
    store.close()


def by_month(post: Connect, query: str) -> Counter[str]:
    with post.store.reading() as connection:
        return Counter(dict(tuple(row) for row in connection.exec_driver_sql(query)))


def test_both_count_the_same_letters_in_each_month(post: Connect) -> None:
    """The closed ones as they are published, and the days of the one that is running."""
    waves = by_month(post, "SELECT substr(day, 1, 7), sum(letters) FROM esdh_connect_rollout_day GROUP BY 1")
    cells = Use(post).published(Month(2020, 1), Month(2030, 1))
    published = Counter[str]()
    for cell in cells:
        published[str(cell.month)] += cell.figures.letters
    running = by_month(
        post,
        "SELECT substr(day, 1, 7), sum(count) FROM esdh_connect_forbrug_day WHERE figure = 'sent' GROUP BY 1",
    )
    assert len(published) == municipality.MONTHS
    assert dict(waves) == dict(published + running)
    assert list(running) == ["2026-11"]


def test_what_waves_show_minus_what_the_statistics_show_is_nothing(post: Connect) -> None:
    """What was left over was one department's that is shown only with others: Geodata's 12 letters of October."""
    october = Month(2026, 10)
    cells = Use(post).published(october, october)
    for wave in Waves(post).status().waves:
        alone = [cell for cell in cells if set(cell.departments) <= set(wave.wave.aim.departments)]
        assert wave.pace == sum(cell.figures.letters for cell in alone)
    first, second, third, _ = Waves(post).status().waves
    assert [(one.pace, one.letters) for one in (first, second, third)] == [(3843, 33573), (1251, 8473), (743, 3060)]
    assert first.sent.notes[-1].endswith(": Teknik og Miljø (lagt sammen med Ejendomme og Geodata).")
    [geodata] = [one for one in second.standings if one.department == "geodata"]
    assert (geodata.has_begun, geodata.began, geodata.routine, geodata.settled) == (True, None, None, None)


def test_who_has_not_started_is_whom_the_waves_say_it_of(post: Connect) -> None:
    """Not every department that sent until yesterday."""
    waiting = {one.department for one in NotStarted(post).departments()}
    never = {one.department for wave in Waves(post).status().waves for one in wave.standings if not one.has_begun}
    assert waiting == never == {"ppr"}


def test_a_month_is_the_sum_of_its_days_and_begins_with_the_first_letter() -> None:
    """A department that was late has none before; and it is the same each time."""
    places = {place.id: place for place in municipality.PLACES}
    geodata, ppr, byg = places["geodata"], places["ppr"], places["byg"]
    january = municipality.later(FIRST, 3)
    assert municipality.sent(geodata, january, 0) == municipality.sent(ppr, january, 0) == 0
    assert min(municipality.by_day(geodata, municipality.later(january, 1), 1)) >= date(2026, 2, 11)
    assert municipality.sent(byg, january, 3) == sum(municipality.by_day(byg, january, 3).values()) > 300
    assert all(day.weekday() < 5 for day in municipality.by_day(byg, january, 3))
    begun = [name for wave in municipality.WAVES for name in wave.departments]
    assert {*begun, "kultur", "bibliotek"} == set(places)
    assert len(begun) == 22
