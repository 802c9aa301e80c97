"""How the outbox is doing: counted along its indexes, so that asking often costs little."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select

from esdh_connect.dispatch import Hold, Lane, Work
from esdh_connect.outbox import MISSED_FOR, UNASKED_FOR, Figures
from esdh_connect.store import damage, documents
from esdh_connect.store.duties import is_stuck
from esdh_connect.store.tables import DISPATCH, DUTY, RECEIPT, SUBSCRIBER

__all__ = ["counted"]

_SENDABLE = (DISPATCH.c.work == Work.READY, ~DISPATCH.c.waits, ~DISPATCH.c.damaged)


def counted(connection: Connection, now: datetime, tries: int, channels: Collection[str] | None) -> Figures:
    """Count what waits and what is late."""
    lanes = {lane: _ready(connection, lane, now) for lane in Lane}
    owed, since = _duties(connection)
    at = DISPATCH.c.due <= now
    return Figures(
        ready={lane: count for lane, (count, _) in lanes.items() if count},
        oldest={lane: oldest for lane, (_, oldest) in lanes.items() if oldest is not None},
        held=_held(connection),
        sending=_letters(connection, DISPATCH.c.work == Work.SENDING),
        stuck=_letters(connection, DISPATCH.c.work == Work.SENDING, at),
        unknown=_letters(connection, DISPATCH.c.work == Work.UNKNOWN),
        handed_over=_letters(connection, DISPATCH.c.work == Work.HANDED_OVER),
        late=_letters(connection, DISPATCH.c.work.in_((Work.UNKNOWN, Work.HANDED_OVER)), at),
        troubles=_letters(connection, DISPATCH.c.needs_person),
        unmatched=connection.scalar(select(func.count()).select_from(RECEIPT).where(RECEIPT.c.dispatch.is_(None))) or 0,
        duties=owed,
        oldest_duty=since,
        duties_stuck=_stuck(connection, tries),
        missed=_missed(connection, now),
        damaged=damage.counted(connection),
        unasked=documents.given_up(connection, now - UNASKED_FOR),
        stranded={} if channels is None else _stranded(connection, now, channels),
    )


def _letters(connection: Connection, *such: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).select_from(DISPATCH).where(*such)) or 0


def _ready(connection: Connection, lane: Lane, now: datetime) -> tuple[int, datetime | None]:
    due = (*_SENDABLE, DISPATCH.c.lane == lane, DISPATCH.c.due <= now)
    row = connection.execute(select(func.count().label("letters"), func.min(DISPATCH.c.due).label("since")).where(*due))
    found = row.one()
    return found.letters, found.since


def _stranded(connection: Connection, now: datetime, channels: Collection[str]) -> dict[str, int]:
    its, due = DISPATCH.c.channel, (*_SENDABLE, DISPATCH.c.due <= now)
    query = select(its, func.count().label("letters")).where(*due, its.not_in(channels)).group_by(its)
    return {row.channel: row.letters for row in connection.execute(query)}


def _held(connection: Connection) -> dict[Hold, int]:
    return {
        reason: count
        for reason in Hold
        if (count := _letters(connection, DISPATCH.c.held_for == reason, DISPATCH.c.work == Work.HELD))
    }


def _duties(connection: Connection) -> tuple[int, datetime | None]:
    query = select(func.count().label("owed"), func.min(DUTY.c.due).label("since")).where(~DUTY.c.done)
    row = connection.execute(query).one()
    return row.owed, row.since


def _stuck(connection: Connection, tries: int) -> int:
    return connection.scalar(select(func.count()).select_from(DUTY).where(is_stuck(tries))) or 0


def _missed(connection: Connection, now: datetime) -> int:
    lately = SUBSCRIBER.c.missed_at > now - MISSED_FOR
    return connection.scalar(select(func.coalesce(func.sum(SUBSCRIBER.c.missed), 0)).where(lately)) or 0
