"""Letters of departments, as rows: how many a day, and whether enough people sent them for the figures to be shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from esdh_connect_rollout.tables import COUNTED, DAY, SALT, SENDER, SHOWN

__all__ = [
    "add",
    "by_day",
    "count",
    "departments",
    "fill",
    "forget",
    "is_shown",
    "salt",
    "senders",
    "show",
    "shown",
    "since",
]


def count(connection: Connection, id_: str, at: datetime) -> bool:
    """Note that a letter is counted; False where it was before."""
    try:
        with connection.begin_nested():
            connection.execute(insert(COUNTED).values(id=id_, at=at))
    except IntegrityError:
        return False
    return True


def add(connection: Connection, department: str, day: str, letters: int = 1, singles: int = 1) -> None:
    """Count letters of a department on a day; ``singles`` of them were no part of a mailing."""
    where = (DAY.c.department == department, DAY.c.day == day)
    more = update(DAY).where(*where).values(letters=DAY.c.letters + letters, singles=DAY.c.singles + singles)
    if connection.execute(more).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(insert(DAY).values(department=department, day=day, letters=letters, singles=singles))
    except IntegrityError:  # another worker counted the first one
        connection.execute(more)


def fill(connection: Connection, rows: Iterable[tuple[str, str, int]]) -> None:
    """Put in letters by department and day, of days of which nothing was counted."""
    connection.execute(
        insert(DAY),
        [{"department": id_, "day": day, "letters": many, "singles": many} for id_, day, many in rows],
    )


def since(connection: Connection, department: str, first: str, last: str) -> int:
    """Give how many single letters a department sent from one day to another, both included."""
    where = (DAY.c.department == department, DAY.c.day >= first, DAY.c.day <= last)
    return int(connection.scalar(select(func.sum(DAY.c.singles)).where(*where)) or 0)


def by_day(connection: Connection, departments: Iterable[str]) -> Mapping[str, int]:
    """Give how many letters departments sent together, by day."""
    letters = func.sum(DAY.c.letters)
    query = select(DAY.c.day, letters).where(DAY.c.department.in_(tuple(departments))).group_by(DAY.c.day)
    return {day: int(many) for day, many in connection.execute(query)}


def departments(connection: Connection) -> frozenset[str]:
    """Give the departments that have sent anything."""
    return frozenset(connection.scalars(select(DAY.c.department).distinct()))


# --- whether enough people sent


def salt(connection: Connection, month: str, fresh: bytes) -> bytes | None:
    """
    Give what the digests of this month are made with: ``fresh`` where the month begins, which ends the last one.

    None where a later month has begun, as a clock that was put back would have it.
    """
    row = connection.execute(select(SALT).order_by(SALT.c.month.desc())).first()
    if row is not None and row.month >= month:
        return bytes(row.salt) if row.month == month else None
    _end(connection, month)
    connection.execute(insert(SALT).values(month=month, salt=fresh))
    return fresh


def is_shown(connection: Connection, month: str, wave: str) -> bool:
    """Tell whether the figures of a wave in a month may be shown."""
    where = (SHOWN.c.month == month, SHOWN.c.wave == wave)
    return connection.scalar(select(SHOWN.c.month).where(*where)) is not None


def shown(connection: Connection, wave: str) -> frozenset[str]:
    """Give the months whose figures may be shown."""
    return frozenset(connection.scalars(select(SHOWN.c.month).where(SHOWN.c.wave == wave)))


def senders(connection: Connection, month: str, wave: str, sender: str) -> int:
    """Note a sender, and give how many there are."""
    where = (SENDER.c.month == month, SENDER.c.wave == wave)
    if connection.scalar(select(SENDER.c.sender).where(*where, SENDER.c.sender == sender)) is None:
        connection.execute(insert(SENDER).values(month=month, wave=wave, sender=sender))
    return int(connection.scalar(select(func.count()).select_from(SENDER).where(*where)) or 0)


def show(connection: Connection, month: str, wave: str) -> None:
    """Let the figures of a wave in a month be shown; who sent them is forgotten with that."""
    connection.execute(insert(SHOWN).values(month=month, wave=wave))
    connection.execute(delete(SENDER).where(SENDER.c.month == month, SENDER.c.wave == wave))


def forget(connection: Connection, until: datetime, month: str) -> int:
    """Delete which letters were counted before ``until``, and who sent in months before ``month``; gives how many."""
    counted = connection.execute(delete(COUNTED).where(COUNTED.c.at < until)).rowcount
    return counted + _end(connection, month)


def _end(connection: Connection, month: str) -> int:
    """End the months before this one: nobody can tell any more who sent in them."""
    senders = connection.execute(delete(SENDER).where(SENDER.c.month < month)).rowcount
    connection.execute(delete(SALT).where(SALT.c.month < month))
    return senders
