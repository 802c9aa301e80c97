"""Bølge as a value: what was planned, where it is, and what was learnt, all folded from its acts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Any

import attrs

from esdh_connect.ids import mask
from esdh_connect_rollout.waves.acts import Act, Kind
from esdh_connect_rollout.waves.notes import Note, notes
from esdh_connect_rollout.waves.states import LIVE, Course, State, course

__all__ = ["LONGEST", "Aim", "Wave", "name_of", "previous", "waves"]

#: Signs in a title, at most.
LONGEST = 100
#: What a wave switches on beside what was asked for, so that it hears of the departments' letters.
_OURS = "rollout"


@attrs.frozen
class Aim:
    """
    Hvad bølgen vil: which departments, from when, what they get, who sees to it, and the goal.

    ``what`` maps attributes of a policy to what they become, as plain data; lists are best relative
    (``["+digital_post"]``). ``goal`` is letters a month, all departments together.
    """

    title: str
    departments: tuple[str, ...]
    starts: datetime
    owner: str = attrs.field(repr=False)
    what: Mapping[str, Any]
    goal: int | None = None
    purpose: str = ""

    @classmethod
    def read(cls, what: Mapping[str, Any]) -> Aim:
        """Read what an act holds."""
        known = {one.name: what[one.name] for one in attrs.fields(cls) if one.name in what}
        known |= {"departments": tuple(what["departments"]), "starts": datetime.fromisoformat(what["starts"])}
        return cls(**known)

    def written(self) -> dict[str, Any]:
        """Give it as an act holds it."""
        plain = {"departments": list(self.departments), "starts": self.starts.isoformat()}
        return attrs.asdict(self, recurse=False) | plain


@attrs.frozen
class Wave:
    """Bølge: its name, what it wants, and every act, the first first."""

    name: str
    acts: tuple[Act, ...]

    @cached_property
    def aim(self) -> Aim:
        """Give what it wants, as it was decided last. Raises LookupError where that does not open any more."""
        decided = [one for one in self.acts if one.kind in {Kind.PLANNED, Kind.CHANGED} and one.what]
        if not decided:
            raise LookupError(f"what wave {self.name} wants does not open")
        return Aim.read(decided[-1].what)

    @property
    def brings(self) -> Mapping[str, Any]:
        """Give all it switches on: what was asked for, and the plugin that hears of its departments' letters."""
        return _with_ours(self.aim.what)

    @property
    def is_damaged(self) -> bool:
        """Tell whether nothing says any more what it wants."""
        return not any(one.kind in {Kind.PLANNED, Kind.CHANGED} and one.what for one in self.acts)

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """Give what was learnt."""
        return notes(self.acts)

    @cached_property
    def open_difficulties(self) -> tuple[Note, ...]:
        """Give the difficulties nobody has solved."""
        return tuple(note for note in self.notes if note.is_open)

    @cached_property
    def skipped(self) -> Act | None:
        """Give who said that nothing is written of it, and why."""
        return next((one for one in reversed(self.acts) if one.kind is Kind.SKIPPED), None)

    @property
    def is_learnt_from(self) -> bool:
        """
        Tell whether its experiences are written, or skipped with a reason: then the next may start.

        What was written before it began is no experience of it.
        """
        return self.skipped is not None or any(self.taught(note) for note in self.notes)

    def taught(self, note: Note) -> bool:
        """Tell whether a note is an experience that lets the next wave start."""
        return note.is_written and self.course(note.at).first is not None

    @cached_property
    def checked(self) -> Mapping[str, Act]:
        """Give who ticked what on its checklist, by key; a tick that was taken back is none."""
        found: dict[str, Act] = {}
        for act in self.acts:
            if act.kind is Kind.CHECKED:
                found[str(act.what.get("item"))] = act
            elif act.kind is Kind.UNCHECKED:
                found.pop(str(act.what.get("item")), None)
        return found

    def course(self, at: datetime) -> Course:
        """Give where it is at a moment, and how it came there."""
        return course(self.acts, at)

    def state(self, at: datetime) -> State:
        """Give where it is at a moment."""
        return self.course(at).state

    def is_live(self, at: datetime) -> bool:
        """Tell whether its departments have what it brought."""
        return self.state(at) in LIVE

    def heard(self, kind: Kind) -> Mapping[str, datetime]:
        """
        Give when each department had its first letter (``BEGAN``), or had found its way (``ROUTINE``).

        Not to be shown: what may be told of it is a ``Standing``, see ``WaveProgress.standings``.
        """
        found: dict[str, datetime] = {}
        for act in self.acts:
            if act.kind is kind:
                found.setdefault(str(act.what.get("department")), act.in_force)
        return found


def _with_ours(what: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a wave brings, with what it needs itself."""
    plugins = tuple(what.get("plugins", ()))
    if any(name.lstrip("+") == _OURS for name in plugins):
        return dict(what)
    absolute = bool(plugins) and not plugins[0].startswith(("+", "-"))
    return {**what, "plugins": (*plugins, _OURS if absolute else f"+{_OURS}")}


def waves(acts: Iterable[Act]) -> tuple[Wave, ...]:
    """Give the waves there are, in the order they are to come: by the day they are to start, then as planned."""
    known = sorted((act for act in acts if act.wave), key=lambda act: (act.wave, act.number))
    found = [Wave(name, tuple(its)) for name, its in groupby(known, key=lambda act: act.wave)]
    return tuple(sorted(found, key=_order))


def _order(wave: Wave) -> tuple[str, int]:
    first = wave.acts[0]
    starts = first.at if wave.is_damaged else wave.aim.starts
    return starts.isoformat(), first.number


def previous(known: Iterable[Wave], wave: Wave, at: datetime) -> Wave | None:
    """Give the wave before this one; one that was rolled back before it had begun taught nobody anything."""
    before = None
    for one in known:
        if one.name == wave.name:
            return before
        here = one.course(at)
        if here.state is not State.ROLLED_BACK or here.first is not None:
            before = one
    return before


def name_of(title: str) -> str:
    """
    Give the name a title leads to: "Bølge 1 – Borgerservice" is ``bølge-1-borgerservice``.

    Raises ValueError where nothing is left, where it is too long, or where it holds what may be a CPR number: it is
    stored in clear.
    """
    name = re.sub(r"[\W_]+", "-", title.casefold()).strip("-")
    if not name or len(title) > LONGEST or mask(title) != title or mask(name) != name:
        raise ValueError("a wave has a title of at most 100 signs, with letters or figures and no CPR number")
    return name
