"""Fejl: what goes wrong at the host for testing, and when. Each waits for the next call of its address."""

from __future__ import annotations

from threading import Lock
from typing import Any

import attrs

__all__ = ["AFTER", "STATUSES", "Fault", "Script"]

#: Those at which what was to be written is written all the same.
AFTER = frozenset({"reset_after", "hang_after", "error_after", "html_after"})
STATUSES = {
    "wrong_address": 404,
    "conflict": 409,
    "refused": 422,
    "too_many": 429,
    "error": 500,
    "error_after": 500,
    "closed": 503,
}
_KINDS = AFTER | STATUSES.keys() | {"html", "garbage", "redirect", "huge", "slow", "hang", "reset", "cut", "endless"}


def _kind(_fault: object, _field: object, kind: str) -> None:
    if kind not in _KINDS:
        raise ValueError(f"there is no fault {kind!r}; there is: {', '.join(sorted(_KINDS))}")


@attrs.frozen
class Fault:
    """
    One fault, at an address like ``/journal``.

    ``seconds`` is how long (slow, hang), or what Retry-After says; ``said`` is the text of a no to a person.
    """

    at: str
    kind: str = attrs.field(validator=_kind)
    times: int = 1
    seconds: float = 0.0
    said: object = "Det går ikke"


@attrs.define(eq=False)
class Script:
    """What is to go wrong from now on."""

    _faults: list[Fault] = attrs.field(factory=list)
    _lock: Any = attrs.field(factory=Lock)

    def add(self, at: str, kind: str, **how: Any) -> None:  # noqa: ANN401 - as Fault has it
        """Let something go wrong, behind what is waiting. Raises ValueError for what is no fault."""
        with self._lock:
            self._faults.append(Fault(at, kind, **how))

    def take(self, at: str) -> Fault | None:
        """Take the next fault of an address, once."""
        with self._lock:
            for place, fault in enumerate(self._faults):
                if fault.at == at:
                    left = attrs.evolve(fault, times=fault.times - 1)
                    self._faults[place : place + 1] = [left] if left.times > 0 else []
                    return fault
        return None
