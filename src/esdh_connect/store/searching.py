"""Searches: letters found by department, case, status and time, and what needs a person found by its cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, literal, select

from esdh_connect.dispatch import Cause, Entry, Hold, Work
from esdh_connect.outbox import HOST_SILENT_AFTER, STUCK_AFTER, Duty, Found, Search
from esdh_connect.store import duties
from esdh_connect.store.mailings import Mailings
from esdh_connect.store.tables import DISPATCH, DUTY

__all__ = ["Searches"]

_IS_STUCK = duties.is_stuck(STUCK_AFTER)
_JOURNAL = {
    Cause.JOURNAL_UNKNOWN: DUTY.c.is_unknown,
    Cause.JOURNAL_REFUSED: DUTY.c.is_refused,
    Cause.JOURNAL_FAILING: ~DUTY.c.is_unknown & ~DUTY.c.is_refused,
}
#: Not the column itself: SQLite would take the index of departments, and read every line of one for its time.
_DEPARTMENT = DISPATCH.c.department.concat("")
_NEWEST = (DISPATCH.c.committed_at.desc(), DISPATCH.c.seq.desc())

#: So many cases are looked up one by one.
_FEW = 500

Such = ColumnElement[bool]


class Searches(Mailings):
    """
    The part of the outbox that finds.

    Which lines, and how many there are, an index tells alone; what is sealed is opened of the few that are shown.
    """

    def search(self, search: Search, limit: int = 100, offset: int = 0) -> Found:
        """Give the letters of a search, the newest first, and count them all."""
        alone = search.statuses is None and search.since is None and search.until is None
        with self._reading() as connection:
            cases = () if search.case_part is None else (_on_cases(connection, search.case_part),)
            such = (*_such(search, _DEPARTMENT), *cases)
            counted = (*_such(search, DISPATCH.c.department), *cases) if alone else such
            numbers = select(DISPATCH.c.seq).where(*such).order_by(*_NEWEST).limit(limit).offset(offset)
            total = connection.scalar(select(func.count()).select_from(DISPATCH).where(*counted)) or 0
            these = connection.scalars(numbers).all()
        return Found(self._found(select(DISPATCH).where(DISPATCH.c.seq.in_(these)).order_by(*_NEWEST)), total)

    def trouble_counts(self, now: datetime) -> Mapping[tuple[str, Cause], int]:
        """Count what needs a person by (department, cause)."""
        counted: Counter[tuple[str, Cause]] = Counter()
        with self._reading() as connection:
            for query in (_letters(), _journaling(), _silent(now)):
                for department, cause, count in connection.execute(query):
                    counted[department, Cause(cause)] += count
        return counted

    def in_trouble(
        self,
        cause: Cause,
        now: datetime,
        departments: Collection[str] | None = None,
        limit: int = 100,
        offset: int = 0,
        *,
        letter: str | None = None,
    ) -> tuple[tuple[Entry, Duty | None], ...]:
        """Give those that need a person for this cause, oldest first."""
        its = () if departments is None else (_DEPARTMENT.in_(departments),)
        its = its if letter is None else (*its, DISPATCH.c.id == letter)
        if cause in _JOURNAL:
            return self._unjournaled(cause, its, limit, offset)
        such = _is_silent(now) if cause is Cause.HOST_SILENT else (DISPATCH.c.cause == cause,)
        numbers = select(DISPATCH.c.seq).where(*such, *its).order_by(DISPATCH.c.seq).limit(limit).offset(offset)
        with self._reading() as connection:
            these = connection.scalars(numbers).all()
        found = self._found(select(DISPATCH).where(DISPATCH.c.seq.in_(these)).order_by(DISPATCH.c.seq))
        return tuple((entry, None) for entry in found)

    def _unjournaled(
        self, cause: Cause, its: tuple[Such, ...], limit: int, offset: int
    ) -> tuple[tuple[Entry, Duty | None], ...]:
        query = select(DUTY).join(DISPATCH, DISPATCH.c.id == DUTY.c.dispatch).where(_IS_STUCK, _JOURNAL[cause], *its)
        with self._reading() as connection:
            some = query.order_by(DISPATCH.c.seq).limit(limit).offset(offset)
            owed = duties.explained(connection, self._vault, some)
        of = {duty.dispatch: duty for duty in owed}
        found = self._found(select(DISPATCH).where(DISPATCH.c.id.in_(of)).order_by(DISPATCH.c.seq))
        return tuple((entry, of[entry.id]) for entry in found)


def _on_cases(connection: Connection, part: str) -> Such:
    """
    Give what finds the letters on cases with this in their number.

    An index has the numbers. Of few cases it has their letters too; of many the newest letters are soon found.
    """
    escaped = "".join(f"\\{sign}" if sign in "\\%_" else sign for sign in part)
    number = func.lower(func.replace(DISPATCH.c.case_id, " ", ""))
    has_it = number.like(func.lower(literal(f"%{escaped}%")), escape="\\")
    found = connection.scalars(select(DISPATCH.c.case_id).where(has_it).distinct().limit(_FEW + 1)).all()
    return DISPATCH.c.case_id.in_(found) if len(found) <= _FEW else has_it


def _such(search: Search, department: ColumnElement[str]) -> Iterator[Such]:
    if search.departments is not None:
        yield department.in_(search.departments)
    if search.case is not None:
        yield DISPATCH.c.case_id == search.case
    if search.statuses is not None:
        yield DISPATCH.c.status.in_(search.statuses)
    if search.since is not None:
        yield DISPATCH.c.committed_at >= search.since
    if search.until is not None:
        yield DISPATCH.c.committed_at < search.until


def _letters() -> Select[Any]:
    by = (_DEPARTMENT, DISPATCH.c.cause)
    return select(*by, func.count()).where(DISPATCH.c.cause.in_(Cause)).group_by(*by)


def _journaling() -> Select[Any]:
    """Of those that are stuck there are few, and one is stuck for one of these causes."""
    why = case(*((such, literal(cause.value)) for cause, such in _JOURNAL.items())).label("why")
    query = select(DISPATCH.c.department, why, func.count()).join(DUTY, DUTY.c.dispatch == DISPATCH.c.id)
    return query.where(_IS_STUCK).group_by(DISPATCH.c.department, DUTY.c.is_unknown, DUTY.c.is_refused)


def _silent(now: datetime) -> Select[Any]:
    its = DISPATCH.c.department
    return select(its, literal(Cause.HOST_SILENT.value), func.count()).where(*_is_silent(now)).group_by(its)


def _is_silent(now: datetime) -> tuple[Such, ...]:
    held = (DISPATCH.c.work == Work.HELD, DISPATCH.c.held_for == Hold.HOST)
    return (*held, DISPATCH.c.committed_at <= now - HOST_SILENT_AFTER)
