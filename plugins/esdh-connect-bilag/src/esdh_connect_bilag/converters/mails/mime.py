"""Messages as they are sent (.eml): RFC 5322 and MIME, by the standard library."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes, policy
from email.message import Message as Part
from email.utils import parsedate_to_datetime

import attrs

from esdh_connect_bilag.apart.refusing import Refused
from esdh_connect_bilag.converters.decoding import decoded
from esdh_connect_bilag.converters.mails.message import Attached, Message

__all__ = ["Bounds", "TooMuch", "read"]


class TooMuch(Refused):
    """More than there is room for; its text is Danish."""


@attrs.define
class Bounds:
    """Grænser for one e-mail with all that lies in it: how deep, and how many parts are left."""

    depth: int
    parts: int

    def took_part(self) -> None:
        """Count a part. Raises TooMuch."""
        self.parts -= 1
        if self.parts < 0:
            raise TooMuch("mailen har flere dele, end der er plads til. Læg det, der skal med, ved hver for sig")

    def went_in(self, depth: int) -> None:
        """Look at how deep we are. Raises TooMuch."""
        if depth > self.depth:
            raise TooMuch(f"mailen har mails i mails i flere end {self.depth} lag. Læg dem ved hver for sig")


def read(content: bytes, bounds: Bounds, depth: int = 0) -> Message:
    """Read a message. Raises TooMuch."""
    bounds.went_in(depth)
    mail = message_from_bytes(content, policy=policy.default)
    return _message(mail, bounds, depth)


def _message(mail: Part, bounds: Bounds, depth: int) -> Message:
    found = Message(
        subject=_header(mail, "subject"),
        sender=_header(mail, "from"),
        to=_header(mail, "to"),
        cc=_header(mail, "cc"),
        sent=_sent(_header(mail, "date")),
        date=_header(mail, "date"),
    )
    attached: list[Attached] = []
    for part in _leaves(mail, bounds):
        kind = part.get_content_type()
        is_text = kind in {"text/plain", "text/html"} and part.get_content_disposition() != "attachment"
        if kind == "message/rfc822" and part.is_multipart():
            attached.append(_nested(part, bounds, depth))
        elif is_text and kind == "text/plain" and not found.text:
            found = attrs.evolve(found, text=_text(part))
        elif is_text and kind == "text/html" and not found.html:
            found = attrs.evolve(found, html=_text(part))
        else:
            attached.append(_file(part))
    return attrs.evolve(found, attached=tuple(attached))


def _leaves(part: Part, bounds: Bounds) -> Iterator[Part]:
    """Give the parts in order; one that is a message is given whole."""
    waiting = [part]
    while waiting:
        one = waiting.pop()
        bounds.took_part()
        inner = one.get_payload() if one.get_content_maintype() == "multipart" else None
        if isinstance(inner, list):
            waiting += [kid for kid in reversed(inner) if isinstance(kid, Part)]
        else:
            yield one


def _nested(part: Part, bounds: Bounds, depth: int) -> Attached:
    bounds.went_in(depth + 1)
    inner = part.get_payload(0)
    if not isinstance(inner, Part):
        raise TypeError("a message in a message is a message")
    message = _message(inner, bounds, depth + 1)
    return Attached(_name(part) or message.subject or "E-mail", "message/rfc822", message=message)


def _file(part: Part) -> Attached:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    cid = _header(part, "content-id").strip("<> ")
    return Attached(_name(part) or "uden navn", part.get_content_type(), content, cid)


def _text(part: Part) -> str:
    payload = part.get_payload(decode=True)
    return decoded(payload if isinstance(payload, bytes) else b"", str(part.get_content_charset() or ""))


def _name(part: Part) -> str:
    try:
        return (part.get_filename() or "").strip()
    except (ValueError, LookupError):
        return ""


def _header(part: Part, name: str) -> str:
    try:
        return " ".join(str(part.get(name, "")).split())
    except (ValueError, LookupError, AttributeError):  # what the parser does with some malformed headers
        raw = next((value for key, value in part.raw_items() if key.lower() == name), "")
        return " ".join(str(raw).split())


def _sent(date: str) -> datetime | None:
    try:
        sent = parsedate_to_datetime(date)
    except (ValueError, TypeError, IndexError):
        return None
    return sent if sent.tzinfo is not None else None
