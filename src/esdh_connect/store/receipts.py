"""Receipts: those of a letter, and those that came before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs
from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, insert, select

from esdh_connect.dispatch import Entry, Receipt
from esdh_connect.store.database import stored_once
from esdh_connect.store.tables import DISPATCH, RECEIPT
from esdh_connect.store.vault import UNREADABLE, Vault, readable, sealed

if TYPE_CHECKING:
    from esdh_connect.seal import DataKey

__all__ = ["add", "keep_unmatched", "unmatched", "value"]


@attrs.frozen
class _Private:
    """What a receipt may tell of people: its text, and the provider's own answer."""

    text: str
    raw: bytes


_NOTHING, _DAMAGED = _Private("", b""), _Private(UNREADABLE, b"")
_FRESH = insert(RECEIPT)
_EARLY_GONE = delete(RECEIPT).where(
    RECEIPT.c.message_uuid == bindparam("uuid"), RECEIPT.c.id == bindparam("receipt"), RECEIPT.c.dispatch.is_(None)
)


def add(connection: Connection, key: DataKey, entry: Entry, fresh: Sequence[Receipt]) -> None:
    """Add receipts to an entry; one that was kept before its entry came lies there no longer."""
    for receipt in fresh:
        early, row = {"uuid": str(receipt.message_uuid), "receipt": receipt.id}, _row(key, receipt, entry.id)
        connection.execute(_EARLY_GONE, early)
        if not stored_once(connection, _FRESH, row):
            connection.execute(_EARLY_GONE, early)  # another process kept it in between
            connection.execute(_FRESH, row)


def keep_unmatched(connection: Connection, vault: Vault, receipt: Receipt) -> None:
    """Keep a receipt that belongs to no entry, once."""
    if connection.scalar(select(RECEIPT.c.seq).where(_same(receipt))) is None:
        stored_once(connection, insert(RECEIPT).values(_row(vault.own, receipt, None)))


def unmatched(connection: Connection, vault: Vault, limit: int) -> tuple[Receipt, ...]:
    """Give them: first those whose entry is there by now, then the oldest."""
    query = (
        select(RECEIPT)
        .outerjoin(DISPATCH, (DISPATCH.c.message_uuid == RECEIPT.c.message_uuid) & ~DISPATCH.c.damaged)
        .where(RECEIPT.c.dispatch.is_(None))
        .order_by(DISPATCH.c.id.is_(None), RECEIPT.c.seq)
        .limit(limit)
    )
    return tuple(value(row, vault.own) for row in connection.execute(query))


def value(row: Row[Any], key: DataKey | None) -> Receipt:
    """Give the receipt of a row."""
    private = readable(key, _part(row.id), row.private, nothing=_NOTHING, damaged=_DAMAGED)
    return Receipt(
        id=row.id,
        event=row.event,
        at=row.at,
        message_uuid=UUID(row.message_uuid),
        channel=row.channel,
        code=row.code,
        text=private.text,
        word=row.word,
        raw=private.raw,
    )


def _row(key: DataKey, receipt: Receipt, dispatch: str | None) -> dict[str, object]:
    return {
        "id": receipt.id,
        "message_uuid": str(receipt.message_uuid),
        "dispatch": dispatch,
        "event": receipt.event,
        "at": receipt.at,
        "channel": receipt.channel,
        "code": receipt.code,
        "word": receipt.word,
        "private": sealed(key, _part(receipt.id), _Private(receipt.text, receipt.raw)),
    }


def _part(id_: str) -> str:
    return f"receipt:{id_}"


def _same(receipt: Receipt) -> ColumnElement[bool]:
    return (RECEIPT.c.message_uuid == str(receipt.message_uuid)) & (RECEIPT.c.id == receipt.id)
