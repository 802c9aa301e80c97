"""The pages of the case system, and the app that holds them and esdh_connect's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import attrs
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from esdh_connect import Connect, wording
from esdh_connect.dispatch import Deed, Entry, Status, counts
from esdh_connect.model import Party
from esdh_connect.outbox import UnknownDispatch
from esdh_connect_demo.host import CHANNELS
from esdh_connect_demo.municipality import CaseFile, Filed, LifeCycle, Message, Municipality, UnknownToUs
from esdh_connect_demo.people import EMPLOYEES, Employee
from esdh_connect_demo.townhall.courtesy import Courtesy
from esdh_connect_demo.townhall.launching import Launching
from esdh_connect_demo.townhall.sessions import Sessions
from esdh_connect_web import Person, end_visits, make_asgi_app

__all__ = ["POST", "TownHall", "make_app"]

#: Where esdh_connect's own pages are.
POST = "/post"
#: Says that a script asks.
FRESH = "x-frisk"
_ELSEWHERE = 303
_HERE = Path(__file__).parent


@attrs.frozen
class Ordered:
    """A letter that was ordered on a case, as its page lists it; ``token`` opens what became of it."""

    entry: Entry
    title: str = attrs.field(repr=False)
    name: str = attrs.field(repr=False)
    channel: str
    token: str = attrs.field(repr=False)


@attrs.frozen(eq=False)
class TownHall:
    """The case system: its cases, who is logged in, and esdh_connect."""

    esdh: Municipality
    post: Connect
    launching: Launching
    sessions: Sessions = attrs.field(factory=Sessions)
    templates: Environment = attrs.field(
        factory=lambda: Environment(
            loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
    )

    # --- who it is

    def identify(self, request: Request) -> Person | None:
        """Tell esdh_connect who asks for one of its pages."""
        employee = self.sessions.employee(request)
        return employee.person if employee else None

    def welcome(self, request: Request) -> Response:
        """Choose who to be. Whoever was logged out with a dialog open is told what that means."""
        closed = request.query_params.get("lukket", "")
        return self._page(request, "welcome.html", closed=closed, employees=EMPLOYEES.values())

    async def log_in(self, request: Request) -> Response:
        """Be somebody."""
        chosen = str((await request.form()).get("medarbejder", ""))
        if chosen not in EMPLOYEES:
            self._nowhere()
        employee = EMPLOYEES[chosen]
        response = RedirectResponse("/sager" if employee.works_with_cases else f"{POST}/", 303)
        await run_in_threadpool(self._leave, request, response)
        self.sessions.begin(employee, response)
        return response

    def log_out(self, request: Request) -> Response:
        """Be nobody again."""
        response = RedirectResponse("/", 303)
        self._leave(request, response)
        return response

    def _leave(self, request: Request, response: Response) -> None:
        """End the session of whoever it was, and what they have open in esdh_connect."""
        employee = self.sessions.employee(request)
        if employee is not None:
            end_visits(self.post, employee.person.id)
        self.sessions.end(request, response)

    # --- cases

    def cases(self, request: Request) -> Response:
        """Show the cases of one's department."""
        employee = self._employee(request)
        cases = [case for case in self.esdh.cases.values() if _works_on(employee, case)]
        newest = {case.id: self._newest(case) for case in cases}
        return self._page(request, "cases.html", cases=cases, newest=newest)

    def case(self, request: Request) -> Response:
        """Show a case: its parties, documents, letters and notes."""
        employee, case = self._case(request)
        # A page that is fetched anew now and then has a script, which asks for a token when the button is pressed.
        bare = FRESH in request.headers
        entries = self._letters(case.id)
        return self._page(
            request,
            "case.html",
            case=case,
            parties=[self.esdh.party(id_) for id_ in case.parties],
            letters=[
                (one, self.launching.to_send(request, one.filed, employee) if one.enabled and not bare else "")
                for one in self.launching.offered(case, employee)
            ],
            bilag=[filed for filed in self.esdh.on_case(case.id) if filed.kind == "bilag"],
            draft=LifeCycle.DRAFT,
            sent=[
                self._ordered(one, "" if bare else self.launching.to_follow(request, one, employee)) for one in entries
            ],
            proposed=[] if any(counts(one) for one in entries) else self._proposed(case.id),
            notes=[note for note in self.esdh.notes.values() if note.case == case.id],
            messages=[one for one in self.esdh.messages if case.id in one.text and self._stands(one)],
        )

    def document(self, request: Request) -> Response:
        """Show a document."""
        filed = self._filed(request)
        return Response(filed.versions[-1], media_type="application/pdf")

    def finalize(self, request: Request) -> Response:
        """Finalize a document, and tell esdh_connect so."""
        filed = self._filed(request)
        if filed.life is LifeCycle.DRAFT:
            self.post.tell(self.esdh.finalize(filed.id))
        return RedirectResponse(f"/sager/{filed.case}", 303)

    def start(self, request: Request) -> Response:
        """Give a fresh token for the button of a document."""
        employee, _ = self._case(request)
        return PlainTextResponse(self.launching.to_send(request, self._filed(request), employee))

    def follow(self, request: Request) -> Response:
        """Give a fresh token for seeing what became of a letter."""
        employee, case = self._case(request)
        try:
            entry = self.post.entry(request.path_params["letter"])
        except UnknownDispatch:
            self._nowhere()
        if entry.case.id != case.id:
            self._nowhere()
        return PlainTextResponse(self.launching.to_follow(request, entry, employee))

    # --- what they share

    def _employee(self, request: Request) -> Employee:
        employee = self.sessions.employee(request)
        if employee is None:
            raise HTTPException(_ELSEWHERE, headers={"Location": "/"})
        return employee

    def _case(self, request: Request) -> tuple[Employee, CaseFile]:
        employee = self._employee(request)
        try:
            case = self.esdh.case(request.path_params["case"])
        except UnknownToUs:
            self._nowhere()
        if not _works_on(employee, case):
            self._nowhere()
        return employee, case

    def _filed(self, request: Request) -> Filed:
        _, case = self._case(request)
        wanted = request.path_params["document"]
        found = next((filed for filed in self.esdh.on_case(case.id) if filed.id == wanted), None)
        if found is None:
            self._nowhere()
        return found

    def _ordered(self, entry: Entry, token: str) -> Ordered:
        cover = self.post.cover(entry.id)
        return Ordered(entry, cover.title, cover.recipient.name, CHANNELS.get(entry.channel, entry.channel), token)

    def _stands(self, message: Message) -> bool:
        """Tell whether there is something to do or to know: nobody has mended it, nor stopped it who ordered it."""
        entry = self.post.entry(message.letter)
        if entry.needs_person or counts(entry) or entry.status is Status.FAILED or entry.was_sent_back:
            return entry.needs_person
        theirs = any(act.deed is Deed.CANCELLED and act.by == entry.committed_by for act in entry.acts)
        return not theirs and not self._went_later(entry)

    def _went_later(self, stopped: Entry) -> bool:
        """Tell whether the same person has got the same letter since, or will."""
        later = [
            one for one in self._letters(stopped.case.id) if one.committed_at > stopped.committed_at and counts(one)
        ]
        return any(self._what(one.id) == self._what(stopped.id) for one in later)

    def _what(self, letter: str) -> tuple[Party, str]:
        cover = self.post.cover(letter)
        return cover.recipient.party, cover.manifest.documents[0].id

    def _letters(self, case: str) -> list[Entry]:
        return [one for one in self.post.entries(case=case) if not one.beside]

    def _proposed(self, case: str) -> list[str]:
        """Give the titles of the letters that are proposed on a case; nobody has ordered them."""
        return [one.request.title for one in self.post.proposals() if one.request.case.id == case]

    def _newest(self, case: CaseFile) -> Entry | None:
        """Give the newest letter that counts: not one that was undone, where another has been sent."""
        letters = self._letters(case.id)
        return next((one for one in letters if counts(one) or one.needs_person), next(iter(letters), None))

    def _nowhere(self) -> NoReturn:
        raise HTTPException(404)

    def _page(self, request: Request, name: str, **values: object) -> Response:
        employee = self.sessions.employee(request)
        mine = [one for one in self.esdh.messages if employee and one.to == employee.person.name]
        told = [one for one in mine if self._stands(one)]
        always = {"employee": employee, "here": request.url.path, "post": POST, "told": told, "wording": wording}
        return HTMLResponse(self.templates.get_template(name).render(always | values))

    async def nowhere(self, request: Request, error: Exception) -> Response:
        """Send those who are not logged in to the beginning; say of what is not there that it is not."""
        if isinstance(error, HTTPException) and error.status_code == _ELSEWHERE and error.headers:
            return RedirectResponse(error.headers["Location"], _ELSEWHERE)
        page = self._page(request, "nowhere.html")
        page.status_code = getattr(error, "status_code", 404)
        return page


def _works_on(employee: Employee, case: CaseFile) -> bool:
    return employee.works_with_cases and employee.person.works_for([case.department.id])


def make_app(esdh: Municipality, post: Connect, origins: Sequence[str]) -> Starlette:
    """Make the case system with esdh_connect's pages in it. ``origins`` are its own addresses."""
    hall = TownHall(esdh, post, Launching(post, esdh, origins))
    case = "/sager/{case}"
    document = f"{case}/dokumenter/{{document}}"
    return Starlette(
        routes=[
            Route("/", hall.welcome),
            Route("/log-ind", hall.log_in, methods=["POST"]),
            Route("/log-ud", hall.log_out, methods=["POST"]),
            Route("/sager", hall.cases),
            Route(case, hall.case),
            Route(document, hall.document),
            Route(f"{document}/faerdiggoer", hall.finalize, methods=["POST"]),
            Route(f"{document}/start", hall.start, methods=["POST"]),
            Route(f"{case}/breve/{{letter}}/start", hall.follow, methods=["POST"]),
            Mount(POST, make_asgi_app(post, identify=hall.identify)),
            Mount("/static", StaticFiles(directory=_HERE / "static")),
        ],
        middleware=[Middleware(Courtesy, own=POST)],
        exception_handlers={HTTPException: hall.nowhere},
    )
