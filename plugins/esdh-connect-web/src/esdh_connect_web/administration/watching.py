"""Vagt: what an administrator should know on whatever page they open. Looked up once a minute at most."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

import attrs

from esdh_connect.connect import Connect
from esdh_connect.doctor import Examination, examine_running
from esdh_connect.health import Health

__all__ = ["Lately", "Watching"]

T = TypeVar("T")

#: What stands on each page of an administrator: of the rest the page of what was found tells.
_CALLS = ("certificate_ends", "receipts_overdue")
_MINUTE = timedelta(minutes=1)


@attrs.define(eq=False)
class Lately(Generic[T]):
    """An answer that may be a minute old. Asked from several threads, it is looked up by one of them."""

    look: Callable[[], T]
    now: Callable[[], datetime]
    _known: tuple[datetime, T] | None = None
    _lock: Lock = attrs.field(factory=Lock, init=False)

    def get(self) -> T:
        """Give it."""
        with self._lock:
            at = self.now()
            if self._known is None or not timedelta(0) <= at - self._known[0] < _MINUTE:
                self._known = at, self.look()
            return self._known[1]


class Watching:
    """How an installation is, for pages."""

    def __init__(self, post: Connect, now: Callable[[], datetime]) -> None:
        self._health = Lately[Health](post.health, now)
        self._examination = Lately[Examination](lambda: examine_running(post, now=now), now)

    @property
    def calls(self) -> tuple[str, ...]:
        """Give, in Danish, what stands on each page: a certificate that ends, and receipts that are late."""
        return tuple(one.text for one in self._health.get().findings if one.what in _CALLS)

    @property
    def examination(self) -> Examination:
        """Give what the doctor finds, without calling anybody."""
        return self._examination.get()
