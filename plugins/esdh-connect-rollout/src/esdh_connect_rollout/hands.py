"""
Hånd: what somebody decided of a list by hand, one name at a time.

Who lets one name follow the department above forgets the whole list, and says the rest of it again. What is only said
again is no decision: it is still whose it was.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from esdh_connect.policy import LISTS, PolicyChange, is_relative, statement

__all__ = ["Said", "carried", "in_order", "touched", "without"]

#: One sign in a list, as somebody said it: who, when, from when, of which list, and the sign.
Said = tuple[str, datetime, datetime, str, str]
_Whose = Callable[[PolicyChange], tuple[str, bool]]


def in_order(changes: Sequence[PolicyChange]) -> list[PolicyChange]:
    """Sort changes as they count."""
    return sorted(changes, key=lambda change: (change.in_force, change.decided_at))


def _decision(change: PolicyChange) -> tuple[str, datetime, datetime]:
    return change.by, change.decided_at, change.in_force


def touched(history: Sequence[PolicyChange], change: PolicyChange, name: str) -> Mapping[str, str]:
    """
    Give what the decision a change is part of made of an attribute: "+", "-" or "" (as above) by name in its list.

    The one name is empty where it is no list, or the whole of it was said.
    """
    together = [one for one in history if _decision(one) == _decision(change)]
    earlier = history[: history.index(together[0])]
    was, is_ = (_value(ones, name, change.in_force) for ones in (earlier, [*earlier, *together]))
    if name not in LISTS or not all(one is None or is_relative(one) for one in (was, is_)):
        return {"": ""}
    before, after = _signs(was), _signs(is_)
    return {one: after.get(one, "") for one in (before | after) if before.get(one) != after.get(one)}


def _value(changes: Sequence[PolicyChange], name: str, at: datetime) -> tuple[str, ...] | None:
    said = statement(in_order(changes), at).get(name)
    return None if said is None else said.value


def _signs(value: Sequence[str] | None) -> dict[str, str]:
    return {sign[1:]: sign[0] for sign in value or ()}


def carried(history: Sequence[PolicyChange], whose: _Whose) -> Mapping[Said, str]:
    """
    Give what people only said again of what a wave had said, and which wave.

    ``whose`` tells the wave that decided something, "" where it was somebody by hand, and whether it only said anew
    what followed from other decisions.
    """
    known: dict[str, dict[str, str]] = {name: {} for name in LISTS}
    gone: dict[str, tuple[object, dict[str, str]]] = {}
    found: dict[Said, str] = {}
    for change in in_order(history):
        wave, is_anew = whose(change)
        for name in LISTS & change.what.keys():
            value = change.what[name]
            if value is None:
                gone[name] = _decision(change), known[name]
                known[name] = {}
                continue
            decision, before = gone.get(name, (None, {}))
            again = before if decision == _decision(change) and (is_anew or not wave) else {}
            said = {sign: again.get(sign, wave) for sign in value} if is_relative(value) else {}
            found |= {(*_decision(change), name, sign): its for sign, its in said.items() if its and not wave}
            left = {sign: its for sign, its in known[name].items() if sign[1:] not in _signs(tuple(said))}
            known[name] = left | said if is_relative(value) else {}
    return found


def without(change: PolicyChange, names: Mapping[Said, str], standing: Container[str]) -> PolicyChange:
    """Give a decision by hand without what it only said again of waves that do not stand."""
    what: dict[str, Any] = {}
    for name, value in change.what.items():
        if name not in LISTS or value is None:
            what[name] = value
            continue
        wave_of = {sign: names.get((*_decision(change), name, sign)) for sign in value}
        left = tuple(sign for sign, wave in wave_of.items() if wave is None or wave in standing)
        if left or not value:
            what[name] = left
    return attrs.evolve(change, what=what)
