"""Waves as plain values, for programs: names are English and stay."""

from __future__ import annotations

from datetime import date
from typing import Any

from esdh_connect.ids import mask
from esdh_connect_forbrug.reports.since import Sent
from esdh_connect_rollout.checklist import Item
from esdh_connect_rollout.door import Review, Waves
from esdh_connect_rollout.progress import Progress, Standing, WaveProgress
from esdh_connect_rollout.suggestions.ranking import Findings, Place
from esdh_connect_rollout.suggestions.reasons import reason
from esdh_connect_rollout.waves.acts import Act
from esdh_connect_rollout.waves.notes import Note
from esdh_connect_rollout.waves.wave import Wave

__all__ = ["act", "note", "place", "review", "status", "wave"]


def place(one: Place) -> dict[str, Any]:
    """Give a place."""
    return {
        "rank": one.rank,
        "department": one.department,
        "score": round(one.score, 4),
        "effect": round(one.effect, 4),
        "ease": round(one.ease, 4),
        "missing": list(one.missing),
        "reason": reason(one),
    }


def wave(waves: Waves, it: Wave, findings: Findings | None = None) -> dict[str, Any]:
    """Give a wave."""
    if it.is_damaged:
        return {"wave": it.name, "damaged": True}
    return {
        **_progress(waves.progress(it.name)),
        "owner": mask(it.aim.owner),
        "purpose": mask(it.aim.purpose),
        "brings": {name: list(one) if isinstance(one, tuple) else one for name, one in it.brings.items()},
        "checklist": [_item(one) for one in waves.checklist(it.name, findings)],
        "notes": [note(one) for one in it.notes],
        "skipped": mask(it.skipped.why) if it.skipped else None,
    }


def _progress(here: WaveProgress) -> dict[str, Any]:
    return {
        "wave": here.wave.name,
        "title": mask(here.wave.aim.title),
        "state": here.state.name.lower(),
        "begins": here.begins.isoformat(),
        "departments": [_standing(one) for one in here.standings],
        "begun": here.begun,
        "in_routine": here.in_routine,
        **_sent(here.sent),
        "goal": here.wave.aim.goal,
        "forecast": here.forecast.letters,
        "forecast_missing": list(here.forecast.missing),
        "verdict": here.verdict,
        "open_difficulties": len(here.wave.open_difficulties),
    }


def _standing(one: Standing) -> dict[str, Any]:
    return {
        "id": one.department,
        "first_letter_month": str(one.month) if one.month else None,
        "first_letter": _iso(one.began),
        "routine_by": str(one.settled) if one.settled else None,
        "routine": _iso(one.routine),
        "days": one.days,
    }


def _sent(sent: Sent) -> dict[str, Any]:
    """Give letters: ``pace`` is those of the month ``pace_month``, and ``left_out`` what only sums with others have."""
    return {
        "letters": sent.total,
        "letters_until": str(sent.until) if sent.until else None,
        "pace": sent.latest,
        "pace_month": str(sent.last) if sent.last else None,
        "left_out": [
            {"months": [str(month) for month in months], "departments": list(one.own), "with": list(one.others)}
            for one, months in sent.left_out.items()
        ],
    }


def _iso(on: date | None) -> str | None:
    return on.isoformat() if on else None


def _item(one: Item) -> dict[str, Any]:
    return {
        "key": one.key,
        "text": mask(one.text),
        "departments": list(one.departments),
        "unsure": list(one.unsure),
        "done": one.is_done,
        "ticked_by": mask(one.ticked.by) if one.ticked else None,
        "ticked_at": one.ticked.at.isoformat() if one.ticked else None,
    }


def note(one: Note) -> dict[str, Any]:
    """Give an experience."""
    return {
        "number": one.number,
        "wave": one.wave,
        "kind": one.kind.name.lower(),
        "text": mask(one.text),
        "by": mask(one.by) or None,
        "department": one.department or None,
        "document_types": sorted(one.document_types),
        "module": one.module or None,
        "solved": mask(one.solved) or None,
        "solved_by": mask(one.solved_by) or None,
        "taken": one.verdict and one.verdict.is_taken,
        "why": (one.verdict and mask(one.verdict.why)) or None,
    }


def act(one: Act) -> dict[str, Any]:
    """Give an act."""
    return {
        "number": one.number,
        "kind": one.kind.value,
        "at": one.at.isoformat(),
        "in_force": one.in_force.isoformat(),
        "by": mask(one.by) or None,
        "why": mask(one.why) or None,
    }


def review(it: Review) -> dict[str, Any]:
    """Give a half-way review."""
    return {
        **_progress(it.progress),
        "due": it.is_due,
        "notes": [note(one) for one in it.notes],
        "difficulties": [note(one) for one in it.difficulties],
    }


def status(here: Progress) -> dict[str, Any]:
    """Give how far the organisation is."""
    return {
        "departments": here.departments,
        "on": here.on,
        "begun": here.begun,
        "in_routine": here.in_routine,
        **_sent(here.sent),
        "all_letters": here.all_letters,
        "share": None if here.share is None else round(here.share, 4),
        "missing": list(here.missing),
        "waves": [_progress(one) for one in here.waves],
    }
