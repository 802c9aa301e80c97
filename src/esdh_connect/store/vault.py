"""
Boks: the data keys, and what is sealed with them.

Each dispatch has a key of its own, so that one letter can be erased; what belongs to no dispatch – document
events, proposals, receipts that came too early, usage – is sealed with the outbox's key.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

import attrs
from sqlalchemy import Connection, bindparam, delete, insert, select

from esdh_connect.errors import DamagedPayload
from esdh_connect.seal import DataKey, Purpose, secret_of
from esdh_connect.store.codec import decode, encode, joined, split
from esdh_connect.store.loading import load
from esdh_connect.store.tables import DATA_KEY

if TYPE_CHECKING:
    from esdh_connect.seal import Seal

__all__ = ["AT_ONCE", "LASTING", "OUTBOX", "UNREADABLE", "Vault", "new_keys", "opened", "readable", "sealed"]

T = TypeVar("T")

#: How many values go into one statement: SQLite before 3.32 takes 999.
AT_ONCE = 500
#: What stands where a text does not open any more.
UNREADABLE = "[kan ikke læses]"
# A statement that is made once is found in SQLAlchemy's cache at a quarter of the price of one made each time.
_OF_OWNERS = select(DATA_KEY).where(DATA_KEY.c.owner.in_(bindparam("owners", expanding=True)))
#: The owner of the outbox's own key.
OUTBOX = "outbox"
_IN_FORCE = select(DATA_KEY.c.wrapped).where(DATA_KEY.c.owner == OUTBOX).with_for_update(read=True, key_share=True)
#: Keys that outlive the installation secret, by the owner they are kept under.
LASTING = {"ids": Purpose.IDS, "audit": Purpose.AUDIT}


def new_keys(owners: Iterable[str]) -> dict[str, DataKey]:
    """Make a key for each dispatch; nothing is stored."""
    return {owner: DataKey.new(owner) for owner in owners}


def sealed(key: DataKey, part: str, value: object) -> bytes:
    """Seal a value for a column."""
    return joined(key.seal(part, encode(value)))


def opened(key: DataKey | None, part: str, column: bytes, kind: type[T]) -> T:
    """Open a column. Raises DamagedPayload, also where its key is gone."""
    if key is None:
        raise DamagedPayload(f"the key to {part} is gone")
    return decode(key.open(part, split(column)), kind)


def readable(key: DataKey | None, part: str, column: bytes | None, *, nothing: T, damaged: T) -> T:
    """Open a column that is only shown: where it does not open it says so, and the letter itself goes on."""
    if column is None:
        return nothing
    try:
        return opened(key, part, column, type(nothing))
    except DamagedPayload:
        return damaged


@attrs.frozen
class Vault:
    """The keys of one outbox. ``own`` is the key of the outbox itself."""

    seal: Seal
    own: DataKey

    @classmethod
    def of(cls, seal: Seal, connection: Connection) -> Vault:
        """Open the vault; a new one where there is none. Raises WrongSecret where ``seal`` is not the one it was."""
        owners = (OUTBOX, *LASTING)
        rows = connection.execute(select(DATA_KEY).where(DATA_KEY.c.owner.in_(owners)))
        found = {row.owner: row.wrapped for row in rows}
        missing = [owner for owner in owners if owner not in found]
        for owner in missing:
            first = seal.under(secret_of(found[OUTBOX])) if OUTBOX in found else seal
            found[owner] = first.keep(owner, LASTING[owner]) if owner in LASTING else first.new_key(owner)[0]
        if missing:
            connection.execute(insert(DATA_KEY), [{"owner": owner, "wrapped": found[owner]} for owner in missing])
        kept = {purpose: seal.kept(owner, found[owner]) for owner, purpose in LASTING.items()}
        return cls(seal.keeping(kept), seal.open_key(OUTBOX, found[OUTBOX]))

    def keep(self, connection: Connection, keys: Iterable[DataKey]) -> None:
        """Store new keys of dispatches, wrapped under the secret that is in force."""
        seal = self.in_force(connection)
        load(connection, DATA_KEY, [{"owner": key.owner, "wrapped": seal.wrapped(key)} for key in keys])

    def in_force(self, connection: Connection) -> Seal:
        """
        Give the seal that new keys are wrapped under: that of the outbox's own key, which is exchanged first.

        Held to the end of the transaction: whoever exchanges the secret waits for those who still use the old one,
        so that no key is wrapped under it after that. Raises WrongSecret where this process cannot find the new one.
        """
        wrapped: bytes | None = connection.scalar(_IN_FORCE)
        return self.seal if wrapped is None else self.seal.under(secret_of(wrapped))

    def alone_with_audit(self, connection: Connection) -> None:
        """Be alone at the audit log's end until the transaction ends. A file has one writer anyway."""
        connection.execute(select(DATA_KEY.c.owner).where(DATA_KEY.c.owner == "audit").with_for_update())

    def keys(self, connection: Connection, owners: Iterable[str]) -> dict[str, DataKey]:
        """Give the keys of these dispatches; those that were erased, or are damaged, are missing."""
        wanted = list(owners)
        found: dict[str, DataKey] = {}
        for start in range(0, len(wanted), AT_ONCE):
            for row in connection.execute(_OF_OWNERS, {"owners": wanted[start : start + AT_ONCE]}):
                with suppress(DamagedPayload):  # what it sealed will say so when it is opened
                    found[row.owner] = self.seal.open_key(row.owner, row.wrapped)
        return found

    def keys_to_write(self, connection: Connection, owners: Collection[str]) -> dict[str, DataKey]:
        """Give the keys of these dispatches: new ones where there are none that open."""
        found = self.keys(connection, owners)
        made = new_keys(owner for owner in owners if owner not in found)
        for owner in made:
            connection.execute(delete(DATA_KEY).where(DATA_KEY.c.owner == owner))
        if made:
            self.keep(connection, made.values())
        return found | made

    def key_to_write(self, connection: Connection, owner: str) -> DataKey:
        """Give the key of one dispatch."""
        return self.keys_to_write(connection, [owner])[owner]
