"""
Forbrug: what was used, where – never by whom.

A usage fact has no field that could hold a person, a title or a case number; its id follows from what it counts,
so it counts once however often it is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from uuid import UUID, uuid5

import attrs

__all__ = ["Usage", "UsageKind", "counts"]

_NAMESPACE = UUID("6f9d4f0c-5d0f-5c8e-9a53-1b1f6d1f8f4e")


class UsageKind(Enum):
    """What happened."""

    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"
    PRINTED = "printed"


@attrs.frozen
class Usage:
    """
    One thing that happened in a department.

    ``documents`` is how many were chosen and ``files`` how many went out, so what consolidation did can be seen;
    ``size`` is in bytes, before any encoding.
    """

    id: UUID
    kind: UsageKind
    department: str
    at: datetime
    channel: str = ""
    documents: int = 0
    files: int = 0
    pages: int = 0
    size: int = 0

    @staticmethod
    def id_of(subject: str, kind: UsageKind) -> UUID:
        """Give the id of ``kind`` for one dispatch or one host event: the same each time."""
        return uuid5(_NAMESPACE, f"{subject}/{kind.value}")


def counts(facts: Iterable[Usage]) -> Counter[tuple[str, UsageKind, str]]:
    """Count (department, kind, channel) over the facts, each id once."""
    return Counter((fact.department, fact.kind, fact.channel) for fact in {fact.id: fact for fact in facts}.values())
