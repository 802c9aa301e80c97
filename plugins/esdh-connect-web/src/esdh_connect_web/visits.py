"""
Besøg: somebody opens a dialog or the pages, from a launch until it is over.

What a visit is about is stored, sealed; what travels through the browser is its name, signed. So a launch token and a
form token hold no title, no party and no person, and an order of bilag that one answer has changed holds in the next.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

import attrs
from cattrs.preconf.json import make_converter

from esdh_connect.dispatch import Request
from esdh_connect.errors import DamagedPayload
from esdh_connect.model import Document, Party
from esdh_connect.outbox import Shelf
from esdh_connect_web.identity import Person, Role

__all__ = ["Errand", "Visit", "Visits"]

_NAME_BYTES = 16
_CONVERTER = make_converter()
_CONVERTER.register_unstructure_hook(Role, lambda role: role.value)


@attrs.frozen
class Errand:
    """
    Ærinde: why somebody comes, as the host says.

    ``request`` is a letter to be sent, ``letter`` the id of one there is; with neither, somebody opens the pages.
    ``origin`` is the host page they come from. ``left_out`` are documents that the caseworker has taken out of the
    request, and ``left_at`` where each of them lay; ``not_to`` are those of its parties who get no letter now.
    ``in_session`` says that the host's own session named the person when a dialog was opened: then it must
    go on doing so.
    """

    person: Person
    origin: str
    request: Request | None = None
    letter: str = ""
    left_out: tuple[Document, ...] = ()
    left_at: tuple[int, ...] = ()
    not_to: tuple[Party, ...] = ()
    in_session: bool = False

    @property
    def kind(self) -> str:
        """Give what is opened: "dialog" or "pages"."""
        return "dialog" if self.request or self.letter else "pages"


@attrs.frozen
class Visit:
    """A visit under way. ``step`` is how many answers it was given."""

    id: str
    step: int
    expires: datetime
    errand: Errand = attrs.field(repr=False)


@attrs.frozen(eq=False)
class Visits:
    """
    The visits of an installation. What is asked in two processes at once is given to one of them.

    A session ``lasts`` some hours, a dialog only ``dialog``: it is opened anew by a press of the button.
    """

    store: Shelf
    lasts: timedelta = timedelta(hours=8)
    dialog: timedelta = timedelta(minutes=60)
    name: Callable[[int], str] = token_hex

    def prepare(self, errand: Errand, expires: datetime) -> str:
        """Store what a launch is about; gives its name."""
        from esdh_connect_web.tables import visits

        id_ = self.name(_NAME_BYTES)
        with self.store.transaction() as connection:
            visits.add(connection, id_, expires, self._sealed(id_, errand), self._who(errand.person.id))
        return id_

    def begin(self, id_: str) -> Visit | None:
        """Use a launch, once; None where it was used, is too old, or is none."""
        return self._step(id_, 0)

    def find(self, id_: str) -> Visit | None:
        """Give a visit that is under way; None where it is over, or never began."""
        found = self._read(id_)
        return found if found is not None and found.step else None

    def proceed(self, visit: Visit) -> Visit | None:
        """Take the next step; None where another answer was quicker."""
        return self._step(visit.id, visit.step)

    def change(self, visit: Visit, errand: Errand) -> Visit:
        """Let a visit be about something else, where no other answer was quicker."""
        from esdh_connect_web.tables import visits

        with self.store.transaction() as connection:
            visits.change(connection, visit.id, visit.step, self._sealed(visit.id, errand))
        return attrs.evolve(visit, errand=errand)

    def end(self, id_: str) -> None:
        """End a visit before its time."""
        from esdh_connect_web.tables import visits

        with self.store.transaction() as connection:
            visits.end(connection, id_)

    def end_of(self, person: str) -> int:
        """End all visits of a person, and the launches that wait for them; gives how many."""
        from esdh_connect_web.tables import visits

        with self.store.transaction() as connection:
            return visits.end_of(connection, self._who(person))

    def _step(self, id_: str, at: int) -> Visit | None:
        from esdh_connect_web.tables import visits

        found = self._read(id_)
        if found is None or found.step != at:
            return None
        lasts = self.dialog if found.errand.kind == "dialog" else self.lasts
        expires = self.store.now() + lasts if at == 0 else found.expires
        with self.store.transaction() as connection:
            taken = visits.step(connection, id_, at, expires)
        return attrs.evolve(found, step=at + 1, expires=expires) if taken else None

    def _read(self, id_: str) -> Visit | None:
        from esdh_connect_web.tables import visits

        with self.store.reading() as connection:
            row = visits.get(connection, id_)
        if row is None or row["expires"] <= self.store.now():
            return None
        try:
            text = self.store.unsealed(_part(id_), row["private"])
        except DamagedPayload:
            return None
        return Visit(id_, row["step"], row["expires"], _CONVERTER.structure(json.loads(text), Errand))

    def _who(self, person: str) -> str:
        return self.store.digest("visitor", person)[:32]

    def _sealed(self, id_: str, errand: Errand) -> bytes:
        plain: Any = _CONVERTER.unstructure(errand)
        return self.store.sealed(_part(id_), json.dumps(plain))


def _part(id_: str) -> str:
    return f"web:visit:{id_}"
