"""
The endpoint that Beskedfordeler pushes PostStatus to (BeskedFåTilsendt): a tiny WSGI application.

It answers StatusKode 20 only after the receipt is stored, and 40 where it could not be: then it is told again. HTTP
is 200 for both. Mutual TLS is the business of the server in front of it. The body is never logged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import attrs

from esdh_connect.dispatch import Receipt
from esdh_connect.log import Log
from esdh_connect_serviceplatformen.poststatus import MAX_BYTES, NotAReceipt, Unreadable, read, unread

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

__all__ = ["PostStatusApp", "poststatus_app"]

_ANSWER = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<ns2:ModtagBeskedOutput xmlns="urn:oio:sagdok:3.0.0" xmlns:ns2="urn:oio:sts:1.0.0">'
    "<StandardRetur><StatusKode>{code}</StatusKode><FejlbeskedTekst>{text}</FejlbeskedTekst></StandardRetur>"
    "</ns2:ModtagBeskedOutput>"
)
_STORED, _NOT_STORED = 20, 40


def _utc_now() -> datetime:
    return datetime.now(UTC)


@attrs.frozen
class PostStatusApp:
    """WSGI application. ``receive`` stores a receipt durably before it returns: :meth:`Connect.receive`."""

    receive: Callable[[Receipt], object]
    now: Callable[[], datetime] = _utc_now
    log: Log = Log()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one call. Never raises."""
        method = environ["REQUEST_METHOD"]
        if method in ("GET", "HEAD"):
            return _answer(start_response, "200 OK", b"" if method == "HEAD" else b"PostStatus\n", "text/plain")
        if method != "POST":
            return _answer(start_response, "405 Method Not Allowed", b"", "text/plain")
        code, text = self._store(environ)
        return _answer(start_response, "200 OK", _ANSWER.format(code=code, text=text).encode(), "application/xml")

    def _store(self, environ: WSGIEnvironment) -> tuple[int, str]:
        try:
            body = _body(environ)
        except Unreadable as error:  # it did not come whole: told again, it may
            self.log.warning("receipt_cut_off", error=str(error))
            return _NOT_STORED, "unreadable"
        try:
            receipt = self._read(body)
            self.receive(receipt)
        except NotAReceipt:
            self.log.info("message_of_another_type")
            return _STORED, ""
        except Exception as error:  # noqa: BLE001 - not stored, for whatever reason: it must be told again
            self.log.error("receipt_not_stored", error=type(error).__name__)
            return _NOT_STORED, "not stored"
        self.log.info(
            "receipt_stored", receipt=receipt.id, letter=str(receipt.message_uuid), happened=receipt.event.value
        )
        return _STORED, ""

    def _read(self, body: bytes) -> Receipt:
        """Give the receipt. What is whole and cannot be read is kept for a person: told again it would be the same."""
        try:
            return read(body, self.now())
        except Unreadable as error:
            kept = unread(body, self.now())
            self.log.error("receipt_unreadable", receipt=kept.id, size=len(body), error=str(error))
            return kept


def poststatus_app(receive: Callable[[Receipt], object]) -> PostStatusApp:
    """Make the endpoint: ``poststatus_app(post.receive)``."""
    return PostStatusApp(receive)


def _body(environ: WSGIEnvironment) -> bytes:
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise Unreadable("no Content-Length") from None
    if not 0 < length <= MAX_BYTES:
        raise Unreadable(f"{length} bytes, at most {MAX_BYTES} are read")
    body: bytes = environ["wsgi.input"].read(length)
    if len(body) != length:
        raise Unreadable("the body was cut off")
    return body


def _answer(start: StartResponse, status: str, body: bytes, kind: str) -> Iterable[bytes]:
    start(status, [("Content-Type", f"{kind}; charset=utf-8"), ("Content-Length", str(len(body)))])
    return [body]
