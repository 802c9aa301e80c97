"""
Hvem er ikke i gang, og hvorfor: departments that could send and do not, what they say themselves, and who helps.

It is for help and never for control: nothing here is about single people, and no need is as good a reason as any.
"""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from esdh_connect.policy import Department
from esdh_connect_forbrug.starting import Hurdle, NotStarted, Reason, Waiting
from esdh_connect_web.call import Call
from esdh_connect_web.figures import staff as text
from esdh_connect_web.figures import words
from esdh_connect_web.figures.answering import Filled, answered, filled
from esdh_connect_web.identity import Role
from esdh_connect_web.protection import Guard, Page
from esdh_connect_web.site import Site
from esdh_connect_web.texts import N_

__all__ = ["routes"]

#: Who speaks for a department, and who helps it.
_ANSWERING = (Role.CONTACT, Role.CONSULTANT)
_SEEING = (*_ANSWERING, Role.ADMINISTRATOR)


def routes(site: Site) -> list[Guard]:
    """Give the list, the form for a reason, and the text for the staff."""
    at = "/not-started"
    return [
        Page(site=site, name="not-started", path=at, to=_SEEING, get=waiting, menu=N_("Not started, and why")),
        Page(site=site, name="reason", path=f"{at}/reason", to=_ANSWERING, get=ask, post=note),
        Page(site=site, name="staff-text", path=f"{at}/staff", to=_SEEING, get=staff),
    ]


def waiting(call: Call) -> Response:
    """Show who has not started, the most urgent first, and below it who has no need or is planned for later."""
    door = NotStarted(call.post)
    theirs = {one.id: one for one in call.departments}
    mine = tuple(one for one in door.departments() if one.department in theirs)
    excused = tuple(one for one in door.excused() if one.department in theirs)
    return call.answer(
        "statistics/waiting.html",
        200,
        waiting=mine,
        excused=excused,
        today=door.today,
        made_up=door.made_up,
        noted=theirs.get(call.query("noted")),
        answers=call.person.has(_ANSWERING),
        **_words(call),
    )


def ask(call: Call) -> Response:
    """Show the form, with the latest answer in it."""
    department = _department(call, call.query("department"))
    NotStarted(call.post).refuse_unasked(department.id)
    return _form(call, department, Filled(_latest(call, department)))


def note(call: Call) -> Response:
    """Note what the department says."""
    department = _department(call, call.field("department"))
    form = answered(call, department.id, filled(call))
    if form.errors or form.told:
        return _form(call, department, form, 400)
    return RedirectResponse(f"{call.path('not-started')}?{urlencode({'noted': department.id})}", 303)


def staff(call: Call) -> Response:
    """Show the text that tells the staff what is looked at."""
    return call.answer("statistics/staff.html", heading=text.HEADING, paragraphs=text.PARAGRAPHS)


def _form(call: Call, department: Department, form: Filled, status: int = 200) -> Response:
    door = NotStarted(call.post)
    say = call.language.gettext
    return call.answer(
        "statistics/reason.html",
        status,
        department=department,
        form=form,
        errors={field: say(text) for field, text in form.errors.items()},
        history=door.history(department.id)[::-1],
        seen=_suggestion((*door.departments(), *door.excused()), department),
        today=door.today,
        **_words(call),
    )


def _department(call: Call, asked: str) -> Department:
    """Give a department somebody may answer for. Raises Refused for any other."""
    found = next((one for one in call.departments if one.id == asked), None)
    if found is None:
        call.refuse()
    call.saw(found.id)
    return found


def _latest(call: Call, department: Department) -> dict[str, str]:
    """Give what was answered last; a step that is still to be done stands there to be changed."""
    said = NotStarted(call.post).history(department.id)
    empty = dict.fromkeys(("reason", "hurdle", "note", "until", "what", "owner", "due"), "")
    if not said:
        return empty
    last = said[-1]
    values = {"reason": last.reason.value, "hurdle": last.hurdle.value if last.hurdle else "", "note": last.note}
    step = {"what": last.step.what, "owner": last.step.owner, "due": str(last.step.due)} if last.step else {}
    return {**empty, **values, "until": str(last.until or ""), **step}


def _suggestion(known: tuple[Waiting, ...], department: Department) -> str:
    return next((one.suggestion for one in known if one.department == department.id), "")


def _words(call: Call) -> dict[str, object]:
    say = call.language.gettext
    return {
        "reasons": {one: (say(words.REASONS[one][0]), say(words.REASONS[one][1])) for one in Reason},
        "hurdles": {one: say(words.HURDLES[one]) for one in Hurdle},
    }
