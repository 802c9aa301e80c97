"""
Diagnose: what an examination of an installation found, in a form people and programs can rely on.

Every check has a number that stays; the letter before it says how it ended.
"""

from __future__ import annotations

import re
from enum import Enum

import attrs

__all__ = ["Diagnosis", "Level", "error", "fine", "warning"]

_ID = re.compile(r"[A-Z]{2,8}-[IWE][0-9]{3}")


class Level(Enum):
    """How a check ended."""

    FINE = "I"
    WARNING = "W"
    ERROR = "E"


@attrs.frozen
class Diagnosis:
    """
    Diagnose: one check and how it ended.

    ``id`` is ``ESDH-E020``: whose check it is (a plugin takes a word of its own), the letter of its :class:`Level`, and
    its number. ``text`` is Danish, for the administrator, and ``hint`` what to do about it; neither names a person.
    ``department`` is the id of the one it is about; most are about none.
    """

    id: str = attrs.field(validator=attrs.validators.matches_re(_ID))
    text: str
    hint: str = ""
    department: str = ""

    @property
    def level(self) -> Level:
        """Give how it ended."""
        return Level(self.id.rpartition("-")[2][0])


def fine(check: str, text: str) -> Diagnosis:
    """Make a diagnosis that all is well; ``check`` is ``ESDH-020``."""
    return _made(Level.FINE, check, text, "")


def warning(check: str, text: str, hint: str = "") -> Diagnosis:
    """Make a diagnosis of something that will go wrong, or may."""
    return _made(Level.WARNING, check, text, hint)


def error(check: str, text: str, hint: str = "") -> Diagnosis:
    """Make a diagnosis of something that stops letters."""
    return _made(Level.ERROR, check, text, hint)


def _made(level: Level, check: str, text: str, hint: str) -> Diagnosis:
    whose, _, number = check.rpartition("-")
    return Diagnosis(f"{whose}-{level.value}{number}", text, hint)
