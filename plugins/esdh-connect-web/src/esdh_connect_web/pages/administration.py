"""Administration: which plugins are on where, what the plugins are, and where every change is decided."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from esdh_connect.ids import mask
from esdh_connect_web.administration.deciding import Wish, ask, decide, decided
from esdh_connect_web.administration.facts import facts
from esdh_connect_web.administration.matrix import Cell, Matrix
from esdh_connect_web.administration.past import Decision, decisions
from esdh_connect_web.administration.tree import Branch, branches, called
from esdh_connect_web.administration.tree import known as department_of
from esdh_connect_web.call import UNREADABLE, Call, Refused, whole
from esdh_connect_web.identity import Role
from esdh_connect_web.protection import Guard, Page
from esdh_connect_web.site import Site
from esdh_connect_web.texts import N_

__all__ = ["routes"]

_TO = {Role.ADMINISTRATOR}
#: Departments on a page of the matrix, and decisions under it.
_ON_A_PAGE, _LATEST = 25, 10
#: Signs in what is searched for.
_LONGEST = 100
_UNFIT = N_("Write the name of a department. It is never a CPR number, and has at most 100 characters.")


def routes(site: Site) -> list[Guard]:
    """Give the matrix, what is known of plugins, and where every change is decided."""
    return [
        Page(site=site, name="matrix", path="/plugins", to=_TO, get=matrix, post=press, menu=N_("Plugins")),
        Page(site=site, name="matrix-search", path="/plugins/find", to=_TO, post=find),
        Page(site=site, name="facts", path="/plugins/facts", to=_TO, get=about),
        Page(site=site, name="decide", path="/departments/decide", to=_TO, post=decide),
    ]


def matrix(call: Call) -> Response:
    """Show what is on where."""
    asked = call.query("q")
    return _matrix(call, "", _UNFIT) if _is_unfit(asked) else _matrix(call, asked)


def find(call: Call) -> Response:
    """Look at what is searched for, before it stands in any address."""
    asked = call.field("q")
    return _matrix(call, "", _UNFIT) if _is_unfit(asked) else call.see("matrix", query={"q": asked})


def _is_unfit(asked: str) -> bool:
    return len(asked) > _LONGEST or mask(asked) != asked


def _matrix(call: Call, asked: str, error: str = "") -> Response:
    mine = branches(call)
    found = [one for one in mine if _is_meant(one, asked)]
    pages = max(1, -(-len(found) // _ON_A_PAGE))
    page = min(max(1, whole(call.query("page")) or 1), pages)
    shown = found[(page - 1) * _ON_A_PAGE : page * _ON_A_PAGE]
    grid = Matrix(call.post, call.now)
    rows = [(branch, call.post.policy(branch.department.id), grid.cells(branch.department.id)) for branch in shown]
    return call.answer(
        "administration/matrix.html",
        422 if error else 200,
        after=decided(call),
        cell=call.query("cell"),
        errors=[("q", call.language.gettext(error))] if error else [],
        here=call.address("matrix", q=asked, page=page),
        grid=grid,
        latest=_latest(call, {one.department.id: one.name for one in mine}),
        many=len(found),
        names={one.id: called(one) for one in call.post.departments},
        page=page,
        pages=pages,
        pages_at=lambda number: call.address("matrix", q=asked, page=number),
        q=asked,
        rows=rows,
        seen=len(call.post.departments.history()),
    )


def _is_meant(branch: Branch, asked: str) -> bool:
    words = f"{branch.name} {branch.department.id} {branch.above}".casefold()
    return all(one in words for one in asked.casefold().split())


def _latest(call: Call, mine: Mapping[str, str]) -> list[tuple[str, Decision]]:
    """Give the latest decisions about plugins in departments the person works for, the latest first."""
    made = [one for one in call.post.departments.history() if "plugins" in one.what and one.department.id in mine]
    latest = decisions(made, call.now, call.post)[-_LATEST:]
    return [(mine[one.change.department.id], one) for one in reversed(latest)]


def press(call: Call) -> Response:
    """Take the press of a switch: say what it will do, and ask."""
    cell, sign = _pressed(call)
    department_of(call, cell.department)
    call.saw(f"department {cell.department}")
    seen, page = whole(call.field("seen")), whole(call.field("page"))
    if seen is None or page is None:
        raise Refused(400, UNREADABLE)
    asked = call.field("q")
    back = call.address("matrix", at=cell.id, q="" if _is_unfit(asked) else asked, page=page, cell=cell.id)
    if call.field("back"):
        back = call.address("department", at=cell.id, id=cell.department)
    if sign == "=":
        rest = Matrix(call.post, call.now).rest(cell.department, cell.plugin)
        what = {"plugins": rest} if rest else {}
        return ask(call, Wish(cell.department, what, seen, back, forgets=("plugins",)))
    return ask(call, Wish(cell.department, {"plugins": [f"{sign}{cell.plugin}"]}, seen, back))


def _pressed(call: Call) -> tuple[Cell, str]:
    """Read which switch it was, and what is wanted: `+bilag byggesag` is on, `=bilag byggesag` as the one above."""
    plugin, _, department = call.field("cell").partition(" ")
    if plugin[:1] not in ("+", "-", "=") or not plugin[1:] or not department:
        raise Refused(400, UNREADABLE)
    return Cell(department, plugin[1:]), plugin[0]


def about(call: Call) -> Response:
    """Show what the plugins are."""
    known = facts(call.post)
    return call.answer("administration/facts.html", facts=known, support={one.card.name: one.support for one in known})
