"""Sprog: choosing the other one. It holds for the pages and the dialog, where it is a step of it, on every machine."""

from __future__ import annotations

from starlette.responses import Response

from esdh_connect_web.call import UNREADABLE, Call, Refused
from esdh_connect_web.identity import Role
from esdh_connect_web.protection import Guard, Page
from esdh_connect_web.site import Site
from esdh_connect_web.texts import LANGUAGES

__all__ = ["routes"]


def routes(site: Site) -> list[Guard]:
    """Give where a language is chosen."""
    return [Page(site=site, name="language", path="/language", to=Role, post=choose)]


def choose(call: Call) -> Response:
    """Keep the choice, and go back to the page it was made on."""
    lang, back = call.field("lang"), call.field("back")
    if lang not in LANGUAGES:
        raise Refused(400, UNREADABLE)
    response = call.go(back)
    call.site.remembered.choose(call.person.id, lang)
    return response
