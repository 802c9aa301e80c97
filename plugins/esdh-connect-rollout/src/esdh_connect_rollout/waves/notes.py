"""Erfaringer: what was learnt in a wave – by those who ran it, and from anyone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum
from typing import Any

import attrs

from esdh_connect_rollout.waves.acts import Act, Kind

__all__ = ["ENOUGH", "Note", "NoteKind", "Verdict", "notes", "words"]

#: So many words an experience has at least, to let the next wave begin: who reads it is to understand it.
ENOUGH = 5
_WORD = re.compile(r"[^\W\d_]{2,}")


def words(text: str) -> int:
    """Count the words of a text: two letters at least, so that dots and figures are none."""
    return len(_WORD.findall(text))


class NoteKind(Enum):
    """What a note is. Its value is the word people see."""

    EXPERIENCE = "erfaring"
    DIFFICULTY = "vanskelighed"
    TIP = "tip"


@attrs.frozen
class Verdict:
    """Afgørelse: whether a tip was taken along, who decided it, when, and why not."""

    is_taken: bool
    at: datetime
    by: str = attrs.field(default="", repr=False)
    why: str = attrs.field(default="", repr=False)


@attrs.frozen
class Note:
    """
    Erfaring, vanskelighed or tip. ``by`` is empty for a tip that nobody signed, ``wave`` for one that is about none.

    It fits departments with one of ``document_types`` or the same ``module`` of the host; without either, all.
    ``solved`` tells how a difficulty was overcome, and ``solved_by`` and ``solved_at`` who said so and when;
    ``verdict`` is what was decided of a tip last.
    """

    number: int
    wave: str
    kind: NoteKind
    text: str = attrs.field(repr=False)
    at: datetime
    by: str = attrs.field(default="", repr=False)
    department: str = ""
    document_types: frozenset[str] = frozenset()
    module: str = ""
    solved: str = attrs.field(default="", repr=False)
    solved_by: str = attrs.field(default="", repr=False)
    solved_at: datetime | None = None
    verdict: Verdict | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether it is a difficulty that nobody has solved."""
        return self.kind is NoteKind.DIFFICULTY and not self.solved

    @property
    def is_written(self) -> bool:
        """Tell whether it says something of what those who ran the wave have learnt; anyone can give a tip."""
        return self.kind is not NoteKind.TIP and words(self.text) >= ENOUGH

    @property
    def comes_up(self) -> bool:
        """Tell whether later waves are to see to it: anyone can give a tip, so somebody has to take it along first."""
        return self.kind is not NoteKind.TIP or (self.verdict is not None and self.verdict.is_taken)


def notes(acts: Iterable[Act]) -> tuple[Note, ...]:
    """Give what was noted, in the order it came."""
    known = sorted(acts, key=lambda act: act.number)
    solved = {str(act.what.get("note")): act for act in known if act.kind is Kind.SOLVED}
    verdicts = {
        str(act.what.get("note")): Verdict(act.kind is Kind.TAKEN, act.at, act.by, act.why)
        for act in known
        if act.kind in {Kind.TAKEN, Kind.DISMISSED}
    }
    written = (act for act in known if act.kind in {Kind.NOTED, Kind.TIPPED} and act.what)
    return tuple(_note(act, solved, verdicts) for act in written)


def _note(act: Act, solved: Mapping[str, Act], verdicts: Mapping[str, Verdict]) -> Note:
    what: Mapping[str, Any] = act.what
    solution = solved.get(str(act.number))
    difficult = NoteKind.DIFFICULTY if what.get("difficulty") else NoteKind.EXPERIENCE
    return Note(
        number=act.number,
        wave=act.wave,
        kind=NoteKind.TIP if act.kind is Kind.TIPPED else difficult,
        text=str(what["text"]),
        at=act.at,
        by=act.by,
        department=str(what.get("department", "")),
        document_types=frozenset(what.get("document_types", ())),
        module=str(what.get("module", "")),
        solved=(solution.why or "løst") if solution else "",
        solved_by=solution.by if solution else "",
        solved_at=solution.at if solution else None,
        verdict=verdicts.get(str(act.number)),
    )
