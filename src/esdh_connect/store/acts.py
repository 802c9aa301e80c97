"""What people did to a letter: who, and why, is sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import Connection, Row, insert

from esdh_connect.dispatch import Act, Entry
from esdh_connect.store.tables import ACT
from esdh_connect.store.vault import UNREADABLE, readable, sealed

if TYPE_CHECKING:
    from esdh_connect.seal import DataKey

__all__ = ["add", "value"]

_DONE = insert(ACT)


@attrs.frozen
class _Private:
    """What an act tells of people."""

    by: str
    why: str
    to: str


_NOTHING, _DAMAGED = _Private("", "", ""), _Private(UNREADABLE, UNREADABLE, "")


def add(connection: Connection, key: DataKey, entry: Entry, *, after: int) -> None:
    """Add the acts of an entry from number ``after`` on."""
    for number, act in list(enumerate(entry.acts))[after:]:
        private = sealed(key, _part(number), _Private(act.by, act.why, act.to))
        row = {"dispatch": entry.id, "number": number, "deed": act.deed, "at": act.at, "private": private}
        connection.execute(_DONE, row)


def value(row: Row[Any], key: DataKey | None) -> Act:
    """Give the act of a row."""
    private = readable(key, _part(row.number), row.private, nothing=_NOTHING, damaged=_DAMAGED)
    return Act(row.deed, private.by, row.at, private.why, private.to)


def _part(number: int) -> str:
    return f"act:{number}"
