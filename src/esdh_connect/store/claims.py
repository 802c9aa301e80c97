"""Letters in hand: what became of some, and the next ones, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import attrs
from sqlalchemy import Connection, bindparam, select

from esdh_connect.dispatch import Dispatch, Entry, Lane, Status, Work
from esdh_connect.outbox import NO_PACE, OWN_GATES, Change, Claim, Decide, Ended
from esdh_connect.seal import CHUNK
from esdh_connect.store import damage, documents, entries, lines, payload, schema
from esdh_connect.store import gates as shutting
from esdh_connect.store.lines import Line
from esdh_connect.store.tables import DISPATCH
from esdh_connect.store.traffic import Traffic

if TYPE_CHECKING:
    from esdh_connect.seal import DataKey

__all__ = ["Claims"]

_IDS = DISPATCH.c.id.in_(bindparam("ids", expanding=True))
_BY_IDS = select(DISPATCH).where(_IDS)
_BY_IDS_TO_CHANGE = _BY_IDS.order_by(DISPATCH.c.seq).with_for_update()
_COUNTS = select(DISPATCH.c.id, DISPATCH.c.audited).where(_IDS).order_by(DISPATCH.c.seq).with_for_update()
_STOPPED = frozenset({Status.FAILED, Status.CANCELLED})


@attrs.frozen(eq=False)
class _Taken(Claim):
    """A claim of ours, which knows its line as it was stored."""

    line: Line


@attrs.frozen
class _Ways:
    """How fast letters may go, through which gates, and to which channels: to all where that is not said."""

    pace: Mapping[str, timedelta]
    gates: Mapping[str, str]
    channels: Collection[str] | None

    def passed(self, connection: Connection, channel: str, now: datetime) -> bool:
        """Go through the gate of a channel; False where it is shut."""
        return shutting.passed(connection, self.gates.get(channel, channel), now, self.pace)


class Claims(Traffic):
    """The part of the outbox that hands letters out; each method says what it does in the protocol's words."""

    def claim(
        self,
        now: datetime,
        start: Decide,
        withdrawn: Decide,
        *,
        pace: Mapping[str, timedelta] = NO_PACE,
        gates: Mapping[str, str] = OWN_GATES,
        channels: Collection[str] | None = None,
    ) -> Entry | None:
        """Take the next letter that is ready and due, and apply ``start``; stop those that must not leave."""
        served = self.serve((), now, [start], withdrawn, pace=pace, gates=gates, channels=channels)
        return next((one.entry for one in served), None)

    def serve(
        self,
        ended: Sequence[Ended],
        now: datetime,
        starts: Sequence[Decide],
        withdrawn: Decide,
        *,
        pace: Mapping[str, timedelta] = NO_PACE,
        gates: Mapping[str, str] = OWN_GATES,
        channels: Collection[str] | None = None,
    ) -> tuple[Claim, ...]:
        """Store what became of some letters, and take the next ones."""
        with self.transaction() as connection:
            if starts:
                schema.refuse_outdated(connection)
            self._end(connection, ended)
            taken = self._take(connection, now, starts, withdrawn, _Ways(pace, gates, channels)) if starts else []
            return tuple(self._in_hand(connection, taken))

    # --- what became of some

    def _end(self, connection: Connection, ended: Sequence[Ended]) -> None:
        if ended:
            found = self._as_they_are(connection, [claim for claim, _ in ended])
            decided = [(found[claim.entry.id], decide) for claim, decide in ended]
            self._apply_all(connection, [(line, decide(line.entry)) for line, decide in decided])

    def _as_they_are(self, connection: Connection, claims: Sequence[Claim]) -> dict[str, Line]:
        """Give the lines of claims, locked; those are read again that something has happened to meanwhile."""
        ids = [claim.entry.id for claim in claims]
        counts = {row.id: row.audited for row in connection.execute(_COUNTS, {"ids": ids})}
        known = {one.entry.id: one.line for one in claims if isinstance(one, _Taken)}
        same = {id_: line for id_, line in known.items() if counts.get(id_) == line.audited}
        others = [id_ for id_ in ids if id_ not in same]
        if others:
            read = lines.read(connection, self._vault, _BY_IDS_TO_CHANGE, {"ids": others})
            same |= {line.entry.id: line for line in read}
        return same

    # --- the next ones

    def _take(
        self,
        connection: Connection,
        now: datetime,
        starts: Sequence[Decide],
        withdrawn: Decide,
        ways: _Ways,
    ) -> list[Line]:
        taken: list[Line] = []
        passed: set[str] = set()
        while len(taken) < len(starts):
            found = self._next_ready(connection, now, len(starts) - len(taken), passed, ways)
            if not found:
                break
            stopped, unclear = self._stopped(connection, [line.entry for line in found])
            passed |= unclear
            going = iter(starts[len(taken) :])
            changes: list[tuple[Line, Change | None]] = []
            for line in found:
                if line.entry.id in stopped:
                    changes.append((line, withdrawn(line.entry)))
                elif line.entry.id not in unclear and ways.passed(connection, line.entry.channel, now):
                    changes.append((line, next(going)(line.entry)))
            after = self._apply_all(connection, changes)
            taken += [line for line in after if line.entry.work is Work.SENDING]
            passed |= {line.entry.id for line in after if line.entry.work is Work.READY}
        self._refuse_lost(connection, {line.entry.attempts[-1].shift for line in taken})
        return taken

    def _next_ready(
        self,
        connection: Connection,
        now: datetime,
        most: int,
        passed: Collection[str],
        ways: _Ways,
    ) -> list[Line]:
        shut = shutting.shut_at(connection, now, ways.gates)
        found: list[Line] = []
        for lane in Lane:
            damaged: Sequence[int] = (0,)
            while damaged and len(found) < most:
                query, its = entries.next_ready(
                    lane, now, most - len(found), passed=passed, shut=shut, channels=ways.channels
                )
                sound, damaged = damage.sound(connection, self._vault, query, its)
                damage.mark(connection, damaged)
                found += () if damaged else sound  # looked for again without those that were damaged
        return found

    def _stopped(self, connection: Connection, found: Sequence[Entry]) -> tuple[set[str], set[str]]:
        """
        Give which must not leave: a reminder whose letter failed, a letter with a document withdrawn meanwhile.

        And reminders whose letter cannot be read: nobody knows what became of that.
        """
        stopped = documents.withdrawn(connection, {entry.id: entry for entry in found if entry.beside is None})
        reminders = {entry.id: entry.beside for entry in found if entry.beside is not None}
        if not reminders:
            return stopped, set()
        sound, _ = damage.sound(connection, self._vault, _BY_IDS, {"ids": list(set(reminders.values()))})
        letters = {line.entry.id: line.entry.status for line in sound}
        stopped |= {id_ for id_, beside in reminders.items() if letters.get(beside) in _STOPPED}
        return stopped, {id_ for id_, beside in reminders.items() if beside not in letters}

    def _in_hand(self, connection: Connection, taken: Sequence[Line]) -> Iterator[Claim]:
        """Give the claims; what small letters carry is fetched at once, and a big one read when it is asked for."""
        small = [line.entry.id for line in taken if line.entry.extent.size <= CHUNK]
        chunks = payload.fetched(connection, small)
        for line in taken:
            id_ = line.entry.id
            if id_ in chunks:
                yield _Taken(line.entry, partial(_opened, line, chunks[id_]), line)
            else:
                yield _Taken(line.entry, partial(self._fetched, line), line)

    def _fetched(self, line: Line) -> Dispatch:
        with self._reading() as connection:
            chunks = payload.stored(connection, line.entry.id, line.entry.extent.size)
            return payload.dispatch(line.entry, _key_of(line), chunks)


def _opened(line: Line, chunks: payload.Chunks) -> Dispatch:
    return payload.dispatch(line.entry, _key_of(line), chunks)


def _key_of(line: Line) -> DataKey:
    if line.key is None:
        raise payload.gone(line.entry.id)
    return line.key
