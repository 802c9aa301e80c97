"""One HTTP exchange: what came in, what goes out, and how much of a body is read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from io import BufferedIOBase

import attrs

__all__ = ["Answer", "BadBody", "Body", "Outcome", "Refused", "Request", "Silence", "refusal"]

_PIECE = 64 * 1024
_LINE = 256
_TRAILERS = 64


class BadBody(Exception):
    """The body is cut off, badly framed or larger than allowed."""


@attrs.frozen
class Answer:
    """An HTTP answer."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = attrs.Factory(dict)

    @classmethod
    def json(cls, value: object, status: int = 200) -> Answer:
        """Make an answer of a JSON value."""
        return cls(status, json.dumps(value, ensure_ascii=False).encode())


@attrs.frozen
class Silence:
    """No answer: the connection is kept open for ``seconds``, then closed, or reset (TCP RST)."""

    seconds: float = 0.0
    reset: bool = False


Outcome = Answer | Silence


class Refused(Exception):
    """The request is answered with a refusal, whatever was being done."""

    def __init__(self, answer: Answer) -> None:
        """Carry the answer."""
        super().__init__(answer.status)
        self.answer = answer


def refusal(status: int, error: str, message: str) -> Refused:
    """Refuse with a small JSON body: the form of the real error bodies is not publicly known."""
    return Refused(Answer.json({"error": error, "message": message}, status))


class Body:
    """The body of one request, read once, in pieces of at most 64 KiB."""

    def __init__(self, stream: BufferedIOBase, length: int | None) -> None:
        """Read ``length`` bytes from the stream; None means chunked (RFC 9112, 7.1)."""
        self._pieces = _chunked(stream) if length is None else _counted(stream, length)
        self._broken = False

    def pieces(self, limit: int) -> Iterator[bytes]:
        """Give what has not been read yet. Raises BadBody when cut off, or after more than ``limit`` bytes."""
        size = 0
        while piece := self._next():
            size += len(piece)
            if size > limit:
                raise BadBody(f"the body is larger than {limit} bytes")
            yield piece

    def whole(self, limit: int) -> bytes:
        """Give all of it. Raises BadBody."""
        return b"".join(self.pieces(limit))

    def discard(self, limit: int) -> bool:
        """Read what is left and forget it; tells whether the end was reached within ``limit`` bytes."""
        try:
            for _ in self.pieces(limit):
                pass
        except BadBody:
            return False
        return not self._broken

    def _next(self) -> bytes:
        try:
            return next(self._pieces, b"")
        except BadBody:
            self._broken = True
            raise


def _counted(stream: BufferedIOBase, length: int) -> Iterator[bytes]:
    while length:
        piece = stream.read(min(length, _PIECE))
        if not piece:
            raise BadBody("the body ended early")
        length -= len(piece)
        yield piece


def _chunked(stream: BufferedIOBase) -> Iterator[bytes]:
    while size := _chunk_size(stream):
        yield from _counted(stream, size)
        if stream.readline(_LINE) != b"\r\n":
            raise BadBody("a chunk is longer than it says")
    for _ in range(_TRAILERS):
        if stream.readline(_LINE) in {b"\r\n", b""}:
            return
    raise BadBody("the trailers do not end")


def _chunk_size(stream: BufferedIOBase) -> int:
    found = re.match(rb"([0-9A-Fa-f]{1,8})\s*(?:;.*)?\r\n\Z", stream.readline(_LINE))
    if found is None:
        raise BadBody("a chunk has no size")
    return int(found[1], 16)


@attrs.frozen(repr=False)
class Request:
    """One request. It has no repr: the query of PostForespoerg and the token of the headers are nobody's business."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    certificate: bytes
    body: Body

    def header(self, name: str) -> str:
        """Give a header without surrounding space, '' where there is none. Names are in lower case."""
        return self.headers.get(name, "").strip()

    def json(self, limit: int = _PIECE) -> object:
        """Read the body as JSON. Raises Refused (400)."""
        try:
            return json.loads(self.body.whole(limit))
        except BadBody as error:
            raise refusal(400, "bad_body", str(error)) from error
        except ValueError as error:
            raise refusal(400, "not_json", "the body is not JSON") from error
