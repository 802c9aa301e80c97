"""
Matrix: plugins on one side, departments on the other, and whether each is on – and who said so.

Of a plugin the nearest department counts that says anything of it, the department itself first: in a list that says
it all, or in one that says only what is more and what is less.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

import attrs

from esdh_connect.connect import Connect
from esdh_connect.policy import PolicyChange, is_relative
from esdh_connect_web.administration.past import in_order, not_withdrawn

__all__ = ["Cell", "Column", "Matrix"]

_LIST = "plugins"


@attrs.frozen
class Column:
    """One plugin: ``is_loaded`` where it can be used here."""

    name: str
    is_loaded: bool = True


@attrs.frozen
class Cell:
    """
    One plugin in one department.

    ``source`` is the id of the department that says so, "" where nobody does; ``change`` the decision, and ``ahead``
    the first that lies ahead.
    """

    department: str
    plugin: str
    is_on: bool = False
    source: str = ""
    change: PolicyChange | None = None
    ahead: PolicyChange | None = None

    @property
    def is_own(self) -> bool:
        """Tell whether the department has said so itself."""
        return self.source == self.department

    @property
    def press(self) -> str:
        """Give what a press of the switch wants."""
        return f"{'-' if self.is_on else '+'}{self.plugin} {self.department}"

    @property
    def follow(self) -> str:
        """Give what a press wants that leaves it to the department above."""
        return f"={self.plugin} {self.department}"

    @property
    def id(self) -> str:
        """Give what the switch is called in its page."""
        return f"cell-{self.plugin}-{self.department}"


def _bare(names: Sequence[str]) -> set[str]:
    return {name.lstrip("+-") for name in names}


def _speaks(names: Sequence[str] | None, plugin: str) -> bool:
    """Tell whether a list decides of a plugin: one that says it all decides of each."""
    return names is not None and (plugin in _bare(names) or not is_relative(names))


@attrs.frozen
class Matrix:
    """What is on where, now. Made anew for each page: it remembers what it read."""

    post: Connect
    at: datetime

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Give the plugins a department can have on, and those that are gone and still on somewhere."""
        plugins = self.post.plugins
        named = {name for name in plugins.named if not plugins.is_of_all(name)}
        on = {name.lstrip("+") for said in self._lists.values() for name in said or () if name[:1] != "-"}
        gone = on - plugins.named
        return tuple(Column(name, name in plugins.names) for name in sorted(named | gone))

    @cached_property
    def of_all(self) -> tuple[str, ...]:
        """Give the plugins that are there for the whole installation."""
        plugins = self.post.plugins
        return tuple(sorted(name for name in plugins.named if plugins.is_of_all(name)))

    def cells(self, department: str) -> tuple[Cell, ...]:
        """Give the cells of a department."""
        lineage = self.post.departments.lineage(department, self.at)
        return tuple(self._cell(department, one.name, lineage) for one in self.columns)

    def cell(self, department: str, plugin: str) -> Cell:
        """Give one of them."""
        return self._cell(department, plugin, self.post.departments.lineage(department, self.at))

    def rest(self, department: str, plugin: str) -> list[str]:
        """Give what a department is to say so that all but one plugin stay as they are, and that one follows it."""
        own = self._lists.get(department) or ()
        if is_relative(own):
            return [name for name in own if name.lstrip("+-") != plugin]
        return [f"{'+' if one.name in own else '-'}{one.name}" for one in self.columns if one.name != plugin]

    def _cell(self, department: str, plugin: str, lineage: Sequence[str]) -> Cell:
        source = next((one for one in lineage if _speaks(self._lists.get(one), plugin)), "")
        said = self._lists.get(source) or ()
        is_on = plugin in said or f"+{plugin}" in said
        ahead = (one for above in lineage for one in self._ahead[above] if _speaks(one.what[_LIST], plugin))
        return Cell(department, plugin, is_on, source, self._decision(source, plugin), next(ahead, None))

    def _decision(self, source: str, plugin: str) -> PolicyChange | None:
        found = [one for one in self._past[source] if _speaks(one.what[_LIST], plugin)]
        return found[-1] if found else None

    @cached_property
    def _lists(self) -> Mapping[str, Any]:
        """What each department says itself."""
        exported = self.post.departments.exported(self.at)
        return {id_: table.get(_LIST) for id_, table in exported.items()}

    @cached_property
    def _past(self) -> Mapping[str, list[PolicyChange]]:
        return self._told(lambda change: change.in_force <= self.at)

    @cached_property
    def _ahead(self) -> Mapping[str, list[PolicyChange]]:
        return self._told(lambda change: change.in_force > self.at)

    def _told(self, counts: Any) -> Mapping[str, list[PolicyChange]]:  # noqa: ANN401 - a test of a change
        found: dict[str, list[PolicyChange]] = defaultdict(list)
        for change in in_order(not_withdrawn(self.post.departments.history())):
            if change.what.get(_LIST) is not None and counts(change):
                found[change.department.id].append(change)
        return found
