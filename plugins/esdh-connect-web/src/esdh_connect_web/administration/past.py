"""Historie: what was decided of departments – what counts, what lies ahead, and what was withdrawn before its day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

import attrs

from esdh_connect.departments import said
from esdh_connect.policy import WITHDRAWN, PolicyChange

__all__ = ["Decision", "decisions", "in_order", "not_withdrawn"]


@attrs.frozen
class Decision:
    """
    One decision, its ``said`` in Danish words. ``is_ahead`` until its day has come, if it was not withdrawn.

    What was decided together is one; ``change`` is the last of it.
    """

    change: PolicyChange
    said: dict[str, str]
    is_ahead: bool = False
    is_withdrawn: bool = False


def in_order(changes: Iterable[PolicyChange]) -> list[PolicyChange]:
    """Sort them as they count."""
    return sorted(changes, key=lambda one: (one.in_force, one.decided_at))


def not_withdrawn(changes: Iterable[PolicyChange]) -> list[PolicyChange]:
    """Give those that count, or will."""
    known = list(changes)
    taken: dict[tuple[str, datetime], datetime] = {}
    for one in known:
        for moment in one.what.get(WITHDRAWN) or ():
            key = one.department.id, moment
            taken[key] = min(one.in_force, taken.get(key, one.in_force))
    return [one for one in known if not _is_taken(one, taken)]


def _is_taken(change: PolicyChange, taken: dict[tuple[str, datetime], datetime]) -> bool:
    since = taken.get((change.department.id, change.decided_at))
    return since is not None and change.in_force > since


def decisions(changes: Iterable[PolicyChange], at: datetime) -> list[Decision]:
    """Give decisions as they are shown, in the order they were made."""
    known = list(changes)
    left = {id(one) for one in not_withdrawn(known)}
    together = (tuple(its) for _, its in groupby(known, lambda one: (one.department.id, one.decided_at, one.in_force)))
    return [
        Decision(its[-1], said(*its), its[-1].in_force > at and id(its[-1]) in left, id(its[-1]) not in left)
        for its in together
    ]
