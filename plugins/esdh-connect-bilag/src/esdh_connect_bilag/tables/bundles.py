"""Versions of bundles, as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select
from sqlalchemy.exc import IntegrityError

from esdh_connect_bilag.tables import VERSION

__all__ = ["add", "alone", "everything", "of"]


def of(connection: Connection, bundle: str) -> Sequence[RowMapping]:
    """Give the versions of a bundle, the oldest first; none where there is no such bundle."""
    query = select(VERSION).where(VERSION.c.bundle == bundle).order_by(VERSION.c.number)
    return connection.execute(query).mappings().all()


def everything(connection: Connection) -> Sequence[RowMapping]:
    """Give the versions of all bundles, by name and number."""
    return connection.execute(select(VERSION).order_by(VERSION.c.bundle, VERSION.c.number)).mappings().all()


def alone(connection: Connection, bundle: str) -> None:
    """Be the only one who changes this bundle, to the end of the transaction. A file has one writer anyway."""
    first = (VERSION.c.bundle == bundle, VERSION.c.number == 1)
    connection.execute(select(VERSION.c.seq).where(*first).with_for_update())


def add(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Add a version; False where there is one of this number. Only the first can be: see :func:`alone`."""
    try:
        with connection.begin_nested():
            connection.execute(insert(VERSION).values(**row))
    except IntegrityError:
        return False
    return True
