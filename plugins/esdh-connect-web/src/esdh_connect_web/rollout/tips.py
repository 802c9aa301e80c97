"""Tip på sider: anybody gives one, and who works for its department decides whether it goes on the checklist."""

from __future__ import annotations

import re

import attrs
from starlette.responses import Response

from esdh_connect.errors import PolicyError
from esdh_connect.ids import mask
from esdh_connect_rollout import Waves
from esdh_connect_rollout.waves.notes import Note
from esdh_connect_web.administration.tree import branches
from esdh_connect_web.call import UNREADABLE, Call, Refused, whole
from esdh_connect_web.identity import Role
from esdh_connect_web.texts import N_

__all__ = ["READERS", "THANKS", "ask", "decide", "give", "reaches_somebody", "show", "wrong"]

#: Who reads tips, and decides what becomes of them.
READERS = frozenset({Role.ADMINISTRATOR, Role.CONSULTANT, Role.CONTACT})
THANKS = N_("Thank you: the tip is read by those who plan what comes next.")
#: What may be a telephone number (eight digits, together or in groups) or an address of e-mail.
_REACHES_SOMEBODY = re.compile(r"(?<!\d)\d(?:[ .\-]?\d){7}(?!\d)|[^\s@]+@[^\s@]+\.[^\s@]+")
_LEADS_TO_SOMEBODY = N_(
    "There seems to be a telephone number or an e-mail address in it. Take it out, if it is a person's."
)
_ABOUT_SOMEBODY = N_("The tip is not given: leave out the CPR number, for a tip is about nobody.")
_NOTHING = N_("Write what others could use.")
_WHY_NOT = N_("Write why the tip is not relevant.")
_NO_TIP = N_("There is no such tip.")
_TAKEN = N_("The tip comes up on the checklists of the waves that come after.")
_DISMISSED = N_("The tip is put aside as not relevant. It is kept here, with the reason.")


def wrong(text: str, *, is_nobodys: bool) -> str:
    """Tell what is wrong with a tip, wherever it is given; "" where nothing is. It is an English text."""
    if mask(text) != text:
        return _ABOUT_SOMEBODY
    if not any(map(str.isalnum, text)):
        return _NOTHING
    return _LEADS_TO_SOMEBODY if reaches_somebody(text) and not is_nobodys else ""


def reaches_somebody(text: str) -> bool:
    """Tell whether there may be a telephone number or an address of e-mail in a tip: it may be nobody's own."""
    return _REACHES_SOMEBODY.search(text) is not None


# --- giving one


def ask(call: Call) -> Response:
    """Show where a tip is written."""
    return _asked(call, notice=call.language.gettext(THANKS) if call.query("given") else "")


def give(call: Call) -> Response:
    """Take a tip. Nobody's name is kept, unless they sign it."""
    department = call.field("department")
    if department:
        call.require(department)
    text = call.reason("text")
    if told := wrong(text, is_nobodys=call.field("nobody") == "yes"):
        return _asked(call, error=call.language.gettext(told))
    by = call.person.shown if call.field("sign") == "yes" else ""
    try:
        Waves(call.post).tip(text, department=department, by=by)
    except PolicyError as error:
        return _asked(call, problem=error.danish)
    return call.go(call.address("tip", given=1))


def _asked(call: Call, *, problem: str = "", notice: str = "", error: str = "") -> Response:
    nowhere = call.language.gettext(N_("None in particular"))
    return call.answer(
        "waves/tip.html",
        tip_departments=[("", nowhere), *((one.department.id, one.name) for one in branches(call))],
        errors=[("text", error)] if error else [],
        here=call.path("tip"),
        may_read=call.person.has(READERS),
        may_insist=reaches_somebody(call.reason("text")),
        problem=problem,
        thanks=notice,
        written=call.reason("text"),
    )


# --- what becomes of them


@attrs.frozen
class _Part:
    """The tips about one department, or about none."""

    id: str
    name: str
    tips: tuple[Note, ...]


def show(call: Call) -> Response:
    """Show all tips, the latest first, by department: those of the departments somebody works for."""
    done = {"taken": _TAKEN, "dismissed": _DISMISSED}.get(call.query("done"), "")
    return _shown(call, done=call.language.gettext(done) if done else "")


def decide(call: Call) -> Response:
    """Take a tip along to the checklists, or say that it is not relevant."""
    number, why, do = whole(call.field("number")), call.reason("why"), call.field("do")
    tip = next((one for part in _parts(call) for one in part.tips if one.number == number), None)
    if tip is None:
        raise Refused(404, _NO_TIP)
    if do not in ("take", "dismiss"):
        raise Refused(400, UNREADABLE)
    if do == "dismiss" and not any(map(str.isalnum, why)):
        return _shown(call, errors={f"why-{tip.number}": call.language.gettext(_WHY_NOT)})
    waves, by = Waves(call.post), call.person.id
    try:
        decided = waves.take(tip.number, by=by) if do == "take" else waves.dismiss(tip.number, by=by, why=why)
    except PolicyError as error:
        return _shown(call, problem=error.danish)
    is_taken = decided.verdict is not None and decided.verdict.is_taken
    return call.go(call.address("tips", done="taken" if is_taken else "dismissed"))


def _shown(call: Call, *, done: str = "", problem: str = "", errors: dict[str, str] | None = None) -> Response:
    found, asked = _parts(call), call.query("department")
    waves, sees_waves = Waves(call.post).list(), call.person.has([Role.ADMINISTRATOR, Role.CONSULTANT])
    return call.answer(
        "waves/tips.html",
        asked=asked,
        choices=[(one.id, one.name) for one in found if one.id],
        done=done,
        errors=errors or {},
        found=[one for one in found if asked in ("", one.id)],
        here=call.path("tips"),
        number=sum(len(one.tips) for one in found),
        problem=problem,
        sees_all=sees_waves and len(call.departments) == len(call.post.departments),
        sees_waves=sees_waves,
        titles={one.name: one.aim.title for one in waves if not one.is_damaged},
        waiting=sum(tip.verdict is None for one in found for tip in one.tips),
    )


def _parts(call: Call) -> list[_Part]:
    """Give the tips somebody may read; a contact reads those about the department alone."""
    names = {one.department.id: one.name for one in branches(call)}
    if call.person.has([Role.ADMINISTRATOR, Role.CONSULTANT]):
        names[""] = ""
    tips = Waves(call.post).tips()[::-1]
    parts = (_Part(id_, name, tuple(one for one in tips if one.department == id_)) for id_, name in names.items())
    return [one for one in parts if one.tips]
