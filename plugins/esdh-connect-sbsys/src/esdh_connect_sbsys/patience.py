"""
Tålmodighed: for how long a case may hold up all others that SBSYS gives no usable answer about.

A case that fails alone is tried again a few times, and is then left out for an hour at a time. Where many fail, it is
SBSYS that is ill, and they are waited for. The tries are counted in memory; which cases are left out, the cursor says.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import attrs

from esdh_connect.errors import DeliveryError, TemporaryFailure
from esdh_connect.log import Log

__all__ = ["Patience"]

_TRIES = 3
_REST = timedelta(hours=1)
#: No more cases than that are left out at a time.
_MOST = 20
_REMEMBERED = 100


@attrs.frozen(eq=False)
class Patience:
    """Counts what failed, case by case. ``left_out`` are those that are left out now."""

    now: Callable[[], datetime]
    log: Log = attrs.field(factory=Log, repr=False)
    _tries: OrderedDict[int, int] = attrs.field(factory=OrderedDict, init=False, repr=False)
    _until: dict[int, datetime] = attrs.field(factory=dict, init=False, repr=False)
    _left_out: set[int] = attrs.field(factory=set, init=False, repr=False)
    _lock: Any = attrs.field(factory=Lock, init=False, repr=False)

    @property
    def left_out(self) -> tuple[int, ...]:
        """Give the cases that are left out, by SBSYS' own numbers."""
        with self._lock:
            return tuple(sorted(self._left_out))

    def is_over(self, case: int, error: DeliveryError) -> bool:
        """Note that a case failed; tells whether to go on without it."""
        if isinstance(error, TemporaryFailure) and error.retry_after is not None:
            return False  # SBSYS has asked to be left alone: that says nothing of this case
        with self._lock:
            self._tries[case] = self._tries.pop(case, 0) + 1
            while len(self._tries) > _REMEMBERED:
                self._tries.popitem(last=False)
            over = case in self._left_out or (self._tries[case] >= _TRIES and len(self._left_out) < _MOST)
            if over:
                self._left_out.add(case)
                self._until[case] = self.now() + _REST
        if over:
            self.log.warning("sbsys_case_left_out", case=case, minutes=_REST // timedelta(minutes=1), error=str(error))
        return over

    def is_due(self, case: int) -> bool:
        """Tell whether a case that was left out is to be tried again."""
        with self._lock:
            return case not in self._until or self._until[case] <= self.now()

    def worked(self, case: int) -> None:
        """Forget a case that can be read, or is there no more."""
        with self._lock:
            self._tries.pop(case, None)
            self._until.pop(case, None)
            was_out = case in self._left_out
            self._left_out.discard(case)
        if was_out:
            self.log.info("sbsys_case_read_again", case=case)

    def remember(self, left_out: Iterable[int]) -> None:
        """Take over what a cursor says, that another process may have written."""
        with self._lock:
            self._left_out.clear()
            self._left_out.update(left_out)
            for case in self._until.keys() - self._left_out:
                del self._until[case]
