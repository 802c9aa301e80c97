"""Hylde: what a plugin has of the installation's store."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import attrs

from esdh_connect.dispatch import Cover, Entry
from esdh_connect.outbox.protocol import Outbox
from esdh_connect.policy import Department

__all__ = ["Shelf"]


def _utc_now() -> datetime:
    return datetime.now(UTC)


@attrs.frozen(eq=False)
class Shelf:
    """
    Hylde i lageret: where a plugin keeps things, in the tables it registered, and looks up what was sent.

    ``digest`` gives a keyed digest of its parts (text) as hex digits: it names a thing without telling what it is,
    for this installation alone. Its first part says what is named, so that nothing is mistaken for another thing.
    ``now`` is the installation's clock, and ``departments`` gives its departments as they are now.
    """

    _outbox: Outbox = attrs.field(repr=False)
    digest: Callable[..., str] = attrs.field(repr=False)
    now: Callable[[], datetime] = attrs.field(default=_utc_now, repr=False)
    departments: Callable[[], Iterable[Department]] = attrs.field(default=tuple, repr=False)

    def transaction(self) -> AbstractContextManager[Any]:
        """
        Give a SQLAlchemy ``Connection`` that may write: durable when the block ends, undone where it raises.

        A file has one writer at a time, and letters are written there too: nothing slow belongs in the block. Raises
        StoreError where the database cannot be written; what was to be stored is not there then.
        """
        return self._outbox.transaction()

    def reading(self) -> AbstractContextManager[Any]:
        """Give a SQLAlchemy ``Connection`` that reads, and holds up nobody who writes. Raises StoreError."""
        return self._outbox.reading()

    def forget_deleted(self) -> None:
        """
        Rid the outbox's files of what was deleted: call it after the transaction that did, where it must be gone.

        SQLite leaves pages as they were in its journal. On a server, and in the database of a host, it does nothing.
        """
        self._outbox.forget_deleted()

    def sealed(self, part: str, text: str) -> bytes:
        """
        Seal a text for a column of bytes: what can name a person is never stored in clear.

        ``part`` says what it is ("bilag:by") and is needed to open it.
        """
        return self._outbox.sealed(part, text)

    def unsealed(self, part: str, column: bytes) -> str:
        """Open what :meth:`sealed` gave. Raises DamagedPayload where it is damaged, or another part."""
        return self._outbox.unsealed(part, column)

    def note(self, connection: object, what: str, about: str = "", *, by: str = "", why: str = "") -> None:
        """
        Write a line in the audit log, in a transaction of :meth:`transaction`: both are stored, or neither.

        ``what`` begins with the plugin's name ("bilag bundle changed") and, like ``about``, is stored in clear; who
        and why are sealed.
        """
        self._outbox.note(connection, what, about, by=by, why=why)

    def entry(self, id: str) -> Entry:  # noqa: A002 - the field's own word
        """Give one line of the outbox. Raises UnknownDispatch."""
        return self._outbox.entry(id)

    def cover(self, id: str) -> Cover:  # noqa: A002
        """Give what a dispatch carries, without the contents. Raises UnknownDispatch, or DamagedPayload once erased."""
        return self._outbox.cover(id)
