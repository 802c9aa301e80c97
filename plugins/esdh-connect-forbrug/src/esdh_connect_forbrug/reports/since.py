"""
Breve sendt herfra: what departments sent together, each from a month on, for whoever follows them otherwise: waves.

The figures are sums of published cells, told apart by the same functions as those of the statistics. So no figure here
can be subtracted from one there so that something is left of fewer than five people.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from esdh_connect.connect import Connect
from esdh_connect_forbrug.figures import Cell, Use
from esdh_connect_forbrug.months import Month
from esdh_connect_forbrug.plugin import Forbrug
from esdh_connect_forbrug.reports import danish
from esdh_connect_forbrug.reports.door import PLUGIN
from esdh_connect_forbrug.reports.tree import Tree
from esdh_connect_forbrug.reports.units import Apart, apart, within
from esdh_connect_forbrug.reports.ways import Ways

__all__ = ["Published", "Sent", "Since"]

#: The month from which on each of some departments is counted, by its id.
Since = Mapping[str, Month]


@attrs.frozen
class Sent:
    """
    Letters sent from here by some departments, month by month, and what is ``apart``: in cells with others too.

    ``last`` is the last month of which anything is published, of any department; None where nothing is.
    """

    letters: Mapping[Month, int] = attrs.field(factory=dict)
    apart: Mapping[Month, tuple[Apart, ...]] = attrs.field(factory=dict)
    last: Month | None = None

    @property
    def total(self) -> int | None:
        """Give them of all months; None where no month has a figure."""
        return sum(self.letters.values()) if self.letters else None

    @property
    def until(self) -> Month | None:
        """Give the last month that has a figure."""
        return max(self.letters, default=None)

    @property
    def latest(self) -> int | None:
        """Give those of the month ``last``; None where it has no figure."""
        return None if self.last is None else self.letters.get(self.last)

    @property
    def left_out(self) -> Mapping[Apart, tuple[Month, ...]]:
        """Give what is in no figure here, with the months in which it is not: what is alike as one."""
        found: dict[Apart, list[Month]] = {}
        for month, ones in sorted(self.apart.items()):
            for one in ones:
                found.setdefault(one, []).append(month)
        return {one: tuple(months) for one, months in found.items()}

    @property
    def notes(self) -> tuple[str, ...]:
        """Give the same in Danish, a sentence each."""
        return tuple(f"Ikke med i {danish.spans(months)}: {one.told}." for one, months in self.left_out.items())


@attrs.frozen
class Published:
    """What is published of an installation, as it is told of departments that are followed."""

    cells: tuple[Cell, ...] = ()
    tree: Tree = attrs.field(factory=Tree)
    ways: Ways = attrs.field(factory=Ways)

    @classmethod
    def of(cls, post: Connect) -> Published | None:
        """Read it; None where the plugin is not in the settings, so that nothing is counted."""
        if not isinstance(post.plugins.get(PLUGIN), Forbrug):
            return None
        cells = Use(post).published()
        return cls(cells, Tree.of(post.departments), Ways.of(post.plugins.channels))

    def sent(self, since: Since) -> Sent:
        """Give what departments sent together: the sums of the cells that are wholly theirs, each from its month on."""
        letters, torn = dict[Month, int](), dict[Month, tuple[Apart, ...]]()
        by_month: dict[Month, list[Cell]] = {}
        for one in self.cells:
            by_month.setdefault(one.month, []).append(one)
        for month, cells in by_month.items():
            scope = frozenset(id_ for id_, first in since.items() if first <= month)
            if its := within(cells, scope):
                letters[month] = sum(self._letters(one) for one in its)
            if its_too := [told for one in cells for told in apart([one], self.tree, scope).values()]:
                torn[month] = tuple(its_too)
        return Sent(letters, torn, max(by_month, default=None))

    def alone(self, department: str, first: Month) -> Month | None:
        """
        Give the first month from ``first`` on that is shown of a department by itself.

        Five people at least used it then. So a day in it may be told, and that something was so by the end of it.
        """
        its = (one.month for one in self.cells if one.departments == (department,) and one.month >= first)
        return min(its, default=None)

    def _letters(self, cell: Cell) -> int:
        return self.ways.digital(cell.figures.sent) + self.ways.on_paper(cell.figures.sent)
