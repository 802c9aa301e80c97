"""
Skærmning: departments below those of a wave that are not in it are kept from what they would inherit.

What keeps one of them is a decision about it, which counts at once. It is never one that would take from it what it
has, or is to get some day by what was decided before – as one that is to move: there the wave reaches it, and that is
told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from esdh_connect import wording
from esdh_connect.departments import Consequence, Departments, said
from esdh_connect.policy import LISTS, PolicyChange, Tree, label
from esdh_connect_rollout.waves.wave import Wave

__all__ = ["Spared", "held", "sparing", "told"]

_Names = dict[str, dict[str, dict[str, datetime]]]


@attrs.frozen
class Spared:
    """What is not kept from a department, by attribute: it was decided before that it has it ``since`` a day."""

    department: str
    names: Mapping[str, Sequence[str]]
    since: datetime

    @property
    def text(self) -> str:
        """Tell of it in Danish."""
        what = "; ".join(f"{label(name)}: {', '.join(ones)}" for name, ones in self.names.items())
        return (
            f"Den er ikke i bølgen, men kan ikke holdes ude af den: det er allerede besluttet, at den får noget af det "
            f"samme {wording.when(self.since)} ({what}). Den beslutning bliver ikke ændret, så den har det, fra bølgen "
            "begynder."
        )


def held(
    wave: Wave, departments: Departments, at: datetime, in_force: datetime
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give what would keep those below as they are: their lists without what they would inherit."""
    brings = {
        name: [one.lstrip("+") for one in value if not one.startswith("-")]
        for name, value in wave.brings.items()
        if name in LISTS
    }
    for id_ in _below(departments, wave.aim.departments, in_force):
        policy = departments.policy(id_, at)
        less = {
            name: tuple(f"-{one}" for one in ones if one not in getattr(policy, name)) for name, ones in brings.items()
        }
        what = {name: ones for name, ones in less.items() if ones}
        if what:
            yield id_, what


def _below(departments: Departments, named: Iterable[str], in_force: datetime) -> tuple[str, ...]:
    """Give the departments that are below these when it counts, and are not among them."""
    wanted = set(named)
    return tuple(
        one.id
        for one in departments
        if one.id not in wanted and not wanted.isdisjoint(departments.lineage(one.id, in_force))
    )


def sparing(
    changes: Sequence[PolicyChange], departments: Departments, at: datetime
) -> tuple[tuple[PolicyChange, ...], tuple[Spared, ...]]:
    """Give the changes without what would take from departments what they have, or are to get; and what that was."""
    tree = departments.supposing(())
    lost = _lost(tree, tree.more(changes), dict.fromkeys(one.department.id for one in changes), at)
    spared = tuple(
        Spared(id_, {name: tuple(ones) for name, ones in names.items()}, min(_days(names)))
        for id_, names in lost.items()
    )
    return tuple(one for change in changes if (one := _without(change, lost)).what), spared


def _lost(before: Tree, after: Tree, ids: Iterable[str], at: datetime) -> _Names:
    """Give what departments have in the one tree and not in the other, from ``at`` on: since when first."""
    found: _Names = {}
    for moment in (at, *(one for one in before.moments if one > at)):
        for id_ in ids:
            was, is_ = before.policy(id_, moment), after.policy(id_, moment)
            for name in LISTS:
                for one in sorted({*getattr(was, name)}.difference(getattr(is_, name))):
                    found.setdefault(id_, {}).setdefault(name, {}).setdefault(one, moment)
    return found


def _days(names: Mapping[str, Mapping[str, datetime]]) -> Iterator[datetime]:
    return (since for ones in names.values() for since in ones.values())


def _without(change: PolicyChange, lost: _Names) -> PolicyChange:
    names = lost.get(change.department.id)
    if names is None:
        return change
    what = {
        name: value if value is None else tuple(one for one in value if one[1:] not in names.get(name, ()))
        for name, value in change.what.items()
    }
    return attrs.evolve(change, what={name: value for name, value in what.items() if value != ()})


def told(
    changes: Iterable[PolicyChange], spared: Iterable[Spared], wave: Wave, departments: Departments, in_force: datetime
) -> Iterator[Consequence]:
    """Tell in Danish who below a wave's departments is kept from it, and who is not because more was decided before."""
    by: dict[tuple[str, str], list[str]] = {}
    decided: dict[str, list[PolicyChange]] = {}
    for change in changes:
        if change.department.id not in wave.aim.departments:
            decided.setdefault(change.department.id, []).append(change)
    for id_, ones in decided.items():
        above = departments.lineage(id_, in_force)
        nearest = next((one for one in above if one in wave.aim.departments), id_)
        words = "; ".join(f"{name}: {word}" for name, word in said(*ones).items())
        by.setdefault((nearest, words), []).append(departments.get(id_).name or id_)
    for (nearest, words), names in by.items():
        yield Consequence(nearest, _kept(names, words))
    for one in spared:
        if one.since > in_force and one.department not in wave.aim.departments:
            yield Consequence(one.department, one.text, warns=True)


def _kept(names: Sequence[str], words: str) -> str:
    listed = ", ".join(f"»{one}«" for one in names)
    if len(names) == 1:
        return f"{listed} under den er ikke i bølgen. Den arver det ikke, men får straks sin egen beslutning: {words}."
    return (
        f"{len(names)} afdelinger under den er ikke i bølgen: {listed}. De arver det ikke, men får straks deres egen "
        f"beslutning: {words}."
    )
