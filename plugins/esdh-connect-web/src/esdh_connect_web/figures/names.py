"""Navne: what a unit of departments is called in the reader's language. Their own names are as the host has them."""

from __future__ import annotations

from collections.abc import Collection

from esdh_connect_forbrug.reports.tree import Tree
from esdh_connect_web.texts import N_, Language

__all__ = ["called", "titled"]

_TOGETHER = N_("%(names)s (shown together)")
_BELOW = N_("%(name)s and below")


def called(tree: Tree, departments: Collection[str], spoken: Language) -> str:
    """Give the name of one, or of one with all below it; where several were merged, all names, and that they were."""
    top = tree.common(tuple(departments))
    if len(departments) == 1:
        return tree.name(next(iter(departments)))
    if top in departments and top is not None and tree.below(top) == set(departments):
        return tree.name(top)
    names = (tree.name(one) for one in sorted(departments, key=lambda one: tree.order([one])))
    return spoken.gettext(_TOGETHER) % {"names": ", ".join(names)}


def titled(tree: Tree, departments: Collection[str], spoken: Language) -> str:
    """Give the same as a title, which says where those below are in it too."""
    name = called(tree, departments, spoken)
    is_whole = len(departments) > 1 and any(tree.below(one) == set(departments) for one in departments)
    return spoken.gettext(_BELOW) % {"name": name} if is_whole else name
