"""Revisionslog: what was done to letters, line by line, and what is found when the log is checked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Protocol, Self

import attrs

from esdh_connect.dispatch import Work

__all__ = ["Checked", "Fault", "FaultKind", "Head", "Line", "Trail"]

_HEX = 64


@attrs.frozen
class Line:
    """
    Linje: one thing that happened. ``what`` is ours, ``about`` names the receipt, attempt or proposal it is about.

    ``work`` is the letter's work after it. ``by``, ``why`` and ``to`` are empty where nobody did it, and where the
    letter was erased. ``mac`` seals the line itself, ``link`` its place in the chain, behind ``before``; without a
    ``position`` it has none yet. All three are hex; ``is_sound`` says whether they are right.
    """

    dispatch: str
    number: int
    at: datetime
    what: str
    about: str
    work: Work | None
    by: str = attrs.field(repr=False)
    why: str = attrs.field(repr=False)
    to: str = attrs.field(repr=False)
    mac: str
    position: int | None = None
    link: str = ""
    before: str = ""
    is_sound: bool = True


@attrs.frozen
class Head:
    """Hoved: the last link of the chain. Kept somewhere else it proves later that nothing was cut off."""

    position: int = 0
    link: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one as it is written: ``POSITION:LINK``. Raises ValueError."""
        position, _, link = text.strip().partition(":")
        if not position.isdecimal() or (int(position) and len(bytes.fromhex(link)) * 2 != _HEX):
            raise ValueError("a head of the audit log is POSITION:LINK, a number and 64 hex digits")
        return cls(int(position), link.lower())

    def __str__(self) -> str:
        return f"{self.position}:{self.link}"


class FaultKind(Enum):
    """What is wrong with a line."""

    MISSING = "missing"
    CHANGED = "changed"  # or forged: who has no key cannot tell, and cannot make one that fits
    MOVED = "moved"
    CUT_OFF = "cut_off"
    OTHER_STATE = "other_state"


@attrs.frozen
class Fault:
    """The first line that is not as it was written: by its place in the chain, or as a letter's line number."""

    kind: FaultKind
    position: int | None = None
    dispatch: str = ""
    number: int | None = None


@attrs.frozen
class Checked:
    """What a check of the whole log found: how many lines are in the chain, and how many wait for their place."""

    head: Head
    linked: int
    waiting: int
    fault: Fault | None = None

    @property
    def is_whole(self) -> bool:
        """Tell whether everything is as it was written."""
        return self.fault is None


class Trail(Protocol):
    """The audit log of one outbox."""

    def verify(self, expect: Head | None = None) -> Checked:
        """
        Check every line, in memory that does not grow with their number.

        What was taken off the end is found where ``expect`` is a head that was kept elsewhere; of lines that belong
        to a letter it is found anyway, for each letter says how many it has.
        """

    def head(self) -> Head:
        """Give the last link of the chain."""

    def of(self, dispatch: str) -> Sequence[Line]:
        """Give the lines of one letter, oldest first."""
