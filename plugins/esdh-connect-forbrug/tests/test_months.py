"""Months are those of the Danish calendar on the wall."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect_forbrug.months import HERE, Month, day_of

MONTHS = st.builds(Month, st.integers(1980, 2100), st.integers(1, 12))


@given(MONTHS)
def test_a_month_begins_at_midnight_in_denmark_where_the_one_before_it_ends(month: Month) -> None:
    """No moment lies in two months, nor between them, whatever summer time does."""
    begins = month.begins.astimezone(HERE)
    assert (begins.day, begins.hour, begins.minute) == (1, 0, 0)
    assert Month.of(month.begins) == month
    assert Month.of(month.begins - timedelta(microseconds=1)) == month.previous
    assert month.previous.ends == month.begins


@given(MONTHS, st.integers(-500, 500))
def test_months_are_counted_and_ordered_as_they_come(month: Month, by: int) -> None:
    """Later is greater, and as many months back is the same month again."""
    assert month.later(by).later(-by) == month
    assert (month.later(by) > month) == (by > 0)
    assert len(tuple(month.until(month.later(by)))) == max(0, by + 1)


@given(MONTHS)
def test_a_month_reads_as_it_is_written(month: Month) -> None:
    """It sorts as text, too."""
    assert Month.parse(str(month)) == month
    assert str(month) < str(month.next)


@pytest.mark.parametrize("text", ["2026", "2026-3", "2026-13", "2026-00", "26-03", "2026-03-01", "marts", ""])
def test_what_is_no_month_is_refused(text: str) -> None:
    """With what it should look like."""
    with pytest.raises(ValueError, match="2026-03"):
        Month.parse(text)


def test_the_last_evening_of_a_month_is_that_months() -> None:
    """In UTC it is two hours earlier in summer, and one in winter."""
    assert Month.of(datetime(2026, 6, 30, 21, 59, tzinfo=UTC)) == Month(2026, 6)
    assert Month.of(datetime(2026, 6, 30, 22, 0, tzinfo=UTC)) == Month(2026, 7)
    assert Month.of(datetime(2026, 12, 31, 22, 59, tzinfo=UTC)) == Month(2026, 12)
    assert Month.of(datetime(2026, 12, 31, 23, 0, tzinfo=UTC)) == Month(2027, 1)


def test_a_time_without_a_zone_is_refused() -> None:
    """Nobody knows which day it lies in."""
    with pytest.raises(ValueError, match="zone"):
        day_of(datetime(2026, 6, 30, 12))  # noqa: DTZ001 - that is what is refused
