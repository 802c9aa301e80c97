"""Plads: what a child that repairs may use."""

from __future__ import annotations

import math

import attrs

from esdh_connect_bilag.apart import Confines
from esdh_connect_bilag.engine import Bounds, Declined, Reason

__all__ = ["CONFINES", "WORKER", "within"]

WORKER = "esdh_connect_bilag.repair.worker"
_MB = 2**20
#: Two seconds of a processor are plenty for what people send: two ways, one after the other, stay below five seconds
#: for a file made to be slow, and below 512 MB. Python and a library take 100 MB of addresses before they begin.
CONFINES = Confines(memory=400 * _MB, processor=2, clock=20, output=16 * _MB)


def within(confines: Confines, bounds: Bounds, size: int) -> Confines:
    """
    Give a file of so many bytes room for itself thrice, and for what is packed in it, and the time that is left.

    Raises Declined where none is left.
    """
    if bounds.left <= 0:
        raise Declined(Reason.TOO_SLOW, "no time is left to repair it")
    output = min(confines.output + 16 * size, bounds.bytes)
    processor = min(confines.processor, math.ceil(bounds.left))
    return attrs.evolve(confines, memory=confines.memory + 3 * size, output=output, processor=processor)
