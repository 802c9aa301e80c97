"""
What outlives a restart: tokens, receipts that are still to come, receipts that wait for the endpoint.

One SQLite file, opened by one process at a time: a second sandbox in the same folder would push everything twice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import attrs

__all__ = ["FolderInUse", "Grant", "State", "Waiting"]

# Exclusive: the first process to write keeps the file to itself until it ends, killed or not. It outlives a killed
# process, not a power cut: what a client may rely on are the bodies in the folder, and those are synced.
_OWN = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = OFF; BEGIN EXCLUSIVE;"
_TABLES = """
CREATE TABLE IF NOT EXISTS endpoint (url TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS granted (
    digest TEXT PRIMARY KEY, kind TEXT NOT NULL, certificate TEXT NOT NULL, entity TEXT NOT NULL,
    cvr TEXT NOT NULL, expires REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS planned (
    id INTEGER PRIMARY KEY, due REAL NOT NULL, notice TEXT NOT NULL, letter TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS published (
    n INTEGER PRIMARY KEY, notice TEXT NOT NULL, letter TEXT NOT NULL, at TEXT NOT NULL,
    pushed INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0, again REAL NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS planned_due ON planned (due, id);
CREATE INDEX IF NOT EXISTS published_waiting ON published (again, n) WHERE NOT pushed;
"""


class FolderInUse(Exception):
    """Another sandbox runs in this folder."""


@attrs.frozen(repr=False)
class Grant:
    """An assertion or access token that was given out, known by the SHA-256 of its text."""

    digest: str
    kind: str
    certificate: str
    entity: str
    cvr: str
    expires: float


@attrs.frozen
class Waiting:
    """A receipt that is published and not pushed."""

    n: int
    notice: str
    at: str
    tries: int


class State:
    """The SQLite file. Times are seconds since 1970; every call is one transaction."""

    def __init__(self, path: Path) -> None:
        """Open or make it. Raises FolderInUse."""
        self._lock = Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, timeout=0.2)
        try:
            self._db.executescript(f"{_OWN}{_TABLES}COMMIT;")
        except sqlite3.OperationalError as error:
            self._db.close()
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            raise FolderInUse(f"another sandbox runs in {path.parent}") from error

    def close(self) -> None:
        """Close it; the next process may have it."""
        with self._lock:
            self._db.close()

    # Tokens

    def grant(self, grant: Grant, now: float) -> None:
        """Keep what was given out, forget what has expired for an hour."""
        with self._lock, self._db:
            self._db.execute("DELETE FROM granted WHERE expires < ?", (now - 3600,))
            self._db.execute("INSERT INTO granted VALUES (?, ?, ?, ?, ?, ?)", attrs.astuple(grant))

    def granted(self, digest: str, kind: str) -> Grant | None:
        """Find what was given out."""
        with self._lock:
            row = self._db.execute("SELECT * FROM granted WHERE digest = ? AND kind = ?", (digest, kind)).fetchone()
        return Grant(*row) if row else None

    # Receipts

    def plan(self, letter: str, notices: Sequence[tuple[float, str]]) -> None:
        """Keep receipts with the time each is due."""
        with self._lock, self._db:
            rows = [(due, notice, letter) for due, notice in notices]
            self._db.executemany("INSERT INTO planned (due, notice, letter) VALUES (?, ?, ?)", rows)

    def publish_due(self, now: float, at: str, letter: str | None = None) -> int:
        """Publish what is due by now, or all that a letter has, in order; gives how many that were."""
        with self._lock, self._db:
            chosen = self._db.execute(
                "SELECT id, notice, letter FROM planned WHERE due <= ? OR letter = ? ORDER BY due, id", (now, letter)
            ).fetchall()
            for planned, notice, of in chosen:
                self._db.execute("DELETE FROM planned WHERE id = ?", (planned,))
                self._db.execute("INSERT INTO published (notice, letter, at) VALUES (?, ?, ?)", (notice, of, at))
        return len(chosen)

    def next_due(self, now: float) -> float:
        """Give when there is something to do next, infinity for never."""
        with self._lock:
            (planned,) = self._db.execute("SELECT min(due) FROM planned").fetchone()
            (again,) = self._db.execute("SELECT min(again) FROM published WHERE NOT pushed").fetchone()
            has_endpoint = self._endpoint() is not None
        times = [planned] + ([max(again, now)] if has_endpoint and again is not None else [])
        return min((time for time in times if time is not None), default=float("inf"))

    def published(self, after: int, most: int) -> list[Waiting]:
        """Give receipts from number ``after`` + 1, whether pushed or not."""
        with self._lock:
            rows = self._db.execute(
                "SELECT n, notice, at, 0 FROM published WHERE n > ? ORDER BY n LIMIT ?", (after, most)
            ).fetchall()
        return [Waiting(*row) for row in rows]

    def waiting(self, now: float, most: int) -> list[Waiting]:
        """Give receipts that may be pushed now, in order."""
        with self._lock:
            rows = self._db.execute(
                "SELECT n, notice, at, tries FROM published WHERE NOT pushed AND again <= ? ORDER BY n LIMIT ?",
                (now, most),
            ).fetchall()
        return [Waiting(*row) for row in rows]

    def pushed(self, n: int) -> None:
        """Note that the endpoint has it."""
        with self._lock, self._db:
            self._db.execute("UPDATE published SET pushed = 1, tries = tries + 1 WHERE n = ?", (n,))

    def push_again(self, n: int, at: float) -> None:
        """Note that the endpoint did not take it."""
        with self._lock, self._db:
            self._db.execute("UPDATE published SET tries = tries + 1, again = ? WHERE n = ?", (at, n))

    def unpushed_of(self, letter: str) -> int:
        """Count the published receipts of a letter that the endpoint does not have."""
        with self._lock:
            found = self._db.execute(
                "SELECT count(*) FROM published WHERE letter = ? AND NOT pushed", (letter,)
            ).fetchone()
        return int(found[0])

    # The endpoint

    def endpoint(self) -> str | None:
        """Give where receipts are pushed to."""
        with self._lock:
            return self._endpoint()

    def _endpoint(self) -> str | None:
        row = self._db.execute("SELECT url FROM endpoint").fetchone()
        return str(row[0]) if row else None

    def set_endpoint(self, url: str | None) -> None:
        """Push there from now on; what waits is tried at once."""
        with self._lock, self._db:
            self._db.execute("DELETE FROM endpoint")
            if url is not None:
                self._db.execute("INSERT INTO endpoint VALUES (?)", (url,))
                self._db.execute("UPDATE published SET again = 0 WHERE NOT pushed")
