"""
Udskiftning af installationens hemmelighed: every data key is wrapped again, under the secret that is in force now.

The outbox's own key goes first, and says to everybody which secret that is: whoever wraps a new key looks there in
the same transaction, so none is wrapped under the old one after that. The rest follow in small transactions. One that
was erased in between stays so. Stopped at any moment, it goes on where the keys are not wrapped again yet, and all
of them open meanwhile wherever both secrets are known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

import attrs
from sqlalchemy import Connection, LargeBinary, Row, bindparam, func, select, update

from esdh_connect.errors import DamagedPayload, WrongSecret
from esdh_connect.seal import Seal, secret_of
from esdh_connect.store.audit import OUTBOX as OURS
from esdh_connect.store.audit import Note, Pen, Said
from esdh_connect.store.tables import AUDIT, DATA_KEY
from esdh_connect.store.vault import LASTING, OUTBOX

__all__ = ["Rotation", "waiting"]

#: Keys wrapped again in one transaction: some ten milliseconds in which nobody else writes.
_AT_ONCE = 500
_BEGUN, _DONE = "secret exchange begun", "secret exchange done"
_FIRST = (OUTBOX, *LASTING)
_AGAIN = (
    update(DATA_KEY)
    .where(DATA_KEY.c.owner == bindparam("of"), DATA_KEY.c.wrapped == bindparam("was"))
    .values(wrapped=bindparam("now"))
)
#: Where the form of a wrapped key stands: none of ours, so that it is known as damaged under any secret.
_DAMAGED = b"\x00"


@attrs.frozen
class Rotation:
    """
    Wraps the keys of one store under ``seal``, which knows the secrets they may be wrapped under.

    ``forget`` rids the files of what was overwritten.
    """

    _writing: Callable[[], AbstractContextManager[Connection]]
    _pen: Callable[[Connection], Pen]
    _forget: Callable[[], None]
    _seal: Seal

    def run(self, by: str) -> Iterator[int]:
        """
        Do it, and give after each transaction how many keys were wrapped again in it.

        Raises WrongSecret where there are keys of a third secret, when all others are done.
        """
        with self._writing() as connection:
            rows = connection.execute(select(DATA_KEY).where(DATA_KEY.c.owner.in_(_FIRST)).with_for_update()).all()
            done = self._again(connection, rows)
            if done:
                self._note(connection, _BEGUN, by)
        yield done
        yield from self._rest()
        self._forget()
        with self._writing() as connection:
            self._refuse_left(connection)
            self._note(connection, _DONE, by)

    def _rest(self) -> Iterator[int]:
        last = ""
        while True:
            with self._writing() as connection:
                query = select(DATA_KEY).where(DATA_KEY.c.owner > last).order_by(DATA_KEY.c.owner).limit(_AT_ONCE)
                rows = connection.execute(query).all()
                done = self._again(connection, rows)
            yield done
            if len(rows) < _AT_ONCE:
                return
            last = rows[-1].owner

    def _again(self, connection: Connection, rows: Sequence[Row[Any]]) -> int:
        old = [row for row in rows if secret_of(row.wrapped) != self._seal.id]
        fresh = [{"of": row.owner, "was": row.wrapped, "now": self._rewrapped(row)} for row in old]
        fresh = [one for one in fresh if one["now"] != one["was"]]
        if fresh:
            connection.execute(_AGAIN, fresh)
        return len(fresh)

    def _rewrapped(self, row: Row[Any]) -> bytes:
        wrapped: bytes = row.wrapped
        try:
            return self._seal.rewrapped(row.owner, wrapped)
        except DamagedPayload:
            return _DAMAGED + wrapped[1:]  # it would ask for the old secret for ever, which would not open it either
        except WrongSecret:
            return wrapped

    def _refuse_left(self, connection: Connection) -> None:
        left = connection.scalar(select(func.count()).select_from(DATA_KEY).where(_is_other(self._seal)))
        if left:
            raise WrongSecret(
                f"{left} keys are wrapped under a secret that is not known here; all others are under {self._seal.id}",
                danish=f"{left} nøgler hører til en hemmelighed, der ikke er her. Find den, og skriv den under »also«",
            )

    def _note(self, connection: Connection, what: str, by: str) -> None:
        self._pen(connection).note_outbox(Note(what, self._seal.id, Said(by)))


def _is_other(seal: Seal) -> Any:  # noqa: ANN401 - a condition
    version = func.substr(DATA_KEY.c.wrapped, 1, 1, type_=LargeBinary)
    secret = func.substr(DATA_KEY.c.wrapped, 2, 8, type_=LargeBinary)
    return (secret != bytes.fromhex(seal.id)) & (version != _DAMAGED)


def waiting(connection: Connection, seal: Seal) -> bool:
    """Tell whether there are keys that are not wrapped under the secret of this seal, or an exchange has not ended."""
    latest = select(AUDIT.c.what).where(AUDIT.c.dispatch == OURS, AUDIT.c.what.in_((_BEGUN, _DONE)))
    if connection.scalar(latest.order_by(AUDIT.c.number.desc()).limit(1)) == _BEGUN:
        return True
    return connection.scalar(select(DATA_KEY.c.owner).where(_is_other(seal)).limit(1)) is not None
