"""Organisationen: departments as a tree, and what a published unit is called in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Self

import attrs

from esdh_connect.ids import mask
from esdh_connect.policy import Department
from esdh_connect_forbrug.reports.danish import and_list

__all__ = ["MERGED", "Tree"]

#: What is written behind the names of departments whose figures are shown together.
MERGED = "lagt sammen"


@attrs.frozen
class Tree:
    """Departments by id, in the order they are shown. One that is not known any more is called its id."""

    departments: Mapping[str, Department] = attrs.field(factory=dict)

    @classmethod
    def of(cls, departments: Iterable[Department]) -> Self:
        """Make it of the departments of an installation."""
        return cls({one.id: one for one in departments})

    def name(self, department: str) -> str:
        """Give the name of one department, on one line and without anything that looks like a CPR number."""
        known = self.departments.get(department)
        said = (known.name if known else "") or department
        return mask(" ".join("".join(sign if sign.isprintable() else " " for sign in said).split())) or "(uden navn)"

    def unit(self, departments: Collection[str]) -> str:
        """Give the name of a published unit: of departments that were merged, all names, and that they were."""
        names = [self.name(one) for one in sorted(departments, key=self._place)]
        return names[0] if len(names) == 1 else f"{and_list(names)} ({MERGED})"

    def lineage(self, department: str) -> tuple[str, ...]:
        """Give a department and those above it, the nearest first."""
        found: dict[str, None] = {}
        above: str | None = department
        while above is not None and above not in found:
            found[above] = None
            known = self.departments.get(above)
            above = known.parent if known else None
        return tuple(found)

    def below(self, department: str) -> frozenset[str]:
        """Give a department and all those below it."""
        return frozenset(one for one in self.departments if department in self.lineage(one)) | {department}

    def common(self, departments: Collection[str]) -> str | None:
        """Give the nearest department that all of them are, or are below; None where they share none."""
        lines = [self.lineage(one) for one in departments]
        return next((one for one in lines[0] if all(one in line for line in lines)), None)

    def children(self, department: str | None, among: Collection[str]) -> list[str]:
        """Give those of the departments ``among`` that are right below this one, as they are shown."""
        found = [one for one in among if (self.lineage(one)[1:2] or (None,))[0] == department]
        return sorted(found, key=self._place)

    def order(self, departments: Collection[str]) -> list[int]:
        """Give what sorts units: by the places of their departments."""
        return sorted(map(self._place, departments))

    def _place(self, department: str) -> int:
        return self._places.get(department, len(self._places))

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {one: at for at, one in enumerate(self.departments)}
