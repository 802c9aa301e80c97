"""What is learnt of attachments that are sent together, as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, String, delete, func, insert, select, type_coerce, update

from esdh_connect_bilag.tables import LETTER, PIECE, REFUSAL, SALT

__all__ = ["count", "forget", "groups", "is_counted", "refusals", "refuse", "salt", "sendings", "sizes"]

#: Kinds of letters looked at for one suggestion, at most: the commonest.
_MOST = 20_000


def is_counted(connection: Connection, id_: str) -> bool:
    """Tell whether a letter was counted."""
    return connection.scalar(select(LETTER.c.id).where(LETTER.c.id == id_)) is not None


def count(connection: Connection, letter: Mapping[str, Any], pieces: Mapping[str, tuple[int, int]]) -> None:
    """Count a letter; ``pieces`` gives size and pages of what was in it."""
    at = letter["at"]
    known = set(connection.scalars(select(PIECE.c.id).where(PIECE.c.id.in_(pieces))))
    fresh = [
        {"id": id_, "size": size, "pages": pages, "last": at}
        for id_, (size, pages) in pieces.items()
        if id_ not in known
    ]
    if fresh:
        connection.execute(insert(PIECE), fresh)
    connection.execute(update(PIECE).where(PIECE.c.id.in_(known), PIECE.c.last < at).values(last=at))
    connection.execute(insert(LETTER).values(**letter))


def salt(connection: Connection, month: str, fresh: bytes) -> bytes | None:
    """
    Give what the pseudonyms of this month are made with: ``fresh`` where the month begins, which ends the last one.

    None where a later month has begun, as a clock that was put back would have it.
    """
    row = connection.execute(select(SALT).order_by(SALT.c.month.desc())).first()
    if row is not None and row.month >= month:
        return bytes(row.salt) if row.month == month else None
    connection.execute(delete(SALT))
    connection.execute(insert(SALT).values(month=month, salt=fresh))
    return fresh


def forget(connection: Connection, until: datetime, month: str) -> int:
    """Delete what is older than ``until``, and salts of months before ``month``; gives how many letters."""
    letters = connection.execute(delete(LETTER).where(LETTER.c.at < until)).rowcount
    connection.execute(delete(PIECE).where(PIECE.c.last < until))
    connection.execute(delete(SALT).where(SALT.c.month < month))
    return letters


def groups(connection: Connection, since: datetime) -> Sequence[tuple[str, str]]:
    """Give the departments and KLE numbers in which letters were counted."""
    query = select(LETTER.c.department, LETTER.c.kle).where(LETTER.c.at >= since).distinct()
    rows = connection.execute(query.order_by(LETTER.c.department, LETTER.c.kle))
    return [(row.department, row.kle) for row in rows]


def sendings(connection: Connection, department: str, kle: str, since: datetime) -> Sequence[tuple[str, str, str, int]]:
    """Give (pieces, month, sender, letters) of a department, the commonest first."""
    month = func.substr(type_coerce(LETTER.c.at, String), 1, 7)
    letters = func.count()
    query = (
        select(LETTER.c.pieces, month, LETTER.c.sender, letters)
        .where(LETTER.c.department == department, LETTER.c.kle == kle, LETTER.c.at >= since)
        .group_by(LETTER.c.pieces, month, LETTER.c.sender)
        .order_by(letters.desc(), LETTER.c.pieces, month, LETTER.c.sender)
        .limit(_MOST)
    )
    return [tuple(row) for row in connection.execute(query)]


def sizes(connection: Connection, pieces: Sequence[str]) -> Mapping[str, tuple[int, int]]:
    """Give size and pages of pieces."""
    rows = connection.execute(select(PIECE).where(PIECE.c.id.in_(pieces)))
    return {row.id: (row.size, row.pages) for row in rows}


def refuse(connection: Connection, row: Mapping[str, Any]) -> None:
    """Keep a refusal."""
    connection.execute(insert(REFUSAL).values(**row))


def refusals(connection: Connection, department: str, kle: str) -> Sequence[str]:
    """Give the pieces of what was refused."""
    where = (REFUSAL.c.department == department, REFUSAL.c.kle == kle)
    return connection.scalars(select(REFUSAL.c.pieces).where(*where).order_by(REFUSAL.c.seq)).all()
