"""
Kald: somebody asks for a page, or posts a form. A page is a function of one of these, and runs in a thread of its own.

.. code-block:: python

    def inbox(call: Call) -> Response:
        return call.answer("failures/inbox.html", troubles=call.post.failures())

    def solve(call: Call) -> Response:
        call.post.resolve(call.field("letter"), Remedy.SOLVED, by=call.person.id, why=call.reason("why"))
        return call.see("failures")
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import NoReturn
from urllib.parse import quote, urlencode

import attrs
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from esdh_connect.connect import Connect
from esdh_connect.dispatch import Entry
from esdh_connect.ids import mask
from esdh_connect.model import Case
from esdh_connect.outbox import UnknownDispatch
from esdh_connect.policy import Department
from esdh_connect.reasons import on_one_line
from esdh_connect_web.colleagues import Names
from esdh_connect_web.forms import TOKEN, form_token, page_token
from esdh_connect_web.identity import EVERYWHERE, Person, Role
from esdh_connect_web.plugin import CASE
from esdh_connect_web.site import Site
from esdh_connect_web.texts import N_, Language
from esdh_connect_web.visits import Errand, Visit

__all__ = ["UNREADABLE", "Call", "Handler", "Refused", "whole"]

_NO_LETTER = N_("There is no such letter, or it is not yours to see.")
_CASE_SYSTEM = N_("the case system")
UNREADABLE = N_("What was sent to the page could not be read.")


class Refused(Exception):
    """
    The answer is no: ``status`` of HTTP, and an English ``text`` marked with ``N_``, shown in the reader's language.

    ``audited`` where somebody wanted what they may not; ``heading`` is such a text too, where that of the status is
    not what it is about, and ``first`` one that is read before it: what was not done.
    """

    def __init__(self, status: int, text: str, *, audited: bool = False, heading: str = "", first: str = "") -> None:
        super().__init__(text)
        self.first = first
        self.heading = heading
        self.status = status
        self.text = text
        self.audited = audited


@attrs.frozen(eq=False)
class Call:
    """
    What was asked, by whom.

    ``form`` holds what was posted. In a dialog ``visit`` is the one it was posted in, and ``is_stale`` says that
    another answer was given since.
    """

    site: Site
    request: Request
    _person: Person | None = None
    form: FormData = attrs.field(factory=FormData, repr=False)
    visit: Visit | None = None
    is_stale: bool = False
    framed: bool = False
    about: list[str] = attrs.field(factory=list, init=False)

    @property
    def post(self) -> Connect:
        """Give the installation."""
        return self.site.post

    @property
    def now(self) -> datetime:
        """Give the time."""
        return self.site.now

    @property
    def person(self) -> Person:
        """Give who asks."""
        if self._person is None:
            raise Refused(403, "")
        return self._person

    @property
    def known(self) -> bool:
        """Tell whether it is known who asks."""
        return self._person is not None

    @property
    def errand(self) -> Errand:
        """Give what a dialog is about."""
        if self.visit is None:
            raise Refused(403, "")
        return self.visit.errand

    @cached_property
    def language(self) -> Language:
        """Give the reader's language."""
        return self.site.language(self._person, self.request.headers.get("accept-language", ""))

    @property
    def is_administrator(self) -> bool:
        """Tell whether they look after the installation."""
        return self.known and self.person.has([Role.ADMINISTRATOR])

    @property
    def works_with_letters(self) -> bool:
        """Tell whether letters and their cases are theirs to see, as they are not an administrator's."""
        return self.known and self.person.has([Role.CASEWORKER, Role.CONTACT])

    @cached_property
    def who(self) -> Names:
        """Give what people are called: ``call.who(entry.committed_by)``."""
        return Names(self.post, self.site.remembered, self.site.log)

    # --- what was asked

    def field(self, name: str, otherwise: str = "") -> str:
        """Give a field of the form, stripped; ``otherwise`` where it is not there or is a file."""
        value = self.form.get(name)
        return value.strip() if isinstance(value, str) else otherwise

    def reason(self, name: str) -> str:
        """Give what was written in a box as one line, however many it was typed on."""
        return on_one_line(self.field(name))

    def fields(self, name: str) -> tuple[str, ...]:
        """Give all fields of that name: of checkboxes that are ticked."""
        return tuple(value for value in self.form.getlist(name) if isinstance(value, str))

    def file(self, name: str) -> tuple[str, bytes] | None:
        """Give the name and content of a file that was posted."""
        value = self.form.get(name)
        return (value.filename or "", value.file.read()) if isinstance(value, UploadFile) else None

    def query(self, name: str, otherwise: str = "") -> str:
        """Give a word of the address. No address may hold anything about anybody."""
        return self.request.query_params.get(name, otherwise).strip()

    def part(self, name: str) -> str:
        """Give a part of the address that the route leaves open."""
        return str(self.request.path_params[name])

    # --- what they may

    def require(self, department: str, *roles: Role) -> None:
        """Raise Refused where the person does not work for the department, or has none of the roles (if any)."""
        if not self.site.works_for(self.person, department) or (roles and not self.person.has(roles)):
            self.refuse()

    def refuse(self) -> NoReturn:
        """Raise Refused: this person may not. It is remembered."""
        raise Refused(403, "", audited=True)

    @property
    def departments(self) -> tuple[Department, ...]:
        """Give the departments the person works for."""
        return self.site.departments_of(self.person)

    @property
    def department_ids(self) -> frozenset[str] | None:
        """Give their ids, for a search; None where it is all there are, those that nobody has set up too."""
        if EVERYWHERE in self.person.departments:
            return None
        return self.person.departments | {one.id for one in self.departments}

    def letter(self, id_: str) -> Entry:
        """Give a letter of a department the person works for; any other is one there is not. Raises Refused."""
        try:
            entry = self.post.entry(id_)
        except UnknownDispatch:
            raise Refused(404, _NO_LETTER) from None
        self.saw(entry.id)
        if not self.site.works_for(self.person, entry.department):
            raise Refused(404, _NO_LETTER, audited=True)
        return entry

    def saw(self, about: str) -> None:
        """Say what is seen or done: a letter's id, or another name that tells nothing of a person."""
        self.about.append(about)

    def changed(self, errand: Errand) -> Call:
        """Let the dialog be about something else from now on; gives the call as it is then."""
        if self.visit is None:
            raise Refused(403, "")
        return attrs.evolve(self, visit=self.site.visits.change(self.visit, errand))

    # --- the case system

    def case_address(self, case: Case) -> str:
        """Give the address of a case in the case system; "" where it is not known."""
        pattern = self.site.web.case_address
        is_known = bool(case.id) and mask(case.id) == case.id
        return pattern.replace(CASE, quote(case.id, safe="")) if is_known else ""

    # --- the answer

    def path(self, name: str, /, **parts: object) -> str:
        """Give the address of a page here, wherever the app is mounted."""
        prefix = str(self.request.scope.get("root_path", "")).rstrip("/")
        return f"{prefix}{self.request.app.url_path_for(name, **parts)}"

    def address(self, name: str, /, *, at: str = "", **asked: str | int) -> str:
        """Give the address of a page here with what is asked of it, and ``at`` which place of it."""
        return self.path(name) + _query(asked) + (f"#{quote(at)}" if at else "")

    @property
    def here(self) -> str:
        """Give the address of this page, to come back to."""
        asked = self.request.url.query if self.request.method == "GET" else ""
        return self.request.url.path + (f"?{asked}" if asked else "")

    def is_ours(self, address: str) -> bool:
        """Tell whether an address is one of a page here: a form sends nobody anywhere else."""
        return address.startswith(self.path("front")) and not address.startswith("//") and "\\" not in address

    def go(self, address: str) -> Response:
        """Send the browser on to an address of a page here: 303."""
        if not self.is_ours(address):
            raise Refused(400, UNREADABLE)
        return RedirectResponse(address, 303)

    def answer(self, template: str, /, status: int = 200, **values: object) -> Response:
        """Give a page made of a template, which has ``call`` and ``menu`` beside the values."""
        page = self.site.template(template, self.language, {**self._always, **values})
        # Names from a file system may hold half a sign: it is shown as what it is, a thing that cannot be read.
        return HTMLResponse(page.encode("utf-8", "replace"), status)

    def see(self, name: str, /, *, query: Mapping[str, str] | None = None, **parts: object) -> Response:
        """Send the browser on to another page after a form: 303. No word of ``query`` says anything of anybody."""
        return RedirectResponse(self.path(name, **parts) + _query(query or {}), 303)

    @property
    def _always(self) -> Mapping[str, object]:
        return {
            "asset": lambda name: self.path("static", path=name),
            "call": self,
            "case_system": self.site.web.case_system,
            "case_system_name": self.site.web.case_system_name or self.language.gettext(_CASE_SYSTEM),
            "framed": self.framed,
            "here": self.here,
            "leaves": self.known and self.site.identify is None,
            "menu": self._menu(),
            "path": self.path,
            "token": self._token(),
            "token_field": TOKEN,
            "training": self.post.training is not None,
        }

    def _token(self) -> str:
        if self.visit is not None:
            return form_token(self.post, self.visit)
        return page_token(self.post, self._person.id, self.now) if self._person else ""

    def _menu(self) -> list[tuple[str, str, str]]:
        """Give the pages this person may see: their address, what they are called, and whether it is this one."""
        if self._person is None or self.framed:
            return []
        here, say = self.request.url.path, self.language.gettext
        pages = [one for one in self.site.pages if self._person.has(one.to)]
        return [
            (at := self.path(one.name), say(one.menu), _stands(here, at, below=one.name != "front")) for one in pages
        ]


_MOST_DIGITS = 6


def whole(text: str) -> int | None:
    """Read a number that a form holds, from 0 to 999999; None where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else None


def _stands(here: str, address: str, *, below: bool = True) -> str:
    """Tell whether a page of the menu is this one ("page"), or has it ``below`` itself ("true"): the front has all."""
    if here == address:
        return "page"
    return "true" if below and here.startswith(f"{address.rstrip('/')}/") else ""


#: What a page or a step of a dialog is.
Handler = Callable[[Call], Response]


def _query(asked: Mapping[str, str | int]) -> str:
    """Write what is asked of a page; words that say nothing are left out."""
    words = urlencode({key: word for key, word in asked.items() if word != ""})
    return f"?{words}" if words else ""
