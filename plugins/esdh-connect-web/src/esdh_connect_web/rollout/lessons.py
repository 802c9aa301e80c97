"""Erfaringer på sider: what was learnt is written down, difficulties are solved, the checklist is ticked; and tips."""

from __future__ import annotations

from starlette.responses import Response

from esdh_connect.errors import PolicyError
from esdh_connect_rollout import Waves
from esdh_connect_web.administration.tree import branches
from esdh_connect_web.call import UNREADABLE, Call, Refused, whole
from esdh_connect_web.rollout.showing import may_move, of, shown
from esdh_connect_web.texts import N_

__all__ = ["ask_tip", "note", "tip"]

_THANKS = N_("Thank you: the tip goes on to those who begin next.")


def note(call: Call) -> Response:
    """Write an experience or a difficulty, solve one, tick an item, or go on without experiences."""
    wave, text = of(call, call.field("wave")), call.reason("text")
    if not may_move(call, wave):
        call.refuse()
    waves, by = Waves(call.post), call.person.shown
    number = whole(call.field("number"))
    try:
        match call.field("do"):
            case "note":
                department = call.field("about")
                hard = call.field("difficulty") == "yes"
                waves.note(wave.name, text, by=by, difficulty=hard, department=department)
            case "solve" if number in {one.number for one in wave.open_difficulties}:
                waves.solve(number or 0, by=by, how=text)
            case "skip":
                waves.skip(wave.name, by=call.person.id, why=text)
            case "check":
                waves.check(wave.name, call.field("item"), by=call.person.id)
                return call.go(call.address("wave", at="checklist", name=wave.name))
            case _:
                raise Refused(400, UNREADABLE)
    except PolicyError as error:
        return shown(call, wave, problem=error.danish, written=text)
    return call.go(call.address("wave", at="experiences", name=wave.name))


def ask_tip(call: Call) -> Response:
    """Show where a tip is written."""
    thanks = call.language.gettext(_THANKS) if call.query("given") else ""
    return _tip(call, notice=thanks)


def tip(call: Call) -> Response:
    """Take a tip. Nobody's name is kept, unless they sign it."""
    department = call.field("department")
    if department:
        call.require(department)
    by = call.person.shown if call.field("sign") == "yes" else ""
    try:
        Waves(call.post).tip(call.reason("text"), department=department, by=by)
    except PolicyError as error:
        return _tip(call, problem=error.danish)
    return call.go(call.address("tip", given=1))


def _tip(call: Call, *, problem: str = "", notice: str = "") -> Response:
    everything = call.language.gettext(N_("None in particular"))
    return call.answer(
        "waves/tip.html",
        tip_departments=[("", everything), *((one.department.id, one.name) for one in branches(call))],
        here=call.path("tip"),
        problem=problem,
        thanks=notice,
        written=call.reason("text"),
    )
