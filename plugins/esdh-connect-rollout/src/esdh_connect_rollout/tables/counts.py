"""Letters of departments, as rows: how many a day. They are shown nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from esdh_connect_rollout.tables import COUNTED, DAY

__all__ = ["add", "count", "departments", "fill", "forget", "since"]


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


def departments(connection: Connection) -> frozenset[str]:
    """Give the departments that have sent anything."""
    return frozenset(connection.scalars(select(DAY.c.department).distinct()))


def forget(connection: Connection, until: datetime) -> int:
    """Delete which letters were counted before ``until``; gives how many."""
    return connection.execute(delete(COUNTED).where(COUNTED.c.at < until)).rowcount
