"""Hukommelse: the latest of what was seen, in memory only: what is forgotten is looked up, or waited for, anew."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any, Generic, TypeVar

import attrs

__all__ = ["Recent"]

T = TypeVar("T")


@attrs.frozen(eq=False)
class Recent(Generic[T]):
    """Keeps a value for each of the latest ``most`` texts; for several threads."""

    most: int
    _kept: OrderedDict[str, T] = attrs.field(factory=OrderedDict, init=False, repr=False)
    _lock: Any = attrs.field(factory=Lock, init=False, repr=False)

    def keep(self, what: str, value: T) -> T:
        """Keep it, unless there is a value already; gives the one that is kept."""
        with self._lock:
            first = self._kept.setdefault(what, value)
            while len(self._kept) > self.most:
                self._kept.popitem(last=False)
        return first

    def get(self, what: str) -> T | None:
        """Give the value that is kept."""
        with self._lock:
            return self._kept.get(what)

    def forget(self, what: str) -> None:
        """Begin anew."""
        with self._lock:
            self._kept.pop(what, None)
