"""Gates: when the next letter may go through a channel, the same for all workers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from esdh_connect.outbox import Gate
from esdh_connect.store.tables import GATE

__all__ = ["gates", "shut", "shut_at"]


def shut(connection: Connection, gate: Gate) -> None:
    """Let nothing through it until it opens; one that is shut longer stays so."""
    its = GATE.c.channel == gate.channel
    row = connection.execute(select(GATE).where(its).with_for_update()).one_or_none()
    if row is None:
        connection.execute(insert(GATE).values(channel=gate.channel, **_times(gate)))
    elif row.opens_at < gate.opens_at or not _gate(row).is_shut(gate.shut_at):
        connection.execute(update(GATE).where(its).values(_times(gate)))


def _times(gate: Gate) -> dict[str, object]:
    return {"shut_at": gate.shut_at, "opens_at": gate.opens_at, "why": gate.why}


def _gate(row: Row[Any]) -> Gate:
    return Gate(row.channel, row.shut_at, row.opens_at, row.why)


def shut_at(connection: Connection, now: datetime) -> tuple[str, ...]:
    """Give the channels that let nothing through now."""
    return tuple(gate.channel for gate in gates(connection) if gate.is_shut(now))


def gates(connection: Connection) -> tuple[Gate, ...]:
    """Give them all: as many as there are channels, at most."""
    return tuple(_gate(row) for row in connection.execute(select(GATE).order_by(GATE.c.channel)))
