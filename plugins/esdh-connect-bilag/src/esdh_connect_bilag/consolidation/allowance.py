"""
Tid: what all that is done with a document may take of a processor, and with all documents of a letter.

A hostile file can be slow in each of its readings: looked at, repaired, stamped, laid on A4, merged. So they share one
allowance, in which children count. Writing what was read comes on top, and takes half as much again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import attrs

from esdh_connect_bilag.engine import Bounds, Clock

__all__ = ["DOCUMENT", "LETTER", "Allowance"]

#: Seconds. A hostile file is to be a finding within five, and what people send takes a tenth of one.
DOCUMENT = 2.5
#: A letter of 200 bilag takes a second or two; nobody waits longer than this for a plan.
LETTER = 30.0


@attrs.define(eq=False)
class Allowance:
    """What is left of it, in seconds."""

    left: float = DOCUMENT
    _clock: Clock = attrs.field(factory=Clock, init=False)

    @contextmanager
    def spending(self) -> Iterator[Bounds]:
        """Give bounds that end with the allowance, and take off what was spent."""
        begun = self._clock()
        try:
            yield Bounds(seconds=max(self.left, 0.0), until=begun + self.left, clock=self._clock)
        finally:
            self.left -= self._clock() - begun
