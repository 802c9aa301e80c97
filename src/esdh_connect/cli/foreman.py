"""
Formand: one process that keeps several workers going, and works itself at nothing.

Each worker is a program of its own, in a process group of its own: a Ctrl-C is for the foreman, who tells each of them
once. It holds the other end of their standard input, so that they notice when it is killed, and stop.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from types import FrameType

import attrs

from esdh_connect.cli import talk
from esdh_connect.cli.exits import Exit

__all__ = ["Foreman"]

_LOOK = 0.1
#: A worker that dies is replaced after so long, and later and later where it dies at once again.
_FIRST_REST, _LONGEST_REST = 0.5, 30.0
#: Who lived so long did not die at once.
_SETTLED = 10.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@attrs.define
class _Place:
    """Where one worker works: the process that has it, and when there may be another."""

    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    rest: float = _FIRST_REST
    free_at: float = 0.0


@attrs.define
class Foreman:
    """Keeps a worker, started with ``command``, at each of so many places until it is told to stop."""

    command: Sequence[str]
    count: int
    now: Callable[[], float] = time.monotonic
    _told: list[int] = attrs.field(factory=list, init=False)

    def run(self) -> int:
        """Do it; gives the exit code. Told twice, it ends as its workers do: on the spot."""
        places = [_Place() for _ in range(self.count)]
        before = {number: signal.signal(number, self._tell) for number in _SIGNALS}
        try:
            code = self._keep(places)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            for place in places:
                _let_go(place)
        if len(self._told) > 1:
            signal.signal(self._told[1], signal.SIG_DFL)
            os.kill(os.getpid(), self._told[1])
        return code

    def _tell(self, number: int, _frame: FrameType | None) -> None:
        self._told.append(number)

    def _keep(self, places: Sequence[_Place]) -> int:
        passed_on = 0
        while True:
            for number in self._told[passed_on:]:
                _pass_on(places, number)
                passed_on += 1
            ended = [place for place in places if place.process is not None and place.process.poll() is not None]
            for place in ended:
                code = self._ended(place)
                if code == Exit.SETTINGS:  # whoever comes next finds the same
                    return code
            if not self._told:
                self._man(places)
            elif all(place.process is None for place in places):
                return Exit.DONE
            time.sleep(_LOOK)

    def _man(self, places: Sequence[_Place]) -> None:
        for place in places:
            if place.process is None and place.free_at <= self.now():
                place.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, process_group=0)  # noqa: S603 - ours
                place.began = self.now()

    def _ended(self, place: _Place) -> int:
        """Note that a worker is gone, and when there may be another in its place."""
        process = place.process
        assert process is not None  # noqa: S101 - it has just ended
        _let_go(place)
        settled = self.now() - place.began >= _SETTLED
        place.rest = _FIRST_REST if settled else min(place.rest * 2, _LONGEST_REST)
        place.free_at = self.now() + place.rest
        if not self._told:
            talk.say(f"En worker ({process.pid}) er standset ({process.returncode}); der kommer en ny.")
        return process.returncode


def _let_go(place: _Place) -> None:
    """Let go of a worker: whoever still is one stops then, for nobody holds its standard input."""
    if place.process is not None and place.process.stdin is not None:
        place.process.stdin.close()
    place.process = None


def _pass_on(places: Sequence[_Place], number: int) -> None:
    for place in places:
        if place.process is not None:
            place.process.send_signal(number)
