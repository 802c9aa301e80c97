"""
PostStatus: what Beskedfordeler tells of a letter, made a receipt.

Three forms are read: the pushed ``ModtagBeskedInput``, the pulled ``Haendelsesbesked`` within it, and the bare
``PKO_PostStatus`` that lies in both as base64. Everything in them is optional and read by name; a code not known
is kept as it came. Texts may quote the letter, so nothing of them is ever logged or said in an error.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING
from uuid import UUID

import attrs

from esdh_connect.dispatch import Receipt, ReceiptEvent, ours
from esdh_connect_serviceplatformen.outcome import OURS
from esdh_connect_serviceplatformen.wire.kombi import code_of

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["MAX_BYTES", "NOBODYS", "POST_STATUS", "NotAReceipt", "Unreadable", "read", "unread"]

#: Real ones are some five kilobytes; an error text that quotes a letter may make them larger.
MAX_BYTES = 4 * 2**20
#: Beskedtype of PostStatus in Beskedfordeler's register of message types.
POST_STATUS = UUID("d2bed63c-4853-4008-b6e0-a74c15b15fbf")

#: What a receipt about no letter of ours is about; the foreign id itself stays in ``Receipt.raw``.
NOBODYS = UUID(int=0)

#: TransaktionsStatusKode as text (compared without case) and ObjektHandling as UUID say the same.
_EVENTS: Mapping[str, ReceiptEvent] = MappingProxyType(
    {
        "fejlet": ReceiptEvent.FAILED,
        "e225a75c-4b63-46c4-9423-77f5c8762445": ReceiptEvent.FAILED,
        "modtaget digital post": ReceiptEvent.TAKEN_IN,
        "eb866ca2-b871-4387-b501-12cde577bd58": ReceiptEvent.TAKEN_IN,
        "afleveret digital post": ReceiptEvent.DELIVERED,
        "f7161a89-5068-4023-bc80-d7f4daad2a2e": ReceiptEvent.DELIVERED,
        "klar": ReceiptEvent.READY,
        "e2b30d57-504a-4e2e-ae2d-a1394a9cb0b8": ReceiptEvent.READY,
        "modtaget fjern-print": ReceiptEvent.AT_PRINTER,
        "dd98e71c-41ac-4305-a47b-8f86b00e639b": ReceiptEvent.AT_PRINTER,
        "afleveret til print og kuvertering": ReceiptEvent.PRINTING,
        "e3c0a021-2070-40d4-b7b7-754aeba762e9": ReceiptEvent.PRINTING,
        "afsendt": ReceiptEvent.SENT,
        "db5a6025-caa3-45c3-8e02-4e6fa8142ade": ReceiptEvent.SENT,
        "modtaget post danmark": ReceiptEvent.WITH_POSTAL_SERVICE,
        "e94a0a8b-60a0-42ad-8b83-52c9e15d0fb3": ReceiptEvent.WITH_POSTAL_SERVICE,
        "tilbagekaldt": ReceiptEvent.RECALLED,
        "f03904aa-df6e-417f-bd74-6a01a61adbcf": ReceiptEvent.RECALLED,
        "opdatering fra post danmark": ReceiptEvent.UPDATE,
        "f4e6eb11-0261-4198-8b5d-be92a9b1a35d": ReceiptEvent.UPDATE,
    }
)
_CHANNELS = MappingProxyType({"digital post": "digital_post", "fysisk post": "fysisk_post", "nemsms": "nemsms"})


class Unreadable(ValueError):
    """No XML of Beskedfordeler's: it should be told again, and somebody should look."""


class NotAReceipt(ValueError):
    """A sound message of another type: not ours to keep."""


@attrs.frozen
class _Envelope:
    """What the envelope says; a bare PostStatus has none."""

    besked_id: str = ""
    besked_type: str = ""
    handling: str = ""
    object_id: str = ""
    registered: str = ""


def read(body: bytes, now: datetime) -> Receipt:
    """
    Read one message. ``now`` (aware) stands in where the message tells no time.

    Raises Unreadable, or NotAReceipt for a message of another type.
    """
    root = _parsed(body)
    if _name(root) == "PKO_PostStatus":
        return _receipt(root, _Envelope(), body, now)
    message = root if _name(root) == "Haendelsesbesked" else _found(root, "Haendelsesbesked")
    if message is None:
        raise Unreadable(f"neither Haendelsesbesked nor PKO_PostStatus but {_name(root)[:40]!r}")
    envelope = _read_envelope(message)
    if envelope.besked_type.casefold() not in ("", str(POST_STATUS)):
        raise NotAReceipt("a message of another type")
    return _receipt(_status_in(message), envelope, body, now)


def unread(body: bytes, now: datetime) -> Receipt:
    """Make a receipt of what cannot be read, so that it is kept whole: about nobody's letter, telling nothing."""
    return Receipt(
        id=_digest(body), event=ReceiptEvent.UNKNOWN, at=now, message_uuid=NOBODYS, code="unreadable", raw=body
    )


def _digest(body: bytes) -> str:
    return f"sha256:{sha256(body).hexdigest()}"


def _parsed(body: bytes) -> _Element:
    from lxml import etree

    if len(body) > MAX_BYTES:
        raise Unreadable(f"{len(body)} bytes, at most {MAX_BYTES} are read")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(f"not XML: {type(error).__name__}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("it declares a document type")
    return root


def _status_in(message: _Element) -> _Element:
    data = _text(message, "Beskeddata", "Base64")
    try:
        inner = b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Unreadable("Beskeddata is not base64") from None
    status = _parsed(inner)
    if _name(status) != "PKO_PostStatus":
        raise Unreadable(f"Beskeddata holds {_name(status)[:40]!r}")
    return status


def _read_envelope(message: _Element) -> _Envelope:
    return _Envelope(
        besked_id=_text(message, "BeskedId"),
        besked_type=_text(message, "Beskedtype"),
        handling=_text(message, "ObjektRegistrering", "ObjektHandling"),
        object_id=_text(message, "ObjektRegistrering", "ObjektId"),
        registered=_text(message, "ObjektRegistrering", "Registreringstidspunkt"),
    )


def _receipt(status: _Element, envelope: _Envelope, body: bytes, now: datetime) -> Receipt:
    word = _text(status, "TransaktionsStatusKode")
    print_id = _text(status, "AfsendelseIdentifikator")
    known = _EVENTS.get(word.casefold()) or _EVENTS.get(envelope.handling.casefold())
    channel = _CHANNELS.get(_text(status, "KanalKode").casefold(), "fysisk_post" if print_id else "")
    return Receipt(
        id=envelope.besked_id.casefold() or _digest(body),
        event=known or ReceiptEvent.UNKNOWN,
        at=_time(_text(status, "TransaktionsDatoTid")) or _time(envelope.registered) or now,
        message_uuid=_letter(_text(status, "MessageUUID"), print_id, envelope.object_id),
        channel=channel,
        code=_code(code_of(_text(status, "FejlDetaljer", "FejlKode"))),
        text=_text(status, "FejlDetaljer", "FejlTekst"),
        word=word or envelope.handling,
        raw=body,
    )


def _letter(*names: str) -> UUID:
    """Give the letter's UUID. An id that is none belongs to another system's letter."""
    for name in names:
        with suppress(ValueError):
            return UUID(name)
    return NOBODYS


def _time(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _name(element: _Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _found(parent: _Element, name: str) -> _Element | None:
    return next((one for one in parent.iter(f"{{*}}{name}")), None)


def _text(parent: _Element, *path: str) -> str:
    """Give all text beneath the first element on the path of names; "" where there is none."""
    at: _Element | None = parent
    for name in path:
        at = None if at is None else _found(at, name)
    return "" if at is None else "".join(map(str, at.itertext())).strip()


def _code(code: str) -> str:
    return ours(code) if code in OURS else code
