"""Opsætning: what a department is called and where it belongs, and what plugins let it set."""

from __future__ import annotations

from starlette.responses import Response

from esdh_connect.errors import PolicyError
from esdh_connect_web.administration.deciding import Wish, ask
from esdh_connect_web.administration.standing import complaint, labelled
from esdh_connect_web.administration.tree import called, known, places_for
from esdh_connect_web.administration.values import declared, wanted
from esdh_connect_web.call import UNREADABLE, Call, Refused, whole
from esdh_connect_web.identity import Role
from esdh_connect_web.protection import Guard, Page
from esdh_connect_web.site import Site
from esdh_connect_web.texts import N_

__all__ = ["routes"]

_TO = {Role.ADMINISTRATOR}
_NOTHING = N_("Nothing is different in what you sent, so there is nothing to decide.")
_NO_NAME = N_("Write what the department is called.")


def routes(site: Site) -> list[Guard]:
    """Give the page on which a department is moved and renamed, and given what plugins let it set."""
    at = "/department/setup"
    return [
        Page(site=site, name="setup", path=at, to=_TO, get=show),
        Page(site=site, name="setup-place", path=f"{at}/place", to=_TO, post=place),
        Page(site=site, name="setup-values", path=f"{at}/values", to=_TO, post=values),
    ]


def show(call: Call) -> Response:
    """Show the forms."""
    return _shown(call, known(call, call.query("id")).id)


def _shown(
    call: Call,
    id_: str,
    *,
    errors: tuple[tuple[str, str], ...] = (),
    notice: str = "",
    problem: str = "",
    typed: str = "",
) -> Response:
    call.saw(f"department {id_}")
    department, say = call.post.departments.get(id_), call.language.gettext
    below_it = {one.id for one in call.post.departments if id_ in call.post.departments.lineage(one.id)}
    places = [one for one in places_for(call) if one[0] not in below_it]
    parent = department.parent or ""
    if parent not in {key for key, _ in places}:  # it may stay where it is, under one the person does not work for
        places.insert(0, (parent, called(call.post.departments.get(parent)) if parent else say(N_("As it is now"))))
    return call.answer(
        "administration/setup.html",
        about=department,
        declared=declared(call, id_, typed),
        errors=[(field, say(text)) for field, text in errors],
        here=call.address("setup", id=id_),
        label=lambda name: labelled(call, name),
        notice=say(notice) if notice else "",
        places=places,
        problem=problem,
        seen=len(call.post.departments.history()),
        title=called(department),
    )


def place(call: Call) -> Response:
    """Take a new name, or another department above: say what it will do, and ask."""
    wish = _wished(call)
    name = call.field("name")
    if not name:
        return _shown(call, wish.department, errors=(("name", _NO_NAME),))
    pairs = (("name", name, call.field("was-name")), ("parent", call.field("parent"), call.field("was-parent")))
    return _asked(call, wish, {field: written for field, written, was in pairs if written != was})


def values(call: Call) -> Response:
    """Take what a plugin is to have set here, or that it is to be as the department above has it, and ask."""
    wish, plugin = _wished(call), call.field("plugin")
    if plugin not in {one.plugin for one in declared(call, wish.department)}:
        raise Refused(400, UNREADABLE)
    if call.field("do") == "above":
        return _asked(call, wish, {f"values.{plugin}": None})
    try:
        return _asked(call, wish, wanted(call, wish.department, plugin), typed=plugin)
    except PolicyError as error:
        return _shown(call, wish.department, problem=complaint(call, error.danish or "")[1], typed=plugin)


def _asked(call: Call, wish: Wish, what: dict[str, object], typed: str = "") -> Response:
    if not what:
        return _shown(call, wish.department, notice=_NOTHING)
    try:
        return ask(call, Wish(wish.department, what, wish.seen, wish.back))
    except PolicyError as error:
        return _shown(call, wish.department, problem=complaint(call, error.danish or "")[1], typed=typed)


def _wished(call: Call) -> Wish:
    """Read which department a form is about. Raises Refused."""
    id_, seen = known(call, call.field("department")).id, whole(call.field("seen"))
    call.require(id_, Role.ADMINISTRATOR)
    if seen is None:
        raise Refused(400, UNREADABLE)
    return Wish(id_, {}, seen, call.address("department", id=id_))
