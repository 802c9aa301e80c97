"""Beslutninger: what was decided about departments, as it was decided. Rows are added, and never changed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from contextlib import closing

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from esdh_connect.dispatch import Work
from esdh_connect.policy import Department, PolicyChange, checked, plain
from esdh_connect.store.audit import Said
from esdh_connect.store.database import done_once
from esdh_connect.store.loading import load
from esdh_connect.store.tables import DECISION, DISPATCH
from esdh_connect.store.vault import UNREADABLE, Vault, readable, sealed

__all__ = ["count", "found", "glanced", "keep", "under_way"]

_COUNT = select(func.max(DECISION.c.number))
_GLANCE = str(_COUNT)
#: What has been committed and can still leave.
_UNDER_WAY = (Work.HELD, Work.READY, Work.SENDING, Work.SET_ASIDE)
_DAMAGED = Said(UNREADABLE, UNREADABLE)


def count(connection: Connection) -> int:
    """Tell how many there are."""
    return connection.scalar(_COUNT) or 0


def glanced(engine: Engine) -> int | None:
    """
    Tell the same by the driver alone, in a fraction of the time: it is asked before each verb.

    None where that fails: who then counts as usual hears of what is wrong as usual.
    """
    try:
        with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(_GLANCE)
            return (cursor.fetchone() or (None,))[0] or 0
    except (engine.dialect.loaded_dbapi.Error, SQLAlchemyError):
        return None


def found(connection: Connection, vault: Vault, after: int) -> tuple[PolicyChange, ...]:
    """Give those after so many. Who decided, and why, is shown where it opens."""
    query = select(DECISION).where(DECISION.c.number > after).order_by(DECISION.c.number)
    changes = []
    for row in connection.execute(query):
        said = readable(vault.own, _part(row.number), row.private, nothing=Said(), damaged=_DAMAGED)
        department = Department(row.department, row.name, row.parent)
        what = checked(json.loads(row.what))
        changes.append(PolicyChange(department, what, said.by, row.decided_at, row.in_force, said.why))
    return tuple(changes)


def keep(connection: Connection, vault: Vault, changes: Sequence[PolicyChange], after: int) -> bool:
    """Add them behind the first ``after``; False where others stand there, or came a moment ago."""
    if count(connection) != after:
        return False
    rows = [_row(vault, number, change) for number, change in enumerate(changes, after + 1)]
    return done_once(connection, lambda: load(connection, DECISION, rows))


def _row(vault: Vault, number: int, change: PolicyChange) -> dict[str, object]:
    return {
        "number": number,
        "department": change.department.id,
        "name": change.department.name,
        "parent": change.department.parent,
        "what": json.dumps(plain(change.what), ensure_ascii=False),
        "decided_at": change.decided_at,
        "in_force": change.in_force,
        "private": sealed(vault.own, _part(number), Said(change.by, change.why)),
    }


def _part(number: int) -> str:
    return f"decision:{number}"


def under_way(connection: Connection) -> Counter[tuple[str, str]]:
    """Count the letters that have not left yet."""
    by = (DISPATCH.c.department, DISPATCH.c.channel)
    query = select(*by, func.count().label("letters")).where(DISPATCH.c.work.in_(_UNDER_WAY)).group_by(*by)
    return Counter({(row.department, row.channel): row.letters for row in connection.execute(query)})
