"""``/sandbox``: what a program that tests against the sandbox may ask and tell it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from esdh_connect_sandbox.exchange import Answer, Request, refusal
from esdh_connect_sandbox.faults import Script
from esdh_connect_sandbox.post import BadEndpoint, Post
from esdh_connect_sandbox.state import State

__all__ = ["Admin"]

_MOST = 1000


@attrs.frozen
class Admin:
    """The paths that the real services do not have."""

    script: Script
    post: Post
    state: State

    def faults(self, _: Request) -> Answer:
        """``GET /sandbox/faults``: what has not gone wrong yet."""
        left = [attrs.asdict(fault) for fault in self.script.left()]
        settings = {name: getattr(self.script, name) for name in ("duplicate", "token_seconds", "assertion_seconds")}
        return Answer.json({"fault": left, **settings})

    def add_faults(self, request: Request) -> Answer:
        """``POST /sandbox/faults``: one fault, or ``{"fault": […], "duplicate": …}`` as in faults.toml."""
        asked = _object(request)
        try:
            self.script.read({"fault": [asked]} if "kind" in asked else asked)
        except (ValueError, TypeError) as error:
            raise refusal(400, "invalid_request", str(error)) from error
        return self.faults(request)

    def clear_faults(self, request: Request) -> Answer:
        """``DELETE /sandbox/faults``: nothing goes wrong any more."""
        self.script.clear()
        return self.faults(request)

    def endpoint(self, _: Request) -> Answer:
        """``GET /sandbox/push``: where receipts are pushed to."""
        return Answer.json({"url": self.state.endpoint()})

    def set_endpoint(self, request: Request) -> Answer:
        """``POST /sandbox/push`` ``{"url": …}``: push there from now on; null for nowhere."""
        url = _object(request).get("url")
        if url is not None and not isinstance(url, str):
            raise refusal(400, "invalid_request", "url is a string or null")
        try:
            self.post.push_to(url)
        except BadEndpoint as error:
            raise refusal(400, "invalid_request", f"url: {error}") from error
        return self.endpoint(request)

    def poststatus(self, request: Request) -> Answer:
        """``GET /sandbox/poststatus?after=N``: a JSON list of envelopes from number N + 1, at most a thousand."""
        after = request.query.get("after", ["0"])[0]
        if not after.isdecimal() or len(after) > 9:  # noqa: PLR2004 - nobody has a billion
            raise refusal(400, "invalid_request", "after is a number")
        return Answer.json(self.post.published(int(after), _MOST))


def _object(request: Request) -> Mapping[str, Any]:
    asked = request.json()
    if not isinstance(asked, dict):
        raise refusal(400, "invalid_request", "the body is a JSON object")
    return asked
