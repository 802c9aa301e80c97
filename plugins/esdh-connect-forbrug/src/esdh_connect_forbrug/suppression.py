"""
Beskyttelse: which departments of a month are shown by themselves, and which only together.

A figure of fewer than five active people is nobody's to see. The departments of a month are parted into cells that do
not overlap, each of at least five people, and nothing but these cells is published: so whatever is added to and
subtracted from another among them is a number of whole cells again, and of five people at least. There is no total
that a cell could be subtracted from.

- A department of fewer is merged upwards with the one above it, and both with the next where that is not enough.
- Where it is the only one below that one, the smallest other joins them: whoever knows the figures of the one above,
  as its own people do, could subtract them otherwise.
- What is left at the top joins the smallest cell, and is withheld where there is none.

A department in which nothing was counted has no figures, and is in no cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from esdh_connect_forbrug.figures import FEWEST, Figures, total

__all__ = ["Parting", "Unit", "parted"]

_Group = frozenset[str]


@attrs.frozen
class Unit:
    """What was counted in a department in a month, and the pseudonyms of those who were active there."""

    figures: Figures = attrs.field(factory=Figures)
    people: frozenset[str] = frozenset()

    @classmethod
    def together(cls, units: Iterable[Unit]) -> Unit:
        """Give several as one; who was active in two of them is one person."""
        units = tuple(units)
        people = frozenset().union(*(one.people for one in units))
        return cls(attrs.evolve(total(one.figures for one in units), active=len(people)), people)


@attrs.frozen
class Parting:
    """How a month is shown: the cells, each the departments in it and what is told of it, and what is withheld."""

    cells: Mapping[tuple[str, ...], Figures]
    withheld: tuple[str, ...] = ()


def parted(units: Mapping[str, Unit], parents: Mapping[str, str | None]) -> Parting:
    """
    Part a month into cells.

    ``parents`` gives the department above each; one that is not in it stands at the top. The same input gives the same
    cells.
    """
    return _Parting({name: unit for name, unit in units.items() if unit.figures or unit.people}, parents).made()


class _Parting:
    def __init__(self, units: Mapping[str, Unit], parents: Mapping[str, str | None]) -> None:
        self._units = units
        self._below = _below(units, parents)
        self._cells: dict[_Group, None] = {}

    def made(self) -> Parting:
        left = self._gathered(None)
        while left and self._are_few(left) and (smallest := self._smallest(self._cells)):
            left |= self._taken(smallest)
        if left and not self._are_few(left):
            self._cells[left] = None
            left = frozenset()
        cells = {tuple(sorted(cell)): self._together(cell).figures for cell in self._cells}
        return Parting(dict(sorted(cells.items())), tuple(sorted(left)))

    def _gathered(self, top: str | None) -> _Group:
        """Make the cells below ``top``; gives what is to be shown with it."""
        here = frozenset(name for name in (top,) if name in self._units)
        hidden, cells = [], []
        for child in self._below.get(top, ()):
            group = self._gathered(child)
            if group and self._are_few(group):
                hidden.append(group)
            elif group:
                cells.append(group)
                self._cells[group] = None
        if len(hidden) == 1 and (smallest := self._smallest(cells)):
            hidden.append(self._taken(smallest))
        return _Group(name for name in here.union(*hidden) if name)

    def _smallest(self, cells: Iterable[_Group]) -> _Group | None:
        """Give the cell of the fewest people."""
        return min(cells, key=lambda cell: (len(self._together(cell).people), sorted(cell)), default=None)

    def _taken(self, cell: _Group) -> _Group:
        del self._cells[cell]
        return cell

    def _are_few(self, group: _Group) -> bool:
        return len(self._together(group).people) < FEWEST

    def _together(self, group: _Group) -> Unit:
        return Unit.together(self._units[name] for name in sorted(group))


def _below(units: Iterable[str], parents: Mapping[str, str | None]) -> dict[str | None, list[str]]:
    """Give the departments below each, and at the top under None; a circle is cut at its first name."""
    below: dict[str | None, list[str]] = {}
    for name in sorted({*units, *parents, *(above for above in parents.values() if above)}):
        below.setdefault(None if _in_circle(name, parents) else parents.get(name), []).append(name)
    return below


def _in_circle(name: str, parents: Mapping[str, str | None]) -> bool:
    """Tell whether it is the first name of a circle that it is in."""
    seen: list[str] = []
    at: str | None = name
    while at is not None and at not in seen:
        seen.append(at)
        at = parents.get(at)
    return at == name and name == min(seen)
