"""
Ændringer: what a wave brings to its departments, and how that is taken back.

A wave brings exactly the departments it names: where one of them has others below it that are not in the wave, these
are kept as they are. Taken back is what the wave decided, and nothing else: a department is afterwards what its own
decisions make it without those of the wave. So what was changed by hand meanwhile stands, and is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from esdh_connect.departments import Departments
from esdh_connect.policy import LISTS, PolicyChange, statement
from esdh_connect_rollout.waves.acts import Kind
from esdh_connect_rollout.waves.wave import Wave

__all__ = ["Decision", "Kept", "brought", "reason", "taken_back"]

#: What a wave switches on beside what was asked for, so that it hears of the departments' letters.
OURS = "rollout"
_DATED = frozenset({Kind.STARTED, Kind.PAUSED, Kind.RESUMED, Kind.ROLLED_BACK})


@attrs.frozen
class Decision:
    """Who decides, when, from when it counts, and why."""

    by: str = attrs.field(repr=False)
    at: datetime
    in_force: datetime
    why: str = attrs.field(default="", repr=False)

    @property
    def at_once(self) -> Decision:
        """Give the same, counting from when it is decided."""
        return attrs.evolve(self, in_force=self.at)


@attrs.frozen
class Kept:
    """What was decided by hand since the wave began, and therefore stands."""

    department: str
    attribute: str
    change: PolicyChange


def brought(wave: Wave, departments: Departments, decision: Decision) -> tuple[PolicyChange, ...]:
    """
    Give the changes that bring a wave to its departments, and keep it from those below them.

    These are kept from it at once, although the wave may begin later: whoever switches something on there until then
    is heard.
    """
    named = ((id_, _with_ours(wave.aim.what)) for id_ in wave.aim.departments)
    held = _held(wave, departments, decision.at)
    return (*_changes(departments, decision.at_once, held), *_changes(departments, decision, named))


def _with_ours(what: Mapping[str, Any]) -> dict[str, Any]:
    plugins = tuple(what.get("plugins", ()))
    if any(name.lstrip("+") == OURS for name in plugins):
        return dict(what)
    absolute = bool(plugins) and not plugins[0].startswith(("+", "-"))
    return {**what, "plugins": (*plugins, OURS if absolute else f"+{OURS}")}


def _held(wave: Wave, departments: Departments, at: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give what keeps those below as they are: their lists without what they would inherit."""
    brings = {
        name: {one.lstrip("+") for one in value if not one.startswith("-")}
        for name, value in _with_ours(wave.aim.what).items()
        if name in LISTS
    }
    for id_ in _below(departments, wave.aim.departments):
        policy = departments.policy(id_, at)
        less = {
            name: tuple(f"-{one}" for one in sorted(ones) if one not in getattr(policy, name))
            for name, ones in brings.items()
        }
        what = {name: ones for name, ones in less.items() if ones}
        if what:
            yield id_, what


def _below(departments: Departments, named: Iterable[str]) -> tuple[str, ...]:
    """Give the departments below these that are not among them."""
    wanted = set(named)
    return tuple(
        one.id for one in departments if one.id not in wanted and wanted.intersection(departments.lineage(one.id))
    )


def _changes(
    departments: Departments, decision: Decision, said: Iterable[tuple[str, Mapping[str, Any]]]
) -> Iterator[PolicyChange]:
    for id_, what in said:
        yield PolicyChange(departments.get(id_), what, decision.by, decision.at, decision.in_force, decision.why)


# --- taking it back


def taken_back(
    wave: Wave, departments: Departments, decision: Decision, *, overwrite: bool = False
) -> tuple[tuple[PolicyChange, ...], tuple[Kept, ...]]:
    """
    Give the changes that take back what a wave decided, and what was decided by hand since and is left as it is.

    With ``overwrite`` that is taken back too.
    """
    ours = _Ours.of(wave)
    changes: list[PolicyChange] = []
    kept: list[Kept] = []
    for id_ in sorted({change.department.id for change in departments.history() if ours.made(change)}):
        history, is_named = departments.history(id_), id_ in wave.aim.departments
        if is_named:  # the others were only kept from it
            kept += [Kept(id_, name, change) for name, change in _by_hand(history, ours).items()]
        others = _others(history, ours, overwrite=overwrite and is_named)
        dated = decision if is_named else decision.at_once
        changes += _changes(departments, dated, ((id_, what) for what in _back(history, others, dated.in_force)))
    return tuple(changes), () if overwrite else tuple(kept)


@attrs.frozen
class _Ours:
    """What the decisions of a wave are known by: who, when, from when, and the wave's title in the reason."""

    title: str
    marks: frozenset[tuple[str, datetime, datetime]]

    @classmethod
    def of(cls, wave: Wave) -> _Ours:
        acts = [act for act in wave.acts if act.kind in _DATED]
        marks = frozenset((act.by, act.at, since) for act in acts for since in (act.at, act.in_force))
        return cls(reason(wave, ""), marks)

    def made(self, change: PolicyChange) -> bool:
        mark = change.by, change.decided_at, change.in_force
        return mark in self.marks and change.why.startswith(self.title)


def reason(wave: Wave, why: str) -> str:
    """Give why a department is changed, as its history has it."""
    return f"{wave.aim.title}: {why}"


def _by_hand(history: Sequence[PolicyChange], ours: _Ours) -> dict[str, PolicyChange]:
    """Give, by attribute, the last decision of somebody else since the wave began about something it decided."""
    touched: set[str] = set()
    found: dict[str, PolicyChange] = {}
    for change in history:
        if ours.made(change):
            touched |= change.what.keys()
        else:
            found |= {name: change for name in change.what if name in touched}
    return found


def _others(history: Sequence[PolicyChange], ours: _Ours, *, overwrite: bool) -> list[PolicyChange]:
    """Give what others decided; with ``overwrite`` without what they since said of what the wave had decided."""
    touched: set[str] = set()
    found: list[PolicyChange] = []
    for change in history:
        if ours.made(change):
            touched |= change.what.keys()
        elif overwrite:
            found.append(
                attrs.evolve(change, what={name: it for name, it in change.what.items() if name not in touched})
            )
        else:
            found.append(change)
    return found


def _back(history: Sequence[PolicyChange], others: Sequence[PolicyChange], at: datetime) -> Iterator[Mapping[str, Any]]:
    """Give what must be said so that a department says what ``others`` say: first what is forgotten, then the rest."""
    now, then = _said(history, at), _said(others, at)
    differing = {name for name in now.keys() | then.keys() if now.get(name) != then.get(name)}
    if not differing:
        return
    yield dict.fromkeys(sorted(differing))
    wanted = {name: then[name] for name in sorted(differing) if name in then}
    if wanted:
        yield wanted


def _said(history: Iterable[PolicyChange], at: datetime) -> dict[str, Any]:
    ordered = sorted(history, key=lambda change: (change.in_force, change.decided_at))
    return {name: said.value for name, said in statement(ordered, at).items()}
