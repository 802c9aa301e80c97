"""
Forbrug: what was used, where – never by whom.

A usage fact has no field that could hold a person, a title or a case number: what is written in it is a code. Its id
follows from what it counts, so it counts once however often it is told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID, uuid5

import attrs

__all__ = ["Usage", "UsageKind", "code_of", "counts"]

_NAMESPACE = UUID("6f9d4f0c-5d0f-5c8e-9a53-1b1f6d1f8f4e")


class UsageKind(Enum):
    """What happened. ``OPENED``: the dialog was; ``UNUSED``: the action was offered there, and no letter came of it."""

    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"
    PRINTED = "printed"
    OPENED = "opened"
    UNUSED = "unused"


#: A name or a code: short, and neither words nor a number that could be a person's.
_CODE = re.compile(r"(?!.*\d{6})[A-Za-z0-9][A-Za-z0-9_.:-]{0,39}|")
_OTHER = "other"


def code_of(text: str) -> str:
    """Give a provider's code as it may be written here; "other" for what is no short code."""
    return text if _CODE.fullmatch(text) else _OTHER


def _is_code(_usage: object, field: attrs.Attribute[str], text: str) -> None:
    if not _CODE.fullmatch(text):
        raise ValueError(f"{field.name} is a short name or code, never a text or a long number")


def _code() -> str:
    code: str = attrs.field(default="", validator=_is_code)
    return code


@attrs.frozen
class Usage:
    """
    One thing that happened in a department.

    ``documents`` is how many were chosen and ``files`` how many went out, so what consolidation did can be seen;
    ``size`` is in bytes, before any encoding. ``plugin`` brought the channel. ``took`` is how long a delivered letter
    took since the click, and ``cause`` the code of a failure. Raises ValueError for a channel, plugin or cause that is
    no short code.
    """

    id: UUID
    kind: UsageKind
    department: str
    at: datetime
    channel: str = _code()
    documents: int = 0
    files: int = 0
    pages: int = 0
    size: int = 0
    plugin: str = _code()
    took: timedelta | None = None
    cause: str = _code()

    @staticmethod
    def id_of(subject: str, kind: UsageKind) -> UUID:
        """Give the id of ``kind`` for one dispatch or one host event: the same each time."""
        return uuid5(_NAMESPACE, f"{subject}/{kind.value}")


def counts(facts: Iterable[Usage]) -> Counter[tuple[str, UsageKind, str]]:
    """Count (department, kind, channel) over the facts, each id once."""
    return Counter((fact.department, fact.kind, fact.channel) for fact in {fact.id: fact for fact in facts}.values())
