"""Svaret: why a department has not started, read of the form and given to those who keep it."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Self, TypeVar

import attrs

from esdh_connect_forbrug.starting import Answer, AnswerRefused, Hurdle, NotStarted, Reason, Step
from esdh_connect_web.call import Call
from esdh_connect_web.texts import N_

__all__ = ["Filled", "answered", "filled"]

_FIELDS = ("reason", "hurdle", "note", "until", "what", "owner", "due")
_REASONS = frozenset(one.value for one in Reason)
_Kind = TypeVar("_Kind", bound=Enum)
_NO_REASON = N_("Choose a reason.")
_NO_KIND = N_("Choose what makes it hard to start from the list, or nothing.")
_NO_DAY = N_("Write a day as in the calendar.")
_NO_UNTIL = N_("Write which day it is planned for.")
_PASSED = N_("Write a day that is still to come.")
_HALF_A_STEP = N_("A next step has something to do, somebody who does it, and a day. Fill in all three, or none.")
_ONLY_LATER = N_("Only what is planned for later has a day. Choose that reason, or empty the day.")


@attrs.frozen
class Filled:
    """
    A form as it was filled in: ``values`` by the field, and ``errors`` as a field and an English text.

    ``told`` is a sentence of the core's own, in Danish, where it would not take the answer.
    """

    values: dict[str, str]
    errors: dict[str, str] = attrs.field(factory=dict)
    told: str = ""


def filled(call: Call) -> Filled:
    """Read the fields as they are; what they mean comes later."""
    return Filled({name: call.reason(name) for name in _FIELDS})


def answered(call: Call, department: str, form: Filled) -> Filled:
    """Note the answer. Gives the form with what is wrong in it; nothing was noted then."""
    door = NotStarted(call.post)
    values = _without_left_over(form.values, door.history(department))
    meant = _Meant.of(values)
    errors = meant.errors(values, door.today)
    if errors or meant.reason is None:
        return attrs.evolve(form, errors=errors)
    said = attrs.asdict(meant, filter=attrs.filters.exclude("reason", "due"), recurse=False)
    step = Step(values["what"], values["owner"], meant.due) if meant.due else None
    try:
        door.answer(department, meant.reason, by=call.person.shown, note=values["note"], step=step, **said)
    except AnswerRefused as error:
        return attrs.evolve(form, told=error.danish or "")
    return form


def _without_left_over(values: dict[str, str], said: tuple[Answer, ...]) -> dict[str, str]:
    """Leave out what stood in the form from the last answer and does not go with the reason that is given now."""
    kept, last = dict(values), said[-1] if said else None
    if values["reason"] in _REASONS and values["reason"] != Reason.STARTUP.value:
        kept["hurdle"] = ""
    if values["reason"] != Reason.LATER.value and last and last.until and values["until"] == str(last.until):
        kept["until"] = ""
    return kept


@attrs.frozen
class _Meant:
    """What the fields mean; None where one is empty or means nothing."""

    reason: Reason | None
    hurdle: Hurdle | None
    until: date | None
    due: date | None

    @classmethod
    def of(cls, values: dict[str, str]) -> Self:
        return cls(
            _one(Reason, values["reason"]), _one(Hurdle, values["hurdle"]), _day(values["until"]), _day(values["due"])
        )

    def errors(self, values: dict[str, str], today: date) -> dict[str, str]:
        """Give what is wrong, by its field, in the order of the form."""
        later, step = self.reason is Reason.LATER, {one: values[one] for one in ("what", "owner", "due")}
        missing = next((name for name, value in step.items() if not value), "")
        found: dict[str, str] = {}
        for field, text, holds in (
            ("reason", _NO_REASON, self.reason is None),
            ("hurdle", _NO_KIND, self.hurdle is None and values["hurdle"]),
            ("until", _NO_DAY, self.until is None and values["until"]),
            ("until", _NO_UNTIL, later and not values["until"]),
            ("until", _PASSED, later and self.until and self.until <= today),
            ("until", _ONLY_LATER, not later and self.until),
            (missing, _HALF_A_STEP, missing and any(step.values())),
            ("due", _NO_DAY, self.due is None and values["due"]),
            ("due", _PASSED, self.due and self.due < today),
        ):
            if holds:
                found.setdefault(field, text)
        return found


def _one(kind: type[_Kind], value: str) -> _Kind | None:
    return next((one for one in kind if one.value == value), None)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
