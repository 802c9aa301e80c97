"""What people and scripts read of those who have not started."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from esdh_connect.cli import talk
from esdh_connect.ids import mask
from esdh_connect_forbrug.reports.danish import day
from esdh_connect_forbrug.starting.values import Answer, Reason, Waiting

__all__ = ["lines", "plain"]


def lines(one: Waiting, today: date) -> Iterator[str]:
    """Tell of a department: why, what the system may have seen, and what is next."""
    begun = "har sendt før, men ikke" if one.has_begun else "har ikke sendt noget"
    yield f"{talk.on_one_line(one.name)} ({one.department}) {begun} i {one.days} arbejdsdage."
    yield f"    Årsag: {one.reason}{_more(one.answer)}"
    if one.suggestion and (one.answer is None or one.answer.reason is Reason.UNTOLD):
        yield f"    Set: {one.suggestion}"
    step = one.answer.step if one.answer else None
    if step:
        late = " – skulle være gjort" if step.is_late(today) else ""
        yield f"    Næste skridt: {talk.on_one_line(step.what)} ({talk.on_one_line(step.owner)}, {day(step.due)}{late})"


def _more(answer: Answer | None) -> str:
    if answer is None:
        return ""
    until = f" fra {day(answer.until)}" if answer.until else ""
    note = f" – {talk.on_one_line(answer.note)}" if answer.note else ""
    return f"{until} ({talk.on_one_line(answer.by)}){note}"


def plain(one: Waiting) -> dict[str, Any]:
    """Give it as JSON has it."""
    return {
        "department": one.department,
        "name": mask(one.name),
        "days": one.days,
        "has_begun": one.has_begun,
        "answer": one.answer.plain if one.answer else None,
        "suggestion": one.suggestion or None,
    }
