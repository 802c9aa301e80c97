"""
Foldning: from decisions to what holds.

A department's decisions up to a moment make its *statement*: what it says itself, and of what it says nothing. Laid
over what holds in the department above it, that is what holds here. Nothing of it depends on the order in which
changes are handed in, only on when each took force and was decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import attrs

from esdh_connect.policy.attributes import LISTS, WITHDRAWN, is_relative
from esdh_connect.policy.rules import RULES
from esdh_connect.policy.values import PolicyChange

__all__ = ["INHERIT", "Origin", "Said", "combined", "in_order", "over", "statement"]

#: What a list is where nobody has said anything: the rules of the gate are all on, and all else is empty.
_FIRST: Mapping[str, tuple[str, ...]] = MappingProxyType({"gate": RULES})
#: What a change says of an attribute that is to be as the department above has it.
INHERIT = None


@attrs.frozen
class Said:
    """
    What a department says of one attribute, and in which changes.

    ``places`` are, of a list that says it all, the names in their order with those that were taken out of it since: one
    that is put back comes to its place.
    """

    value: Any
    changes: tuple[PolicyChange, ...]
    places: tuple[str, ...] = ()


@attrs.frozen
class Origin:
    """Where a value comes from: the change, the department it was about, and whether that is one above."""

    change: PolicyChange
    department: str
    inherited: bool


def in_order(changes: Iterable[PolicyChange]) -> list[PolicyChange]:
    """Sort changes as they count: by the day they take force, then by when they were decided."""
    return sorted(changes, key=lambda change: (change.in_force, change.decided_at))


def statement(ordered: Iterable[PolicyChange], at: datetime) -> dict[str, Said]:
    """Give what one department says itself at ``at``, by attribute; ``ordered`` are its changes as they count."""
    said: dict[str, Said] = {}
    for change in _standing([one for one in ordered if one.in_force <= at]):
        for name, value in change.what.items():
            if value is INHERIT:
                said.pop(name, None)
            else:
                said[name] = _more(said.get(name), name, value, change)
    return said


def _standing(changes: list[PolicyChange]) -> Iterable[PolicyChange]:
    """Give those that were not withdrawn before they counted, and nothing of the withdrawing itself."""
    if not any(WITHDRAWN in one.what for one in changes):
        return changes
    gone = [(moment, one.in_force) for one in changes for moment in one.what.get(WITHDRAWN) or ()]
    return [
        attrs.evolve(one, what={name: value for name, value in one.what.items() if name != WITHDRAWN})
        for one in changes
        if not any(one.decided_at == moment and one.in_force > since for moment, since in gone)
    ]


def _more(before: Said | None, name: str, value: Any, change: PolicyChange) -> Said:  # noqa: ANN401 - as in a policy
    if name not in LISTS:
        return Said(value, (change,))
    if before is None or not is_relative(value):
        return Said(value, (change,), () if is_relative(value) else tuple(value))
    found, changes = combined(before.value, value), (*before.changes, change)
    if is_relative(before.value):
        return Said(found, changes)
    places = (*before.places, *(one for one in found if one not in before.places))
    return Said(tuple(one for one in places if one in found), changes, places)


def combined(before: Iterable[str], later: Iterable[str]) -> tuple[str, ...]:
    """
    Give the list that says what ``before`` and then ``later`` say.

    >>> combined(("a", "b"), ("+c", "-a"))
    ('b', 'c')
    >>> combined(("+a",), ("-a", "+c"))
    ('-a', '+c')
    """
    before, later = tuple(before), tuple(later)
    if not is_relative(later):
        return later
    wanted = {sign[1:]: sign[0] == "+" for sign in later}
    if is_relative(before):
        known = {sign[1:]: sign[0] == "+" for sign in before}
        return tuple(f"{'+' if more else '-'}{name}" for name, more in (known | wanted).items())
    kept = [name for name in before if wanted.get(name, True)]
    return (*kept, *(name for name, more in wanted.items() if more and name not in kept))


def over(above: Mapping[str, Any], said: Mapping[str, Said]) -> dict[str, Any]:
    """Lay what a department says over what holds above it."""
    laid = dict(above)
    for name, one in said.items():
        laid[name] = combined(above.get(name, _FIRST.get(name, ())), one.value) if name in LISTS else one.value
    return laid
