"""Omstændigheder: what one run is about, and what its letters are called."""

from __future__ import annotations

from datetime import timedelta

import attrs

from esdh_connect.testing.sweep.case_system import Writes
from esdh_connect.testing.sweep.courses import Course
from esdh_connect.testing.sweep.remote import Answer, Fate

__all__ = ["Setting"]

_YEAR = timedelta(days=365)


@attrs.frozen
class Setting:
    """
    What one run is about. ``answers`` go to the calls about the first letter, ``writes`` to the first entries.

    ``blind`` is a case system that cannot look for our mark; ``alone`` leaves out the second letter. ``kept`` says what
    becomes of the transaction of its own that a letter waits for, ``None`` that it waits for none; with ``approval`` it
    waits for a second person, too. ``course`` is what else happens to the letters; ``reminder`` has a reminder sent
    beside each. ``window`` is how long a provider that is ``idempotent`` knows a message UUID.
    """

    answers: tuple[Answer, ...] = ()
    idempotent: bool = False
    fate: Fate = Fate.DELIVERED
    writes: tuple[Writes, ...] = ()
    blind: bool = False
    alone: bool = False
    kept: bool | None = None
    approval: bool = False
    course: Course = Course.PLAIN
    reminder: bool = False
    window: timedelta = _YEAR

    def __str__(self) -> str:
        """Give a name for reports."""
        parts = [", ".join(one.value for one in self.answers) or "ok"]
        parts += ["idempotent"] if self.idempotent else []
        parts += [self.fate.name.lower()] if self.fate is not Fate.DELIVERED else []
        parts += [f"host {one.value}" for one in self.writes]
        parts += [] if self.kept is None else ["kept" if self.kept else "rolled back"]
        parts += ["to be approved"] if self.approval else []
        parts += [self.course.value] if self.course is not Course.PLAIN else []
        parts += ["with a reminder"] if self.reminder else []
        parts += [] if self.window == _YEAR else [f"known for {self.window}"]
        return "; ".join([*parts, "host cannot look"] if self.blind else parts)
