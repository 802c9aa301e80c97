"""
Tilstande: what a wave can be, and what leads from one state to the next. A table, and how it is read.

A start may lie ahead: until its day the wave is being prepared, and then it runs, with nobody doing anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum

import attrs

from esdh_connect_rollout.waves.acts import Act, Kind

__all__ = ["ENDED", "LIVE", "MOVES", "Course", "State", "course"]


class State(Enum):
    """Tilstand. Its value is the word people see."""

    PLANNED = "Planlagt"
    PREPARING = "Klargøring"
    RUNNING = "I gang"
    HALFWAY = "Halvvejs"
    FINISHED = "Færdig"
    PAUSED = "På pause"
    ROLLED_BACK = "Rullet tilbage"


#: What may be done to a wave, and what it is then. Resuming leads back to where it was paused.
MOVES: Mapping[State, Mapping[Kind, State]] = {
    State.PLANNED: {
        Kind.CHANGED: State.PLANNED,
        Kind.PREPARED: State.PREPARING,
        Kind.STARTED: State.RUNNING,
        Kind.PAUSED: State.PAUSED,
        Kind.ROLLED_BACK: State.ROLLED_BACK,
    },
    State.PREPARING: {
        Kind.CHANGED: State.PREPARING,
        Kind.STARTED: State.RUNNING,
        Kind.PAUSED: State.PAUSED,
        Kind.ROLLED_BACK: State.ROLLED_BACK,
    },
    State.RUNNING: {Kind.HALFWAY: State.HALFWAY, Kind.PAUSED: State.PAUSED, Kind.ROLLED_BACK: State.ROLLED_BACK},
    State.HALFWAY: {Kind.FINISHED: State.FINISHED, Kind.PAUSED: State.PAUSED, Kind.ROLLED_BACK: State.ROLLED_BACK},
    State.PAUSED: {Kind.RESUMED: State.RUNNING, Kind.ROLLED_BACK: State.ROLLED_BACK},
    State.FINISHED: {},
    State.ROLLED_BACK: {},
}
#: The departments of such a wave have what it brought.
LIVE = frozenset({State.RUNNING, State.HALFWAY, State.FINISHED})
#: Nothing more becomes of such a wave.
ENDED = frozenset({State.FINISHED, State.ROLLED_BACK})
_STEPS = frozenset(kind for moves in MOVES.values() for kind in moves)


@attrs.frozen
class Course:
    """
    Forløb: where a wave is, and how it came there.

    ``begins`` is the day of a start that was decided, also while it lies ahead; ``first`` when it first had begun.
    ``paused`` is what it was when it was paused.
    """

    state: State = State.PLANNED
    begins: datetime | None = None
    first: datetime | None = None
    paused: State | None = None

    def at(self, moment: datetime) -> Course:
        """Give where it is at a later moment: a start whose day has come has begun."""
        if self.state is not State.PREPARING or self.begins is None or self.begins > moment:
            return self
        return attrs.evolve(self, state=State.RUNNING, first=self.first or self.begins)

    def allows(self, kind: Kind) -> bool:
        """Tell whether this may be done now. What was decided for a day ahead is not decided again."""
        decided = self.state is State.PREPARING and self.begins is not None
        return kind in MOVES[self.state] and not (decided and kind in {Kind.STARTED, Kind.CHANGED})

    def after(self, act: Act) -> Course:
        """Give where it is once the act was done; unchanged by one that is not allowed, or is no step."""
        here = self.at(act.at)
        if not here.allows(act.kind):
            return here
        match act.kind:
            case Kind.STARTED:
                return attrs.evolve(here, state=State.PREPARING, begins=act.in_force).at(act.at)
            case Kind.PAUSED:
                return attrs.evolve(here, state=State.PAUSED, paused=here.state)
            case Kind.RESUMED:
                return here.resumed(act)
        return attrs.evolve(here, state=MOVES[here.state][act.kind])

    def resumed(self, act: Act) -> Course:
        """Give where it is once it goes on: where it was, and where that was running, from the day that was said."""
        was = self.paused or State.PLANNED
        if was is State.PREPARING and self.begins is not None:
            return attrs.evolve(self, state=was, paused=None, begins=act.in_force).at(act.at)
        return attrs.evolve(self, state=was, paused=None)


def course(acts: Iterable[Act], at: datetime) -> Course:
    """Give where a wave is at the aware time ``at``, from what was decided until then."""
    here = Course()
    for act in sorted(acts, key=lambda one: one.number):
        if act.at <= at and act.kind in _STEPS:
            here = here.after(act)
    return here.at(at)
