"""
Maskiner: what the host's own program asks, where that is not in Python: with a secret in a header, in JSON.

It is for programs alone: an answer tells numbers and tokens, and nothing of anybody.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any

import attrs
from anyio import CapacityLimiter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from esdh_connect import wording
from esdh_connect.errors import EsdhConnectError, OutboxError
from esdh_connect.ids import mask
from esdh_connect.outbox import UnknownDispatch
from esdh_connect_web import trouble
from esdh_connect_web.call import Call, Refused
from esdh_connect_web.guard import Guard
from esdh_connect_web.security import TooLarge

__all__ = ["Machine", "Wrong"]

_BODY = "body"


class Wrong(Exception):
    """What was asked cannot be meant: ``problems`` say where, in English, and never repeat what stands there."""

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(mask(one) for one in problems)


@attrs.frozen(eq=False, kw_only=True)
class Machine(Guard):
    """
    What a program asks. ``get`` or ``post`` is given the call, and the JSON that was posted, and gives JSON.

    Without ``api`` in the settings there is no such thing: 404.
    """

    get: Callable[[Call], Mapping[str, Any]] | None = None
    post: Callable[[Call, Any], Mapping[str, Any]] | None = None

    @property
    def threads(self) -> CapacityLimiter:
        """Give threads of their own: what a program counts waits for no dialog."""
        return self.site.machine_threads

    @property
    def methods(self) -> list[str]:
        """Give the methods that are answered."""
        return ["GET"] if self.get else ["POST"]

    async def posted(self, request: Request) -> FormData:
        """Read what was posted, as it is: nothing is looked at before it is known who asks."""
        try:
            return FormData([(_BODY, (await request.body()).decode("utf-8-sig", "replace"))])
        except TooLarge:
            raise Refused(413, "") from None

    def admit(self, request: Request, form: FormData) -> Call:
        """Let the host's program in."""
        web = self.site.web
        if web.api is None:
            raise Refused(404, "")
        secrets = [one.text().encode() for one in (web.api, web.api_also) if one is not None]
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        found = [hmac.compare_digest(secret, given.strip().encode()) for secret in secrets]
        if kind.lower() != "bearer" or not any(found):
            raise Refused(401, "")
        return self.nobody(request, form)

    def answer(self, call: Call) -> Response:
        """Give the answer."""
        if self.get is not None:
            return JSONResponse(dict(self.get(call)))
        if self.post is None:
            raise Refused(405, "")
        try:
            said = json.loads(call.field(_BODY))
        except (ValueError, RecursionError):
            raise Wrong("the body is not JSON") from None
        return JSONResponse(dict(self.post(call, said)))

    def failed(self, call: Call, error: Exception) -> Response:
        """Say no in JSON: ``error`` is a word for programs, ``text`` is Danish where the core has one."""
        match error:
            case Wrong():
                self._log(call, 422, problems=list(error.problems))
                return _no(422, "wrong", problems=list(error.problems))
            case Refused():
                self._log(call, error.status)
                return _no(error.status, _WORDS.get(error.status, "refused"))
            case UnknownDispatch():
                return _no(404, "unknown")
            case EsdhConnectError() if not isinstance(error, OutboxError):
                return _no(409, type(error).__name__, text=wording.of(error))
        return _no(500, "broken", id=trouble.logged(call, error, self.name))

    def _log(self, call: Call, status: int, **more: object) -> None:
        call.site.log.warning("api_refused", route=self.name, status=status, **more)


_WORDS = {401: "unauthorized", 404: "unknown", 405: "method", 413: "too_large"}


def _no(status: int, word: str, **more: object) -> Response:
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None  # noqa: PLR2004 - as HTTP has it
    return JSONResponse({"error": word, **more}, status, headers)
