"""Ventende: what is said of letters that lie in the outbox yet – what they wait for, and what sends them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from esdh_connect import wording
from esdh_connect.cli import rounds
from esdh_connect.cli.show import counted
from esdh_connect.dispatch import Entry, Hold, Work

__all__ = ["held", "told"]

_DRAIN = "»esdh-connect drain« eller en worker"
_SAFE = "»esdh-connect drain« eller den samme kommando igen sender det, der venter; ingen får det to gange."


def told(entries: Sequence[Entry], now: datetime) -> Iterator[str]:
    """Tell of those that should have gone by now, and then of those that wait as they should."""
    back = rounds.held_back(entries, now)
    late = sum(map(rounds.waits, entries)) - len(back)
    if late:
        yield f"{late} af {len(entries)} venter i udbakken. {_SAFE}"
    yield from held(back)


def held(entries: Iterable[Entry]) -> Iterator[str]:
    """Tell what letters wait for that wait as they should; a reminder goes with its letter."""
    known = [entry for entry in entries if entry.beside is None]
    for reason in Hold:
        if of_it := [entry for entry in known if entry.waits_for(reason)]:
            yield f"{counted(len(of_it))} venter på, {_what(reason, len(of_it))}"
    if days := sorted(entry.due for entry in known if entry.work is Work.READY or entry.held_for is None):
        first = "" if days[0] == days[-1] else "; det første"
        then = f"Derefter sender {_DRAIN} {_it(len(days))}."
        yield f"{counted(len(days))} venter{first} til {wording.when(days[0])}. {then}"


def _what(reason: Hold, letters: int) -> str:
    it = _it(letters)
    match reason:
        case Hold.APPROVAL:
            return f"at en anden godkender {it}: »esdh-connect approve«. Derefter sender {_DRAIN} {it}."
        case Hold.BATCH:
            return f"at udsendelsen frigives: »esdh-connect batch release«. Derefter sender {_DRAIN} {it}."
    return f"at ESDH-systemet gemmer det, {'brevet' if letters == 1 else 'brevene'} hører til."


def _it(letters: int) -> str:
    return "det" if letters == 1 else "dem"
