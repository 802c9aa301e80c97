"""
Navne: what people are called, as the host said when they came here last.

For hosts that do not say it themselves (``find_colleague``). Whose name it is, is a keyed digest; the name is sealed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs

from esdh_connect.errors import DamagedPayload
from esdh_connect.outbox import Shelf
from esdh_connect_web.identity import Person

__all__ = ["Remembered"]

_DIGEST = "web:name"
#: So often it is written again of somebody who comes every day.
_FRESH = timedelta(days=1)
#: So many are known without asking the database.
_MOST = 10_000


@attrs.frozen(eq=False)
class Remembered:
    """The names of an installation's people. ``_written`` holds what this process has written, and when."""

    store: Shelf
    _written: dict[str, tuple[str, datetime]] = attrs.field(factory=dict, repr=False)

    def note(self, person: Person) -> None:
        """Keep what somebody is called, where that is new or was kept long ago."""
        from esdh_connect_web.tables import names

        now = self.store.now()
        name, at = self._written.get(person.id, ("", now - _FRESH))
        if not person.name or (person.name == name and now - at < _FRESH):
            return
        who = self._digest(person.id)
        with self.store.transaction() as connection:
            names.put(connection, who, now, self.store.sealed(_part(who), person.name))
        if len(self._written) >= _MOST:
            self._written.clear()
        self._written[person.id] = person.name, now

    def name(self, id_: str) -> str:
        """Give what somebody was called when they were here last; "" where nobody knows."""
        from esdh_connect_web.tables import names

        who = self._digest(id_)
        with self.store.reading() as connection:
            found = names.get(connection, who)
        try:
            return self.store.unsealed(_part(who), found) if found else ""
        except DamagedPayload:
            return ""

    def _digest(self, id_: str) -> str:
        return self.store.digest(_DIGEST, id_)[:32]


def _part(who: str) -> str:
    return f"{_DIGEST}:{who}"
