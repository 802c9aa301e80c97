"""The made-up year is the same each time, and shows nobody."""

from datetime import UTC, date, datetime

import pytest

from esdh_connect.connect import Connect
from esdh_connect.testing.fakes import FakeClock
from esdh_connect.testing.municipality import WAVES
from esdh_connect_forbrug.closing import Closing, Kept
from esdh_connect_forbrug.figures import FEWEST, Month, Use, total
from esdh_connect_forbrug.year import lived, written

BEFORE = date(2026, 11, 27)
LETTERS, CELLS = 51_219, 152


def test_a_year_is_the_same_each_time(post: Connect) -> None:
    """Thirteen closed months that end with the last one, of which each cell is at least five people's."""
    months = written(post, before=BEFORE)
    assert (months[0], months[-1], len(months)) == (Month(2025, 10), Month(2026, 10), 13)
    cells = Use(post).published(months[0], months[-1])
    assert min(cell.figures.active for cell in cells) >= FEWEST
    assert {cell.month for cell in cells} == set(months)
    assert len(cells) == CELLS
    assert total(cell.figures for cell in cells).letters == LETTERS


def test_a_year_shows_what_a_year_is_like(post: Connect) -> None:
    """Use grows with each wave, falls in July, and one department is slower than the others."""
    months = written(post, before=BEFORE)
    cells = Use(post).published(months[0], months[-1])
    letters = {month: sum(cell.figures.letters for cell in cells if cell.month == month) for month in months}
    for wave in WAVES[1:]:
        assert letters[months[wave.month + 1]] > letters[months[wave.month - 1]] or months[wave.month].month == 7
    july = Month(2026, 7)
    assert letters[july] < letters[july.previous] < letters[july.later(2)]
    alone = {cell.departments: cell.figures for cell in cells if cell.month == months[-1]}
    assert alone["familie",].letters / 480 < alone["visitation",].letters / 540


def test_a_closed_month_is_not_written_again(post: Connect) -> None:
    """What is published never changes, and nothing of the second year is stored."""
    months = written(post, before=BEFORE)
    with pytest.raises(ValueError, match="counted already"):
        written(post, before=date(2026, 12, 3))
    assert Use(post).published(Month(2026, 11), Month(2026, 12)) == ()
    assert len(months) == 13


def test_the_days_of_the_running_month_are_counted_as_in_real_life(post: Connect, clock: FakeClock) -> None:
    """They are shown when it closes, and the month is then as it would have been."""
    clock.time = datetime(2026, 11, 27, 9, tzinfo=UTC)
    written(post, before=BEFORE)
    november = Month(2026, 11)
    assert Use(post).published(november, november) == ()
    clock.time = datetime(2026, 12, 5, tzinfo=UTC)
    Closing(post.store, Kept(90, 3, None)).close()
    figures = total(cell.figures for cell in Use(post).published(november, november))
    assert 5_000 < figures.letters == figures.delivered == figures.opened
    assert figures.took.median is not None


@pytest.mark.slow  # fifty thousand events
def test_a_year_of_events_is_counted_and_closed_as_in_real_life(post: Connect, clock: FakeClock) -> None:
    """Each of them once; and it is as it would be if each had been told alone."""
    clock.time = datetime(2026, 11, 27, 9, tzinfo=UTC)
    months = lived(post, before=BEFORE, events=50_000)
    cells = Use(post).published(months[0], months[-1])
    figures = total(cell.figures for cell in cells)
    assert {cell.month for cell in cells} == set(months)
    assert min(cell.figures.active for cell in cells) >= FEWEST
    happened = [figures.letters, figures.delivered, figures.failures, figures.cancelled]
    happened += [figures.opened, figures.unused, figures.printed]
    assert sum(happened) == 50_000
    assert figures.took.total == figures.delivered
    with pytest.raises(ValueError, match="counted already"):
        lived(post, before=BEFORE, events=1)
