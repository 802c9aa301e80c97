"""In the child: an e-mail is taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from esdh_connect_bilag.converters.mails import mime
from esdh_connect_bilag.converters.mails.mime import Bounds

__all__ = ["answer"]


def answer(order: Mapping[str, Any], content: bytes) -> tuple[dict[str, object], list[bytes]]:
    """Read it. ``order`` has outlook, max_depth and max_parts. Raises TooMuch."""
    bounds = Bounds(order["max_depth"], order["max_parts"])
    if order["outlook"]:
        from esdh_connect_bilag.converters.mails import outlook

        message = outlook.read(content, bounds)
    else:
        message = mime.read(content, bounds)
    parts: list[bytes] = []
    return message.written(parts), parts
