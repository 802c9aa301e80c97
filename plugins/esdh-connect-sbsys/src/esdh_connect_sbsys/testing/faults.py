"""
Fejl: what goes wrong at the SBSYS to test with, and when.

A fault waits for the next request of its kind, as often as ``times`` says; they are taken in the order they were given.
"""

from __future__ import annotations

from threading import Lock
from typing import Any

import attrs

__all__ = ["AFTER", "Fault", "Script"]

#: Those at which what was to be written is written all the same.
AFTER = frozenset({"reset_after", "hang_after", "error_after", "html_after"})
_KINDS = AFTER | {
    "html",
    "slow",
    "hang",
    "reset",
    "conflict",
    "too_many",
    "unauthorized",
    "unavailable",
    "error",
    "garbage",
    "cut",
}


def _kind(_fault: object, _field: object, kind: str) -> None:
    if kind not in _KINDS:
        raise ValueError(f"there is no fault {kind!r}; there is: {', '.join(sorted(_KINDS))}")


@attrs.frozen
class Fault:
    """
    One fault. ``on`` is the kind of a request, as :mod:`~esdh_connect_sbsys.testing.routes` calls it.

    ``seconds`` is how long (slow, hang, hang_after), or what Retry-After says (too_many, unavailable).
    """

    on: str
    kind: str = attrs.field(validator=_kind)
    times: int = 1
    seconds: float = 0.0


@attrs.define(eq=False)
class Script:
    """What is to go wrong from now on."""

    _faults: list[Fault] = attrs.field(factory=list)
    _lock: Any = attrs.field(factory=Lock)

    def add(self, on: str, kind: str, times: int = 1, seconds: float = 0.0) -> None:
        """Let something go wrong, behind what is waiting. Raises ValueError for what is no fault."""
        with self._lock:
            self._faults.append(Fault(on, kind, times, seconds))

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._faults.clear()

    def take(self, on: str) -> Fault | None:
        """Take the next fault of a kind of request, once."""
        with self._lock:
            for at, fault in enumerate(self._faults):
                if fault.on == on:
                    left = attrs.evolve(fault, times=fault.times - 1)
                    self._faults[at : at + 1] = [left] if left.times > 0 else []
                    return fault
        return None
