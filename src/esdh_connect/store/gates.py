"""Gates: when the next letter may go through a channel, the same for all workers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from esdh_connect.outbox import Gate
from esdh_connect.store.database import stored_once
from esdh_connect.store.tables import GATE

__all__ = ["gates", "passed", "shut", "shut_at"]


def shut(connection: Connection, channel: str, until: datetime, why: str) -> None:
    """Let nothing through until then; a gate that is shut longer stays so."""
    known = connection.scalar(select(GATE.c.opens_at).where(GATE.c.channel == channel).with_for_update())
    fresh = insert(GATE).values(channel=channel, opens_at=until, why=why)
    if known is None and stored_once(connection, fresh):
        return
    if known is None or known < until:
        shorter = (GATE.c.channel == channel) & (GATE.c.opens_at < until)
        connection.execute(update(GATE).where(shorter).values(opens_at=until, why=why))


def passed(connection: Connection, channel: str, now: datetime, pace: Mapping[str, timedelta]) -> bool:
    """Go through, and shut the gate behind one for as long as the pace of the channel says; False where it is shut."""
    if channel not in pace:
        return True
    until, its = now + pace[channel], GATE.c.channel == channel
    opens_at = connection.scalar(select(GATE.c.opens_at).where(its).with_for_update())
    if opens_at is None:
        return stored_once(connection, insert(GATE).values(channel=channel, opens_at=until, why="pace"))
    if opens_at <= now:
        connection.execute(update(GATE).where(its).values(opens_at=until, why="pace"))
    return bool(opens_at <= now)


def shut_at(connection: Connection, now: datetime) -> tuple[str, ...]:
    """Give the channels that let nothing through now."""
    return tuple(connection.scalars(select(GATE.c.channel).where(GATE.c.opens_at > now)))


def gates(connection: Connection) -> tuple[Gate, ...]:
    """Give them all."""
    rows = connection.execute(select(GATE).order_by(GATE.c.channel))
    return tuple(Gate(row.channel, row.opens_at, row.why) for row in rows)
