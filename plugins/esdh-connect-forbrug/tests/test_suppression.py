"""P8: nothing that can be worked out of what is published is about fewer than five people."""

from collections.abc import Mapping
from itertools import combinations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from published_towns import Town, told_of, towns

from esdh_connect_forbrug.figures import FEWEST, total
from esdh_connect_forbrug.suppression import Unit, parted


@pytest.mark.slow  # each set of departments of each town is looked at
@given(towns())
@example(Town({"a": frozenset("xyz"), "b": frozenset("12345")}, {"a": "p", "b": "p"}))
@example(Town({"a": frozenset("xyz"), "p": frozenset("1234567")}, {"a": "p", "p": None}))
@settings(deadline=None, max_examples=300)
def test_no_linear_combination_is_about_fewer_than_five(town: Town) -> None:
    """
    Whatever set of departments has fewer than five people together: no figure of it alone can be worked out.

    Of all cells, whole or weighted, added and subtracted.
    """
    names = sorted(town.people)
    for size in range(1, len(names) + 1):
        for among in combinations(names, size):
            if town.together(among) < FEWEST:
                assert told_of(list(town.parting.cells), among, names) == 0


def test_the_judge_finds_what_can_be_worked_out() -> None:
    """A total and all parts of it but one tell that one; and so do three pairs of three."""
    assert told_of(["abc", "a", "b"], "c", "abc") == 1
    assert told_of(["ab", "bc", "ac"], "a", "abc") == 1
    assert told_of(["ab", "bc"], "a", "abc") == 0
    assert told_of(["ab", "c"], "ab", "abc") == 1


@given(towns())
@settings(deadline=None)
def test_each_department_is_in_one_cell_or_withheld(town: Town) -> None:
    """Cells do not overlap; they tell all that was counted, and of fewer than five only what is withheld is missing."""
    parting = town.parting
    placed = [*(name for cell in parting.cells for name in cell), *parting.withheld]
    assert sorted(placed) == sorted(town.people)
    for cell, figures in parting.cells.items():
        assert figures.active == town.together(cell) >= FEWEST
        assert figures.letters == sum(len(town.people[name]) + 1 for name in cell)
    assert not parting.withheld or town.together(parting.withheld) < FEWEST
    told = total(parting.cells.values()).letters + sum(len(town.people[name]) + 1 for name in parting.withheld)
    assert told == sum(len(its) + 1 for its in town.people.values())


@given(towns())
@settings(deadline=None)
def test_nothing_is_withheld_or_merged_that_need_not_be(town: Town) -> None:
    """Withheld is only what finds no cell to join; where each department has five people each is a cell of its own."""
    parting = town.parting
    assert not parting.withheld or not parting.cells
    if all(len(its) >= FEWEST for its in town.people.values()):
        assert set(parting.cells) == {(name,) for name in town.people}


@given(towns(), st.randoms())
@settings(deadline=None)
def test_the_same_month_is_parted_the_same(town: Town, chance: object) -> None:
    """In whatever order its departments are named, and departments that counted nothing change nothing."""
    order = sorted(town.people)
    chance.shuffle(order)  # type: ignore[attr-defined]
    again = {name: town.units[name] for name in order} | {name: Unit() for name in "uvw"}
    assert parted(again, {**town.parents, "u": "a", "v": None}) == town.parting


def _cells(people: Mapping[str, int], parents: Mapping[str, str | None]) -> list[str]:
    """Give the cells, and what is withheld in brackets, of departments with so many people of their own."""
    its = {name: frozenset(f"{name}{at}" for at in range(count)) for name, count in people.items()}
    parting = Town(its, parents).parting
    return [*map("".join, parting.cells), *([f"({''.join(parting.withheld)})"] if parting.withheld else [])]


_BELOW = {"a": "p", "b": "p", "c": "p", "p": None}


def test_few_are_merged_upwards() -> None:
    """Two of few with the one above them, which is enough: the third stays alone."""
    assert _cells({"p": 6, "a": 2, "b": 1, "c": 9}, _BELOW) == ["abp", "c"]


def test_one_of_few_takes_the_smallest_other_with_it() -> None:
    """Whoever knows what is above – who works there – would know the one below else."""
    assert _cells({"p": 6, "a": 2, "b": 12, "c": 9}, _BELOW) == ["acp", "b"]


def test_one_of_few_takes_the_smallest_other_where_nobody_works_above() -> None:
    """A head that does not write letters hides nobody."""
    assert _cells({"a": 2, "b": 12, "c": 9}, _BELOW) == ["ac", "b"]


def test_where_that_is_not_enough_it_goes_further_up() -> None:
    """To the one above the one above, and at the top to the smallest cell there is."""
    parents = {"a": "p", "p": "q", "q": None, "d": None}
    assert _cells({"a": 1, "p": 1, "q": 3, "d": 9}, parents) == ["apq", "d"]
    assert _cells({"a": 1, "p": 1, "q": 1, "d": 9}, parents) == ["adpq"]


def test_a_whole_town_of_few_is_withheld() -> None:
    """There is nobody to hide among."""
    assert _cells({"a": 1, "p": 3}, _BELOW) == ["(ap)"]


def test_one_person_in_two_departments_is_one() -> None:
    """Three in one and three in the other may be three."""
    three = frozenset("123")
    assert Town({"a": three, "b": three}, {"a": None, "b": None}).parting.withheld == ("a", "b")


def test_departments_in_a_circle_are_parted_all_the_same() -> None:
    """The core refuses such a tree, but what is counted is counted."""
    assert _cells({"a": 1, "b": 2, "c": 6}, {"a": "b", "b": "a", "c": "c"}) == ["abc"]
