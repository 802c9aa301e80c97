"""Enheder: which departments have their figures together, month for month, and which figures are wholly theirs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import attrs

from esdh_connect_forbrug.figures import Cell
from esdh_connect_forbrug.months import Month
from esdh_connect_forbrug.reports.danish import and_list
from esdh_connect_forbrug.reports.tree import MERGED, Tree

__all__ = ["Apart", "apart", "scope_of", "usual", "whole", "within"]

_Unit = frozenset[str]


def _is_torn(cell: Cell, scope: _Unit) -> bool:
    """Tell whether a cell has departments of the scope and others too, so that nothing of it is the scope's alone."""
    return bool(scope.intersection(cell.departments)) and not scope.issuperset(cell.departments)


def within(cells: Iterable[Cell], scope: _Unit) -> tuple[Cell, ...]:
    """Give the cells that are wholly a scope's: what is shown of it, the same on every page."""
    return tuple(one for one in cells if scope.issuperset(one.departments))


def whole(cells: Iterable[Cell], scope: _Unit) -> tuple[Cell, ...]:
    """Give those of the months in which nothing of the scope is apart: what can be compared month by month."""
    cells = tuple(cells)
    torn = {one.month for one in cells if _is_torn(one, scope)}
    return tuple(one for one in within(cells, scope) if one.month not in torn)


@attrs.frozen
class Apart:
    """
    Lagt sammen med andre: those of a scope that a month shows only together with ``others``. They are names.

    ``above`` is the nearest department whose figures they are all in; none where only all there is has them.
    """

    own: tuple[str, ...]
    others: tuple[str, ...]
    above: str = ""

    @property
    def told(self) -> str:
        """Give it in Danish, as it stands in a sentence."""
        return f"{and_list(self.own)} ({MERGED} med {and_list(self.others)})"


def apart(cells: Iterable[Cell], tree: Tree, scope: _Unit) -> dict[Month, Apart]:
    """Give, month by month, what of a scope is apart; a month in which nothing is has none."""
    found: dict[Month, _Unit] = {}
    for one in cells:
        if _is_torn(one, scope):
            found[one.month] = found.get(one.month, frozenset()).union(one.departments)
    return {month: _apart(tree, scope, torn) for month, torn in found.items()}


def _apart(tree: Tree, scope: _Unit, torn: _Unit) -> Apart:
    above = tree.common(sorted(torn))
    return Apart(_named(tree, torn & scope), _named(tree, torn - scope), tree.name(above) if above else "")


def _named(tree: Tree, departments: _Unit) -> tuple[str, ...]:
    return tuple(map(tree.name, sorted(departments, key=lambda one: (tree.order([one]), one))))


def scope_of(cells: Iterable[Cell], tree: Tree, department: str) -> _Unit:
    """
    Give the departments that the figures of one are figures of: it and those below it, where these are mostly alone.

    Where they were published together with others in most months, it is all of these together. ``cells`` are of all
    months there are: what some months are made of would have another scope, and a month other figures in each.
    """
    cells, scope = tuple(cells), tree.below(department)
    for _ in cells:  # each turn takes at least one department more
        touching = {one.month for one in cells if scope.intersection(one.departments)}
        torn = [one for one in cells if _is_torn(one, scope)]
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
