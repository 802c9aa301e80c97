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

__all__ = ["opened", "ways"]

#: A visit that is begun at once need not wait for anybody to come.
_AT_ONCE = timedelta(minutes=1)


def ways(call: Call, letter: str) -> tuple[Shown, ...]:
    """Give what of a letter needs a person, with what this one can do about it; one sent back is its orderer's."""
    found = call.post.failures_about(letter)
    mine = (one for one in found if one.kind is not Cause.SENT_BACK or one.entry.committed_by == call.person.id)
    return tuple(shown(call, one) for one in mine)


def opened(call: Call, entry: Entry) -> Response:
    """
    Open the page of one way out for a letter.

    Where the host's session is not asked, one of ours begins: for the person the dialog was opened for.
    """
    remedy = remedy_named(call.field("remedy"))
    if remedy is None:
        raise Refused(400, UNREADABLE)
    call.saw(entry.id)
    to = call.path("resolve", letter=entry.id, remedy=remedy.value)
    response = attrs.evolve(call, visit=None, framed=False).answer("welcome.html", to=to)
    if call.site.identify is None:
        visits, errand = call.site.visits, Errand(call.person, call.errand.origin)
        visit = visits.begin(visits.prepare(errand, call.now + _AT_ONCE))
        if visit is not None:
            session = session_token(call.post, visit)
            response.set_cookie(COOKIE, session, secure=True, httponly=True, samesite="strict")
    return response
