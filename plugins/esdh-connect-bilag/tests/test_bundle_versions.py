"""Versions as values: what is in force follows from dates alone."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esdh_connect.model import Document
from esdh_connect_bilag.bundles.values import Bundle, Item, Version, in_force, mark_of, name_of, split_mark

START = datetime(2026, 11, 1, tzinfo=UTC)
#: Few moments, so that many versions share one.
MOMENTS = st.integers(0, 6).map(lambda days: START + timedelta(days=days))


@st.composite
def histories(draw):
    """Versions as they are decided: each later than the one before, or at once, and in force from then or later."""
    decided = sorted(draw(st.lists(MOMENTS, min_size=1, max_size=8)))
    return [
        Version("b", number, "B", "teknik", max(at, draw(MOMENTS)), at, "bo", "", draw(st.sampled_from([(), ITEMS])))
        for number, at in enumerate(decided, start=1)
    ]


ITEMS = (Item(Document("d"), "0" * 64, 1, 1),)


@given(st.data(), histories(), MOMENTS)
def test_the_order_in_which_versions_are_found_does_not_matter(data, history, at):
    """Any order gives the same version in force, at any time."""
    shuffled = data.draw(st.permutations(history))
    assert in_force(shuffled, at) == in_force(history, at)


@given(histories(), MOMENTS)
def test_the_version_in_force_is_the_last_that_came_into_force(history, at):
    """And of those of one moment the last decided; none is where none has begun."""
    found = in_force(history, at)
    begun = [one for one in history if one.in_force <= at and not taken_back(one, history)]
    assert (found is None) == (not begun)
    for one in begun:
        assert one.in_force < found.in_force or (one.in_force == found.in_force and one.number <= found.number)


def taken_back(version, history):
    """Whether somebody decided later to retire the bundle, from the same moment or before."""
    later = history[version.number :]
    return any(one.is_retired and one.in_force <= version.in_force for one in later)


def test_who_retires_a_bundle_takes_back_what_was_planned():
    """It does not come back by itself on the day it was planned for."""
    month = timedelta(days=30)
    first = Version("b", 1, "B", "teknik", START, START, "bo", "", ITEMS)
    planned = attrs.evolve(first, number=2, in_force=START + month)
    retired = attrs.evolve(first, number=3, in_force=START + month / 2, items=())
    history = (first, planned, retired)
    assert [in_force(history, START + month * n / 4).number for n in range(6)] == [1, 1, 3, 3, 3, 3]
    assert Bundle("b", history).planned(START) == (retired,)
    again = attrs.evolve(first, number=4, in_force=START + 2 * month)
    assert in_force((*history, again), START + 2 * month) == again


@given(histories(), MOMENTS)
def test_what_is_decided_later_does_not_change_the_past(history, at):
    """What was in force when somebody looked is what history says of that moment for ever."""
    known = [one for one in history if one.decided_at <= at]
    later = [one for one in history if one.decided_at > at]
    assert in_force([*known, *later], at) == in_force(known, at)


@given(histories(), MOMENTS)
def test_what_is_planned_comes_later_in_its_order(history, at):
    """Every version is in force, has been, is planned, or was taken back."""
    planned = Bundle("b", tuple(history)).planned(at)
    assert [one.in_force for one in planned] == sorted(one.in_force for one in planned)
    coming = {one.number for one in history if one.in_force > at and not taken_back(one, history)}
    assert {one.number for one in planned} == coming


@given(st.text(max_size=100))
def test_a_name_leads_to_itself(title):
    """So that a title and the name it led to find the same bundle."""
    try:
        name = name_of(title)
    except ValueError:
        return
    assert name_of(name) == name
    assert "@" not in name
    assert split_mark(mark_of(name, 12)) == (name, 12)


@pytest.mark.parametrize("mark", ["", "byggesag", "byggesag@", "byggesag@x", "byggesag@²"])
def test_what_is_no_mark_names_no_version(mark):
    """Versions are counted from one."""
    assert split_mark(mark)[1] == 0


def test_a_version_gives_its_documents_with_its_mark():
    """And a retired one has none."""
    version = Version("b", 3, "B", "teknik", START, START, "bo", "", ITEMS)
    assert version.documents == (Document("d", bundle="b@3"),)
    assert (version.size, version.is_retired) == (1, False)
    assert attrs.evolve(version, items=()).is_retired
