"""
Glemsel: what names people beside the letters themselves, and has had its time.

Of a document event stays what planning needs – the document's id, its version and what happened to it – so that one
that was withdrawn is so for ever, and one told again is known. What it was told with goes.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Select, delete, func, select, update

from esdh_connect.events import DOCUMENT_EVENTS
from esdh_connect.store.facts import place
from esdh_connect.store.tables import DISPATCH, DOCUMENT_EVENT, FACT, PROPOSAL, RECEIPT, SUBSCRIBER

__all__ = ["Found", "forget", "found"]

_NOTHING = b""
_TOLD = tuple(kind.hook() for kind in DOCUMENT_EVENTS)
#: The rows of each table, by their ``seq``: events, facts, proposals, receipts.
Found = tuple[list[int], list[int], list[int], list[int]]


def found(connection: Connection, until: datetime, limit: int) -> Found:
    """Find what is as old as that, at most ``limit`` of each."""
    queries = (_events(until), _facts(connection, until), _proposals(until), _receipts(until))
    events, facts, proposals, receipts = (list(connection.scalars(one.limit(limit))) for one in queries)
    return events, facts, proposals, receipts


def forget(connection: Connection, these: Found) -> int:
    """Forget them; gives how many there were."""
    events, facts, proposals, receipts = these
    done = connection.execute(update(DOCUMENT_EVENT).where(DOCUMENT_EVENT.c.seq.in_(events)).values(data=_NOTHING))
    gone = [
        connection.execute(delete(FACT).where(FACT.c.seq.in_(facts))),
        connection.execute(delete(PROPOSAL).where(PROPOSAL.c.seq.in_(proposals), ~PROPOSAL.c.open)),
        # One that got its letter in the meantime is that letter's.
        connection.execute(delete(RECEIPT).where(RECEIPT.c.seq.in_(receipts), RECEIPT.c.dispatch.is_(None))),
    ]
    return sum(one.rowcount for one in (done, *gone))


def _events(until: datetime) -> Select[int]:
    told = DOCUMENT_EVENT.c.treated & (DOCUMENT_EVENT.c.data != _NOTHING)
    return select(DOCUMENT_EVENT.c.seq).where(told, DOCUMENT_EVENT.c.at <= until).order_by(DOCUMENT_EVENT.c.seq)


def _facts(connection: Connection, until: datetime) -> Select[int]:
    """Find what was told of documents, to everybody who hears."""
    its = select(FACT.c.seq).where(FACT.c.dispatch.is_(None), FACT.c.name.in_(_TOLD), FACT.c.at <= until)
    heard = connection.scalar(select(func.min(SUBSCRIBER.c.position)))
    return (its if heard is None else its.where(place(connection) <= heard)).order_by(FACT.c.seq)


def _proposals(until: datetime) -> Select[int]:
    return select(PROPOSAL.c.seq).where(~PROPOSAL.c.open, PROPOSAL.c.made_at <= until).order_by(PROPOSAL.c.seq)


def _receipts(until: datetime) -> Select[int]:
    """Find receipts for nobody's letter."""
    has_letter = select(DISPATCH.c.id).where(DISPATCH.c.message_uuid == RECEIPT.c.message_uuid).exists()
    nobodys = RECEIPT.c.dispatch.is_(None) & ~has_letter
    return select(RECEIPT.c.seq).where(nobodys, RECEIPT.c.at <= until).order_by(RECEIPT.c.seq)
