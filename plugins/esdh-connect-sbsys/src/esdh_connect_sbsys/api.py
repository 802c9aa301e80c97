"""
Kald: requests to SBSYS' WebAPI, with a token, over TLS, and bounded in size and time.

Addresses hold numbers of SBSYS' own and nothing else. What writes and what only asks are told apart: only the first can
end in OutcomeUnknown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

import attrs

from esdh_connect.errors import DeliveryError, Rejected, TemporaryFailure
from esdh_connect_sbsys import wire

if TYPE_CHECKING:
    from esdh_connect.http import Answer, Body, Client, Tokens

__all__ = ["Api", "Refused"]

_JSON = {"Accept": "application/json"}
_NOT_FOUND, _CONFLICT = 404, 409
#: A service that wants to be left alone is, but not for longer than this.
_LONGEST_REST = timedelta(hours=1)
_CLOSED = "sagen er lukket i SBSYS"


class Refused(TemporaryFailure):
    """SBSYS said no to what was to be written: nothing was, and asking again by itself will hardly help."""


@attrs.define(eq=False)
class _Rest:
    """Until when SBSYS has asked to be left alone."""

    until: datetime | None = None
    lock: Any = attrs.field(factory=Lock)


@attrs.frozen(eq=False)
class Api:
    """
    The WebAPI at ``base``. ``client`` is for JSON, ``files`` for the bytes of files; ``now`` gives aware times.

    All of its methods raise TemporaryFailure where SBSYS gives no usable answer.
    """

    base: str
    tokens: Tokens
    client: Client
    files: Client
    now: Callable[[], datetime]
    _rest: _Rest = attrs.field(factory=_Rest, init=False, repr=False)

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Look something up by its number; None where there is no such thing."""
        answer = self._used(lambda headers: self.client.ask(self._at(path), query=query, headers=headers))
        return None if answer.status == _NOT_FOUND else self._read(answer)

    def rows(self, path: str) -> tuple[wire.Row, ...]:
        """Give a list; an empty one where there is no such thing."""
        answer = self._used(lambda headers: self.client.ask(self._at(path), headers=headers))
        return () if answer.status == _NOT_FOUND else self._listed(answer)

    def search(self, path: str, body: wire.Row) -> tuple[wire.Row, ...]:
        """Search: what is looked for stands in the body, where no log shows it."""
        sent = json.dumps(body).encode()
        answer = self._used(
            lambda headers: self.client.ask(
                self._at(path), body=sent, headers={**headers, "Content-Type": "application/json"}
            )
        )
        return self._listed(answer)

    def content(self, path: str) -> Answer | None:
        """Fetch the bytes of a file; None where there is no such file."""
        answer = self._used(lambda headers: self.files.ask(self._at(path), headers={**headers, "Accept": "*/*"}))
        if answer.status == _NOT_FOUND:
            return None
        self._refuse(answer)
        return answer

    def write(self, path: str, body: Body, content_type: str, *, file: bool = False) -> wire.Row:
        """
        Write something, once, and give what SBSYS answers. With a ``file`` in it that may take longer.

        Raises Refused or another TemporaryFailure where surely nothing was written, else OutcomeUnknown.
        """
        client = self.files if file else self.client
        answer = self._used(
            lambda headers: client.hand_over(self._at(path), body, {**headers, "Content-Type": content_type})
        )
        refusal = answer.refusal()
        if isinstance(refusal, Rejected) or answer.status in {_NOT_FOUND, _CONFLICT}:
            danish = _CLOSED if answer.status == _CONFLICT else "SBSYS afviste det"
            raise Refused(f"HTTP {answer.status} from {answer.place}: refused", danish=danish)
        said = self._read(answer)
        if not isinstance(said, Mapping):
            raise answer.unreadable("no object")
        return said

    def _at(self, path: str) -> str:
        return f"{self.base.rstrip('/')}/{path}"

    def _used(self, call: Callable[[dict[str, str]], Answer]) -> Answer:
        self._wait()
        answer = self.tokens.used(lambda authorization: call({**_JSON, "Authorization": authorization}))
        if answer.retry_after is not None and answer.status // 100 != 2:  # noqa: PLR2004 - the class of successes
            with self._rest.lock:
                self._rest.until = self.now() + min(answer.retry_after, _LONGEST_REST)
        return answer

    def _wait(self) -> None:
        """Call nobody who has asked to be left alone."""
        with self._rest.lock:
            left = self._rest.until - self.now() if self._rest.until else timedelta()
        if timedelta() < left <= _LONGEST_REST:
            raise TemporaryFailure("SBSYS asked to be left alone", retry_after=left, danish="SBSYS har travlt")

    def _refuse(self, answer: Answer) -> None:
        refusal = answer.refusal()
        if isinstance(refusal, DeliveryError):
            raise refusal

    def _read(self, answer: Answer) -> Any:  # noqa: ANN401
        self._refuse(answer)
        try:
            return json.loads(answer.content)
        except (ValueError, RecursionError):
            pass  # an error page with status 200, or cut off: said below, without its content
        raise answer.unreadable("no JSON")

    def _listed(self, answer: Answer) -> tuple[wire.Row, ...]:
        try:
            return wire.rows(self._read(answer))
        except ValueError:
            pass
        raise answer.unreadable("no list")
