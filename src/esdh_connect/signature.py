"""
Underskrift: a receiver can tell that a call is ours, and that it is of now: Standard Webhooks.

``webhook-signature`` is ``v1,`` and the base64 of HMAC-SHA256 over ``id.timestamp.body``; where a secret is being
exchanged there are two, with a space between.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime

from esdh_connect.settings.secret import Secret

__all__ = ["key", "signed"]

_PREFIX = "whsec_"
_SHORTEST = 24


def signed(secrets: Iterable[Secret], call: str, at: datetime, body: Iterable[bytes]) -> Mapping[str, str]:
    """Give the headers of a call whose body comes in pieces. Raises SettingsError for a secret that is none."""
    timestamp = str(int(at.timestamp()))
    macs = [hmac.new(key(one), f"{call}.{timestamp}.".encode(), hashlib.sha256) for one in secrets]
    for piece in body:
        for mac in macs:
            mac.update(piece)
    return {
        "webhook-id": call,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{base64.b64encode(mac.digest()).decode()}" for mac in macs),
    }


def key(secret: Secret) -> bytes:
    """Give the bytes to sign with: ``whsec_`` and base64, or the text itself. Raises SettingsError."""
    text = secret.text()
    try:
        found = base64.b64decode(text.removeprefix(_PREFIX), validate=True) if text.startswith(_PREFIX) else b""
    except binascii.Error:
        raise secret.error("behind whsec_ stands no base64", "efter whsec_ står der ikke base64") from None
    found = found or text.encode()
    if len(found) < _SHORTEST:
        raise secret.error(
            f"a secret to sign with has at least {_SHORTEST} bytes",
            f"en hemmelighed til underskrifter har mindst {_SHORTEST} byte",
        )
    return found
