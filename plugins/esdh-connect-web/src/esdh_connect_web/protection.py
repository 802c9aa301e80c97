"""
Beskyttelse: every route passes one of these, and what none of them lets through is refused.

* :class:`Page`: a page of its own. Who it is, the host says by ``identify=`` or has said when the session was opened;
  it must be somebody with one of the roles ``to``. A form must carry the page's token and come from our own pages.
* :class:`Entrance`: takes a launch token, in the body of a POST, from the host page it was made for.
* :class:`Step`: an answer in a dialog, with the token of the form before it.

A page is a plain function; it runs in a thread, so it may take its time with the installation. Whatever it raises
becomes a page that says first whether anything was sent.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar

import attrs
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from esdh_connect_web import trouble
from esdh_connect_web.call import Call, Handler, Refused
from esdh_connect_web.forms import TOKEN, page_token_holds, session_visit, step_of
from esdh_connect_web.identity import Person, Role
from esdh_connect_web.launch import launched
from esdh_connect_web.security import Framed, TooLarge, bounded, headers
from esdh_connect_web.site import Site
from esdh_connect_web.texts import N_

__all__ = ["COOKIE", "Entrance", "Guard", "Page", "Step"]

#: The session of those who came with a launch token. The prefix lets no other site on the host set it.
COOKIE = "__Host-esdh_connect"
#: What a form takes in, where a page does not say otherwise.
MOST = 1_000_000
_FIELDS = 2000
_NOBODY = N_("You are not logged in, or your session is over. Open the page from the case system again.")


@attrs.frozen(eq=False, kw_only=True)
class Guard(ABC):
    """What all of them do. ``most`` is how many bytes may be posted; ``name`` what the route is called."""

    framed: ClassVar[Framed] = Framed.NOBODY
    site: Site
    name: str
    path: str
    most: int = MOST

    @property
    @abstractmethod
    def methods(self) -> list[str]:
        """Give the methods that are answered."""

    @abstractmethod
    def admit(self, request: Request, form: FormData) -> Call:
        """Let somebody in. Raises Refused or LaunchRefused."""

    def check(self, call: Call) -> None:  # noqa: B027 - a token says it all, where nothing else is to be looked at
        """Look at what somebody wants, now that it is known who it is. Raises Refused."""

    @abstractmethod
    def answer(self, call: Call) -> Response:
        """Give the page."""

    @property
    def route(self) -> Route:
        """Give the route, which leads through here alone."""
        return Route(self.path, self, methods=self.methods, name=self.name)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        request = Request(scope, bounded(receive, self.most))
        response = await self._answered(request)
        for name, value in headers(self.framed, self.site.web.framed_by).items():
            response.headers.setdefault(name, value)
        await response(scope, receive, send)

    async def _answered(self, request: Request) -> Response:
        try:
            form = await self._form(request)
        except (Refused, ClientDisconnect) as error:
            return await run_in_threadpool(trouble.page, Call(self.site, request), error)
        try:
            return await run_in_threadpool(self._guarded, request, form)
        finally:
            await form.close()

    async def _form(self, request: Request) -> FormData:
        if request.method != "POST":
            return FormData()
        try:
            return await request.form(max_files=20, max_fields=_FIELDS, max_part_size=self.most)
        except TooLarge:
            raise Refused(413, N_("What was sent to the page is too large.")) from None
        except MultiPartException:
            raise Refused(400, N_("What was sent to the page could not be read.")) from None

    def _guarded(self, request: Request, form: FormData) -> Response:
        """Everything after what was posted is here: in a thread."""
        call = Call(self.site, request, form=form)
        try:
            call = self.admit(request, form)
            self.check(call)
            response = self.answer(call)
        except Exception as error:  # noqa: BLE001 - a page that fails says so, and the log has why
            return trouble.page(call, error, name=self.name)
        self._remember(call)
        return response

    def _remember(self, call: Call) -> None:
        """Write who saw what, before they see it."""
        if call.known:
            self.site.seen.note(call.person.id, f"{self.name} {call.request.method}", " ".join(call.about))


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
        person = self._person(request)
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
            raise Refused(405, N_("There is no such page."))
        return handler(call)

    def _person(self, request: Request) -> Person | None:
        if self.site.identify is not None:
            return self.site.identify(request)
        name = session_visit(self.site.post, request.cookies.get(COOKIE, ""))
        visit = self.site.visits.find(name) if name else None
        return visit.errand.person if visit is not None and visit.errand.kind == "pages" else None


@attrs.frozen(eq=False, kw_only=True)
class Entrance(Guard):
    """Where a launch token is posted. ``opens`` is what it must be made for: "dialog" or "pages"."""

    framed: ClassVar[Framed] = Framed.HOST
    opens: str
    post: Handler

    @property
    def methods(self) -> list[str]:
        """Give the methods that are answered."""
        return ["POST"]

    def admit(self, request: Request, form: FormData) -> Call:
        """Let somebody in with a token that nobody has used."""
        call = Call(self.site, request, form=form)
        origin = request.headers.get("origin", "")
        visit = launched(self.site.post, call.field("launch"), kind=self.opens, origin=origin)
        return Call(self.site, request, visit.errand.person, form, visit)

    def answer(self, call: Call) -> Response:
        """Give the first page."""
        return self.post(call)


@attrs.frozen(eq=False, kw_only=True)
class Step(Guard):
    """
    An answer in a dialog.

    Where ``reads``, the form may be posted again and again. Where ``repeats``, what it asks for happens once however
    often it is asked, so a form that was answered before may ask. Any other form is answered once, and then ``stale``
    says how things are.
    """

    framed: ClassVar[Framed] = Framed.HOST
    post: Handler
    stale: Handler
    reads: bool = False
    repeats: bool = False

    @property
    def methods(self) -> list[str]:
        """Give the methods that are answered."""
        return ["POST"]

    def admit(self, request: Request, form: FormData) -> Call:
        """Let the visit go on whose form it is."""
        _refuse_other_sites(request)
        step = step_of(self.site.post, Call(self.site, request, form=form).field(TOKEN))
        visit = self.site.visits.find(step.visit) if step else None
        if step is None or visit is None:
            raise Refused(403, N_("The dialog is over. Close it, and open it again from the case."))
        known = Call(self.site, request, visit.errand.person, form, visit)
        if self.reads:
            return known
        after = self.site.visits.proceed(visit) if visit.step == step.number else None
        latest = after or self.site.visits.find(visit.id) or visit
        return attrs.evolve(known, visit=latest, is_stale=after is None)

    def answer(self, call: Call) -> Response:
        """Give the next page."""
        return self.stale(call) if call.is_stale and not self.repeats else self.post(call)


def _refuse_other_sites(request: Request) -> None:
    """Raise Refused for a form that another site's page has posted, where the browser tells."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Refused(403, N_("The form came from another site."), audited=True)
