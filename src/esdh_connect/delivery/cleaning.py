"""Oprydning: each plugin erases of what it keeps itself what nobody may keep any longer, at most once an hour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import attrs

from esdh_connect.log import Log
from esdh_connect.plugins import Plugins

__all__ = ["Cleaning"]

#: What is kept for days is not looked through each second.
_SELDOM = timedelta(hours=1)


@attrs.define
class Cleaning:
    """Asks all loaded plugins, whatever departments have on: what was kept once must go. It remembers when it did."""

    plugins: Plugins
    forget_deleted: Callable[[], None]
    now: Callable[[], datetime]
    log: Log
    _next: datetime | None = attrs.field(default=None, init=False)

    def run(self, *, at_once: bool = False) -> int:
        """Ask those that have something to erase, where it is time, or ``at_once``; gives how much was."""
        now = self.now()
        if not at_once and self._next is not None and self._next - _SELDOM <= now < self._next:
            return 0
        self._next = now + _SELDOM
        gone = sum(self._erased(name, erase, now) for name, erase in self.plugins.erasers)
        if self.plugins.erasers:
            self.forget_deleted()
        return gone

    def _erased(self, name: str, erase: Callable[[datetime], int | None], now: datetime) -> int:
        try:
            count = erase(now) or 0
        except Exception as error:  # noqa: BLE001 - asked again in an hour; the others go on
            self.log.error("erasing_failed", plugin=name, error=repr(error))
            return 0
        if count:
            self.log.info("expired_erased", plugin=name, things=count)
        return count
