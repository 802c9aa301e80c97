"""Fælles: what follows from a value, worked out once while the very same object comes again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import attrs

__all__ = ["Shared"]

V = TypeVar("V")
R = TypeVar("R")


@attrs.define
class Shared:
    """
    What the letters of a mailing share: they differ in their recipient, and the rest is one object in all of them.

    For each name it keeps the last value and what was made of it, so it is as small for a million letters.
    """

    _last: dict[str, tuple[object, Any]] = attrs.field(factory=dict, init=False, repr=False)

    def once(self, name: str, value: V, make: Callable[[V], R]) -> R:
        """Give ``make(value)``: made before where ``value`` is the object that came last under this name."""
        known = self._last.get(name)
        if known is None or known[0] is not value:
            known = self._last[name] = value, make(value)
        made: R = known[1]
        return made
