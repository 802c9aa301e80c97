"""Gennemløb: every place a run passes, and what may befall whoever passes it, one run for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

import attrs

from esdh_connect.testing.sweep.courses import follow_up, second_act
from esdh_connect.testing.sweep.crew import Crew
from esdh_connect.testing.sweep.points import Blow, Stage, is_edge
from esdh_connect.testing.sweep.promises import Watch
from esdh_connect.testing.sweep.setting import Setting
from esdh_connect.testing.sweep.world import Place, World

__all__ = ["NewPlace", "Only", "Tally", "broken", "edges", "every_passage", "run", "sweep", "sweep_twice", "untold"]

#: Makes an empty outbox.
NewPlace = Callable[[], Place]
#: Chooses passages of a run.
Only = Callable[[Stage], Iterable[int]]
_NOTHING: Mapping[int, Blow] = MappingProxyType({})


def run(setting: Setting, place: Place, crew: Crew, blows: Mapping[int, Blow] = _NOTHING) -> World:
    """Let a day go by: two letters, their receipts, what they bring; with a blow at each of these passages."""
    world = World(setting, place, crew)
    watch = Watch(world)
    watch.begin()
    world.stage.blows.update(blows)
    world.watch = watch.look
    try:
        _day(world)
        world.settle()
        watch.end()
    finally:
        world.close()
    return world


def _day(world: World) -> None:
    for title in ("first",) if world.setting.alone else ("first", "second"):
        world.commit(title)
        second_act(world, title)
    world.deliver()
    world.approve()
    world.push()
    world.deliver()
    follow_up(world)
    world.clock.move(seconds=40)
    world.deliver()
    world.cancel("first")
    world.push()
    world.deliver()


def every_passage(stage: Stage) -> Iterable[int]:
    """Take them all."""
    return range(len(stage.passed))


def edges(stage: Stage) -> Iterable[int]:
    """
    Take those at which something has just become lasting, or is about to leave.

    Between two of them nothing lasts that was not there before: to a process that dies they are one place.
    """
    return (at for at, place in enumerate(stage.passed) if is_edge(place))


def untold(only: Only) -> Only:
    """Leave out what has to do with telling facts: that is the same whatever was answered."""
    return lambda stage: (at for at in only(stage) if not _tells(stage.passed[at]))


def _tells(place: str) -> bool:
    return "listener." in place or "outbox.heard" in place


@attrs.frozen
class Tally:
    """How many runs there were, and what went against the promises in them."""

    runs: int
    problems: tuple[str, ...] = ()


def sweep(
    settings: Iterable[Setting], blows: Sequence[Blow], new_place: NewPlace, *, only: Only = every_passage
) -> Tally:
    """
    Let every blow fall at every passage of every setting, one run for each.

    ``only`` gives the passages it is about.
    """
    problems: list[str] = []
    runs = 0
    for label, world in _runs(settings, blows, new_place, only=only):
        runs += 1
        problems += [f"{label}: {problem}" for problem in world.problems]
    return Tally(runs, tuple(problems))


def sweep_twice(setting: Setting, blow: Blow, new_place: NewPlace, *, only: Only = edges) -> Tally:
    """Let a second blow fall at every passage that follows a first one: also while somebody clears up after it."""
    problems: list[str] = []
    runs, crew = 0, Crew()
    for at in only(run(setting, new_place(), crew).stage):
        once = run(setting, new_place(), crew, {at: blow}).stage
        for again in only(once):
            if again > at:
                world = run(setting, new_place(), crew, {at: blow, again: blow})
                where = f"{blow.name} at {once.label(at)} and {once.label(again)}"
                runs, problems = runs + 1, problems + [f"{setting}: {where}: {one}" for one in world.problems]
    return Tally(runs, tuple(problems))


def broken(
    settings: Iterable[Setting], blows: Sequence[Blow], new_place: NewPlace, *, only: Only = every_passage
) -> Tally:
    """Sweep until a promise is broken, and give what was broken there: nothing where none is."""
    runs = 0
    for label, world in _runs(settings, blows, new_place, only=only):
        runs += 1
        if world.problems:
            return Tally(runs, tuple(f"{label}: {problem}" for problem in world.problems))
    return Tally(runs)


def _runs(
    settings: Iterable[Setting], blows: Sequence[Blow], new_place: NewPlace, *, only: Only
) -> Iterator[tuple[str, World]]:
    crew = Crew()
    for setting in settings:
        quiet = run(setting, new_place(), crew)
        yield str(setting), quiet
        for at in only(quiet.stage):
            for blow in blows:
                yield f"{setting}: {blow.name} at {quiet.stage.label(at)}", run(setting, new_place(), crew, {at: blow})
