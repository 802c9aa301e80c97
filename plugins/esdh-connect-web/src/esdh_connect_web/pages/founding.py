"""Oprettelse: a new department, at the top or under another."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.responses import Response

from esdh_connect.errors import PolicyError
from esdh_connect_web.administration.deciding import Wish, ask
from esdh_connect_web.administration.standing import complaint
from esdh_connect_web.administration.tree import places_for
from esdh_connect_web.call import UNREADABLE, Call, Refused, whole
from esdh_connect_web.identity import Role
from esdh_connect_web.protection import Guard, Page
from esdh_connect_web.site import Site
from esdh_connect_web.texts import N_

__all__ = ["routes"]

_NO_NAME = N_("Write what the department is called.")
_NO_ID = N_("Write the id that the case system has for the department, without spaces.")
_TAKEN = N_("There is a department of that id already.")
_NO_PLACE = N_("Choose a department you work for.")


def routes(site: Site) -> list[Guard]:
    """Give the page."""
    to = {Role.ADMINISTRATOR}
    return [Page(site=site, name="new-department", path="/departments/new", to=to, get=show, post=begin)]


def show(call: Call) -> Response:
    """Show the form."""
    return _shown(call, call.query("under"))


def begin(call: Call) -> Response:
    """Take a department that is to be set up: say what it will have, and ask."""
    id_, name, under = call.field("new-id"), call.field("new-name"), call.field("under")
    seen = whole(call.field("seen"))
    if seen is None:
        raise Refused(400, UNREADABLE)
    errors = list(_errors(call, id_, name, under))
    if errors:
        return _shown(call, under, errors)
    what = {"name": name} | ({"parent": under} if under else {})
    try:
        return ask(call, Wish(id_, what, seen, call.path("departments"), new=True))
    except PolicyError as error:
        field, told = complaint(call, error.danish or "")
        return _shown(call, under, [("new-name" if field == "name" else "new-id", told)])


def _errors(call: Call, id_: str, name: str, under: str) -> Iterator[tuple[str, str]]:
    say = call.language.gettext
    if not id_ or any(map(str.isspace, id_)):
        yield "new-id", say(_NO_ID)
    elif id_ in call.post.departments:
        yield "new-id", say(_TAKEN)
    if not name:
        yield "new-name", say(_NO_NAME)
    if under not in dict(places_for(call)):
        yield "under", say(_NO_PLACE)


def _shown(call: Call, under: str, errors: list[tuple[str, str]] | None = None) -> Response:
    return call.answer(
        "administration/new.html",
        errors=errors or [],
        here=call.address("new-department", under=under),
        places=places_for(call),
        seen=len(call.post.departments.history()),
        under=under,
    )
