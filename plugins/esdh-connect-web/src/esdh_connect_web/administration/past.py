"""Historie: what was decided of departments – what counts, what lies ahead, and what was withdrawn before its day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

import attrs

from esdh_connect.connect import Connect
from esdh_connect.departments import said
from esdh_connect.policy import WITHDRAWN, PolicyChange, label, statement

__all__ = ["Decision", "decisions", "in_order", "not_withdrawn", "told"]

_PLUGINS = "plugins"


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


def decisions(changes: Iterable[PolicyChange], at: datetime, post: Connect) -> list[Decision]:
    """Give decisions as they are shown, in the order they were made; ``changes`` are all about a department."""
    known = list(changes)
    left = {id(one) for one in not_withdrawn(known)}
    before: dict[str, list[PolicyChange]] = {}
    found = []
    for (department, *_), ones in groupby(known, lambda one: (one.department.id, one.decided_at, one.in_force)):
        its, earlier = tuple(ones), before.setdefault(department, [])
        is_left = id(its[-1]) in left
        found.append(Decision(its[-1], told(earlier, its, post), its[-1].in_force > at and is_left, not is_left))
        earlier.extend(its)
    return found


def told(earlier: Sequence[PolicyChange], its: Sequence[PolicyChange], post: Connect) -> dict[str, str]:
    """Give in Danish words what was decided together, after ``earlier`` decisions: of plugins those that change."""
    words = said(*its, plugins=post.plugins)
    if any(_PLUGINS in one.what and one.what[_PLUGINS] is None for one in its):
        was, now = (_signs(ones, its[-1].in_force) for ones in (earlier, (*earlier, *its)))
        followed = [f"{name} som den overordnede" for name in was if name not in now]
        other = [
            f"{name} til" if is_on else f"{name} fra"
            for name, is_on in now.items()
            if was.get(name) not in (None, is_on)
        ]
        if followed or other:
            words[label(_PLUGINS)] = ", ".join((*followed, *other))
    return words


def _signs(changes: Iterable[PolicyChange], at: datetime) -> dict[str, bool]:
    """Give which plugins a department itself has said are on and off."""
    own = statement(in_order(changes), at).get(_PLUGINS)
    return {name.lstrip("+-"): not name.startswith("-") for name in (own.value if own else ())}
