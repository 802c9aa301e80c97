"""Prøve: the departments of the made-up year in an installation, and how they are told from a municipality's own."""

from __future__ import annotations

from collections.abc import Sequence

from esdh_connect.connect import Connect
from esdh_connect.policy import Department, PolicyChange
from esdh_connect.testing.municipality import DEPARTMENTS, MADE_UP
from esdh_connect_forbrug.months import Month

__all__ = ["made_up", "mark", "own", "set_up"]

_BY = "forbrug year"
_MARK = f" ({MADE_UP})"


def made_up(post: Connect) -> Sequence[Department]:
    """Give those that were set up for a trial, as the first decision about each says."""
    return [one for one in post.departments if post.departments.history(one.id)[0].why == MADE_UP]


def own(post: Connect) -> Sequence[str]:
    """Give the ids that the municipality has departments of its own by: figures would be made up of these."""
    taken = {one.id for one in post.departments} - {one.id for one in made_up(post)}
    return [one.id for one in DEPARTMENTS if one.id in taken]


def set_up(post: Connect, first: Month) -> int:
    """Set up the departments of the year that are not there, with nothing switched on; gives how many."""
    begins, now = first.begins, post.store.now()
    fresh = [one for one in DEPARTMENTS if one.id not in post.departments]
    again = [one for one in DEPARTMENTS if one not in fresh and post.departments.get(one.id).name.endswith(_MARK)]
    changes = [PolicyChange(one, {}, _BY, begins, begins, MADE_UP) for one in fresh]
    post.departments.change(
        [*changes, *(PolicyChange(one, {"name": one.name}, _BY, now, now, MADE_UP) for one in again)]
    )
    return len(fresh)


def mark(post: Connect, *, by: str) -> int:
    """Say in the names of those that were set up for a trial that they are made up; gives how many there are."""
    found, now = made_up(post), post.store.now()
    plain = [one for one in found if not one.name.endswith(_MARK)]
    post.departments.change(PolicyChange(one, {"name": f"{one.name}{_MARK}"}, by, now, now, MADE_UP) for one in plain)
    return len(found)
