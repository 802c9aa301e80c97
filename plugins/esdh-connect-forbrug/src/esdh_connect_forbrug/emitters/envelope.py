"""
Konvolut: a usage fact as a CloudEvent 1.0, written out in full here, so that nothing gets in by itself.

There is no field for a person, a case, a document or who did it; the id is the fact's own, the same each time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from typing import Any

import attrs

from esdh_connect.usage import Usage, UsageKind

__all__ = ["BATCH", "EVENT", "NAMES", "SOURCE", "Envelope"]

#: What an installation is called that was given no name.
SOURCE = "urn:esdh-connect"

#: Media types of one event, and of many in one list.
EVENT = "application/cloudevents+json; charset=utf-8"
BATCH = "application/cloudevents-batch+json; charset=utf-8"

#: What each kind is called outside. A name is never used for anything else: a new form gets a new version behind it.
NAMES: Mapping[UsageKind, str] = {
    UsageKind.SENT: "letter.sent",
    UsageKind.DELIVERED: "letter.delivered",
    UsageKind.FAILED: "letter.failed",
    UsageKind.CANCELLED: "letter.cancelled",
    UsageKind.PRINTED: "document.printed",
    UsageKind.OPENED: "dialog.opened",
    UsageKind.UNUSED: "action.unused",
}
_VERSION = "v1"


def _milliseconds(usage: Usage) -> int | None:
    return None if usage.took is None else round(usage.took.total_seconds() * 1000)


_CHANNEL: Mapping[str, Callable[[Usage], object]] = {
    "channel": lambda usage: usage.channel,
    "plugin": lambda usage: usage.plugin,
}
_EXTENT: Mapping[str, Callable[[Usage], object]] = {
    "documents": lambda usage: usage.documents,
    "files": lambda usage: usage.files,
    "pages": lambda usage: usage.pages,
    "bytes": lambda usage: usage.size,
}
#: What each kind tells. What is not known is left out.
_FIELDS: Mapping[UsageKind, Mapping[str, Callable[[Usage], object]]] = {
    UsageKind.SENT: {**_CHANNEL, **_EXTENT},
    UsageKind.DELIVERED: {**_CHANNEL, **_EXTENT, "duration_ms": _milliseconds},
    UsageKind.FAILED: {**_CHANNEL, **_EXTENT, "cause": lambda usage: usage.cause},
    UsageKind.CANCELLED: {**_CHANNEL, **_EXTENT},
    UsageKind.PRINTED: {"documents": lambda usage: usage.documents},
    UsageKind.OPENED: _CHANNEL,
    UsageKind.UNUSED: _CHANNEL,
}
_UNKNOWN = ("", None)


@attrs.frozen
class Envelope:
    """Puts usage into CloudEvents. ``source`` names the installation they come from: a URI."""

    source: str = SOURCE

    def event(self, usage: Usage) -> dict[str, Any]:
        """Give one event."""
        name = NAMES[usage.kind]
        told = {key: of(usage) for key, of in _FIELDS[usage.kind].items()}
        return {
            "specversion": "1.0",
            "id": str(usage.id),
            "source": self.source,
            "type": f"dk.esdh-connect.{name}.{_VERSION}",
            "time": usage.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "subject": f"afdeling/{usage.department}",
            "datacontenttype": "application/json",
            "dataschema": f"urn:esdh-connect:schema:{name}:{_VERSION}",
            "department": usage.department,
            "data": {key: value for key, value in told.items() if value not in _UNKNOWN},
        }

    def written(self, usage: Usage) -> bytes:
        """Give one event as JSON in one line, without a line ending."""
        return _json(self.event(usage))

    def batch(self, usage: Sequence[Usage]) -> bytes:
        """Give many events as one JSON list."""
        return _json([self.event(one) for one in usage])


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
