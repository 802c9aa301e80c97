"""Vagt: what stands before every route. :mod:`esdh_connect_web.protection` has the kinds for people there are."""

from __future__ import annotations

from abc import ABC, abstractmethod

import attrs
from anyio import CapacityLimiter, to_thread
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from esdh_connect.patience import somebody_waits
from esdh_connect_web import trouble
from esdh_connect_web.call import Call, Refused
from esdh_connect_web.security import Framed, TooLarge, bounded, headers
from esdh_connect_web.site import Site
from esdh_connect_web.texts import N_

__all__ = ["MOST", "Guard"]

#: What a form takes in, where a page does not say otherwise.
MOST = 1_000_000
_FIELDS = 2000


@attrs.frozen(eq=False, kw_only=True)
class Guard(ABC):
    """
    What all of them do. ``most`` is how many bytes may be posted; ``name`` what the route is called.

    ``nameless`` where it is promised that nobody's name is kept: then it is not written down who was there.
    """

    site: Site
    name: str
    path: str
    most: int = MOST
    nameless: bool = False

    @property
    def framed(self) -> Framed:
        """Give who may show the answer in a frame."""
        return Framed.NOBODY

    @property
    def threads(self) -> CapacityLimiter | None:
        """Give where the threads come from; None: from those all pages share."""
        return None

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
            form = await self.posted(request)
        except (Refused, ClientDisconnect) as error:
            return await run_in_threadpool(self.failed, self.nobody(request, FormData()), error)
        try:
            return await to_thread.run_sync(self._guarded, request, form, limiter=self.threads)
        finally:
            await form.close()

    async def posted(self, request: Request) -> FormData:
        """Read what was posted. Raises Refused where it is too much, or nothing that can be read."""
        if request.method != "POST":
            return FormData()
        try:
            return await request.form(max_files=20, max_fields=_FIELDS, max_part_size=self.most)
        except TooLarge:
            raise Refused(413, N_("What was sent to the page is too large.")) from None
        except MultiPartException:
            raise Refused(400, N_("What was sent to the page could not be read.")) from None

    def _guarded(self, request: Request, form: FormData) -> Response:
        """Everything after what was posted is here: in a thread, and somebody waits for it."""
        call = self.nobody(request, form)
        try:
            call = self.admit(request, form)
            self.check(call)
            with somebody_waits():
                response = self.answer(call)
        except Exception as error:  # noqa: BLE001 - a page that fails says so, and the log has why
            return self.failed(call, error)
        self._remember(call)
        return response

    def failed(self, call: Call, error: Exception) -> Response:
        """Give what somebody reads where the answer is no, or something broke."""
        return trouble.page(call, error, name=self.name)

    def nobody(self, request: Request, form: FormData) -> Call:
        """Give the call before it is known whose it is."""
        return Call(self.site, request, form=form, framed=self.framed is Framed.HOST)

    def _remember(self, call: Call) -> None:
        """Write who saw what, before they see it."""
        if call.known and not self.nameless:
            self.site.remembered.note(call.person)
            self.site.seen.note(call.person.id, f"{self.name} {call.request.method}", " ".join(call.about))
