"""What people did to a letter: who, and why, is sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import Row

from esdh_connect.dispatch import Act
from esdh_connect.store.vault import UNREADABLE, readable, sealed

if TYPE_CHECKING:
    from esdh_connect.seal import DataKey

__all__ = ["row", "value"]


@attrs.frozen
class _Private:
    """What an act tells of people."""

    by: str
    why: str
    to: str
    concern: str = ""
    seen: str = ""


_NOTHING, _DAMAGED = _Private("", "", ""), _Private(UNREADABLE, UNREADABLE, "")


def row(key: DataKey, dispatch: str, number: int, act: Act) -> dict[str, object]:
    """Give the row of an act."""
    private = sealed(key, _part(number), _Private(act.by, act.why, act.to, act.concern, act.seen))
    return {"dispatch": dispatch, "number": number, "deed": act.deed, "at": act.at, "private": private}


def value(its: Row[Any], key: DataKey | None) -> Act:
    """Give the act of a its."""
    private = readable(key, _part(its.number), its.private, nothing=_NOTHING, damaged=_DAMAGED)
    return Act(its.deed, private.by, its.at, private.why, private.to, private.concern, private.seen)


def _part(number: int) -> str:
    return f"act:{number}"
