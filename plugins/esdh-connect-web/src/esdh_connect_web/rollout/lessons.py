"""Erfaringer på sider: what was learnt is written down, difficulties are solved, the checklist is ticked; and tips."""

from __future__ import annotations

import re

from starlette.responses import Response

from esdh_connect.errors import PolicyError
from esdh_connect_rollout import Waves
from esdh_connect_rollout.waves.notes import Note, NoteKind
from esdh_connect_web.administration.tree import branches
from esdh_connect_web.call import UNREADABLE, Call, Refused, whole
from esdh_connect_web.identity import Role
from esdh_connect_web.rollout.showing import may_move, may_see, of, shown
from esdh_connect_web.texts import N_

__all__ = ["ask_tip", "note", "tip", "tips"]

#: What may be a telephone number (eight digits, together or in groups) or an address of e-mail.
_REACHES_SOMEBODY = re.compile(r"(?<!\d)\d(?:[ .\-]?\d){7}(?!\d)|[^\s@]+@[^\s@]+\.[^\s@]+")
_ABOUT_SOMEBODY = N_(
    "There seems to be a telephone number or an e-mail address in it. Take it out, if it is a person's."
)
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
    text = call.reason("text")
    if _REACHES_SOMEBODY.search(text) and call.field("nobody") != "yes":
        return _tip(call, error=call.language.gettext(_ABOUT_SOMEBODY))
    try:
        Waves(call.post).tip(text, department=department, by=by)
    except PolicyError as error:
        return _tip(call, problem=error.danish)
    return call.go(call.address("tip", given=1))


def tips(call: Call) -> Response:
    """Show all tips, the latest first, by department: those of the departments somebody works for."""
    known = [one for one in Waves(call.post).list() if not one.is_damaged and may_see(call, one)]
    given = [(one.aim.title, note) for one in known for note in one.notes if note.kind is NoteKind.TIP]
    mine = {one.department.id: one.name for one in branches(call)}
    by_department: dict[str, list[tuple[str, Note]]] = {id_: [] for id_ in (*mine, "")}
    for title, note in sorted(given, key=lambda pair: pair[1].at, reverse=True):
        if note.department in by_department:
            by_department[note.department].append((title, note))
    found = [(id_, mine.get(id_, ""), its) for id_, its in by_department.items() if its]
    asked = call.query("department")
    return call.answer(
        "waves/tips.html",
        asked=asked,
        choices=[(id_, name) for id_, name, _ in found if id_],
        found=[one for one in found if asked in ("", one[0])],
        number=sum(len(its) for _, _, its in found),
    )


def _tip(call: Call, *, problem: str = "", notice: str = "", error: str = "") -> Response:
    everything = call.language.gettext(N_("None in particular"))
    return call.answer(
        "waves/tip.html",
        tip_departments=[("", everything), *((one.department.id, one.name) for one in branches(call))],
        errors=[("text", error)] if error else [],
        here=call.path("tip"),
        may_read=call.person.has([Role.ADMINISTRATOR, Role.CONSULTANT]),
        problem=problem,
        thanks=notice,
        written=call.reason("text"),
    )
