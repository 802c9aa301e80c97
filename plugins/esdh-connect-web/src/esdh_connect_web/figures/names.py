"""Navne: what a unit of departments is called in the reader's language. Their own names are as the host has them."""

from __future__ import annotations

from collections.abc import Collection

from esdh_connect_forbrug.reports.tree import Tree
from esdh_connect_web.texts import N_, Language

__all__ = ["called", "titled", "together"]

_TOGETHER = N_("%(names)s (shown together)")
_BELOW = N_("%(name)s and below")


def called(tree: Tree, departments: Collection[str], spoken: Language) -> str:
    """Give the name of one, or of one with all below it; else what :func:`together` gives."""
    whole = next((one for one in departments if tree.below(one) == set(departments)), None)
    return tree.name(whole) if whole else together(tree, departments, spoken)


def together(tree: Tree, departments: Collection[str], spoken: Language) -> str:
    """Give the name of one; where several were merged, all names, and that they were."""
    names = [tree.name(one) for one in sorted(departments, key=lambda one: tree.order([one]))]
    return names[0] if len(names) == 1 else spoken.gettext(_TOGETHER) % {"names": ", ".join(names)}


def titled(tree: Tree, departments: Collection[str], spoken: Language) -> str:
    """Give the same as a title, which says where those below are in it too."""
    name = called(tree, departments, spoken)
    is_whole = len(departments) > 1 and any(tree.below(one) == set(departments) for one in departments)
    return spoken.gettext(_BELOW) % {"name": name} if is_whole else name
