"""Policies as they were when something was stored under them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, insert, select

from esdh_connect.policy import Policy
from esdh_connect.store.codec import decode, encode
from esdh_connect.store.database import stored_once
from esdh_connect.store.tables import POLICY

__all__ = ["keep", "policies"]

_KNOWN = select(POLICY.c.version).where(POLICY.c.version == bindparam("version"))


def keep(connection: Connection, policy: Policy) -> None:
    """Store a policy under its version, once."""
    if connection.scalar(_KNOWN, {"version": policy.version}):
        return
    # Another process may be storing the same one: then it says the same, and either will do.
    stored_once(connection, insert(POLICY).values(version=policy.version, content=encode(policy).decode()))


def policies(connection: Connection, versions: Iterable[str]) -> dict[str, Policy]:
    """Give the policies of these versions; those unknown are missing."""
    query = select(POLICY).where(POLICY.c.version.in_(set(versions)))
    return {row.version: decode(row.content.encode(), Policy) for row in connection.execute(query)}
