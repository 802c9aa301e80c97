"""Erfaringer på sider: what was learnt is written down, difficulties are solved, the checklist is ticked."""

from __future__ import annotations

from starlette.responses import Response

from esdh_connect.errors import PolicyError
from esdh_connect_rollout import Waves
from esdh_connect_web.call import UNREADABLE, Call, Refused, whole
from esdh_connect_web.rollout.showing import may_move, of, shown

__all__ = ["note"]


def note(call: Call) -> Response:
    """Write an experience or a difficulty, solve one, tick an item or untick it, or go on without experiences."""
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
            case "uncheck":
                waves.uncheck(wave.name, call.field("item"), by=call.person.id)
            case _:
                raise Refused(400, UNREADABLE)
    except PolicyError as error:
        return shown(call, wave, problem=error.danish, written=text)
    where = "checklist" if call.field("do").endswith("check") else "experiences"
    done = waves.show(wave.name).acts[-1].number
    return call.go(call.address("wave", at=where, name=wave.name, done=done))
