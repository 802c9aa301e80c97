"""What was saved is reckoned from the municipality's own prices, and can be checked."""

from decimal import Decimal
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect.errors import SettingsError
from esdh_connect_forbrug import Forbrug
from esdh_connect_forbrug.months import Month
from esdh_connect_forbrug.prices import Price, saved
from esdh_connect_forbrug.reports.saving import formula

JANUARY = Month(2026, 1)


def test_each_month_is_reckoned_at_the_price_of_its_first_day():
    """A price from the middle of a month counts from the next, and what is before the first price is left out."""
    prices = (Price("2026-01-01", 29.0), Price("2026-03-15", 34.5, 0.8))
    months = [(JANUARY.previous, 7), (JANUARY, 10), (Month(2026, 3), 20), (Month(2026, 4), 30)]

    saving = saved(months, prices)

    assert [(line.letters, line.saved) for line in saving.lines] == [(30, Decimal("870.0")), (30, Decimal("1011.0"))]
    assert (saving.total, saving.unpriced) == (Decimal("1881.0"), 7)


def test_the_formula_is_shown_with_what_is_not_in_it():
    """Whoever has a pencil can check it."""
    prices = (Price("2026-01-01", 29.0), Price("2026-03-01", 34.5, 0.8))
    lines = list(formula(saved([(JANUARY.previous, 1), (JANUARY, 1000), (Month(2026, 3), 200)], prices)))

    assert [line.replace("\xa0", " ") for line in lines] == [
        "1.000 digitale breve × 29,00 kr. på papir = 29.000 kr.",
        "200 digitale breve × (34,50 kr. på papir – 0,80 kr. digitalt) = 6.740 kr.",
        "I alt 35.740 kr.",
        "1 digitalt brev er ikke regnet med: der står ingen pris for deres måned i indstillingerne.",
    ]


def test_without_prices_nothing_is_said_to_be_saved():
    """A price that is not known is not 0 kr."""
    saving = saved([(JANUARY, 10)], ())

    assert saving.total is None
    assert [line[:2] for line in formula(saving)] == ["10"]


def test_two_prices_from_one_day_are_refused():
    """Nobody could tell which of them holds."""
    with pytest.raises(SettingsError):
        Forbrug(prices=(Price("2026-01-01", 20), Price("2026-07-01", 22), Price("2026-01-01", 25)))


@pytest.mark.parametrize(
    "wrong", [{"since": "1.1.2026"}, {"paper": -1.0}, {"digital": -0.5}, {"paper": inf}, {"digital": nan}]
)
def test_a_price_that_cannot_be_one_is_refused(wrong):
    """At start, with the settings."""
    with pytest.raises(SettingsError):
        Price(**({"since": "2026-01-01", "paper": 1.0} | wrong))


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 10_000))),
    st.lists(st.tuples(st.integers(0, 40), st.floats(0, 500).map(lambda kroner: round(kroner, 2))), max_size=5),
)
def test_every_letter_is_in_one_line_or_told_to_be_in_none(counts, prices):
    """However prices and months lie, and to the øre."""
    months = [(JANUARY.later(at), count) for at, count in counts]
    known = [Price(str(JANUARY.later(at).first_day), paper) for at, paper in prices]

    saving = saved(months, known)

    assert sum(line.letters for line in saving.lines) + saving.unpriced == sum(count for _, count in counts)
    exact = sum((line.letters * Decimal(str(line.price.paper)) for line in saving.lines), Decimal(0))
    assert saving.total in (exact, None)
