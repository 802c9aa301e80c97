"""Fejl efter drejebog: what goes wrong, where, and how often."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock
from typing import Any, Literal

import attrs

__all__ = ["Fault", "Kind", "Script"]

Kind = Literal[
    "html", "unauthorized", "forbidden", "locked", "archived", "closed", "busy", "unavailable", "error_before",
    "error_after", "reset_before", "reset_after", "slow", "hold_before", "hold_after", "expired", "see_other", "virus",
    "astray", "cut", "half",
]  # fmt: skip


@attrs.define(eq=False)
class Fault:
    """
    Something that goes wrong ``times`` times, where ``on`` says.

    ``on`` is what is asked for – index, token, case, list, structure, matter, document, content, pdf, party, registry,
    validation, factory (an empty POST for a one-time address), create, patch, query – or ``*`` for anything. ``what``
    narrows factory and create down to matter, document or note. ``skip`` lets so many pass first.

    ``html`` is a web page with status 200; ``…_before`` happens before anything was done, ``…_after`` when it is done
    and the answer is lost; ``hold_…`` says so (``reached``) and never answers; ``expired`` is a one-time address that
    F2 has forgotten; ``see_other`` is 303 where 201 is usual; ``virus`` keeps a warning in place of the file;
    ``astray`` is a redirect to another place, ``location``; ``cut`` ends the answer in the middle, and
    ``half`` is half of it that says it is whole.
    """

    on: str
    kind: Kind
    times: int = 1
    skip: int = 0
    what: str = ""
    seconds: float = 0.5
    retry_after: int | None = None
    location: str = "https://elsewhere.invalid/f2"
    reached: Event = attrs.field(factory=Event, repr=False)


@attrs.define(eq=False)
class Script:
    """The faults that have not happened yet, in order."""

    _waiting: list[Fault] = attrs.field(factory=list)
    _lock: Any = attrs.field(factory=Lock, repr=False)

    def add(self, *faults: Fault) -> Fault:
        """Add some; gives the last."""
        with self._lock:
            self._waiting += faults
        return faults[-1]

    def clear(self) -> None:
        """Forget them."""
        with self._lock:
            self._waiting.clear()

    @property
    def waiting(self) -> int:
        """Tell how many have not happened to their end."""
        return len(self._waiting)

    def next(self, on: str, what: str, allowed: Callable[[Kind], bool] = lambda _: True) -> Fault | None:
        """Give what goes wrong with this request, if anything."""
        with self._lock:
            for fault in self._waiting:
                if fault.on not in {on, "*"} or fault.what not in {"", what} or not allowed(fault.kind):
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None
