"""
Tur: how many calls are made at a time for people who wait, and how long each of them waits in all.

A host that stands still must not take the pages with it: a few wait for it, the others are told so at once. Where
nobody waits – the worker – each call has its own time, and nobody is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

import attrs

from esdh_connect import patience
from esdh_connect.errors import TemporaryFailure

__all__ = ["Turns"]

#: The pages have forty threads: most of them stay free for what needs no host.
_MOST = 12
#: Seconds. A host that answers gives a turn back before that.
_BEFORE_A_TURN = 1.0
#: Seconds. Less is no time to answer in.
_LEAST = 0.2


@attrs.frozen(eq=False)
class Turns:
    """``seconds`` is what a person waits for the host in all, whatever is asked of it."""

    seconds: float
    most: int = _MOST
    _free: BoundedSemaphore = attrs.field(init=False, repr=False)

    @_free.default
    def _all_free(self) -> BoundedSemaphore:
        return BoundedSemaphore(self.most)

    @contextmanager
    def taken(self) -> Iterator[float | None]:
        """Give how long a call may take, None where nobody waits. Raises TemporaryFailure where it is not made."""
        left = self._left()
        if left is None:
            yield None
            return
        if left < _LEAST:
            raise TemporaryFailure(
                f"not asked: a person has waited {self.seconds:g} seconds for the host",
                danish=f"der er ventet {self.seconds:g} sekunder på det",
            )
        if not self._free.acquire(timeout=min(left, _BEFORE_A_TURN)):
            raise TemporaryFailure(
                f"not asked: {self.most} calls wait for the host already",
                danish="mange venter på det lige nu. Prøv igen om lidt",
            )
        try:
            yield max(self._left() or _LEAST, _LEAST)
        finally:
            self._free.release()

    def _left(self) -> float | None:
        waited = patience.waited()
        return None if waited is None else self.seconds - waited
