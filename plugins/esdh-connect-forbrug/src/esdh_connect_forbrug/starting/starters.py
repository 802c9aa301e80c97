"""
Hvem der er begyndt: a set of digests, where the municipality has switched it on and told its staff.

A digest is made with a key of its own and comes in at somebody's first letter, with no date and no count. The set says
of a name that is asked for whether it is in it, and nothing else. Switching it off erases set and key.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, cast

import attrs

from esdh_connect.outbox import Shelf
from esdh_connect_forbrug.months import day_of
from esdh_connect_forbrug.starting.errors import AnswerRefused

__all__ = ["Starters", "Watch"]

_SEALED = "forbrug:starters"
_KEY = 32
#: So many are asked for at a time: a database takes no endless question.
_CHUNK = 500


@attrs.frozen
class Watch:
    """That users are looked at, ``since`` when, and the day their staff was ``told``."""

    since: datetime
    told: date
    _key: bytes = attrs.field(repr=False)

    def digest(self, user: str) -> str:
        """Give what stands for a user."""
        return hmac.new(self._key, user.strip().encode(), "sha256").hexdigest()


@attrs.frozen(eq=False)
class Starters:
    """Who has started, in one installation."""

    store: Shelf

    @property
    def watch(self) -> Watch | None:
        """Tell since when users are looked at; None where they are not."""
        with self.store.reading() as connection:
            return self._watch(connection)

    def switch_on(self, *, told: date, by: str) -> Watch:
        """
        Begin to look at who has started. ``told`` is the day staff was told that this is done, and why.

        Who sent before is not known. Raises AnswerRefused where staff has not been told yet.
        """
        from esdh_connect_forbrug.tables import starting

        now = self.store.now()
        if told > day_of(now):
            raise AnswerRefused(
                "staff has not been told yet", danish="medarbejderne skal have det at vide, før det bliver slået til"
            )
        key = self.store.sealed(_SEALED, os.urandom(_KEY).hex())
        with self.store.transaction() as connection:
            if starting.switch_on(connection, {"since": now, "told": told, "key": key}):
                self.store.note(connection, "forbrug users switched on", str(told), by=by)
            return cast("Watch", self._watch(connection))  # it is there now, of this time or an earlier one

    def switch_off(self, *, by: str) -> bool:
        """Erase who has started, what users have answered, and the key; False where nothing was on."""
        from esdh_connect_forbrug.tables import starting

        with self.store.transaction() as connection:
            was_on = starting.switch_off(connection)
            if was_on:
                self.store.note(connection, "forbrug users switched off", by=by)
        self.store.forget_deleted()
        return was_on

    def add(self, user: str) -> None:
        """Note that a user has sent a letter, where that is kept."""
        from esdh_connect_forbrug.tables import starting

        watch = self.watch
        if watch is None or self._has(watch.digest(user)):
            return
        with self.store.transaction() as connection:
            now = self._watch(connection, held=True)  # it may have been switched off, or on anew, a moment ago
            if now is not None:
                starting.add_starter(connection, now.digest(user))

    def missing(self, roster: Iterable[str]) -> tuple[str, ...]:
        """Give those of the roster who have not sent a letter since it was switched on; nobody where it is off."""
        watch, users = self.watch, tuple(dict.fromkeys(filter(None, map(str.strip, roster))))
        if watch is None:
            return ()
        digests = {user: watch.digest(user) for user in users}
        known = self._known(tuple(digests.values()))
        return tuple(user for user in users if digests[user] not in known)

    def _has(self, digest: str) -> bool:
        return bool(self._known((digest,)))

    def _known(self, digests: Sequence[str]) -> frozenset[str]:
        from esdh_connect_forbrug.tables import starting

        with self.store.reading() as connection:
            parts = (digests[at : at + _CHUNK] for at in range(0, len(digests), _CHUNK))
            return frozenset().union(*(starting.known(connection, part) for part in parts))

    def _watch(self, connection: Any, *, held: bool = False) -> Watch | None:  # noqa: ANN401 - a Connection
        from esdh_connect_forbrug.tables import starting

        row = starting.watch(connection, held=held)
        if row is None:
            return None
        return Watch(row["since"], row["told"], bytes.fromhex(self.store.unsealed(_SEALED, row["key"])))
