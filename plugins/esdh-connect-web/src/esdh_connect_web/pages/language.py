"""Sprog: choosing the other one, for the pages of one's own tab. In a dialog it is a step of it."""

from __future__ import annotations

from starlette.responses import Response

from esdh_connect_web.call import LANGUAGE, UNREADABLE, Call, Refused
from esdh_connect_web.identity import Role
from esdh_connect_web.protection import Guard, Page
from esdh_connect_web.site import Site
from esdh_connect_web.texts import LANGUAGES

__all__ = ["routes"]

_YEAR = 365 * 24 * 3600


def routes(site: Site) -> list[Guard]:
    """Give where a language is chosen."""
    return [Page(site=site, name="language", path="/language", to=Role, post=choose)]


def choose(call: Call) -> Response:
    """Keep the choice, and go back to the page it was made on."""
    lang, back = call.field("lang"), call.field("back")
    if lang not in LANGUAGES:
        raise Refused(400, UNREADABLE)
    response = call.go(back)
    secure = call.request.url.scheme == "https"
    response.set_cookie(
        LANGUAGE, lang, max_age=_YEAR, path=call.path("front"), secure=secure, httponly=True, samesite="lax"
    )
    return response
