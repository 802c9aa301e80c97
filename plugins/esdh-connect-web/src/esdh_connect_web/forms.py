"""
Formularer: a form is answered by whoever it was given to, and in a dialog once.

In a dialog each answer carries the next form token: which visit, and after how many answers. On pages a form carries a
token that is good for the person it was given to, for hours: what it asks for, the core does once however often it is
asked.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

import attrs

from esdh_connect.connect import Connect
from esdh_connect_web.visits import Visit

__all__ = ["TOKEN", "Step", "form_token", "page_token", "page_token_holds", "session_token", "session_visit", "step_of"]

#: The field of a form with its token.
TOKEN = "esdh_token"  # noqa: S105 - the field's name

_FORM, _PAGE, _SESSION = "form", "page", "session"
_LONGEST = 500
_PAGE_LASTS = timedelta(hours=12)


@attrs.frozen
class Step:
    """Which visit a form was given in, and after how many answers."""

    visit: str
    number: int


def form_token(post: Connect, visit: Visit) -> str:
    """Give the token of the next form of a dialog."""
    return _signed(post, _FORM, visit.id, str(visit.step))


def step_of(post: Connect, token: str) -> Step | None:
    """Read the token of a form in a dialog; None where it is none of ours."""
    parts = _parts(post, _FORM, token, 2)
    return Step(parts[0], int(parts[1])) if parts else None


def session_token(post: Connect, visit: Visit) -> str:
    """Give what a session cookie holds."""
    return _signed(post, _SESSION, visit.id)


def session_visit(post: Connect, token: str) -> str | None:
    """Read a session cookie: the name of the visit; None where it is none of ours."""
    parts = _parts(post, _SESSION, token, 1)
    return parts[0] if parts else None


def page_token(post: Connect, person: str, now: datetime) -> str:
    """Give the token of the forms of a page, for one person."""
    made = str(int(now.timestamp()))
    return f"{made}.{post.launch_code(_PAGE, person, made)}"


def page_token_holds(post: Connect, token: str, person: str, now: datetime) -> bool:
    """Tell whether a form was given to this person, and not too long ago."""
    made, _, code = token[:_LONGEST].partition(".")
    if not hmac.compare_digest(post.launch_code(_PAGE, person, made).encode(), code.encode()):
        return False
    return int(made) > (now - _PAGE_LASTS).timestamp()


def _signed(post: Connect, kind: str, *parts: str) -> str:
    return ".".join((*parts, post.launch_code(kind, *parts)))


def _parts(post: Connect, kind: str, token: str, count: int) -> tuple[str, ...] | None:
    *parts, code = token[:_LONGEST].split(".")
    if len(parts) != count or not hmac.compare_digest(post.launch_code(kind, *parts).encode(), code.encode()):
        return None
    return tuple(parts)
