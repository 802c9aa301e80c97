"""Afvejning: what speaks against the letters of a plan, against what a person has said to it."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from esdh_connect.dispatch import Concern, Override, Plan, Row
from esdh_connect.errors import Objection, PlanError

__all__ = ["weighed"]


def weighed(plan: Plan, raised: Sequence[str | Concern], overrides: Sequence[Override]) -> Plan:
    """Give the plan with what was raised: rows that a concern is open about, or all where there is an objection."""
    if not raised:
        return plan
    objections = [one for one in raised if isinstance(one, str)]
    concerns = [one for one in raised if isinstance(one, Concern)]
    error = Objection(f"{len(objections)} objections to the plan", danish=". ".join(objections)) if objections else None
    letters = tuple(_weighed(row, _about(row, plan, concerns), overrides, error) for row in plan.rows)
    return attrs.evolve(plan, rows=_with_reminders(letters))


def _about(row: Row, plan: Plan, concerns: Sequence[Concern]) -> tuple[Concern, ...]:
    """Give those about this row's letter. One about somebody nobody writes to is about all of them: who knows whom."""
    if row.reminder:
        return ()
    known = plan.request.parties
    return tuple(one for one in concerns if one.party in (None, row.party) or one.party not in known)


def _weighed(row: Row, concerns: tuple[Concern, ...], overrides: Sequence[Override], error: PlanError | None) -> Row:
    said = tuple(one for one in overrides if any(one.meets(concern) for concern in concerns))
    looked = attrs.evolve(row, concerns=concerns, overrides=said)
    return attrs.evolve(looked, error=row.error or error or _open(looked.open))


def _open(concerns: Sequence[Concern]) -> Objection | None:
    if not concerns:
        return None
    seen = tuple(dict.fromkeys((one.id, one.text) for one in concerns))
    named = dict.fromkeys(id_ for id_, _ in seen)
    told = ". ".join(f"{one.text}. {one.advice}" if one.advice else one.text for one in concerns)
    return Objection(f"nobody has overridden {', '.join(named)}", danish=told, told=seen)


def _with_reminders(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Give the rows, where no reminder goes without the letter it stands beside."""
    stopped = {row.party: row.error for row in rows if not row.reminder and row.error is not None}
    return tuple(attrs.evolve(row, error=row.error or stopped.get(row.party)) if row.reminder else row for row in rows)
