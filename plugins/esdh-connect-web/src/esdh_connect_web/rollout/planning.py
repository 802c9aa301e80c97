"""En ny bølge: who is easiest to begin with, and why; and what a wave is to be."""

from __future__ import annotations

from datetime import date, datetime, time

from starlette.responses import Response

from esdh_connect.errors import PolicyError
from esdh_connect.policy import HERE
from esdh_connect_rollout import Waves, reason
from esdh_connect_rollout.profiles.lists import whole
from esdh_connect_web.administration.deciding import since_of
from esdh_connect_web.administration.matrix import Matrix
from esdh_connect_web.call import Call
from esdh_connect_web.rollout.showing import findings, names
from esdh_connect_web.texts import N_

__all__ = ["plan", "show"]

_NO_DAY = N_("Write the day as in the calendar.")
_NO_GOAL = N_("Write the goal as a whole number of letters a month.")
_NOBODY = N_("Choose the departments that are to begin.")


def show(call: Call, *, problem: str = "", errors: tuple[tuple[str, str], ...] = ()) -> Response:
    """Show the departments in no wave yet, the easiest first, and what is to be said of the wave."""
    mine = {one.id for one in call.departments}
    places = [one for one in Waves(call.post).suggest(findings(call)) if one.department in mine]
    say = call.language.gettext
    return call.answer(
        "waves/plan.html",
        channels=[(name, one.label) for name, one in call.post.plugins.channels.items()],
        chosen={name: call.fields(name) for name in ("department", "plugin", "channel")},
        errors=[(field, say(text)) for field, text in errors],
        here=call.path("wave-plan"),
        names=names(call),
        places=[(one, reason(one)) for one in places],
        plugins=[one.name for one in Matrix(call.post, call.now).columns if one.is_loaded],
        problem=problem,
        today=call.now.astimezone(HERE).date().isoformat(),
    )


def plan(call: Call) -> Response:
    """Plan the wave. Nothing changes in its departments before it is started."""
    departments, since = call.fields("department"), since_of(call, call.field("starts"))
    for id_ in departments:
        call.require(id_)
    goal = _goal(call)
    wrong = (
        ("departments", "" if departments else _NOBODY),
        ("starts", since.error if since.text else _NO_DAY),
        ("goal", _NO_GOAL if goal == 0 else ""),
    )
    errors = tuple((field, text) for field, text in wrong if text)
    if errors:
        return show(call, errors=errors)
    lists = (("plugins", call.fields("plugin")), ("channels", call.fields("channel")))
    what = {name: [f"+{one}" for one in dict.fromkeys(said)] for name, said in lists if said}
    try:
        wave = Waves(call.post).plan(
            call.field("title"),
            departments,
            starts=datetime.combine(date.fromisoformat(since.text), time(), HERE),
            owner=call.field("owner"),
            what=what,
            by=call.person.id,
            goal=goal,
            purpose=call.field("purpose"),
            why=call.reason("why"),
        )
    except PolicyError as error:
        return show(call, problem=error.danish)
    return call.go(call.address("wave", name=wave.name))


def _goal(call: Call) -> int | None:
    """Read the goal as the pages write numbers, with points for the thousands or without; 0 where it is none."""
    text = call.field("goal")
    try:
        return whole(text.replace(",", ".") if call.language.code == "en" else text) if text else None
    except ValueError:
        return 0
