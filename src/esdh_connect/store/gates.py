"""Gates: when the next letter may go through, the same for all workers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import attrs
from sqlalchemy import Connection, Row, insert, select, update

from esdh_connect.outbox import Gate
from esdh_connect.store.database import stored_once
from esdh_connect.store.tables import GATE

__all__ = ["answered", "failed", "gates", "open_", "passed", "shut", "shut_at"]

_ALL = select(GATE).order_by(GATE.c.name)


def shut(connection: Connection, gate: Gate) -> None:
    """Let nothing through it until it opens; one that is shut longer stays so."""
    known = _known(connection, gate)
    if known is not None and known.rests(gate.shut_at) and known.opens_at >= gate.opens_at:
        return
    connection.execute(update(GATE).where(GATE.c.name == gate.name).values(_times(gate)))


def failed(
    connection: Connection, name: str, now: datetime, rest: Callable[[int], timedelta], why: str, *, asks: bool
) -> Gate:
    """Count one more failure in a row, and shut the gate for as long as ``rest`` says of so many; gives it."""
    fresh = Gate(name, now, now, why)
    known = _known(connection, fresh) or fresh
    failures = known.failures + 1
    wanted = Gate(name, now, now + rest(failures), why, failures, asks=known.asks or asks)
    if known.rests(now) and known.opens_at >= wanted.opens_at:
        wanted = attrs.evolve(wanted, shut_at=known.shut_at, opens_at=known.opens_at, why=known.why)
    counted = {"failures": failures, "asks": wanted.asks}
    connection.execute(update(GATE).where(GATE.c.name == name).values(_times(wanted) | counted))
    return wanted


def answered(connection: Connection, name: str) -> None:
    """Count anew: what is behind it has answered a letter."""
    connection.execute(update(GATE).where(GATE.c.name == name).values(failures=0, asks=False))


def open_(connection: Connection, name: str) -> None:
    """Let letters go through a gate that was shut until a question was answered."""
    connection.execute(update(GATE).where(GATE.c.name == name).values(asks=False))


def passed(connection: Connection, name: str, now: datetime, pace: Mapping[str, timedelta]) -> bool:
    """Go through, and shut the gate behind one for as long as its pace says; False where it is shut."""
    if name not in pace:
        return True
    gate = Gate(name, now, now + pace[name], "pace")
    known = _known(connection, gate)
    if known is not None and known.is_shut(now):
        return False
    connection.execute(update(GATE).where(GATE.c.name == name).values(_times(gate)))
    return True


def shut_at(connection: Connection, now: datetime, of: Mapping[str, str]) -> tuple[str, ...]:
    """Give the channels that nothing goes to now; ``of`` names the gates of those that have not their own."""
    shut = {gate.name for gate in gates(connection) if gate.is_shut(now)}
    behind = [channel for channel, gate in of.items() if gate in shut]
    return (*(name for name in shut if name not in of), *behind)


def gates(connection: Connection) -> tuple[Gate, ...]:
    """Give them all: as many as there are channels, at most."""
    return tuple(_gate(row) for row in connection.execute(_ALL))


def _known(connection: Connection, gate: Gate) -> Gate | None:
    """Give the gate as it is, its row locked; None where there was none: then it is there now, as wanted."""
    its = select(GATE).where(GATE.c.name == gate.name).with_for_update()
    row = connection.execute(its).one_or_none()
    if row is None:
        if stored_once(connection, insert(GATE).values(name=gate.name, failures=0, asks=False, **_times(gate))):
            return None
        row = connection.execute(its).one()  # another worker was quicker by a moment
    return _gate(row)


def _times(gate: Gate) -> dict[str, object]:
    return {"shut_at": gate.shut_at, "opens_at": gate.opens_at, "why": gate.why}


def _gate(row: Row[Any]) -> Gate:
    return Gate(row.name, row.shut_at, row.opens_at, row.why, row.failures, row.asks)
