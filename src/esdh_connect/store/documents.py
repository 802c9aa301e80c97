"""What the host saw happen to its documents, and what plugins propose because of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import attrs
from sqlalchemy import Connection, Row, Select, bindparam, func, insert, select, text, update

from esdh_connect.dispatch import Entry, Request
from esdh_connect.errors import DamagedPayload
from esdh_connect.events import DOCUMENT_EVENTS, DocumentEvent, DocumentFinalized, DocumentWithdrawn
from esdh_connect.model import Document
from esdh_connect.outbox import MAX_ASKED, OPEN, DocumentState, Proposal, UnknownDispatch
from esdh_connect.policy import Policy
from esdh_connect.store.audit import Note, Pen, Said
from esdh_connect.store.database import stored_once
from esdh_connect.store.tables import DISPATCH, DISPATCH_DOCUMENT, DOCUMENT_EVENT, PROPOSAL, SOURCE
from esdh_connect.store.vault import UNREADABLE, Vault, opened, readable, sealed

__all__ = [
    "close",
    "cursor",
    "given_up",
    "keep",
    "note_cursor",
    "open_with",
    "postpone",
    "proposals",
    "propose",
    "state",
    "treat",
    "untreated",
    "withdrawn",
]

_KINDS = {kind.hook(): kind for kind in DOCUMENT_EVENTS}
_WITHDRAWN, _FINALIZED = DocumentWithdrawn.hook(), DocumentFinalized.hook()
_OF_LETTERS = (
    select(DISPATCH_DOCUMENT.c.dispatch, DOCUMENT_EVENT.c.document, DOCUMENT_EVENT.c.name, DOCUMENT_EVENT.c.at)
    .join(DISPATCH_DOCUMENT, DISPATCH_DOCUMENT.c.document == DOCUMENT_EVENT.c.document)
    .where(DISPATCH_DOCUMENT.c.dispatch.in_(bindparam("dispatches", expanding=True)))
    .where(DOCUMENT_EVENT.c.name.in_((_WITHDRAWN, _FINALIZED)))
    .order_by(DOCUMENT_EVENT.c.at, DOCUMENT_EVENT.c.seq)
)
_OF_DOCUMENT = (
    select(DOCUMENT_EVENT.c.name, DOCUMENT_EVENT.c.version)
    .where(DOCUMENT_EVENT.c.document == bindparam("document"))
    .order_by(DOCUMENT_EVENT.c.at, DOCUMENT_EVENT.c.seq)
)


@attrs.frozen
class _Closed:
    """Who took a proposal off the list, and why."""

    by: str
    why: str


def keep(connection: Connection, vault: Vault, event: DocumentEvent, policy: Policy) -> bool:
    """Store an event; False where its id was stored before."""
    if connection.scalar(select(DOCUMENT_EVENT.c.seq).where(DOCUMENT_EVENT.c.id == event.id)) is not None:
        return False
    return stored_once(
        connection,
        insert(DOCUMENT_EVENT).values(
            id=event.id,
            name=event.hook(),
            document=event.document.id,
            version=event.document.version,
            department=event.department,
            at=event.at,
            policy_version=policy.version,
            treated=False,
            tries=0,
            data=sealed(vault.own, f"event:{event.id}", event),
        ),
    )


def cursor(connection: Connection, source: str) -> str:
    """Give to where a source was read; "" where it never was."""
    return connection.scalar(select(SOURCE.c.cursor).where(SOURCE.c.name == source)) or ""


def note_cursor(connection: Connection, source: str, cursor: str) -> None:
    """Note to where a source was read."""
    if not connection.execute(update(SOURCE).where(SOURCE.c.name == source).values(cursor=cursor)).rowcount:
        connection.execute(insert(SOURCE).values(name=source, cursor=cursor))


def untreated(connection: Connection, vault: Vault, limit: int, now: datetime | None) -> tuple[DocumentEvent, ...]:
    """Give the events whose consequences are not drawn yet, oldest first."""
    query = select(DOCUMENT_EVENT).where(~DOCUMENT_EVENT.c.treated).order_by(DOCUMENT_EVENT.c.seq).limit(limit)
    if now is not None:
        query = query.where(DOCUMENT_EVENT.c.due.is_(None) | (DOCUMENT_EVENT.c.due <= now))
    rows = connection.execute(query).all()
    return tuple(_event(vault, row) for row in rows)


def _event(vault: Vault, row: Row[Any]) -> DocumentEvent:
    """Give the event of a row; what it does to letters stands in clear, so that damage to its names stops nothing."""
    kind = _KINDS[row.name]
    document = Document(row.document, row.version, UNREADABLE)
    bare = kind(row.id, row.at, row.department, document)
    return readable(vault.own, f"event:{row.id}", row.data, nothing=bare, damaged=bare)


def treat(connection: Connection, event: DocumentEvent) -> str:
    """Note that its consequences are drawn, and give the version of the policy it was stored under."""
    its = DOCUMENT_EVENT.c.id == event.id
    version: str | None = connection.scalar(select(DOCUMENT_EVENT.c.policy_version).where(its).with_for_update())
    if version is None:
        raise UnknownDispatch(f"no document event {event.id!r}")
    connection.execute(update(DOCUMENT_EVENT).where(its).values(treated=True))
    return version


def postpone(connection: Connection, event: DocumentEvent, now: datetime, rest: Callable[[int], timedelta]) -> int:
    """Have it come again after a rest that depends on how often it did, and give that."""
    its = DOCUMENT_EVENT.c.id == event.id
    tries: int = connection.scalars(select(DOCUMENT_EVENT.c.tries).where(its).with_for_update()).one() + 1
    connection.execute(update(DOCUMENT_EVENT).where(its).values(tries=tries, due=now + rest(tries)))
    return tries


def given_up(connection: Connection, since: datetime) -> int:
    """Count those since then about which plugins were asked as often as they are."""
    given_up = (DOCUMENT_EVENT.c.treated, DOCUMENT_EVENT.c.tries >= MAX_ASKED, DOCUMENT_EVENT.c.due > since)
    query = select(func.count()).select_from(DOCUMENT_EVENT).where(text("tries > 0"), *given_up)  # along its index
    return connection.scalar(query) or 0


def open_with(event: DocumentEvent, *, another_version: bool) -> Select[Any]:
    """Find the entries committed before the event that hold its document and were not handed over."""
    holding = select(DISPATCH_DOCUMENT.c.dispatch).where(DISPATCH_DOCUMENT.c.document == event.document.id)
    if another_version:
        holding = holding.where(DISPATCH_DOCUMENT.c.version != event.document.version)
    found = select(DISPATCH).where(DISPATCH.c.id.in_(holding), DISPATCH.c.work.in_(OPEN))
    return found.where(DISPATCH.c.committed_at <= event.at).order_by(DISPATCH.c.seq)


def withdrawn(connection: Connection, letters: Mapping[str, Entry]) -> set[str]:
    """
    Give which of these letters hold a document that was withdrawn after they were committed, or is withdrawn now.

    The latter finds a withdrawal that only seems to be older: it was told late, or our clock was ahead.
    """
    stopped: set[str] = set()
    latest: dict[tuple[str, str], str] = {}
    for row in connection.execute(_OF_LETTERS, {"dispatches": list(letters)}):
        if row.name == _WITHDRAWN and row.at >= letters[row.dispatch].committed_at:
            stopped.add(row.dispatch)
        latest[row.dispatch, row.document] = row.name
    return stopped | {dispatch for (dispatch, _), name in latest.items() if name == _WITHDRAWN}


def state(connection: Connection, document: str) -> DocumentState | None:
    """Fold what the host saw of a document."""
    return DocumentState.after(
        (_KINDS[name], version) for name, version in connection.execute(_OF_DOCUMENT, {"document": document})
    )


# --- proposals


def propose(connection: Connection, vault: Vault, made: Iterable[Proposal]) -> None:
    """Store proposals, each once."""
    for proposal in made:
        if connection.scalar(select(PROPOSAL.c.seq).where(PROPOSAL.c.id == proposal.id)) is None:
            connection.execute(
                insert(PROPOSAL).values(
                    id=proposal.id,
                    event=proposal.event,
                    made_at=proposal.made_at,
                    request=sealed(vault.own, f"proposal:{proposal.id}", proposal.request),
                    open=True,
                )
            )


def proposals(connection: Connection, vault: Vault) -> Iterator[Proposal]:
    """Give those on the list, oldest first; nobody can decide about one that does not open any more."""
    rows = connection.execute(select(PROPOSAL).where(PROPOSAL.c.open).order_by(PROPOSAL.c.seq)).all()
    for row in rows:
        with suppress(DamagedPayload):
            request = opened(vault.own, f"proposal:{row.id}", row.request, Request)
            yield Proposal(row.id, row.event, request, row.made_at)


def close(pen: Pen, id_: str, closed: tuple[str, str]) -> bool:
    """Take one off the list, by whom and why; False where it was off already."""
    connection = pen.connection
    is_open: bool | None = connection.scalar(select(PROPOSAL.c.open).where(PROPOSAL.c.id == id_).with_for_update())
    if is_open is None:
        raise UnknownDispatch(f"no proposal {id_!r}")
    if is_open:
        said = sealed(pen.vault.own, f"closed:{id_}", _Closed(*closed))
        connection.execute(update(PROPOSAL).where(PROPOSAL.c.id == id_).values(open=False, closed=said))
        pen.note_outbox(Note("proposal closed", id_, Said(*closed)))
    return is_open
