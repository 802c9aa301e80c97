"""Hvem der er logget ind: a cookie that means nothing to anybody else, and lasts as long as the demo."""

from __future__ import annotations

import secrets

from starlette.requests import Request
from starlette.responses import Response

from esdh_connect_demo.people import EMPLOYEES, Employee

__all__ = ["Sessions"]

_COOKIE = "eksempel"


class Sessions:
    """The sessions of one running demo, in memory."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def employee(self, request: Request) -> Employee | None:
        """Tell who asks; None where nobody is logged in."""
        return EMPLOYEES.get(self._known.get(request.cookies.get(_COOKIE, ""), ""))

    def begin(self, employee: Employee, response: Response) -> None:
        """Log somebody in. The cookie is for this machine alone, where there is no TLS to ask for."""
        session = secrets.token_urlsafe(32)
        self._known[session] = employee.person.id
        response.set_cookie(_COOKIE, session, httponly=True, samesite="strict")

    def end(self, request: Request, response: Response) -> None:
        """Log them out."""
        self._known.pop(request.cookies.get(_COOKIE, ""), None)
        response.delete_cookie(_COOKIE)
