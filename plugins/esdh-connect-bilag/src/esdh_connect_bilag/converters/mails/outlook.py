"""Messages as Outlook keeps them (.msg), by python-oxmsg."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from oxmsg import Message as Stored

from esdh_connect_bilag.converters.mails.message import Attached, Message
from esdh_connect_bilag.converters.mails.mime import Bounds

__all__ = ["read"]

#: PidTagRtfCompressed: the text, where it is nowhere else. Nobody here reads that.
_RTF = 0x1009
_CID = 0x3712
_RECIPIENT_TYPE, _TO, _CC = 0x0C15, 1, 2


def read(content: bytes, bounds: Bounds) -> Message:
    """Read a message. Raises TooMuch."""
    mail = Stored.load(content)
    headers = {name.lower(): " ".join(value.split()) for name, value in mail.message_headers.items()}
    text, html = mail.body or "", mail.html_body or ""
    sent = mail.sent_date
    return Message(
        subject=mail.subject,
        sender=mail.sender or "",
        to=headers.get("to") or _recipients(mail, _TO),
        cc=headers.get("cc") or _recipients(mail, _CC),
        sent=sent.astimezone(UTC) if sent is not None and sent.tzinfo is not None else None,
        date=headers.get("date", ""),
        text=text,
        html=html,
        attached=tuple(_attached(one, bounds) for one in mail.attachments),
        unread=not text and not html and bool(mail.properties.binary_prop_value(_RTF)),
    )


def _recipients(mail: Stored, kind: int) -> str:
    """Name those of a kind; who got a blind copy is of no kind that is asked for."""
    known = [one for one in mail.recipients if one.properties.int_prop_value(_RECIPIENT_TYPE) == kind]
    return ", ".join(f"{one.name} <{one.email_address}>" if one.email_address else one.name for one in known)


def _attached(one: Any, bounds: Bounds) -> Attached:  # noqa: ANN401 - oxmsg's attachment
    bounds.took_part()
    content = one.file_bytes
    if content is None:  # an e-mail or another object that lies in the file as parts of its own
        return Attached(one.file_name or "Outlook-element", "application/vnd.ms-outlook")
    cid = one.properties.str_prop_value(_CID) or ""
    return Attached(one.file_name or "uden navn", one.mime_type or "application/octet-stream", content, cid)
