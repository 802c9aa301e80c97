"""
Start: a launch token, made by the host's backend, opens one dialog or session, once and within minutes.

It says which visit it opens, for which installation and address, from which host page and until when, and is signed.
What the visit is about, and who makes it, is stored by the call that makes the token.
"""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from enum import Enum
from typing import Any

import attrs

from esdh_connect.connect import Connect
from esdh_connect.dispatch import Request
from esdh_connect.ids import mask
from esdh_connect_web.identity import Person
from esdh_connect_web.plugin import Web, web_of
from esdh_connect_web.visits import Errand, Visit, Visits

__all__ = ["LaunchRefused", "Refusal", "end_visits", "launch_token", "launched", "lineage", "visits_of"]

_KIND = "launch"
_LONGEST = 2000


class Refusal(Enum):
    """Why a launch is refused."""

    MISSING = "missing"
    FORGED = "forged"
    ELSEWHERE = "elsewhere"
    FOREIGN = "foreign"
    EXPIRED = "expired"
    USED = "used"


class LaunchRefused(Exception):
    """A launch token that opens nothing; nothing was sent."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"launch refused: {refusal.value}")
        self.refusal = refusal


@attrs.frozen
class _Claims:
    visit: str
    kind: str
    audience: str
    origin: str
    expires: int


def visits_of(post: Connect, web: Web | None = None) -> Visits:
    """Give the visits of an installation."""
    web = web or web_of(post)
    return Visits(post.store, timedelta(hours=web.visit), timedelta(minutes=web.dialog))


def launch_token(post: Connect, errand: Request | str | None = None, *, person: Person, origin: str) -> str:
    """
    Make a launch token: for a letter to be sent, for one there is (by its id), or for the pages.

    ``origin`` is that of the host page which will open it ("https://esdh.example"). The browser posts the token in the
    field ``launch``. Raises ValueError for an origin the settings do not know, a department the person does not work
    for, and a person or a party whose id is a CPR number.
    """
    web = web_of(post)
    _refuse_odd(post, web, errand, person, origin)
    expires = post.store.now() + timedelta(seconds=web.launch)
    request, letter = (errand, "") if isinstance(errand, Request) else (None, errand or "")
    about = Errand(person, origin, request, letter)
    name = visits_of(post, web).prepare(about, expires)
    return _written(post, _Claims(name, about.kind, web.address, origin, int(expires.timestamp())))


def end_visits(post: Connect, person: str) -> int:
    """
    Log somebody out: end the dialogs and sessions of a person (by id), and the launch tokens made for them.

    What they have on a screen stays there, and does nothing any more. Gives how many there were; call it again at will.
    """
    return visits_of(post).end_of(person)


def launched(post: Connect, token: str, *, kind: str, origin: str) -> Visit:
    """Use a token that was posted from a page of ``origin``. Raises LaunchRefused."""
    web = web_of(post)
    claims = _read(post, token)
    if (claims.kind, claims.audience) != (kind, web.address):
        raise LaunchRefused(Refusal.ELSEWHERE)
    if origin != claims.origin:
        raise LaunchRefused(Refusal.FOREIGN)
    if claims.expires <= post.store.now().timestamp():
        raise LaunchRefused(Refusal.EXPIRED)
    visit = visits_of(post, web).begin(claims.visit)
    if visit is None:
        raise LaunchRefused(Refusal.USED)
    return visit


def _refuse_odd(post: Connect, web: Web, errand: Request | str | None, person: Person, origin: str) -> None:
    if origin not in web.framed_by:
        raise ValueError(f"[plugins.web] names no origin {origin!r}")
    if mask(person.id) != person.id:
        raise ValueError("the id of a person is never a CPR number")
    if isinstance(errand, Request):
        _refuse_cpr(errand)
    if errand is None:
        return
    department = errand.department if isinstance(errand, Request) else post.entry(errand).department
    if not person.works_for(lineage(post, department)):
        raise ValueError(f"{person.id} does not work for {department}")


def _refuse_cpr(request: Request) -> None:
    """Refuse what stands in tables, logs and on pages, and must tell nobody's number."""
    ids = {
        "the id of a party": [one.id for one in request.parties],
        "the id of a document": [one.id for one in request.documents],
        "the id of a case": [request.case.id],
        "the key": [request.key],
    }
    for what, given in ids.items():
        if any(mask(one) != one for one in given):
            raise ValueError(f"{what} is never a CPR number: give the one your system has for it")


def lineage(post: Connect, department: str) -> tuple[str, ...]:
    """Give a department with those above it; by itself where nobody has set it up."""
    return post.departments.lineage(department) if department in post.departments else (department,)


def _written(post: Connect, claims: _Claims) -> str:
    said = urlsafe_b64encode(json.dumps(attrs.astuple(claims), separators=(",", ":")).encode()).decode()
    return f"{said}.{post.launch_code(_KIND, said)}"


def _read(post: Connect, token: str) -> _Claims:
    if not token:
        raise LaunchRefused(Refusal.MISSING)
    said, _, code = token[:_LONGEST].partition(".")
    if not hmac.compare_digest(post.launch_code(_KIND, said).encode(), code.encode()):
        raise LaunchRefused(Refusal.FORGED)
    parts: list[Any] = json.loads(urlsafe_b64decode(said))  # it is ours: nobody else could sign it
    return _Claims(*parts)
