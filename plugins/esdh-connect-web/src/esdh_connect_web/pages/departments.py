"""Afdelinger: how each stands, what was decided and lies ahead, and what an administrator changes there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.responses import Response

from esdh_connect.departments import Department
from esdh_connect.errors import PolicyError
from esdh_connect.policy import GATE, RULES, WITHDRAWN
from esdh_connect_web.administration.deciding import Wish, ask, decided
from esdh_connect_web.administration.matrix import Matrix
from esdh_connect_web.administration.past import decisions
from esdh_connect_web.administration.standing import FIELDS, RULES_SAID, changed, complaint, fields, held
from esdh_connect_web.administration.tree import branches, called, known
from esdh_connect_web.call import UNREADABLE, Call, Refused, whole
from esdh_connect_web.identity import Role
from esdh_connect_web.protection import Guard, Page
from esdh_connect_web.site import Site
from esdh_connect_web.texts import N_

__all__ = ["routes"]

_TO = {Role.ADMINISTRATOR}
_READERS = {Role.ADMINISTRATOR, Role.CONTACT}
#: Decisions in the history of a page.
_MOST = 50
_NOTHING = N_("Nothing is different in what you sent, so there is nothing to decide.")


def routes(site: Site) -> list[Guard]:
    """Give the departments, and what is changed in one."""
    return [
        Page(site=site, name="departments", path="/departments", to=_READERS, get=every, menu=N_("Departments")),
        Page(site=site, name="department", path="/department", to=_READERS, get=one, post=edit),
        Page(site=site, name="withdraw", path="/department/withdraw", to=_TO, post=withdraw),
        Page(site=site, name="rules", path="/department/rules", to=_TO, post=rules),
        Page(site=site, name="channels", path="/department/channels", to=_TO, get=channels, post=arrange),
    ]


def every(call: Call) -> Response:
    """Show the departments the person works for, and which of them can send."""
    plugins = call.post.plugins
    rows = [(it, plugins.channels_of(call.post.policy(it.department.id))) for it in branches(call)]
    return call.answer("administration/departments.html", after=decided(call), here=call.path("departments"), rows=rows)


def one(call: Call) -> Response:
    """Show a department."""
    return _shown(call, known(call, call.query("id")))


def _shown(
    call: Call, department: Department, *, written: Mapping[str, str] | None = None, error: str = "", notice: str = ""
) -> Response:
    id_, departments = department.id, call.post.departments
    call.saw(f"department {id_}")
    policy = call.post.policy(id_)
    made = list(reversed(decisions(departments.history(id_), call.now, call.post)))
    above = [departments.get(one) for one in reversed(departments.lineage(id_)[1:])]
    inherited = [
        it for one in above for it in decisions(departments.history(one.id), call.now, call.post) if it.is_ahead
    ]
    wrong = [complaint(call, error)] if error else []
    return call.answer(
        "administration/department.html",
        about=department,
        above=above,
        after=decided(call),
        cells=Matrix(call.post, call.now).cells(id_) if call.is_administrator else (),
        channels=call.post.plugins.channels_of(policy),
        errors=wrong,
        fields=fields(call, id_, written, dict(wrong)),
        held=held(call, id_),
        here=call.address("department", id=id_),
        history=made[:_MOST],
        inherited=inherited,
        more=max(0, len(made) - _MOST),
        names={it.id: called(it) for it in departments},
        notice=call.language.gettext(notice) if notice else "",
        policy=policy,
        rules=[(name, RULES_SAID.get(name, name), name in policy.gate) for name in RULES],
        seen=len(departments.history()),
        title=called(department),
    )


def edit(call: Call) -> Response:
    """Take what an administrator has changed: say what it will do, and ask."""
    department, wish = _wished(call)
    written = {it.name: call.field(it.name) for it in FIELDS}
    try:
        what = changed(call)
        if not what:
            return _shown(call, department, notice=_NOTHING)
        return ask(call, Wish(department.id, what, wish.seen, wish.back))
    except PolicyError as error:
        return _shown(call, department, written=written, error=error.danish)


def withdraw(call: Call) -> Response:
    """Take the wish to withdraw a decision whose day has not come: say what that will do, and ask."""
    department, wish = _wished(call)
    made = decisions(call.post.departments.history(department.id), call.now, call.post)
    meant = [it.change for it in made if it.is_ahead and it.change.decided_at.isoformat() == call.field("decision")]
    if not meant:
        return _shown(call, department, notice=N_("The decision does not lie ahead any more: nothing was changed."))
    return ask(call, Wish(department.id, {WITHDRAWN: [meant[0].decided_at.isoformat()]}, wish.seen, wish.back))


def rules(call: Call) -> Response:
    """Take which rules of the safety gate are to be on: say what it will do, and ask."""
    department, wish = _wished(call)
    before, on = set(call.fields("was")), set(call.fields("rule"))
    said = [f"{'+' if name in on else '-'}{name}" for name in RULES if (name in on) != (name in before)]
    if not said:
        return _shown(call, department, notice=_NOTHING)
    return ask(call, Wish(department.id, {GATE: said}, wish.seen, wish.back))


def _wished(call: Call) -> tuple[Department, Wish]:
    """Read which department a form is about. Raises Refused, also where somebody may only look."""
    department = known(call, call.field("department"))
    call.require(department.id, Role.ADMINISTRATOR)
    call.saw(f"department {department.id}")
    seen = whole(call.field("seen"))
    if seen is None:
        raise Refused(400, UNREADABLE)
    return department, Wish(department.id, {}, seen, call.address("department", id=department.id))


# --- the order of channels


def channels(call: Call) -> Response:
    """Show the channels of a department in their order."""
    department = known(call, call.query("id"))
    call.saw(f"department {department.id}")
    return _ordering(call, department, call.post.policy(department.id).channels, len(call.post.departments.history()))


def arrange(call: Call) -> Response:
    """Take a press: move a channel, put one in or take one out; or go on, and be told what it will do."""
    department, wish = _wished(call)
    order = list(dict.fromkeys(call.fields("order")))
    act, _, name = call.field("do").partition(" ")
    at = order.index(name) if name in order else -1
    match act:
        case "up" | "down" if at >= 0:
            order.insert(max(0, at - 1) if act == "up" else at + 1, order.pop(at))
        case "out" if at >= 0:
            order.pop(at)
        case "in" if name in call.post.plugins.channels and at < 0:
            order.append(name)
        case "above":
            return ask(call, Wish(department.id, {"channels": None}, wish.seen, wish.back))
        case "go":
            return ask(call, Wish(department.id, {"channels": order}, wish.seen, wish.back))
    return _ordering(call, department, order, wish.seen, f"{act}-{name}")


def _ordering(call: Call, department: Department, order: Sequence[str], seen: int, focus: str = "") -> Response:
    offered = call.post.plugins.channels
    return call.answer(
        "administration/channels.html",
        about=department,
        focus=focus,
        here=call.address("channels", id=department.id),
        order=[(name, offered[name].label if name in offered else name) for name in order],
        others=[(name, one.label) for name, one in offered.items() if name not in order],
        seen=seen,
        title=called(department),
    )
