"""Mail: what a message is, whichever program wrote it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Self

import attrs

__all__ = ["Attached", "Message"]


@attrs.frozen
class Attached:
    """Vedhæftet: a file, or where ``message`` is another e-mail. ``cid`` is what the text calls it by."""

    name: str = attrs.field(repr=False)
    media_type: str
    content: bytes = attrs.field(default=b"", repr=False)
    cid: str = ""
    message: Message | None = None


@attrs.frozen
class Message:
    """
    A message: who, to whom, when, what. ``sent`` is aware, None where it is not known; then ``date`` may tell.

    ``unread`` says that the text is there and could not be read.
    """

    subject: str = attrs.field(default="", repr=False)
    sender: str = attrs.field(default="", repr=False)
    to: str = attrs.field(default="", repr=False)
    cc: str = attrs.field(default="", repr=False)
    sent: datetime | None = None
    date: str = ""
    text: str = attrs.field(default="", repr=False)
    html: str = attrs.field(default="", repr=False)
    attached: tuple[Attached, ...] = ()
    unread: bool = False

    def written(self, parts: list[bytes]) -> dict[str, Any]:
        """Write it as what JSON takes; the bytes of its files go to ``parts``."""
        plain = {name: getattr(self, name) for name in _PLAIN}
        attached = []
        for one in self.attached:
            told: dict[str, Any] = {"name": one.name, "media_type": one.media_type, "cid": one.cid}
            if one.message is not None:
                told["message"] = one.message.written(parts)
            else:
                told["part"] = len(parts)
                parts.append(one.content)
            attached.append(told)
        return {**plain, "sent": self.sent.isoformat() if self.sent else None, "attached": attached}

    @classmethod
    def read(cls, told: Mapping[str, Any], parts: Sequence[bytes]) -> Self:
        """Read what :meth:`written` wrote."""
        return cls(
            **{name: told[name] for name in _PLAIN},
            sent=datetime.fromisoformat(told["sent"]) if told["sent"] else None,
            attached=tuple(cls._attached(told["attached"], parts)),
        )

    @classmethod
    def _attached(cls, told: Sequence[Mapping[str, Any]], parts: Sequence[bytes]) -> Iterator[Attached]:
        for one in told:
            message = cls.read(one["message"], parts) if "message" in one else None
            content = parts[one["part"]] if message is None else b""
            yield Attached(one["name"], one["media_type"], content, one["cid"], message)


_PLAIN = ("subject", "sender", "to", "cc", "date", "text", "html", "unread")
