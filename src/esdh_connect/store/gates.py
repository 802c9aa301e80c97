"""Gates: when the next letter may go through a channel, the same for all workers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from esdh_connect.outbox import Gate
from esdh_connect.store.tables import GATE

__all__ = ["gates", "shut", "shut_at"]


def shut(connection: Connection, channel: str, until: datetime, why: str) -> None:
    """Let nothing through until then; a gate that is shut longer stays so."""
    known = connection.scalar(select(GATE.c.opens_at).where(GATE.c.channel == channel).with_for_update())
    if known is None:
        connection.execute(insert(GATE).values(channel=channel, opens_at=until, why=why))
    elif known < until:
        connection.execute(update(GATE).where(GATE.c.channel == channel).values(opens_at=until, why=why))


def shut_at(connection: Connection, now: datetime) -> tuple[str, ...]:
    """Give the channels that let nothing through now."""
    return tuple(connection.scalars(select(GATE.c.channel).where(GATE.c.opens_at > now)))


def gates(connection: Connection) -> tuple[Gate, ...]:
    """Give them all."""
    rows = connection.execute(select(GATE).order_by(GATE.c.channel))
    return tuple(Gate(row.channel, row.opens_at, row.why) for row in rows)
