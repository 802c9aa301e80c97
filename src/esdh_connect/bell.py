"""
Klokke: what wakes a worker when there are letters to send.

A bell is a convenience and never the truth. It may ring twice, late or never, and a worker may die while it hears
one: what is to be done stands in the outbox alone, and whoever runs a bell looks there by itself now and then. So any
queue will do, however many of its jobs it loses or repeats.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event
from typing import Protocol

import attrs

__all__ = ["LETTERS", "Bell", "BellHealth", "Poll", "bells_for"]

#: How many letters one bell stands for: a queue with a job for each letter is slower than the letters are.
LETTERS = 100

#: The first pause of a poll that was just rung: the letters are there when their transaction is committed.
_SOON = 0.005
_LOOK = 0.2


def bells_for(letters: int) -> int:
    """Tell how many times to ring for so many letters."""
    return -(-letters // LETTERS)


@attrs.frozen
class BellHealth:
    """How a bell is: how many rings nobody has heard yet, and how many were heard by a worker that died."""

    unheard: int = 0
    stalled: int = 0


class Bell(Protocol):
    """
    A worker engine. ``name`` is what the settings call it.

    All three methods are called from several processes at the same time, and ``ring`` from several threads.
    """

    @property
    def name(self) -> str:
        """Give its name."""

    def ring(self, connection: object, letters: int) -> None:
        """
        Ring for this many letters, once for about every :data:`LETTERS`.

        ``connection`` is the SQLAlchemy Connection in whose transaction the letters were just stored: what is
        written there is heard if, and only if, it is committed. None where the outbox has none. What is raised
        is logged, and the letters go all the same, found by a worker that looks.
        """

    def run(self, deliver: Callable[[], bool], stop: Event) -> None:
        """
        Call ``deliver`` for every ring and at least every few seconds without one, until ``stop`` is set.

        ``deliver`` does what is due, at most about :data:`LETTERS` letters of it, and tells whether there was
        anything; it raises nothing. It has come to its end when this returns.
        """

    def health(self) -> BellHealth:
        """Tell how it is. May raise what its engine raises where that cannot be asked."""


@attrs.frozen(eq=False)
class Poll:
    """
    The bell of an installation whose settings name none: it looks into the outbox by itself.

    Every ``pause`` seconds, and at once where it was rung in the same process.
    """

    pause: float = 1.0
    name: str = "poll"
    _rung: Event = attrs.field(init=False, factory=Event)

    def ring(self, connection: object, letters: int) -> None:  # noqa: ARG002 - the port's arguments
        """Have this process look soon."""
        self._rung.set()

    def run(self, deliver: Callable[[], bool], stop: Event) -> None:
        """Look until told to stop; after a ring first often, because its transaction may not be committed yet."""
        pause = _SOON
        while not stop.is_set():
            pause = _SOON if deliver() or self._rung_within(pause, stop) else min(2 * pause, self.pause)

    def _rung_within(self, seconds: float, stop: Event) -> bool:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not stop.is_set():
            if self._rung.wait(min(left, _LOOK)):
                self._rung.clear()
                return True
        return False

    def health(self) -> BellHealth:
        """Nothing waits here."""
        return BellHealth()
