"""Rettelse: from a letter that failed to the page where something is done about it, in a tab of its own."""

from __future__ import annotations

from datetime import timedelta

import attrs
from starlette.responses import Response

from esdh_connect.dispatch import Cause, Entry
from esdh_connect_web.call import UNREADABLE, Call, Refused
from esdh_connect_web.failing.asking import remedy_named
from esdh_connect_web.failing.showing import Shown, shown
from esdh_connect_web.forms import session_token
from esdh_connect_web.protection import COOKIE
from esdh_connect_web.visits import Errand

__all__ = ["on_case", "opened", "waiting", "ways"]

#: A visit that is begun at once need not wait for anybody to come.
_AT_ONCE = timedelta(minutes=1)
#: More of them on one case nobody reads above a letter.
_FEW = 5


def ways(call: Call, letter: str) -> tuple[Shown, ...]:
    """Give what of a letter needs a person, with what this one can do about it; one sent back is its orderer's."""
    found = call.post.failures_about(letter)
    mine = (one for one in found if one.kind is not Cause.SENT_BACK or one.entry.committed_by == call.person.id)
    return tuple(shown(call, one) for one in mine)


def waiting(call: Call) -> tuple[Shown, ...]:
    """Give the letters on the dialog's case that need a person, the oldest first: those this one may see."""
    request = call.errand.request
    found = call.post.failures_on(request.case) if request is not None else ()
    theirs = [one for one in found if call.site.works_for(call.person, one.entry.department)]
    return tuple(shown(call, one) for one in theirs[:_FEW])


def on_case(call: Call, id_: str) -> Entry | None:
    """Give one of those; None where it is none (any more), or not this person's to see."""
    return next((one.entry for one in waiting(call) if one.entry.id == id_), None)


def opened(call: Call, entry: Entry) -> Response:
    """
    Open the page of one way out for a letter, or where none was chosen its own.

    Where the host's session is not asked, one of ours begins: for the person the dialog was opened for.
    """
    remedy = remedy_named(call.field("remedy"))
    if remedy is None and call.field("remedy"):
        raise Refused(400, UNREADABLE)
    call.saw(entry.id)
    to = call.path("resolve", letter=entry.id, remedy=remedy.value) if remedy else call.path("letter", letter=entry.id)
    response = attrs.evolve(call, visit=None, framed=False).answer("welcome.html", to=to)
    if call.site.identify is None:
        visits, errand = call.site.visits, Errand(call.person, call.errand.origin)
        visit = visits.begin(visits.prepare(errand, call.now + _AT_ONCE))
        if visit is not None:
            session = session_token(call.post, visit)
            response.set_cookie(COOKIE, session, secure=True, httponly=True, samesite="strict")
    return response
