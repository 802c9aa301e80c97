"""How figures are taken and shown: in turns, as medians of ratios, one line each with its goal beside it."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

__all__ = ["CannotRun", "at_least", "at_most", "folder", "in_turns", "is_long", "named", "percentile", "ratio", "show"]

Goal = tuple[str, Callable[[float], bool]]


class CannotRun(Exception):
    """A peer does not run here; the text says why, and is shown in its place."""


def is_long() -> bool:
    """Tell whether the long run was asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--long", action="store_true", help="sizes as the goals name them, however long it takes")
    return bool(parser.parse_known_args()[0].long)


def in_turns(rounds: int, contestants: Mapping[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Run all in turns, so that what else the machine does falls on each; one that cannot run is told and left out."""
    found: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name in list(found):
            try:
                found[name].append(contestants[name]())
            except CannotRun as why:
                named(name, why)
                del found[name]
    return found


def ratio(of: Sequence[float], to: Sequence[float]) -> float:
    """Give the median of the ratios within the rounds."""
    return median(one / other for one, other in zip(of, to, strict=True))


def percentile(values: Sequence[float], percent: int) -> float:
    """Give the value that so many percent do not exceed."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def at_least(limit: float, unit: str = "") -> Goal:
    """Make the goal of a figure that should be big."""
    return f"goal ≥ {limit:g}{unit}", lambda figure: figure >= limit


def at_most(limit: float, unit: str = "") -> Goal:
    """Make the goal of a figure that should be small."""
    return f"goal ≤ {limit:g}{unit}", lambda figure: figure <= limit


def show(name: str, value: str, beside: str = "", *, goal: Goal | None = None, figure: float | None = None) -> None:
    """Print one line: the figure, what it is beside, the goal, and whether that is met."""
    words, verdict = ("", "") if goal is None else (goal[0], "met" if goal[1](figure or 0.0) else "NOT MET")
    print(f"  {name:<46} {value:>16}   {beside:<34} {words:<16} {verdict}".rstrip(), flush=True)


def named(name: str, why: object) -> None:
    """Print the line of one that cannot run here."""
    print(f"  {name:<46} {'cannot run':>16}   {' '.join(str(why).split())[:150]}", flush=True)


@contextmanager
def folder(*, in_memory: bool = False) -> Iterator[Path]:
    """Give an empty folder, on a disk unless it may lie in memory."""
    home = Path(os.environ.get("TMPDIR", "/var/tmp"))  # noqa: S108 - made by tempfile, and on a disk by convention
    if in_memory and Path("/dev/shm").is_dir():  # noqa: S108
        home = Path("/dev/shm")  # noqa: S108
    with TemporaryDirectory(prefix="esdh-connect-bench-", dir=home) as name:
        yield Path(name)
