"""
Revisionslog: what people and machine did, in lines that cannot be changed unseen.

A line is written in the transaction of what it tells of, with a MAC of its own; a little later it gets its place in
a chain, which one process at a time makes longer: a chain that was written at once would have all writers wait for
each other. Both are HMAC-SHA256 under the installation's audit key::

    mac  = HMAC(key, "line" | dispatch | number | at | what | about | work | sealed)
    link = HMAC(key, "link" | link before | position | mac)

Each part has its length before it. Who and why are sealed under the letter's own data key, and the MAC is over the
sealed bytes: an erased letter leaves the chain whole. ``number`` counts the lines of a letter, and the letter says
how many it has, so that also lines without a place are missed.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import Connection, Row, func, select, update

from esdh_connect.dispatch import Act, Entry, Work
from esdh_connect.seal import Purpose
from esdh_connect.store.loading import load
from esdh_connect.store.tables import AUDIT, DISPATCH
from esdh_connect.store.vault import Vault, sealed

if TYPE_CHECKING:
    from esdh_connect.seal import DataKey
    from esdh_connect.store.lines import Changed

__all__ = ["OUTBOX", "Hand", "Note", "Pen", "Said", "changes", "fits", "link_of", "mac_of", "of_act", "of_duty", "part"]

#: Stands for the letter in lines that belong to none.
OUTBOX = ""


@attrs.frozen
class Said:
    """Who did it, why, and whom it was passed on to."""

    by: str = ""
    why: str = ""
    to: str = ""


@attrs.frozen
class Note:
    """One thing to write down. ``said`` is sealed; ``blob`` is something that was sealed already."""

    what: str
    about: str = ""
    said: Said | None = None
    blob: bytes | None = None


# --- MACs


def mac_of(key: bytes, line: Mapping[str, Any]) -> bytes:
    """Give the MAC of a line; of its place in the chain it says nothing."""
    return _mac(key, _written(line["at"]), line)


def _mac(key: bytes, at: bytes, line: Mapping[str, Any]) -> bytes:
    work, private = line["work"], line["private"]
    parts = (
        b"line",
        line["dispatch"].encode(),
        line["number"].to_bytes(8, "big"),
        at,
        line["what"].encode(),
        line["about"].encode(),
        work.value.encode() if work else b"",
        b"" if private is None else b"sealed" + private,
    )
    return _hmac(key, parts)


def _written(at: datetime) -> bytes:
    return at.astimezone(UTC).isoformat(timespec="microseconds").encode()


def link_of(key: bytes, before: bytes, position: int, mac: bytes) -> bytes:
    """Give the link of the line at this position."""
    return _hmac(key, (b"link", before, position.to_bytes(8, "big"), mac))


def _hmac(key: bytes, parts: Iterable[bytes]) -> bytes:
    return hmac.digest(key, b"".join(len(part).to_bytes(8, "big") + part for part in parts), sha256)


def part(number: int) -> str:
    """Name the sealed part of a line."""
    return f"audit:{number}"


# --- what is noted


def changes(before: Entry, after: Entry) -> list[Note]:
    """Say what a change to an entry did: receipts that came, what people did, and where work went."""
    notes = [Note(f"receipt {one.event.value}", one.id) for one in after.receipts[len(before.receipts) :]]
    notes += map(of_act, after.acts[len(before.acts) :])
    if after.work is not before.work:
        stopped = Said(why=after.stopped_because) if after.stopped_because != before.stopped_because else None
        attempt = str(after.attempts[-1].transaction_id) if after.attempts != before.attempts else ""
        notes.append(Note(f"work {before.work.value}->{after.work.value}", attempt, stopped))
    return notes


def of_act(act: Act) -> Note:
    """Say what somebody did; of a concern that was overridden which it was, and not what it said."""
    return Note(f"deed {act.deed.value}", act.concern, Said(act.by, act.why, act.to))


def of_duty(what: str, about: str = "") -> Note:
    """Say what became of a duty."""
    return Note(f"duty {what}", about)


# --- writing


@attrs.frozen
class Hand:
    """Writes lines, each with its MAC, that are to be stored. ``now`` is when."""

    vault: Vault
    now: datetime

    @cached_property
    def _at(self) -> bytes:
        return _written(self.now)

    @cached_property
    def _key(self) -> bytes:
        return self.vault.seal.key(Purpose.AUDIT)

    def committed(self, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Tell of the commit of these rows of DISPATCH. Who did it is sealed there already, and taken over as it is."""
        return [
            self.line(row["id"], 0, row["work"], Note("committed", row["message_uuid"], blob=row["private"]))
            for row in rows
        ]

    def acts(self, entry: Entry, key: DataKey) -> list[dict[str, Any]]:
        """Tell what people had done to a letter when it was committed, after the line of that."""
        return [self.line(entry.id, at, entry.work, of_act(act), key) for at, act in enumerate(entry.acts, start=1)]

    def line(
        self, dispatch: str, number: int, work: Work | None, noted: Note, key: DataKey | None = None
    ) -> dict[str, Any]:
        """Write one."""
        private = noted.blob
        if noted.said is not None and key is not None:
            private = sealed(key, part(number), noted.said)
        line: dict[str, Any] = {"dispatch": dispatch, "number": number, "at": self.now}
        line |= {"what": noted.what, "about": noted.about, "work": work, "private": private}
        line["mac"] = _mac(self._key, self._at, line)
        return line


@attrs.frozen
class Pen(Hand):
    """A hand with a transaction to store its lines in."""

    connection: Connection

    def changes(self, changed: Iterable[Changed]) -> list[int]:
        """Note changes to letters whose rows are about to be written; gives how many lines each has then."""
        lines, counts = [], []
        for one in changed:
            notes = changes(one.before.entry, one.after)
            first = one.before.audited
            lines += [self.line(one.after.id, at, one.after.work, it, one.key) for at, it in enumerate(notes, first)]
            counts.append(first + len(notes))
        self._write(lines)
        return counts

    def note(self, dispatch: str, noted: Note, key: DataKey | None = None) -> None:
        """Note something that leaves a letter's own row as it is."""
        its = DISPATCH.c.id == dispatch
        row = self.connection.execute(select(DISPATCH.c.audited, DISPATCH.c.work).where(its).with_for_update()).one()
        self._write([self.line(dispatch, row.audited, row.work, noted, key)])
        self.connection.execute(update(DISPATCH).where(its).values(audited=row.audited + 1))

    def note_outbox(self, noted: Note) -> None:
        """Note something that belongs to no letter. One at a time: they are few."""
        self.vault.alone_with_audit(self.connection)
        last = self.connection.scalar(select(func.max(AUDIT.c.number)).where(AUDIT.c.dispatch == OUTBOX))
        number = 0 if last is None else last + 1
        self._write([self.line(OUTBOX, number, None, noted, self.vault.own)])

    def _write(self, lines: Iterable[dict[str, Any]]) -> None:
        load(self.connection, AUDIT, list(lines))


def fits(key: bytes, row: Row[Any]) -> bool:
    """Tell whether a line is as it was written."""
    return hmac.compare_digest(row.mac, mac_of(key, row._asdict()))
