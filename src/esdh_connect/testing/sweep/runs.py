"""Gennemløb: every place a run passes, and what may befall whoever passes it, one run for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

import attrs

from esdh_connect.testing.sweep.crew import Crew
from esdh_connect.testing.sweep.points import Blow
from esdh_connect.testing.sweep.promises import Watch
from esdh_connect.testing.sweep.world import Place, Setting, World

__all__ = ["Tally", "first_broken", "run", "sweep"]

#: Makes an empty outbox.
NewPlace = Callable[[], Place]
#: Changes a world before anybody acts; a mutant does.
Twist = Callable[[World], None]


def run(setting: Setting, place: Place, crew: Crew, blows: dict[int, Blow] | None = None) -> World:
    """Let a day go by: two letters, their receipts, what they bring; with a blow at each of these passages."""
    world = World(setting, place, crew)
    watch = Watch(world)
    watch.begin()
    world.stage.blows = dict(blows or {})
    world.watch = watch.look
    try:
        _day(world)
        world.settle()
        watch.end()
    finally:
        world.close()
    return world


def _day(world: World) -> None:
    world.commit("first")
    world.commit("second")
    world.deliver()
    world.push()
    world.deliver()
    world.clock.move(seconds=40)
    world.deliver()
    world.cancel("first")
    world.push()
    world.deliver()


@attrs.frozen
class Tally:
    """What a sweep found: how many runs, and the first few that broke a promise."""

    runs: int
    broken: tuple[str, ...] = ()


def sweep(settings: Iterable[Setting], blows: Sequence[Blow], new_place: NewPlace, every: int = 1) -> Tally:
    """Let every blow fall at every ``every``-th passage of every setting, one run for each."""
    told: list[str] = []
    count = 0
    for world, label in _runs(settings, blows, new_place, every):
        count += 1
        told += [f"{label}: {problem}" for problem in world.problems]
    return Tally(count, tuple(told))


def first_broken(settings: Iterable[Setting], blows: Sequence[Blow], new_place: NewPlace) -> str | None:
    """Give the first run that breaks a promise, as text; None where none does."""
    for world, label in _runs(settings, blows, new_place, 1):
        if world.problems:
            return f"{label}: {world.problems[0]}"
    return None


def _runs(
    settings: Iterable[Setting], blows: Sequence[Blow], new_place: NewPlace, every: int
) -> Iterator[tuple[World, str]]:
    crew = Crew()
    for setting in settings:
        quiet = run(setting, new_place(), crew)
        yield quiet, str(setting)
        for at in range(0, len(quiet.stage.passed), every):
            for blow in blows:
                yield run(setting, new_place(), crew, {at: blow}), f"{setting}: {blow.name} at {quiet.stage.label(at)}"
