"""Receipts: those of a letter, and those that came before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

import attrs
from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, insert, select, tuple_

from esdh_connect.dispatch import Receipt
from esdh_connect.store.database import done_once, stored_once
from esdh_connect.store.loading import load
from esdh_connect.store.tables import DISPATCH, RECEIPT
from esdh_connect.store.vault import AT_ONCE, UNREADABLE, Vault, readable, sealed

if TYPE_CHECKING:
    from esdh_connect.seal import DataKey

__all__ = ["add", "keep_unmatched", "row", "unmatched", "value"]


@attrs.frozen
class _Private:
    """What a receipt may tell of people: its text, and the provider's own answer."""

    text: str
    raw: bytes


_NOTHING, _DAMAGED = _Private("", b""), _Private(UNREADABLE, b"")
_FRESH = insert(RECEIPT)
_EARLY_GONE = delete(RECEIPT).where(
    tuple_(RECEIPT.c.message_uuid, RECEIPT.c.id).in_(bindparam("receipts", expanding=True)),
    RECEIPT.c.dispatch.is_(None),
)


def add(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Add receipts to their letters; one that was kept before its letter came lies there no longer."""
    if not rows:
        return
    _forget_early(connection, rows)
    if done_once(connection, partial(load, connection, RECEIPT, rows)):
        return
    for one in rows:  # another process kept one of them in between
        if not stored_once(connection, _FRESH, one):
            _forget_early(connection, [one])
            connection.execute(_FRESH, one)


def _forget_early(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    for start in range(0, len(rows), AT_ONCE // 2):
        some = [(one["message_uuid"], one["id"]) for one in rows[start : start + AT_ONCE // 2]]
        connection.execute(_EARLY_GONE, {"receipts": some})


def keep_unmatched(connection: Connection, vault: Vault, receipt: Receipt) -> None:
    """Keep a receipt that belongs to no entry, once."""
    if connection.scalar(select(RECEIPT.c.seq).where(_same(receipt))) is None:
        stored_once(connection, insert(RECEIPT).values(row(vault.own, receipt, None)))


def unmatched(connection: Connection, vault: Vault, limit: int) -> tuple[Receipt, ...]:
    """Give them: first those whose entry is there by now, then the oldest."""
    query = (
        select(RECEIPT)
        .outerjoin(DISPATCH, (DISPATCH.c.message_uuid == RECEIPT.c.message_uuid) & ~DISPATCH.c.damaged)
        .where(RECEIPT.c.dispatch.is_(None))
        .order_by(DISPATCH.c.id.is_(None), RECEIPT.c.seq)
        .limit(limit)
    )
    return tuple(value(its, vault.own) for its in connection.execute(query))


def value(its: Row[Any], key: DataKey | None) -> Receipt:
    """Give the receipt of a row."""
    private = readable(key, _part(its.id), its.private, nothing=_NOTHING, damaged=_DAMAGED)
    return Receipt(
        id=its.id,
        event=its.event,
        at=its.at,
        message_uuid=UUID(its.message_uuid),
        channel=its.channel,
        code=its.code,
        text=private.text,
        word=its.word,
        raw=private.raw,
    )


def row(key: DataKey, receipt: Receipt, dispatch: str | None) -> dict[str, object]:
    """Give the row of a receipt, of a letter or of none yet."""
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
