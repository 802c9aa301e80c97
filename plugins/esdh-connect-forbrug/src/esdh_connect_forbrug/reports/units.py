"""Enheder: which departments have their figures together, month for month, and which figures are wholly theirs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from esdh_connect_forbrug.figures import Cell
from esdh_connect_forbrug.reports.tree import Tree

__all__ = ["is_torn", "scope_of", "usual", "whole"]

_Unit = frozenset[str]


def is_torn(cell: Cell, scope: _Unit) -> bool:
    """Tell whether a cell has departments of the scope and others too, so that nothing of it is the scope's alone."""
    return bool(scope.intersection(cell.departments)) and not scope.issuperset(cell.departments)


def whole(cells: Iterable[Cell], scope: _Unit) -> tuple[Cell, ...]:
    """Give the cells within the scope, of the months that have none across its border."""
    cells = tuple(cells)
    torn = {one.month for one in cells if is_torn(one, scope)}
    return tuple(one for one in cells if one.month not in torn and scope.issuperset(one.departments))


def scope_of(cells: Iterable[Cell], tree: Tree, department: str) -> _Unit:
    """
    Give the departments that the figures of one are figures of: it and those below it, where these are mostly alone.

    Where they were published together with others in most months, it is all of these together.
    """
    cells, scope = tuple(cells), tree.below(department)
    for _ in cells:  # each turn takes at least one department more
        touching = {one.month for one in cells if scope.intersection(one.departments)}
        torn = [one for one in cells if is_torn(one, scope)]
        if len({one.month for one in torn}) * 2 <= len(touching):
            break
        often = Counter(one.departments for one in torn)
        scope |= frozenset(often.most_common(1)[0][0])
    return scope


def usual(cells: Iterable[Cell]) -> tuple[_Unit, ...]:
    """Give units that do not overlap: the most frequent first, so that a department is in its usual one."""
    often = Counter(frozenset(one.departments) for one in cells)
    taken: set[str] = set()
    found = []
    for unit in sorted(often, key=lambda one: (-often[one], len(one), sorted(one))):
        if not taken & unit:
            found.append(unit)
            taken |= unit
    return tuple(found)
