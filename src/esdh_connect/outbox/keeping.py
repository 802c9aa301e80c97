"""The part of the outbox that plugins keep things in."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from esdh_connect.tables import Tables

__all__ = ["Keeping"]


class Keeping(Protocol):
    """What a plugin's :class:`esdh_connect.outbox.Shelf` stands on."""

    def keep(self, owner: str, tables: Tables) -> None:
        """
        Make the tables of the plugin ``owner``, or bring them up to date.

        Raises PluginError where they are not named for it, are another's too, or were written by a newer version of it.
        """

    def transaction(self) -> AbstractContextManager[Any]:
        """Give a SQLAlchemy Connection that may write: durable when the block ends, undone where it raises."""

    def reading(self) -> AbstractContextManager[Any]:
        """Give a SQLAlchemy Connection that reads what is committed, and holds up nobody who writes."""

    def sealed(self, part: str, text: str) -> bytes:
        """Seal a text for a column; ``part`` says what it is, and is needed to open it."""

    def unsealed(self, part: str, column: bytes) -> str:
        """Open what was sealed. Raises DamagedPayload."""

    def note(self, connection: object, what: str, about: str = "", *, by: str = "", why: str = "") -> None:
        """Write a line that belongs to no letter in the audit log, in the transaction of ``connection``."""
