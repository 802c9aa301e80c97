"""
Beskyttelse: every route passes one of these, and what none of them lets through is refused.

* :class:`Page`: a page of its own. Who it is, the host says by ``identify=`` or has said when the session was opened;
  it must be somebody with one of the roles ``to``. A form must carry the page's token and come from our own pages.
* :class:`Entrance`: takes a launch token, in the body of a POST, from the host page it was made for.
* :class:`Step`: an answer in a dialog, with the token of the form before it.
* :class:`~esdh_connect_web.machines.Machine`: the host's own program, with a secret in a header.

A page is a plain function; it runs in a thread, so it may take its time with the installation. Whatever it raises
becomes a page that says first whether anything was sent.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from esdh_connect_web.call import Call, Handler, Refused
from esdh_connect_web.forms import TOKEN, page_token_holds, session_visit, step_of
from esdh_connect_web.guard import Guard
from esdh_connect_web.identity import IN_DIALOG, Person, Role
from esdh_connect_web.launch import launched
from esdh_connect_web.security import Framed
from esdh_connect_web.site import Site
from esdh_connect_web.texts import N_
from esdh_connect_web.visits import Visit

__all__ = ["COOKIE", "Entrance", "Guard", "Page", "Step", "person_of"]

#: The session of those who came with a launch token. The prefix lets no other site on the host set it.
COOKIE = "__Host-esdh_connect"
_IS_OVER = N_("The dialog is over")
_OVER = N_("The dialog is over. Close it, and open it again from the case.")
_NOT_THEM = N_("Somebody else is logged in now, or nobody. Close this, and open it again from the case.")
_NOT_KEPT = N_(
    "What is shown about letters is not kept in the browser. Nothing was done or undone by going back. Close this, and"
    " open it again from the case: there you also see whether the letter was ordered."
)
_NOBODY = N_("You are not logged in, or your session is over. Open the page from the case system again.")


def person_of(site: Site, request: Request) -> Person | None:
    """Tell who asks, by the host's session or by ours; None where it is nobody."""
    if site.identify is not None:
        return site.identify(request)
    name = session_visit(site.post, request.cookies.get(COOKIE, ""))
    visit = site.visits.find(name) if name else None
    return visit.errand.person if visit is not None and visit.errand.kind == "pages" else None


def _roles(roles: Iterable[Role]) -> frozenset[Role]:
    return frozenset(roles)


@attrs.frozen(eq=False, kw_only=True)
class Page(Guard):
    """
    A page of its own. ``to`` are the roles that may see it; ``get`` shows it and ``post`` takes its form.

    ``menu`` is what it is called in the menu, an English text marked with ``N_``; "" keeps it out of there.
    """

    to: frozenset[Role] = attrs.field(converter=_roles)
    get: Handler | None = None
    post: Handler | None = None
    menu: str = ""

    @property
    def methods(self) -> list[str]:
        """Give the methods that are answered."""
        return [name for name, handler in (("GET", self.get), ("POST", self.post)) if handler]

    def admit(self, request: Request, form: FormData) -> Call:
        """Let somebody in whom the host knows."""
        person = person_of(self.site, request)
        if person is None:
            raise Refused(401, _NOBODY)
        return Call(self.site, request, person, form)

    def check(self, call: Call) -> None:
        """Look whether they have one of the roles, and a form that is ours."""
        person, request = call.person, call.request
        if not person.has(self.to):
            raise Refused(403, "", audited=True)
        if request.method == "POST":
            _refuse_other_sites(request)
            if not page_token_holds(self.site.post, call.field(TOKEN), person.id, self.site.now):
                raise Refused(403, N_("The page was too old. Open it again, and do it once more."))

    def answer(self, call: Call) -> Response:
        """Give the page."""
        handler = self.post if call.request.method == "POST" else self.get
        if handler is None:
            raise Refused(405, N_("Open it from the menu."))
        return handler(call)


@attrs.frozen(eq=False, kw_only=True)
class Entrance(Guard):
    """Where a launch token is posted. ``opens`` is what it must be made for: "dialog" or "pages"."""

    opens: str
    post: Handler

    @property
    def framed(self) -> Framed:
        """Give who may: the dialog is shown in the host's page, a session in a tab of its own."""
        return Framed.HOST if self.opens == "dialog" else Framed.NOBODY

    @property
    def methods(self) -> list[str]:
        """Give the methods that are answered: in a dialog, somebody who goes back is told why there is nothing."""
        return ["GET", "POST"] if self.opens == "dialog" else ["POST"]

    def admit(self, request: Request, form: FormData) -> Call:
        """Let somebody in with a token that nobody has used."""
        _refuse_those_who_went_back(request)
        call = self.nobody(request, form)
        origin = request.headers.get("origin", "")
        visit = launched(self.site.post, call.field("launch"), kind=self.opens, origin=origin)
        if self.site.identify is not None and self.site.identify(request) is not None:
            _refuse_another(self.site, request, visit)
            visit = self.site.visits.change(visit, attrs.evolve(visit.errand, in_session=True))
        return attrs.evolve(call, person=visit.errand.person, visit=visit)

    def check(self, call: Call) -> None:
        """Look whether a dialog is about a letter they may see."""
        if self.opens == "dialog":
            _refuse_others_letters(call)

    def answer(self, call: Call) -> Response:
        """Give the first page."""
        return self.post(call)


@attrs.frozen(eq=False, kw_only=True)
class Step(Guard):
    """
    An answer in a dialog.

    Where ``reads``, the form may be posted again and again. Where ``repeats``, what it asks for happens once however
    often it is asked, so a form that was answered before may ask. Any other form is answered once, and then ``stale``
    says how things are. ``undone`` says, marked with ``N_``, what was not done where the dialog is over.
    """

    post: Handler
    stale: Handler
    undone: str = ""
    reads: bool = False
    repeats: bool = False

    @property
    def framed(self) -> Framed:
        """Give who may: the host."""
        return Framed.HOST

    @property
    def methods(self) -> list[str]:
        """Give the methods that are answered: somebody who goes back is told why there is nothing."""
        return ["GET", "POST"]

    def admit(self, request: Request, form: FormData) -> Call:
        """Let the visit go on whose form it is."""
        _refuse_those_who_went_back(request)
        _refuse_other_sites(request)
        call = self.nobody(request, form)
        step = step_of(self.site.post, call.field(TOKEN))
        visit = self.site.visits.find(step.visit) if step else None
        if step is None or visit is None:
            raise Refused(403, _OVER, heading=_IS_OVER, first=self.undone)
        if visit.errand.in_session:
            _refuse_another(self.site, request, visit, self.undone)
        known = attrs.evolve(call, person=visit.errand.person, visit=visit)
        if self.reads:
            return known
        after = self.site.visits.proceed(visit) if visit.step == step.number else None
        latest = after or self.site.visits.find(visit.id) or visit
        return attrs.evolve(known, visit=latest, is_stale=after is None)

    def check(self, call: Call) -> None:
        """Look whether it is about a letter they may see: departments can move while a dialog is open."""
        _refuse_others_letters(call)

    def answer(self, call: Call) -> Response:
        """Give the next page."""
        return self.stale(call) if call.is_stale and not self.repeats else self.post(call)


def _refuse_others_letters(call: Call) -> None:
    """Raise Refused for a dialog about a letter of a department they do not work for, and for one without a letter."""
    errand = call.errand
    if errand.kind != "dialog":
        call.refuse()
    department = errand.request.department if errand.request else call.post.entry(errand.letter).department
    call.require(department, *IN_DIALOG)


def _refuse_those_who_went_back(request: Request) -> None:
    """Raise Refused where no form was posted: no address says what a dialog was about."""
    if request.method != "POST":
        raise Refused(405, _NOT_KEPT)


def _refuse_another(site: Site, request: Request, visit: Visit, undone: str = "") -> None:
    """Raise Refused where the host's own session does not name the person of a visit (any more); it is over then."""
    now = site.identify(request) if site.identify is not None else None
    if now is None or now.id != visit.errand.person.id:
        site.visits.end(visit.id)
        raise Refused(403, _NOT_THEM, heading=_IS_OVER, first=undone)


def _refuse_other_sites(request: Request) -> None:
    """Raise Refused for a form that another site's page has posted, where the browser tells."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Refused(403, N_("The form came from another site."), audited=True)
