"""Bounds: how much one part may ask of us, and the polite no when it asks for more or cannot be read."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from enum import StrEnum

import attrs

__all__ = ["Bounds", "Clock", "Declined", "Reason", "Watch"]

_MEGABYTE = 1 << 20
_STEPS = 5000  # between two looks at the clock


class Reason(StrEnum):
    """Why the engine declines a part: a code for whoever repairs it, or words it for a caseworker."""

    NOT_A_PDF = "not-a-pdf"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    NO_PAGES = "no-pages"
    TOO_LARGE = "too-large"
    TOO_MANY_OBJECTS = "too-many-objects"
    TOO_MANY_PAGES = "too-many-pages"
    TOO_DEEP = "too-deep"
    EXPANDS = "expands"
    TOO_SLOW = "too-slow"
    UNAVAILABLE = "unavailable"  # a repair cannot run on this machine

    @property
    def repairable(self) -> bool:
        """Whether another reader may help. What is over a bound stays over it."""
        return self in {Reason.NOT_A_PDF, Reason.ENCRYPTED, Reason.DAMAGED, Reason.NO_PAGES}


class Declined(Exception):
    """
    The engine leaves this part alone. Nothing of it has been written.

    `reason` is the code, `detail` what was seen. `part` is the index of the part and `tried` what each repair said,
    when `merge` raises it.
    """

    def __init__(self, reason: Reason, detail: str, *, part: int | None = None, tried: tuple[str, ...] = ()) -> None:
        super().__init__(reason, detail)
        self.reason, self.detail, self.part, self.tried = reason, detail, part, tried

    def __str__(self) -> str:
        where = "" if self.part is None else f"part {self.part}: "
        return "; ".join([f"{where}{self.reason}: {self.detail}", *self.tried])


@attrs.frozen
class Bounds:
    """What one part may ask for. The defaults take every ordinary document, and refuse a bomb within seconds."""

    bytes: int = 512 * _MEGABYTE
    objects: int = 1_000_000
    pages: int = 50_000
    depth: int = 100
    decoded: int = 64 * _MEGABYTE  # one stream that we must decode: cross-references, object streams, metadata
    decoded_together: int = 128 * _MEGABYTE
    ratio: int = 200  # decoded against encoded, above eight megabytes; deflate ends at 1 032
    seconds: float = 3.5  # of this thread's processor time; writing what was read takes half as much again
    until: float = math.inf  # of the clock: what is read several times has one end
    clock: Callable[[], float] = attrs.field(default=time.thread_time, eq=False, repr=False)

    @property
    def left(self) -> float:
        """Give the seconds that are left now."""
        return min(self.seconds, self.until - self.clock())

    def charge(self, seconds: float) -> None:
        """Count what a child process took, where the clock counts such."""
        if isinstance(self.clock, Clock):
            self.clock.children += seconds


class Clock:
    """The processor time of this thread, and of the child processes that worked for it."""

    def __init__(self) -> None:
        self.children = 0.0

    def __call__(self) -> float:
        """Give its seconds."""
        return time.thread_time() + self.children


class Watch:
    """Counts what one part has used of its bounds."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self._end: float | None = None
        self._steps = 0
        self._decoded = 0

    def tick(self, steps: int = 1) -> None:
        """Count steps of about ten microseconds. Raises Declined when the time is up."""
        self._steps += steps
        if self._steps < _STEPS:
            return  # asking for the time of a processor costs more than most steps
        self._steps = 0
        now = self.bounds.clock()
        if self._end is None:
            self._end = min(now + self.bounds.seconds, self.bounds.until)
        if now > self._end:
            raise Declined(Reason.TOO_SLOW, f"more than {self.bounds.seconds:g} s of work")

    def room(self, encoded: int) -> int:
        """Give the number of bytes that a stream of this size may decode to."""
        fair = max(8 * _MEGABYTE, encoded * self.bounds.ratio)
        return min(self.bounds.decoded, self.bounds.decoded_together - self._decoded, fair)

    def decoded(self, size: int) -> None:
        """Remember that a stream was decoded."""
        self._decoded += size
