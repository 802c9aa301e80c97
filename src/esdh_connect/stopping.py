"""Kan den stadig stoppes? One honest answer for each letter."""

from __future__ import annotations

from datetime import datetime

import attrs

from esdh_connect import deeds, wording
from esdh_connect.dispatch import Act, Deed, Entry, Work

__all__ = ["Halted", "Stoppable", "stoppable"]


@attrs.frozen
class Stoppable:
    """
    Whether a letter can still be stopped, and ``text``, the same in Danish, with what can be done instead.

    ``until`` is the time before which no worker takes it; None where it can be stopped until somebody lets it go, and
    where it cannot be. The answer is true when it is given: only ``cancel`` knows whether it was in time.
    """

    yes: bool
    until: datetime | None
    text: str

    def __bool__(self) -> bool:
        """Tell whether it can."""
        return self.yes


@attrs.frozen
class Halted:
    """What the stop of a mailing did: how many letters it stopped, and how many left before, or may have."""

    stopped: int
    left: int


def stoppable(entry: Entry, now: datetime) -> Stoppable:
    """Answer for a letter, by the rule that ``cancel`` goes by."""
    act = Act(Deed.CANCELLED, "", now)
    yes = deeds.cancelled(entry, act, "") is not None
    until = max(entry.due, now) if yes and entry.work is Work.READY else None
    return Stoppable(yes, until, wording.stoppable(entry, yes=yes, at=now))
