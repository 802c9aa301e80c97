"""
What documents were made into: sealed with the outbox's own key, and gone after a while.

It is a cache, but one that is relied on: what was shown is what is sent, because the commit finds it here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import attrs
from sqlalchemy import Connection, delete, func, insert, select

from esdh_connect.converter import Converted
from esdh_connect.errors import DamagedPayload
from esdh_connect.store.codec import joined, split
from esdh_connect.store.database import stored_once
from esdh_connect.store.tables import CONVERTED
from esdh_connect.store.vault import Vault, opened, sealed

if TYPE_CHECKING:
    from esdh_connect.dispatch import Manifest

__all__ = ["MOST", "any_before", "find", "forget", "forget_of", "keep"]

#: In bytes: what is kept of documents that were converted. The oldest goes first.
MOST = 512 * 1024 * 1024


def find(connection: Connection, vault: Vault, original: str, how: str) -> Converted | None:
    """Give what was kept. What does not open any more was not: it is made again."""
    name = _name(vault, original, how)
    row = connection.execute(select(CONVERTED).where(CONVERTED.c.name == name)).one_or_none()
    if row is None:
        return None
    try:
        bare = opened(vault.own, f"converted findings:{name}", row.findings, Converted)
        return attrs.evolve(bare, content=vault.own.open(f"converted:{name}", split(row.content)))
    except DamagedPayload:
        return None


def keep(connection: Connection, vault: Vault, original: str, how: str, made: Converted, *, now: datetime) -> Converted:
    """Keep it, unless it is there already: then what is there counts."""
    found = find(connection, vault, original, how)
    if found is not None or len(made.content) > MOST:
        return found or made
    name = _name(vault, original, how)
    connection.execute(delete(CONVERTED).where(CONVERTED.c.name == name))
    row = {
        "name": name,
        "original": _original(vault, original),
        "kept_at": now,
        "size": len(made.content),
        "findings": sealed(vault.own, f"converted findings:{name}", attrs.evolve(made, content=b"")),
        "content": joined(vault.own.seal(f"converted:{name}", made.content)),
    }
    if not stored_once(connection, insert(CONVERTED), row):
        return find(connection, vault, original, how) or made
    _make_room(connection)
    return made


def any_before(connection: Connection, until: datetime) -> bool:
    """Tell whether anything was kept then or before."""
    its = select(CONVERTED.c.name).where(CONVERTED.c.kept_at <= until).limit(1)
    return connection.scalar(its) is not None


def forget(connection: Connection, until: datetime) -> int:
    """Erase what was kept then or before; gives how many there were."""
    return connection.execute(delete(CONVERTED).where(CONVERTED.c.kept_at <= until)).rowcount


def forget_of(connection: Connection, vault: Vault, manifest: Manifest) -> None:
    """Erase what was made of the documents of a letter."""
    originals = [_original(vault, one.sha256) for one in manifest.documents if one.changes]
    if originals:
        connection.execute(delete(CONVERTED).where(CONVERTED.c.original.in_(originals)))


def _make_room(connection: Connection) -> None:
    total = connection.scalar(select(func.sum(CONVERTED.c.size))) or 0
    if total > MOST:
        oldest = select(CONVERTED.c.name, CONVERTED.c.size).order_by(CONVERTED.c.kept_at, CONVERTED.c.name)
        names = list(_beyond(connection.execute(oldest).all(), total - MOST))
        connection.execute(delete(CONVERTED).where(CONVERTED.c.name.in_(names)))


def _beyond(oldest: Iterable[tuple[str, int]], excess: int) -> Iterable[str]:
    for name, size in oldest:
        if excess <= 0:
            return
        excess -= size
        yield name


def _original(vault: Vault, sha256: str) -> str:
    return vault.seal.digest("original", sha256)


def _name(vault: Vault, original: str, how: str) -> str:
    return vault.seal.digest("converted", original, how)
