"""
The limit: an outbox of one table on bare sqlite3, in the journal mode and with the synchronous setting of ours.

It keeps a letter and its state and nothing else: no seal, no receipts, no facts, no journaling.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from esdh_connect.store.engine import journal_mode

__all__ = ["Bare", "SealedBare"]

_TABLES = """
CREATE TABLE letter (id INTEGER PRIMARY KEY, name TEXT UNIQUE, state TEXT NOT NULL, due REAL NOT NULL);
CREATE INDEX waiting ON letter (due) WHERE state = 'ready';
CREATE TABLE payload (letter INTEGER PRIMARY KEY REFERENCES letter (id), content BLOB NOT NULL, data_key BLOB);
"""


class Bare:
    """An outbox; close it."""

    def __init__(self, folder: Path) -> None:
        self.connection = sqlite3.connect(folder / f"{type(self).__name__}.db", isolation_level=None)
        self.connection.execute(f"PRAGMA journal_mode={journal_mode(sqlite3.sqlite_version_info)}")
        self.connection.execute("PRAGMA synchronous=FULL")
        self.connection.executescript(_TABLES)
        self.close = self.connection.close

    def add(self, letters: Sequence[tuple[str, bytes]]) -> None:
        """Add letters, as (name, content), in one transaction."""
        run = self.connection
        run.execute("BEGIN IMMEDIATE")
        first = run.execute("SELECT coalesce(max(id), 0) + 1 FROM letter").fetchone()[0]
        ids = range(first, first + len(letters))
        rows = [(id_, name) for id_, (name, _) in zip(ids, letters, strict=True)]
        run.executemany("INSERT INTO letter VALUES (?, ?, 'ready', 0)", rows)
        payload = [(id_, *self.stored(content)) for id_, (_, content) in zip(ids, letters, strict=True)]
        run.executemany("INSERT INTO payload VALUES (?, ?, ?)", payload)
        run.execute("COMMIT")

    def stored(self, content: bytes) -> tuple[bytes, bytes | None]:
        """Give what is stored of a letter: here the letter, in clear."""
        return content, None

    def work(self) -> bool:
        """Take the next letter and note that it is done: two commits, as whoever sends something needs."""
        run = self.connection
        run.execute("BEGIN IMMEDIATE")
        found = run.execute("SELECT id FROM letter WHERE state = 'ready' ORDER BY due LIMIT 1").fetchone()
        if found:
            run.execute("UPDATE letter SET state = 'sending' WHERE id = ?", found)
        run.execute("COMMIT")
        if found:
            run.execute("SELECT content FROM payload WHERE letter = ?", found).fetchone()
            run.execute("BEGIN IMMEDIATE")
            run.execute("UPDATE letter SET state = 'done' WHERE id = ?", found)
            run.execute("COMMIT")
        return bool(found)


class SealedBare(Bare):
    """The same with contents sealed under a key of each letter's own, wrapped: what erasure and a lost disk ask for."""

    wrapping = AESGCM(b"a key of just thirty-two bytes..")

    def stored(self, content: bytes) -> tuple[bytes, bytes | None]:
        """Give the sealed letter and its wrapped key."""
        key, nonce = os.urandom(32), os.urandom(12)
        return nonce + AESGCM(key).encrypt(nonce, content, None), self.wrapping.encrypt(nonce, key, None)
