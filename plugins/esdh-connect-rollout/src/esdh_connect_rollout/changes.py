"""
Ændringer: what a wave brings to its departments, and how that is taken back.

A wave brings exactly the departments it names: where one of them has others below it that are not in the wave, these
are kept as they are. Taken back is what the wave decided, and nothing else: a department is afterwards what its own
decisions make it without those of the wave, and what does not count yet is withdrawn. So what was changed by hand
meanwhile stands, and is named. A wave that goes on takes back its pause in the same way: all stands where it stood.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from esdh_connect import wording
from esdh_connect.departments import Departments
from esdh_connect.policy import LISTS, WITHDRAWN, PolicyChange, is_relative, label, statement
from esdh_connect_rollout.origins import Origins
from esdh_connect_rollout.shielding import Spared, held, sparing
from esdh_connect_rollout.waves.acts import Act
from esdh_connect_rollout.waves.wave import Wave

__all__ = ["Brought", "Decision", "Kept", "again", "brought", "taken_back"]


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
    """
    What was decided by hand since the wave began, and therefore stands.

    Of a list it is one ``name``, and ``sign`` is "+" or "-", or "" where it is left to the department above; without a
    name it is all of the attribute.
    """

    department: str
    attribute: str
    change: PolicyChange
    name: str = ""
    sign: str = ""

    @property
    def text(self) -> str:
        """Tell of it in Danish."""
        by, when = self.change.by, wording.when(self.change.decided_at)
        match self.attribute, self.sign:
            case "plugins", "+":
                return f"Pluginet »{self.name}« er slået til i hånden af {by} {when}, og det bliver stående."
            case "plugins", "-":
                return f"Pluginet »{self.name}« er slået fra i hånden af {by} {when}, og det bliver stående."
            case "channels", "+":
                return f"Kanalen »{self.name}« er slået til i hånden af {by} {when}, og det bliver stående."
            case "channels", "-":
                return f"Kanalen »{self.name}« er slået fra i hånden af {by} {when}, og det bliver stående."
        if self.name and not self.sign:
            return (
                f"»{self.name}« følger igen den overordnede, besluttet i hånden af {by} {when}, og det bliver stående."
            )
        return f"{label(self.attribute).capitalize()} er ændret i hånden af {by} {when}, og det bliver stående."


@attrs.frozen
class Brought:
    """What a wave brings and keeps from those below, and what it cannot keep from them."""

    changes: tuple[PolicyChange, ...]
    spared: tuple[Spared, ...] = ()


def brought(wave: Wave, departments: Departments, decision: Decision) -> Brought:
    """
    Give the changes that bring a wave to its departments, and keep it from those below them.

    These are kept from it at once, although the wave may begin later: whoever switches something on there until then
    is heard. What was decided for them before stands, and is not kept from them.
    """
    named = ((id_, wave.brings) for id_ in wave.aim.departments)
    keeping = held(wave, departments, decision.at, decision.in_force)
    kept, spared = sparing(tuple(_changes(departments, decision.at_once, keeping)), departments, decision.at)
    bringing = _in_their_order(tuple(_changes(departments, decision, named)), departments)
    return Brought((*kept, *bringing), spared)


def _in_their_order(changes: Sequence[PolicyChange], departments: Departments) -> Iterator[PolicyChange]:
    """Say the whole list where the channels would else not come in the order the wave names them."""
    tree = departments.supposing(changes)
    for change in changes:
        said = tuple(change.what.get("channels") or ())
        wanted = [name[1:] for name in said if name.startswith("+")]
        found = tree.policy(change.department.id, change.in_force).channels
        if not is_relative(said) or [name for name in found if name in wanted] == wanted:
            yield change
        else:
            whole = (*wanted, *(name for name in found if name not in wanted))
            yield attrs.evolve(change, what={**change.what, "channels": whole})


def _changes(
    departments: Departments, decision: Decision, said: Iterable[tuple[str, Mapping[str, Any]]]
) -> Iterator[PolicyChange]:
    for id_, what in said:
        yield PolicyChange(departments.get(id_), what, decision.by, decision.at, decision.in_force, decision.why)


# --- taking it back, and bringing it again


def taken_back(
    wave: Wave, origins: Origins, departments: Departments, decision: Decision, *, overwrite: bool = False
) -> tuple[tuple[PolicyChange, ...], tuple[Kept, ...]]:
    """
    Give the changes that take back what a wave decided, and what was decided by hand since and is left as it is.

    With ``overwrite`` that is taken back too.
    """
    origins = origins.without(wave)
    changes: list[PolicyChange] = []
    kept: list[Kept] = []
    for id_ in _touched(departments, origins, wave):
        history, is_named = departments.history(id_), id_ in wave.aim.departments
        if is_named:  # the others were only kept from it
            hands = origins.by_hand(history, wave)
            kept += [Kept(id_, name, change, one, sign) for (name, one), (change, sign) in hands.items()]
        others = origins.stand(history, over=wave if overwrite and is_named else None)
        ours = [one for one in history if origins.made(one, wave)]
        withdrawn = tuple(_withdrawn(history, ours, departments, decision))
        changes += [*withdrawn, *_turned((*history, *withdrawn), others, decision)]
    return tuple(changes), () if overwrite else tuple(kept)


def _withdrawn(
    history: Sequence[PolicyChange], ours: Iterable[PolicyChange], departments: Departments, decision: Decision
) -> Iterator[PolicyChange]:
    """Give what withdraws what a wave decided for a day that has not come."""
    ahead = {one.decided_at for one in ours if one.in_force > decision.at}
    ahead.difference_update(*(one.what.get(WITHDRAWN) or () for one in history))
    if ahead:
        what = {WITHDRAWN: tuple(sorted(ahead))}
        yield from _changes(departments, decision.at_once, [(history[0].department.id, what)])


def again(wave: Wave, origins: Origins, departments: Departments, decision: Decision, act: Act) -> Brought:
    """
    Give the changes after which a wave that was paused goes on, by ``act``.

    All stands again as it stood, and what was said by hand meanwhile of what the wave brings is said over by it. What
    was withdrawn before its day is brought anew.
    """
    begun = wave.course(decision.at).first is not None
    fresh = brought(wave, departments, decision)
    origins = origins.along_with(wave)
    known = _touched(departments, origins, wave)
    changes: list[PolicyChange] = []
    for id_ in dict.fromkeys((*known, *(one.department.id for one in fresh.changes))):
        if id_ in known and (begun or id_ not in wave.aim.departments):
            history = departments.history(id_)
            over = origins.said_over(history, wave, act)
            changes += _turned(history, [*origins.stand(history), *over], decision)
        else:
            its = (one for one in fresh.changes if one.department.id == id_)
            changes += [_as_it_was(one, origins, departments, wave) for one in its]
    named = [one for one in changes if one.department.id in wave.aim.departments]
    kept, spared = sparing([one for one in changes if one not in named], departments, decision.at)
    return Brought((*kept, *named), (*fresh.spared, *spared))


def _as_it_was(fresh: PolicyChange, origins: Origins, departments: Departments, wave: Wave) -> PolicyChange:
    """Give a change as it was decided for the same day before it was withdrawn, if it was."""
    before = [
        one
        for one in departments.history(fresh.department.id)
        if origins.made(one, wave) and one.in_force == fresh.in_force and WITHDRAWN not in one.what
    ]
    return attrs.evolve(fresh, what=before[-1].what) if before else fresh


def _touched(departments: Departments, origins: Origins, wave: Wave) -> tuple[str, ...]:
    """Give the departments a wave has decided something about."""
    return tuple(dict.fromkeys(one.department.id for one in departments.history() if origins.made(one, wave)))


def _turned(
    history: Sequence[PolicyChange], wanted: Sequence[PolicyChange], decision: Decision
) -> Iterator[PolicyChange]:
    """Give the changes after which a department says what ``wanted`` says, now and on every day it is decided for."""
    ahead = {one.in_force for one in (*history, *wanted) if one.in_force > decision.at}
    known, department = list(history), history[0].department
    for at in sorted({decision.at, *ahead}):
        for what in _back(known, wanted, at):
            known.append(PolicyChange(department, what, decision.by, decision.at, at, decision.why))
            yield known[-1]


def _back(history: Sequence[PolicyChange], wanted: Sequence[PolicyChange], at: datetime) -> Iterator[Mapping[str, Any]]:
    """Give what must be said so that a department says what ``wanted`` say: first what is forgotten, then the rest."""
    now, then = _said(history, at), _said(wanted, at)
    differing = sorted(name for name in now.keys() | then.keys() if now.get(name) != then.get(name))
    forgotten = [name for name in differing if name in now and (name not in then or name in LISTS)]
    if forgotten:
        yield dict.fromkeys(forgotten)
    if said := {name: then[name] for name in differing if name in then}:
        yield said


def _said(history: Iterable[PolicyChange], at: datetime) -> dict[str, Any]:
    ordered = sorted(history, key=lambda change: (change.in_force, change.decided_at))
    return {name: said.value for name, said in statement(ordered, at).items()}
