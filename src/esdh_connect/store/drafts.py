"""
Udkast as rows, sealed and written out before the outbox is asked to hold still.

Nobody else writes to a file while a transaction is open. So what takes time is done before it, and in it the rows are
stored, table by table.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from esdh_connect.events import DispatchEvent, Event
from esdh_connect.outbox import Draft, KeyTaken
from esdh_connect.store import entries, payload
from esdh_connect.store import facts as told
from esdh_connect.store.audit import Hand
from esdh_connect.store.loading import load
from esdh_connect.store.tables import AUDIT, DISPATCH, DISPATCH_DOCUMENT, FACT
from esdh_connect.store.vault import Vault, new_keys

if TYPE_CHECKING:
    from esdh_connect.seal import DataKey

__all__ = ["Written", "refusing_taken", "written"]

Rows = Sequence[dict[str, Any]]
#: How PostgreSQL calls it that a (key, recipient) is there already.
_KEY = "uq_esdh_connect_dispatch_key_recipient"


@attrs.frozen
class Written:
    """Drafts and the facts of them, as they will lie in the outbox; ``others`` are facts of what is there already."""

    drafts: Sequence[Draft]
    keys: dict[str, DataKey]
    dispatches: Rows
    documents: Rows
    lines: Rows
    payload: Iterable[dict[str, Any]]
    facts: Rows
    others: Sequence[Event]

    def store(self, connection: Connection, vault: Vault, policy_version: str) -> None:
        """Store them, in the transaction of the connection."""
        vault.keep(connection, self.keys.values())
        load(connection, DISPATCH, self.dispatches)
        load(connection, AUDIT, self.lines)
        load(connection, DISPATCH_DOCUMENT, self.documents)
        entries.add_record(connection, self.drafts, self.keys)
        payload.put(connection, self.payload)
        load(connection, FACT, self.facts)
        told.store(connection, vault, self.others, policy_version, keys=self.keys)


def written(
    drafts: Sequence[Draft], facts: Iterable[Event], policy_version: str, vault: Vault, now: datetime
) -> Written:
    """Write them out. Large contents are sealed only when they are stored, one piece after the other."""
    keys = new_keys(draft.entry.id for draft in drafts)
    dispatches = [entries.row(draft, keys[draft.entry.id], now) for draft in drafts]
    hand = Hand(vault, now)
    of_acts = (line for draft in drafts if draft.entry.acts for line in hand.acts(draft.entry, keys[draft.entry.id]))
    of_drafts, others = _sorted(facts, keys)
    return Written(
        drafts=drafts,
        keys=keys,
        dispatches=dispatches,
        documents=[row for draft in drafts for row in entries.document_rows(draft)],
        lines=[*hand.committed(dispatches), *of_acts],
        payload=payload.rows(drafts, keys),
        facts=told.rows(of_drafts, vault, keys, policy_version),
        others=others,
    )


def _sorted(facts: Iterable[Event], keys: Collection[str]) -> tuple[list[Event], list[Event]]:
    """Tell facts of these dispatches, each once, from others."""
    ours: list[Event] = []
    others: list[Event] = []
    for event in {(event.hook(), event.id): event for event in facts}.values():
        is_ours = isinstance(event, DispatchEvent) and event.dispatch in keys
        (ours if is_ours else others).append(event)
    return ours, others


@contextmanager
def refusing_taken(drafts: Sequence[Draft], looking: AbstractContextManager[Connection]) -> Iterator[None]:
    """Say in our words why drafts could not be added; ``looking`` is entered when what was tried is undone."""
    try:
        yield
    except IntegrityError as error:
        with looking as connection:
            entries.refuse_taken(connection, drafts)
        if _KEY in str(error.orig):  # by one that a transaction of the host's, begun before, does not see
            raise KeyTaken from error
        raise ValueError("a dispatch with this id or message UUID is there already") from error
