"""I tide: what the rows of a plan say of the day by which the letter must be there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial

import attrs

from esdh_connect import wording
from esdh_connect.channel import Channel
from esdh_connect.dispatch import Plan, Row
from esdh_connect.legal_clock import LegalClock, day_of
from esdh_connect.shared import Shared

__all__ = ["timed"]

#: The last day on which the letter leaves in time, what to tell about it, and whether that is too late.
_Timing = tuple[date, str, bool]


def timed(plan: Plan, channels: Mapping[str, Channel], clock: LegalClock) -> Plan:
    """Say in each row that can be sent whether its letter is in time; nothing where the wish has no deadline."""
    if plan.request.options.deadline is None:
        return plan
    shared = Shared()
    return attrs.evolve(plan, rows=tuple(_row(row, plan, channels, clock, shared) for row in plan.rows))


def _row(row: Row, plan: Plan, channels: Mapping[str, Channel], clock: LegalClock, shared: Shared) -> Row:
    channel = channels.get(row.channel)
    if channel is None or row.reminder or row.error is not None:
        return row
    latest, text, is_late = shared.once("timing", channel, partial(_timing, plan, clock))
    warnings = (*row.warnings, _small(text)) if is_late else row.warnings
    return attrs.evolve(row, latest_safe=latest, timing=text, warnings=warnings)


def _timing(plan: Plan, clock: LegalClock, channel: Channel) -> _Timing:
    options, today = plan.request.options, day_of(plan.made_at)
    deadline = options.deadline or today
    latest = clock.latest_safe(channel, deadline, options.post_category)
    leaves = max(today, options.not_before or today)
    there = clock.arrival(channel, leaves, options.post_category)
    is_late = today > latest or there > deadline
    return latest, wording.timing(latest, deadline, today, there, is_late=is_late), is_late


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
