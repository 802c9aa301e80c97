"""Mailings: many keys looked up at once, batches counted and released, and the figures of the whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, func, or_, select

from esdh_connect.dispatch import MAYBE_THERE, NOT_THERE, Entry, Hold, Work
from esdh_connect.outbox import Batch, Decide, Figures, Known, NotRung, Ring
from esdh_connect.store import batches, damage, figures
from esdh_connect.store.claims import Claims
from esdh_connect.store.tables import DISPATCH
from esdh_connect.store.vault import AT_ONCE

__all__ = ["COUNTS", "Mailings", "rung"]

#: A letter that its recipient has, will have, or may: as :func:`esdh_connect.dispatch.counts`.
COUNTS = or_(DISPATCH.c.status.not_in(NOT_THERE), DISPATCH.c.cause.in_(MAYBE_THERE))


class Mailings(Claims):
    """The part of the outbox that deals with many letters at a time."""

    def known(self, keys: Collection[str]) -> Mapping[tuple[str, str], Known]:
        """Give what stands under these key digests, by (key, recipient)."""
        wanted, held = list(keys), ((DISPATCH.c.work == Work.HELD) & (DISPATCH.c.held_for == Hold.BATCH)).label("held")
        its = (DISPATCH.c.key, DISPATCH.c.recipient, DISPATCH.c.fingerprint, DISPATCH.c.batch, held)
        with self._reading() as connection:
            return {
                (row.key, row.recipient): Known(row.fingerprint, row.batch, bool(row.held))
                for start in range(0, len(wanted), AT_ONCE)
                for row in connection.execute(select(*its).where(DISPATCH.c.key.in_(wanted[start : start + AT_ONCE])))
            }

    def recent(self, contents: Collection[str], since: datetime, *, batch: str = "") -> frozenset[str]:
        """Give those of these contents that a recent letter has, outside the batch, that went or will."""
        wanted = sorted(contents)
        lately = (DISPATCH.c.committed_at > since, COUNTS)
        others = (DISPATCH.c.batch == "") | (DISPATCH.c.batch != batch)
        with self._reading() as connection:
            return frozenset(
                content
                for start in range(0, len(wanted), AT_ONCE)
                for content in connection.scalars(
                    select(DISPATCH.c.content).where(
                        DISPATCH.c.content.in_(wanted[start : start + AT_ONCE]), *lately, others
                    )
                )
            )

    def batches(self, name: str | None = None, limit: int = 100) -> tuple[Batch, ...]:
        """Count the letters of the newest batches, or of the one with this name."""
        with self._reading() as connection:
            names = [name] if name is not None else _newest(connection, limit)
            return tuple(batch for one in names for batch in batches.counted(connection, one))

    def change_all(self, ids: Collection[str], decide: Decide) -> tuple[Entry, ...]:
        """Apply ``decide`` to a few entries at once; gives those that are there as they are now, oldest first."""
        query = select(DISPATCH).where(DISPATCH.c.id.in_(ids)).order_by(DISPATCH.c.seq).with_for_update()
        with self.transaction() as connection:
            found, damaged = damage.sound(connection, self._vault, query)
            damage.mark(connection, damaged)
            after = self._apply_all(connection, [(line, decide(line.entry)) for line in found])
        return tuple(line.entry for line in after)

    def release_next(self, batch: str, decide: Decide, limit: int, *, ring: Ring | None = None) -> int:
        """Apply ``decide`` to the next letters that are held for the release of their batch."""
        part = (DISPATCH.c.batch == batch, DISPATCH.c.work == Work.HELD, DISPATCH.c.held_for == Hold.BATCH)
        query = select(DISPATCH).where(*part).order_by(DISPATCH.c.seq).limit(limit).with_for_update()
        with self.transaction() as connection:
            found, damaged = damage.sound(connection, self._vault, query)
            damage.mark(connection, damaged)
            after = self._apply_all(connection, [(line, decide(line.entry)) for line in found])
            rung(connection, sum(line.entry.work is Work.READY for line in after), ring)
        return sum(not line.entry.waits_for(Hold.BATCH) for line in after)

    @property
    def file(self) -> Path | None:
        """Give the file the outbox lies in; None for a server."""
        return self._file

    def figures(self, now: datetime, tries: int, channels: Collection[str] | None = None) -> Figures:
        """Count what waits and what is late."""
        with self._reading() as connection:
            return figures.counted(connection, now, tries, channels)


def _newest(connection: Connection, limit: int) -> Sequence[str]:
    latest = func.max(DISPATCH.c.seq)
    query = select(DISPATCH.c.batch).where(DISPATCH.c.batch != "").group_by(DISPATCH.c.batch)
    return connection.scalars(query.order_by(latest.desc()).limit(limit)).all()


def rung(connection: Connection, ready: int, ring: Ring | None) -> None:
    """Ring for so many letters; where it cannot be done, what was tried is taken back and nothing else."""
    if ring is not None and ready:
        with suppress(NotRung), connection.begin_nested():
            ring(connection, ready)
