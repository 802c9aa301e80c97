"""Forside: where a session begins, and what somebody may see."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from esdh_connect_web.call import Call
from esdh_connect_web.forms import session_token, session_visit
from esdh_connect_web.identity import Role
from esdh_connect_web.protection import COOKIE, Entrance, Guard, Page
from esdh_connect_web.site import Site
from esdh_connect_web.texts import N_
from esdh_connect_web.waiting import waiting

__all__ = ["routes"]


def routes(site: Site) -> list[Guard]:
    """Give the front page, and the entrance of those who come with a launch token."""
    return [
        Page(site=site, name="front", path="/", to=Role, get=front, menu=N_("Overview")),
        Page(site=site, name="leave", path="/leave", to=Role, post=leave),
        Entrance(site=site, name="open", path="/open", opens="pages", post=begin),
    ]


def front(call: Call) -> Response:
    """Show what waits for this person, and what pages there are for them."""
    return call.answer("front.html", waiting=waiting(call))


def begin(call: Call) -> Response:
    """
    Begin a session.

    The cookie is for requests from our own pages alone, and a redirection would still be one from the host's: so the
    page goes on by itself.
    """
    if call.visit is None:
        return RedirectResponse(call.path("front"), 303)
    response = call.answer("welcome.html")
    response.set_cookie(COOKIE, session_token(call.post, call.visit), secure=True, httponly=True, samesite="strict")
    return response


def leave(call: Call) -> Response:
    """End the session. Where the host says who it is, there is none of ours to end."""
    name = session_visit(call.post, call.request.cookies.get(COOKIE, ""))
    if name and call.site.identify is None:
        call.site.visits.end(name)
    response = call.answer("left.html", menu=[])
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="strict")
    return response
