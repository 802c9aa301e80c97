"""
Læring: what letters tell of attachments that go together – keyed digests of hashes, and no names.

A letter counts once however often it is told, and a mailing once however many letters it has: somebody chose the
attachments once. Kept are a digest of its id, the day, department and KLE number, the pieces as digests that another
department's do not equal, and who sent it as a pseudonym that nobody can resolve once the month is over: what it is
made with is destroyed then. After :data:`KEPT` all of it is deleted.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

import attrs

from esdh_connect.dispatch import Cover, Entry, ManifestDocument
from esdh_connect.outbox import Shelf
from esdh_connect_bilag.bundles.errors import BundleRefused
from esdh_connect_bilag.bundles.suggestions import PIECES, Sending, Suggestion, saving_of, suggested

__all__ = ["KEPT", "Learning"]

#: How long a letter counts.
KEPT = timedelta(days=90)
_FEWEST = 2
_SEALED = "bilag:refusal"


@attrs.frozen(eq=False)
class Learning:
    """What is learnt in one installation. SQLAlchemy is imported with the first of it."""

    store: Shelf

    # --- counting

    def count(self, entry: Entry, cover: Cover) -> bool:
        """
        Count a letter that was committed; False where there is nothing to learn, or it was counted before.

        A letter made after another that did not come through is no letter of its own here.
        """
        from esdh_connect_bilag.tables import learning

        pieces = self._pieces(entry.department, cover.manifest.documents[1:])
        now = self.store.now()
        if entry.parent or not _FEWEST <= len(pieces) <= PIECES or entry.committed_at < _day(now) - KEPT:
            return False
        letter = self._letter(entry, pieces)
        with self.store.reading() as connection:
            if learning.is_counted(connection, letter["id"]):
                return False
        with self.store.transaction() as connection:
            if learning.is_counted(connection, letter["id"]):
                return False
            # In a month that is over nobody can be told apart any more.
            is_late = _month(letter["at"]) != _month(now)
            salt = None if is_late else learning.salt(connection, _month(now), os.urandom(16))
            learning.count(connection, {**letter, "sender": self._sender(entry, salt)}, pieces)
        return True

    def _letter(self, entry: Entry, pieces: Iterable[str]) -> dict[str, Any]:
        pieces = sorted(pieces)
        what = ("mailing", entry.batch, *pieces) if entry.batch else ("letter", entry.id)
        return {
            "id": self.store.digest("bilag:letter", *what),
            "at": _day(entry.committed_at),
            "department": entry.department,
            "kle": str(entry.case.kle or ""),
            "pieces": ",".join(pieces),
        }

    def forget(self) -> int:
        """Delete what is too old, and what the pseudonyms of past months were made with; gives how many letters."""
        from esdh_connect_bilag.tables import learning

        now = self.store.now()
        with self.store.transaction() as connection:
            return learning.forget(connection, _day(now) - KEPT, _month(now))

    def piece(self, department: str, sha256: str) -> str:
        """Give the digest by which an attachment is known in a department."""
        return self.store.digest("bilag:piece", department, sha256)

    def _pieces(self, department: str, documents: Iterable[ManifestDocument]) -> dict[str, tuple[int, int]]:
        """Give what can be learnt from: what was taken from a bundle is one already."""
        return {self.piece(department, one.sha256): (one.size, one.pages or 0) for one in documents if not one.bundle}

    def _sender(self, entry: Entry, salt: bytes | None) -> str:
        if salt is None or not entry.committed_by:
            return ""
        return self.store.digest("bilag:sender", salt.hex(), entry.department, entry.committed_by)

    # --- suggesting

    def suggestions(
        self, bundles: Collection[tuple[str, ...]] = (), *, department: str | None = None, rate: float | None = None
    ) -> tuple[Suggestion, ...]:
        """
        Give what could be a bundle, in one department or all. ``bundles`` are the hashes of those there are already.

        ``rate`` is how many bytes a second are read and laid together, where somebody has measured it.
        """
        from esdh_connect_bilag.tables import learning

        since = _day(self.store.now()) - KEPT
        with self.store.reading() as connection:
            groups = learning.groups(connection, since)
        wanted = (one for one in groups if department in (None, one[0]))
        return tuple(found for one in wanted for found in self._of(*one, since, bundles, rate))

    def _of(
        self, department: str, kle: str, since: datetime, bundles: Collection[tuple[str, ...]], rate: float | None
    ) -> Iterable[Suggestion]:
        from esdh_connect_bilag.tables import learning

        with self.store.reading() as connection:
            rows = learning.sendings(connection, department, kle, since)
            refused = [_split(pieces) for pieces in learning.refusals(connection, department, kle)]
        there = [frozenset(self.piece(department, one) for one in hashes) for hashes in bundles]
        sendings = [Sending(_split(pieces), month, sender, times) for pieces, month, sender, times in rows]
        for found in suggested(sendings, refused, there):
            pieces = tuple(sorted(found.pieces))
            with self.store.reading() as connection:
                sizes = learning.sizes(connection, pieces)
            yield Suggestion(
                id=self.store.digest("bilag:suggestion", department, kle, *pieces, length=12),
                department=department,
                kle=kle,
                pieces=pieces,
                letters=found.letters,
                days=KEPT.days,
                size=sum(size for size, _ in sizes.values()),
                pages=sum(pages for _, pages in sizes.values()),
                saving=saving_of(found, sizes, rate),
            )

    def refuse(self, suggestion: Suggestion, *, by: str, why: str = "") -> None:
        """Keep a suggestion away, with all that is part of it and all that it is part of. Raises BundleRefused."""
        from esdh_connect_bilag.tables import learning

        pieces = ",".join(suggestion.pieces)
        row = {"department": suggestion.department, "kle": suggestion.kle, "pieces": pieces, "at": self.store.now()}
        with self.store.transaction() as connection:
            if pieces in learning.refusals(connection, suggestion.department, suggestion.kle):
                raise BundleRefused(f"{suggestion.id} was refused before", danish="det forslag er afvist allerede")
            learning.refuse(connection, {**row, "private": self.store.sealed(_SEALED, f"{by}\n{why}")})
            self.store.note(connection, "bilag suggestion refused", suggestion.id, by=by, why=why)


def _split(pieces: str) -> frozenset[str]:
    return frozenset(pieces.split(","))


def _day(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def _month(at: datetime) -> str:
    return f"{at:%Y-%m}"
