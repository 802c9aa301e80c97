"""The Danish calendar, against another program's."""

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect import workdays
from esdh_connect.workdays import CLOSED, Workdays

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
OPEN = Workdays(())


@pytest.mark.parametrize("year", range(1990, 2061))
def test_the_holidays_of_a_year_are_those_of_another_calendar(year):
    """No more and no fewer, Store Bededag until 2023 among them."""
    assert workdays.holidays(year) == set(holidays.country_holidays("DK", years=year))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2023, 5, 5), False),  # Store Bededag, the last one
        (date(2024, 4, 26), True),
        (date(2026, 5, 15), True),  # the day after Ascension: a working day unless the settings say otherwise
        (date(2026, 6, 5), False),  # Grundlovsdag
        (date(2026, 12, 24), False),
        (date(2026, 12, 28), True),
    ],
)
def test_a_municipality_is_closed_on_some_days_that_are_no_holidays(day, works):
    """Those that no deadline ends on."""
    assert (day in Workdays()) is works
    assert (day in Workdays((*CLOSED, str(day)))) is False


@given(DAYS, st.integers(0, 30))
def test_counting_forth_and_back_leads_to_a_working_day(day, days):
    """Over exactly so many of them."""
    later = OPEN.after(day, days)
    between = [day + timedelta(at) for at in range(1, (later - day).days + 1)]
    assert sum(one in OPEN for one in between) == days
    assert days == 0 or (later in OPEN and OPEN.before(later, days) <= OPEN.at_latest(day))


@given(DAYS)
def test_the_nearest_working_day_is_the_day_itself_where_it_is_one(day):
    """Else the first on that side."""
    before, after = OPEN.at_latest(day), OPEN.at_earliest(day)
    assert before in OPEN
    assert after in OPEN
    assert (before == day == after) is (day in OPEN)
    assert not any(day + timedelta(at) in OPEN for at in range((before - day).days + 1, (after - day).days))


@pytest.mark.parametrize("days", [("24-12",), ("12-32",), ("jul",), ("2026-5-15",)])
def test_a_day_that_is_written_wrongly_is_refused(days):
    """It would close nothing."""
    with pytest.raises(ValueError, match="lukkedag"):
        Workdays(days)
