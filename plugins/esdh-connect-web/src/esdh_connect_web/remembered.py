"""
Husket: what people are called, as the host said when they came here last, and the language they chose.

Names are for hosts that do not say them themselves (``find_colleague``). Whose it is, is a keyed digest; a name is
sealed.
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
    """What is known of an installation's people. ``_written`` holds the names this process has written, and when."""

    store: Shelf
    _written: dict[str, tuple[str, datetime]] = attrs.field(factory=dict, repr=False)

    def note(self, person: Person) -> None:
        """Keep that somebody was here and what they are called, where that is new or was kept long ago."""
        from esdh_connect_web.tables import languages, names

        now = self.store.now()
        name, at = self._written.get(person.id, ("", now - _FRESH))
        if person.name == name and now - at < _FRESH:
            return
        who = self._digest(person.id)
        with self.store.transaction() as connection:
            languages.touch(connection, who, now)
            if person.name:
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

    def choose(self, id_: str, language: str) -> None:
        """Keep the language somebody chose."""
        from esdh_connect_web.tables import languages

        with self.store.transaction() as connection:
            languages.put(connection, self._digest(id_), self.store.now(), language)

    def language(self, id_: str) -> str:
        """Give the language somebody chose; "" where they chose none."""
        from esdh_connect_web.tables import languages

        with self.store.reading() as connection:
            return languages.get(connection, self._digest(id_))

    def _digest(self, id_: str) -> str:
        return self.store.digest(_DIGEST, id_)[:32]


def _part(who: str) -> str:
    return f"{_DIGEST}:{who}"
