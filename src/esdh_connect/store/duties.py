"""Duties: letters that must be journalized."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs
from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, select, update

from esdh_connect.dispatch import Entry
from esdh_connect.outbox import Duty, UnknownDispatch
from esdh_connect.store.audit import Pen, of_duty
from esdh_connect.store.loading import load
from esdh_connect.store.tables import DUTY
from esdh_connect.store.vault import Vault, readable, sealed

__all__ = ["add", "done", "due", "explained", "give_up", "is_stuck", "postpone", "refuse", "resolve", "stuck", "take"]

_FRESH = {
    "tries": 0,
    "done": False,
    "answer": "",
    "begun": False,
    "is_unknown": False,
    "is_refused": False,
    "shift": "",
}
_DECIDED = {"is_unknown": False, "is_refused": False}
_KNOWN = select(DUTY.c.dispatch).where(DUTY.c.mark == bindparam("mark"))
_TAKEN = update(DUTY).where(DUTY.c.mark == bindparam("its_mark"))
_GOES_ON = (~DUTY.c.done, ~DUTY.c.is_unknown, ~DUTY.c.is_refused)
_OPEN = select(DUTY).where(DUTY.c.mark == bindparam("mark"), *_GOES_ON).with_for_update()


def add(connection: Connection, letters: Sequence[Entry]) -> None:
    """Add the duty to journalize these letters, once each. It is due at once; its mark is the id of the dispatch."""
    rows = [{"mark": entry.id, "dispatch": entry.id, "due": entry.committed_at, **_FRESH} for entry in letters]
    load(connection, DUTY, rows, once=("mark",))


def due(connection: Connection, now: datetime, limit: int) -> tuple[Duty, ...]:
    """Give those that are due, but for those that wait for a person."""
    query = select(DUTY).where(*_GOES_ON, DUTY.c.due <= now)
    return _listed(connection, query.order_by(DUTY.c.due, DUTY.c.mark).limit(limit))


def is_stuck(tries: int) -> ColumnElement[bool]:
    """Tell of an open one that it waits for a person, or was tried so often."""
    return ~DUTY.c.done & (DUTY.c.is_unknown | DUTY.c.is_refused | (DUTY.c.tries >= tries))


def stuck(connection: Connection, vault: Vault, tries: int, limit: int) -> tuple[Duty, ...]:
    """Give the open ones that wait for a person, with why, or that were tried so often."""
    query = select(DUTY).where(is_stuck(tries)).order_by(DUTY.c.due, DUTY.c.mark).limit(limit)
    return explained(connection, vault, query)


def explained(connection: Connection, vault: Vault, query: Select[Any]) -> tuple[Duty, ...]:
    """Give the duties of the rows that ``query`` finds, in its order, each with why the last try failed."""
    rows = connection.execute(query).all()
    keys = vault.keys(connection, {row.dispatch for row in rows})
    return tuple(
        attrs.evolve(_duty(row), why=readable(keys.get(row.dispatch), "duty", row.why, nothing="", damaged=""))
        for row in rows
    )


def _listed(connection: Connection, query: Select[Any], its: Mapping[str, object] | None = None) -> tuple[Duty, ...]:
    return tuple(map(_duty, connection.execute(query, its or {})))


def _duty(row: Row[Any]) -> Duty:
    return Duty(row.mark, row.dispatch, row.due, row.tries, row.begun, row.is_unknown, row.is_refused, row.shift)


def take(connection: Connection, mark: str, shift: str, is_over: Callable[[Connection, str], bool]) -> Duty | None:
    """Take it in hand; None where it is not to be had. ``is_over`` tells of a shift whether it is proven to be."""
    _known(connection, mark)
    found = _listed(connection, _OPEN, {"mark": mark})
    if not found or (found[0].shift not in ("", shift) and not is_over(connection, found[0].shift)):
        return None
    connection.execute(_TAKEN, {"its_mark": mark, "begun": True, "shift": shift})
    return found[0]


def done(pen: Pen, mark: str, answer: str) -> None:
    """Note the host's answer."""
    dispatch = _known(pen.connection, mark)
    open_ = update(DUTY).where(DUTY.c.mark == mark, ~DUTY.c.done)
    if pen.connection.execute(open_.values(done=True, answer=answer)).rowcount:
        pen.note(dispatch, of_duty("done", answer))


def postpone(pen: Pen, failed: Duty, why: str) -> None:
    """Note a failed try: ``failed`` is the duty as it is to be, but for ``shift``, which must have it in hand."""
    values = {"due": failed.due, "begun": failed.begun, **_DECIDED, "tries": DUTY.c.tries + 1}
    _let_go(pen, failed.mark, failed.shift, "postponed", why, values)


def give_up(pen: Pen, mark: str, shift: str, why: str) -> None:
    """Note that nobody can know whether the host has written."""
    _let_go(pen, mark, shift, "unknown", why, {"is_unknown": True})


def refuse(pen: Pen, mark: str, shift: str, why: str) -> None:
    """Note that the host has not written and will not, as things are."""
    _let_go(pen, mark, shift, "refused", why, {"begun": False, "is_refused": True, "tries": DUTY.c.tries + 1})


def resolve(pen: Pen, mark: str, now: datetime, *, written: bool) -> str | None:
    """
    Take a person's word, and give the letter's id; None where it is done, or in somebody's hand.

    Where the host could not say itself what it did, it is not asked before it writes again: a person has looked.
    """
    connection, dispatch = pen.connection, _known(pen.connection, mark)
    open_ = select(DUTY).where(DUTY.c.mark == mark, ~DUTY.c.done, DUTY.c.shift == "").with_for_update()
    found = _listed(connection, open_)
    if not found:
        return None
    again = {"due": now, "tries": 0, "begun": found[0].begun and not found[0].is_unknown, **_DECIDED}
    done = {"done": True, **_DECIDED}
    connection.execute(update(DUTY).where(DUTY.c.mark == mark).values(done if written else again))
    pen.note(dispatch, of_duty("done" if written else "again"))
    return dispatch


def _let_go(pen: Pen, mark: str, shift: str, what: str, why: str, values: Mapping[str, Any]) -> None:  # noqa: PLR0917
    dispatch = _known(pen.connection, mark)
    said = sealed(pen.vault.key_to_write(pen.connection, dispatch), "duty", why)
    in_hand = update(DUTY).where(DUTY.c.mark == mark, DUTY.c.shift == shift)
    if pen.connection.execute(in_hand.values(**values, why=said, shift="")).rowcount:
        pen.note(dispatch, of_duty(what))


def _known(connection: Connection, mark: str) -> str:
    dispatch: str | None = connection.scalar(_KNOWN, {"mark": mark})
    if dispatch is None:
        raise UnknownDispatch(f"no duty {mark!r}")
    return dispatch
