"""Figures add up, and are stored as they are."""

import json
from datetime import timedelta
from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from esdh_connect_forbrug.figures import Figures, Histogram, total
from esdh_connect_forbrug.histogram import BOUNDS

_COUNTS = st.dictionaries(st.sampled_from(["digital_post", "fysisk_post", "nemsms"]), st.integers(1, 10**9), max_size=3)
_NUMBER = st.integers(0, 10**12)
_TOOK = st.lists(st.timedeltas(timedelta(0), timedelta(days=80)), max_size=30)
FIGURES = st.builds(
    Figures,
    sent=_COUNTS,
    failed=_COUNTS,
    plugins=_COUNTS,
    took=st.builds(Histogram.of, _TOOK),
    **dict.fromkeys(
        ["delivered", "cancelled", "printed", "opened", "unused", "documents", "files", "pages", "size", "active"],
        _NUMBER,
    ),
)


@given(FIGURES, FIGURES, FIGURES)
def test_figures_add_up_in_any_order(one: Figures, two: Figures, three: Figures) -> None:
    """A sum of cells is the same, however it is made; nothing adds nothing."""
    assert one + two == two + one
    assert (one + two) + three == one + (two + three) == total([three, one, two])
    assert one + Figures() == total([one])
    assert (one + two).letters == one.letters + two.letters


@given(FIGURES)
def test_figures_are_read_as_they_were_stored(one: Figures) -> None:
    """Through JSON."""
    assert Figures.of(json.loads(json.dumps(one.plain))) == one


@given(st.lists(st.timedeltas(timedelta(seconds=1), timedelta(days=80)), min_size=1), st.sampled_from([0.5, 0.95]))
def test_a_quantile_is_within_a_tenth(durations: list[timedelta], share: float) -> None:
    """Of the duration that it would be if all were kept."""
    exact = sorted(durations)[ceil(share * len(durations)) - 1]
    found = Histogram.of(durations).quantile(share)
    assert found is not None
    assert abs(found / exact - 1) < 0.1


def test_no_durations_have_no_median() -> None:
    """There is nothing to tell."""
    assert Histogram().median is None
    assert Histogram.of([]).p95 is None


def test_durations_beyond_the_last_bucket_and_below_zero_are_counted() -> None:
    """A clock that was put back loses no letter."""
    strange = Histogram.of([timedelta(days=4000), timedelta(seconds=-5), timedelta(0)])
    assert strange.counts == {0: 2, len(BOUNDS): 1}
    assert strange.p95 is not None
