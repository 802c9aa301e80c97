"""
Skader: lines that only a failing disk can have written.

One such line raises wherever many are read at once. So the others are read one by one then, and the line is marked:
no claim finds it again, and health counts it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select, update

from esdh_connect.errors import DamagedRow
from esdh_connect.log import Log
from esdh_connect.store import lines
from esdh_connect.store.lines import Line
from esdh_connect.store.tables import DISPATCH
from esdh_connect.store.vault import Vault

__all__ = ["counted", "mark", "sound"]

_BY_SEQ = select(DISPATCH).where(DISPATCH.c.seq == bindparam("seq"))
_MARKED = update(DISPATCH).where(DISPATCH.c.seq == bindparam("line")).values(damaged=True)


def sound(
    connection: Connection, vault: Vault, query: Select[Any], its: Mapping[str, object] | None = None
) -> tuple[tuple[Line, ...], tuple[int, ...]]:
    """Give the lines that ``query`` finds and that can be read, and the numbers of those that newly cannot."""
    try:
        return lines.read(connection, vault, query, its), ()
    except DamagedRow:
        pass  # which one it is shows when they are read one by one
    found: list[Line] = []
    damaged: list[int] = []
    numbers = query.with_only_columns(DISPATCH.c.seq, DISPATCH.c.damaged)
    for seq, is_known in connection.execute(numbers, its or {}).all():
        try:
            found += lines.read(connection, vault, _BY_SEQ, {"seq": seq})
        except DamagedRow:
            if not is_known:
                damaged.append(seq)
    return tuple(found), tuple(damaged)


def mark(connection: Connection, damaged: Sequence[int]) -> None:
    """Note that these cannot be read."""
    for line in damaged:
        connection.execute(_MARKED, {"line": line})
        Log().error("line_damaged", line=line)


def counted(connection: Connection) -> int:
    """Count those that were marked."""
    return connection.scalar(select(func.count()).select_from(DISPATCH).where(DISPATCH.c.damaged)) or 0
