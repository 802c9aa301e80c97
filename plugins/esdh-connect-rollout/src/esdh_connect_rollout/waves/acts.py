"""Handlinger: what was done to waves, one after the other. Nothing here reads a clock or a database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import Any

import attrs

__all__ = ["HEARD", "VERBS", "Act", "Kind"]


class Kind(Enum):
    """What was done, or heard."""

    PLANNED = "planned"
    CHANGED = "changed"
    PREPARED = "prepared"
    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    HALFWAY = "halfway"
    FINISHED = "finished"
    ROLLED_BACK = "rolled back"
    NOTED = "noted"
    TIPPED = "tipped"
    TAKEN = "taken"
    DISMISSED = "dismissed"
    SOLVED = "solved"
    SKIPPED = "skipped"
    CHECKED = "checked"
    UNCHECKED = "unchecked"
    PROFILED = "profiled"
    BEGAN = "began"
    ROUTINE = "routine"


#: What nobody decides: a department's first letter, and that it has found its way.
HEARD = frozenset({Kind.BEGAN, Kind.ROUTINE})
#: What is done to a wave, in Danish; it stands as the reason where nobody gave one.
VERBS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.CHANGED: "ændres",
        Kind.PREPARED: "gøres klar",
        Kind.STARTED: "sættes i gang",
        Kind.PAUSED: "sættes på pause",
        Kind.RESUMED: "genoptages",
        Kind.HALFWAY: "gøres op halvvejs",
        Kind.FINISHED: "afsluttes",
        Kind.ROLLED_BACK: "rulles tilbage",
    }
)


@attrs.frozen
class Act:
    """
    Handling: who did what to which wave, when and why. Written once, never changed.

    ``number`` counts over all waves; ``in_force`` is the aware time from which it counts. ``what`` is what the kind
    needs beside that, as JSON has it; it is empty where it does not open any more. ``wave`` is empty where it is
    about none.
    """

    number: int
    wave: str
    kind: Kind
    at: datetime
    in_force: datetime
    by: str = attrs.field(default="", repr=False)
    why: str = attrs.field(default="", repr=False)
    what: Mapping[str, Any] = attrs.field(factory=dict, repr=False)
