"""PostForespoerg: whether a person or company can be reached."""

from __future__ import annotations

import re

import attrs

from esdh_connect_sandbox.exchange import Answer, Request, refusal
from esdh_connect_sandbox.register import Register, Service
from esdh_connect_sandbox.sts import LOOKUP
from esdh_connect_sandbox.tokens import Tokens

__all__ = ["Lookup"]

_FORMS = {"cprNumber": r"[0-9]{10}", "cvrNumber": r"[0-9]{8}"}


@attrs.frozen
class Lookup:
    """``GET /service/PostForespoerg_1/digitalpost`` and ``…/nemsms``."""

    tokens: Tokens
    register: Register

    def answer(self, request: Request, service: Service) -> Answer:
        """Answer ``{"result": true}`` or false. Raises Refused (401, 400)."""
        self.tokens.check(request, LOOKUP)
        return Answer.json({"result": self.register.reaches(service, _number(request))})


def _number(request: Request) -> str:
    """Give the one number asked for; the refusal never repeats it."""
    if len(request.query) == 1:
        ((name, values),) = request.query.items()
        if name in _FORMS and len(values) == 1 and re.fullmatch(_FORMS[name], values[0]):
            return values[0]
    raise refusal(400, "invalid_request", "ask for one cprNumber of ten digits or one cvrNumber of eight")
