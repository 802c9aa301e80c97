"""
Sikkerhed: what every answer says of itself to the browser, and how much it takes in.

No script, style or frame but our own; nothing is stored by the browser; a page is framed by nobody, a dialog by the
host's pages alone. An answer with a file holds nothing that runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum

from starlette.types import Message, Receive

__all__ = ["ASSET_HEADERS", "Framed", "TooLarge", "bounded", "headers"]

_ALWAYS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: a browser then hides where a form is posted from.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
}
#: For stylesheets, scripts, fonts and icons, which hold nothing of anybody.
ASSET_HEADERS: Mapping[str, str] = {**_ALWAYS, "Cache-Control": "public, max-age=3600"}
_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
)


class Framed(Enum):
    """By whom an answer may be framed."""

    NOBODY = "nobody"
    HOST = "host"


class TooLarge(Exception):
    """More was posted than is taken in."""


def headers(framed: Framed, origins: Iterable[str] = ()) -> dict[str, str]:
    """Give the headers of an answer that tells of letters; ``origins`` are those of the host."""
    ancestors = " ".join(origins) if framed is Framed.HOST else ""
    policy = (*_POLICY, f"frame-ancestors {ancestors or _nobody(framed)}")
    return {**_ALWAYS, "Cache-Control": "no-store", "Content-Security-Policy": "; ".join(policy)}


def _nobody(framed: Framed) -> str:
    # Mounted in the host, and nothing said: then the host's pages have our own origin.
    return "'self'" if framed is Framed.HOST else "'none'"


def bounded(receive: Receive, most: int) -> Receive:
    """Take in at most so many bytes. What is received raises TooLarge beyond that."""
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise TooLarge
        return message

    return counted
