"""The audit log read: its chain made longer, checked, and shown letter by letter."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import attrs
from sqlalchemy import Column, Connection, Row, Select, bindparam, func, or_, select, update

from esdh_connect.outbox import Checked, Fault, FaultKind, Head, Line
from esdh_connect.seal import DataKey, Purpose
from esdh_connect.store.audit import Said, fits, link_of, part
from esdh_connect.store.lines import who
from esdh_connect.store.tables import AUDIT, DISPATCH
from esdh_connect.store.vault import UNREADABLE, Vault, readable

__all__ = ["AuditTrail"]

#: Lines in memory at a time, and in one transaction that gives them their place.
_AT_ONCE = 1000
#: Where a round of delivery stops linking, so that the next letter does not wait for long.
_ROUNDS = 20
_NOTHING, _DAMAGED = Said(), Said(UNREADABLE, UNREADABLE)
_PLACE = (
    update(AUDIT)
    .where(AUDIT.c.seq == bindparam("of"))
    .values(position=bindparam("its_position"), link=bindparam("its_link"))
)

Opening = Callable[[], AbstractContextManager[Connection]]


@attrs.frozen
class AuditTrail:
    """Revisionslog of one outbox; what each method does stands in :class:`esdh_connect.outbox.Trail`."""

    _writing: Opening
    _reading: Opening
    _vault: Vault

    @property
    def _key(self) -> bytes:
        return self._vault.seal.key(Purpose.AUDIT)

    # --- the chain

    def link(self, *, at_least: int = 1) -> int:
        """Give lines that have none their place in the chain."""
        with self._reading() as connection:
            few = select(AUDIT.c.seq).where(AUDIT.c.position.is_(None)).limit(at_least).subquery()
            if (connection.scalar(select(func.count()).select_from(few)) or 0) < at_least:
                return 0
        linked = 0
        for _ in range(_ROUNDS):
            with self._writing() as connection:
                done = self._lengthened(connection)
            linked += done
            if done < _AT_ONCE:
                break
        return linked

    def _lengthened(self, connection: Connection) -> int:
        self._vault.alone_with_audit(connection)
        position, before = _head(connection)
        waiting = select(AUDIT.c.seq, AUDIT.c.mac).where(AUDIT.c.position.is_(None))
        places = []
        for row in connection.execute(waiting.order_by(AUDIT.c.seq).limit(_AT_ONCE)).all():
            position += 1
            before = link_of(self._key, before, position, row.mac)
            places.append({"of": row.seq, "its_position": position, "its_link": before})
        if places:
            connection.execute(_PLACE, places)
        return len(places)

    def head(self) -> Head:
        """Give the last link of the chain."""
        with self._reading() as connection:
            position, link = _head(connection)
        return Head(position, link.hex())

    # --- checking

    def verify(self, expect: Head | None = None) -> Checked:
        """Check every line."""
        head, fault = self._chain(expect or Head())
        waiting, unlinked = self._waiting()
        return Checked(head, head.position, waiting, fault or unlinked or self._counts())

    def _chain(self, expect: Head) -> tuple[Head, Fault | None]:
        """Walk along the chain; gives how far it is whole, and what is wrong with the next."""
        position, before, cut = 0, b"", expect.position > 0
        for row in self._rows(AUDIT.c.position, AUDIT.c.position.is_not(None)):
            fault = _fault_of(self._key, row, position + 1, before)
            if fault is not None:
                return Head(position, before.hex()), fault
            position, before = row.position, row.link
            if position == expect.position:
                cut = not hmac.compare_digest(before.hex(), expect.link)
                if cut:
                    return Head(position, before.hex()), Fault(FaultKind.MOVED, position)
        return Head(position, before.hex()), Fault(FaultKind.CUT_OFF, position + 1) if cut else None

    def _waiting(self) -> tuple[int, Fault | None]:
        waiting = 0
        for row in self._rows(AUDIT.c.seq, AUDIT.c.position.is_(None)):
            if row.link is not None or not fits(self._key, row):
                return waiting, _at(FaultKind.CHANGED, row)
            waiting += 1
        return waiting, None

    def _rows(self, order: Column[int], which: Any) -> Iterator[Row[Any]]:  # noqa: ANN401 - a condition
        """Give lines in their order, some at a time, with no transaction open in between."""
        last = -1
        while True:
            with self._reading() as connection:
                query = select(AUDIT).where(which, order > last).order_by(order).limit(_AT_ONCE)
                rows = connection.execute(query).all()
            yield from rows
            if len(rows) < _AT_ONCE:
                return
            last = getattr(rows[-1], order.name)

    def _counts(self) -> Fault | None:
        """Hold what letters say of themselves against their lines."""
        with self._reading() as connection:
            for query, kind in ((_MISCOUNTED, FaultKind.MISSING), (_ELSEWHERE, FaultKind.OTHER_STATE)):
                row = connection.execute(query.limit(1)).first()
                if row is not None:
                    return Fault(kind, dispatch=row.id, number=row.number)
        return None

    # --- showing

    def of(self, dispatch: str) -> tuple[Line, ...]:
        """Give the lines of one letter."""
        its = select(AUDIT).where(AUDIT.c.dispatch == dispatch).order_by(AUDIT.c.number)
        with self._reading() as connection:
            key = self._vault.keys(connection, [dispatch]).get(dispatch, None if dispatch else self._vault.own)
            return tuple(
                self._line(row, key, _before(connection, row.position)) for row in connection.execute(its).all()
            )

    def _line(self, row: Row[Any], key: DataKey | None, before: bytes) -> Line:
        said = self._said(row, key)
        return Line(
            dispatch=row.dispatch,
            number=row.number,
            at=row.at,
            what=row.what,
            about=row.about,
            work=row.work,
            by=said.by,
            why=said.why,
            to=said.to,
            mac=row.mac.hex(),
            position=row.position,
            link=(row.link or b"").hex(),
            before=before.hex(),
            is_sound=_is_sound(self._key, row, before),
        )

    def _said(self, row: Row[Any], key: DataKey | None) -> Said:
        if row.what == "erased":
            key = self._vault.own
        if key is None or row.private is None:
            return _NOTHING
        if row.what == "committed":
            return Said(who(key, row.private))
        return readable(key, part(row.number), row.private, nothing=_NOTHING, damaged=_DAMAGED)


def _head(connection: Connection) -> tuple[int, bytes]:
    last = select(AUDIT.c.position, AUDIT.c.link).where(AUDIT.c.position.is_not(None))
    row = connection.execute(last.order_by(AUDIT.c.position.desc()).limit(1)).first()
    return (0, b"") if row is None else (row.position, row.link)


def _before(connection: Connection, position: int | None) -> bytes:
    if position is None:
        return b""
    return connection.scalar(select(AUDIT.c.link).where(AUDIT.c.position == position - 1)) or b""


def _is_sound(key: bytes, row: Row[Any], before: bytes) -> bool:
    if row.position is None:
        return fits(key, row)
    return _fault_of(key, row, row.position, before) is None


def _fault_of(key: bytes, row: Row[Any], position: int, before: bytes) -> Fault | None:
    if row.position != position:
        return Fault(FaultKind.MISSING, position)
    if not fits(key, row):
        return _at(FaultKind.CHANGED, row)
    if not hmac.compare_digest(row.link or b"", link_of(key, before, position, row.mac)):
        return _at(FaultKind.MOVED, row)
    return None


def _at(kind: FaultKind, row: Row[Any]) -> Fault:
    return Fault(kind, row.position, row.dispatch, row.number)


def _miscounted() -> Select[Any]:
    """Find letters that have not the lines they say, and lines of letters that are not there."""
    lines = (
        select(AUDIT.c.dispatch, func.count().label("found"), func.max(AUDIT.c.number).label("last"))
        .group_by(AUDIT.c.dispatch)
        .subquery()
    )
    says = func.coalesce(DISPATCH.c.audited, lines.c.last + 1)  # the outbox's own lines are no letter's
    wrong = or_(
        lines.c.found != lines.c.last + 1, lines.c.found != says, (DISPATCH.c.id.is_(None)) & (lines.c.dispatch != "")
    )
    query = select(lines.c.dispatch.label("id"), lines.c.found.label("number"))
    return query.outerjoin(DISPATCH, DISPATCH.c.id == lines.c.dispatch).where(wrong)


def _elsewhere() -> Select[Any]:
    """Find letters whose last line is missing, or left them elsewhere than they are."""
    last = (AUDIT.c.dispatch == DISPATCH.c.id) & (AUDIT.c.number == DISPATCH.c.audited - 1)
    query = select(DISPATCH.c.id, (DISPATCH.c.audited - 1).label("number")).outerjoin(AUDIT, last)
    return query.where(DISPATCH.c.audited > 0, or_(AUDIT.c.seq.is_(None), AUDIT.c.work != DISPATCH.c.work))


_MISCOUNTED, _ELSEWHERE = _miscounted(), _elsewhere()
