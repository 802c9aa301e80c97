"""Afdelingerne kommer med: one could long ago and has not started, one begins in a wave, one waits for the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from esdh_connect import Connect
from esdh_connect.departments import Consequence
from esdh_connect_demo import seed
from esdh_connect_forbrug.starting import NotStarted
from esdh_connect_forbrug.starting.showing import lines
from esdh_connect_forbrug.starting.values import Hurdle, Reason, Step
from esdh_connect_rollout import Waves
from esdh_connect_rollout.command import showing

__all__ = ["FIRST", "NEXT", "begin", "explain", "plan_waves", "status", "waiting"]

FIRST, NEXT = "Bølge 1: byggesager", "Bølge 2: kultur"
_CONSULTANT, _CONTACT = "Rikke Holm", "Ole Ærtebjerg"
_CHANNELS = ("+digital_post", "+fysisk_post")


def plan_waves(post: Connect, plugins: Sequence[str]) -> tuple[Consequence, ...]:
    """Plan two waves that bring these plugins, and give what starting the first will do."""
    waves = Waves(post)
    what = {"plugins": [f"+{name}" for name in plugins], "channels": [*_CHANNELS]}
    for title, department, days in ((FIRST, seed.TECHNICAL, 0), (NEXT, seed.CULTURE, 60)):
        starts = post.store.now() + timedelta(days=days)
        waves.plan(title, [department.id], starts=starts, owner=_CONSULTANT, what=what, by=_CONSULTANT)
    return waves.foresee(FIRST)


def begin(post: Connect) -> None:
    """Start the first wave."""
    Waves(post).start(FIRST, by=_CONSULTANT, why="byggesagerne har de bilag, der går igen")


def explain(post: Connect) -> None:
    """Note why the department that could has sent nothing, as its contact says, and what is next."""
    door = NotStarted(post)
    step = Step("konsulenten viser det på teammødet", _CONSULTANT, door.today + timedelta(days=7))
    said = "vi ved ikke, hvad borgeren ser"
    door.answer(seed.SERVICE.id, Reason.STARTUP, by=_CONTACT, hurdle=Hurdle.TRAINING, note=said, step=step)


def waiting(post: Connect) -> list[str]:
    """Tell who could send and has not, why, and what is next; nothing where everybody has."""
    door = NotStarted(post)
    return [line for one in door.departments() for line in lines(one, door.today)]


def status(post: Connect) -> Iterator[str]:
    """Tell how far the municipality is."""
    waves = Waves(post)
    return showing.status(waves.status(), showing.names(waves))
