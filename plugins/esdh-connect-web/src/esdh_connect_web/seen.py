"""
Set: who saw and did what in a browser. It is a security log, apart from all statistics.

Who is sealed. What was sent, stopped and approved stands in the installation's own audit log too, which has the
reasons.
"""

from __future__ import annotations

from datetime import datetime

import attrs

from esdh_connect.errors import DamagedPayload
from esdh_connect.outbox import Shelf

__all__ = ["Line", "Seen"]

_SEALED = "web:seen"


@attrs.frozen
class Line:
    """Somebody saw or did something. ``who`` is "" where it cannot be read any more."""

    at: datetime
    what: str
    about: str
    who: str = attrs.field(repr=False)


@attrs.frozen(eq=False)
class Seen:
    """Writes and reads the lines of an installation."""

    store: Shelf

    def note(self, who: str, what: str, about: str = "") -> None:
        """Write that somebody saw or did something."""
        from esdh_connect_web.tables import seen

        with self.store.transaction() as connection:
            seen.add(connection, self.store.now(), what, about, self.store.sealed(_SEALED, who))

    def lines(self, about: str | None = None, limit: int = 100) -> tuple[Line, ...]:
        """Give the newest first; those about one thing, or all."""
        from esdh_connect_web.tables import seen

        with self.store.reading() as connection:
            found = seen.newest(connection, about, limit)
        return tuple(Line(one["at"], one["what"], one["about"], self._who(one["who"])) for one in found)

    def _who(self, column: bytes) -> str:
        try:
            return self.store.unsealed(_SEALED, column)
        except DamagedPayload:
            return ""
