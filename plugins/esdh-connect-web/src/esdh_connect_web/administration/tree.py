"""Træet: which departments somebody may look at, each with how deep it lies and what it is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from esdh_connect.policy import Department
from esdh_connect_web.call import Call, Refused
from esdh_connect_web.identity import EVERYWHERE
from esdh_connect_web.texts import N_

__all__ = ["Branch", "branches", "called", "is_below", "known", "places_for"]

_TOP = N_("None: it stands at the top")


@attrs.frozen
class Branch:
    """One department: how many stand above it, and what the nearest of those is called."""

    department: Department
    depth: int = 0
    above: str = ""

    @property
    def name(self) -> str:
        """Give what it is called."""
        return called(self.department)


def called(department: Department) -> str:
    """Give what people call a department: its name, or else its id."""
    return department.name or department.id


def branches(call: Call) -> tuple[Branch, ...]:
    """Give the departments somebody works for, those below right after the one they belong to."""
    mine = call.departments
    ids = {one.id for one in mine}
    names = {one.id: called(one) for one in call.post.departments}
    tops = {one.parent for one in mine if one.parent not in ids}
    return tuple(_ordered(mine, tops, 0, names))


def _ordered(
    mine: Iterable[Department], parents: set[str | None], depth: int, names: dict[str, str]
) -> Iterator[Branch]:
    for one in mine:
        if one.parent in parents:
            yield Branch(one, depth, names.get(one.parent or "", ""))
            yield from _ordered(mine, {one.id}, depth + 1, names)


def places_for(call: Call) -> list[tuple[str, str]]:
    """Give what a department can be put under by this person: ids and names; the top, "", for who works everywhere."""
    top = [("", call.language.gettext(_TOP))] if EVERYWHERE in call.person.departments else []
    return [*top, *((one.department.id, one.name) for one in branches(call))]


def known(call: Call, id_: str) -> Department:
    """Give a department somebody works for. Raises Refused for another, and for one there is not."""
    call.require(id_)
    if id_ not in call.post.departments:
        raise Refused(404, N_("There is no such department."))
    return call.post.departments.get(id_)


def is_below(call: Call, id_: str, above: str) -> bool:
    """Tell whether a department is another, or belongs to it."""
    return id_ in call.post.departments and above in call.post.departments.lineage(id_)
