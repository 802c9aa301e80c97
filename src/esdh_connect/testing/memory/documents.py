"""What the host saw happen to its documents, and what plugins propose because of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import islice

import attrs

from esdh_connect.events import DocumentEvent, Event
from esdh_connect.outbox import MAX_ASKED, DocumentState, Proposal, UnknownDispatch
from esdh_connect.policy import Policy
from esdh_connect.testing.memory.facts import Facts

__all__ = ["Documents"]


@attrs.define
class _Seen:
    """What the host saw, under which policy, and whether the consequences are drawn."""

    event: DocumentEvent
    policy_version: str
    is_treated: bool = False
    tries: int = 0
    due: datetime | None = None


@attrs.define(eq=False)
class Documents(Facts):
    """The part of the outbox that hears of documents."""

    _cursors: dict[str, str] = attrs.field(factory=dict, init=False)
    _seen: dict[str, _Seen] = attrs.field(factory=dict, init=False)
    _proposals: dict[str, Proposal] = attrs.field(factory=dict, init=False)
    _closed: dict[str, tuple[str, str]] = attrs.field(factory=dict, init=False)

    def tell(self, event: DocumentEvent, policy: Policy) -> bool:
        """Store what the host saw."""
        with self._lock:
            if event.id in self._seen:
                return False
            self._seen[event.id] = _Seen(event, policy.version)
            self._policies.setdefault(policy.version, policy)
            self._store_facts([event], policy.version)
            return True

    def forget_deleted(self) -> None:
        """Nothing lies in a file."""

    def cursor(self, source: str) -> str:
        """Give to where a source was read."""
        with self._lock:
            return self._cursors.get(source, "")

    def take_in(self, source: str, cursor: str, seen: Sequence[tuple[DocumentEvent, Policy]]) -> int:
        """Tell what was read, and note to where."""
        with self._lock:
            fresh = sum(self.tell(event, policy) for event, policy in seen)
            self._cursors[source] = cursor
            return fresh

    def untreated(self, limit: int = 100, *, now: datetime | None = None) -> tuple[DocumentEvent, ...]:
        """Give the events whose consequences are not drawn yet."""
        with self._lock:
            open_ = (one for one in self._seen.values() if not one.is_treated)
            due = (one.event for one in open_ if now is None or one.due is None or one.due <= now)
            return tuple(islice(due, limit))

    def postpone(
        self, event: DocumentEvent, proposals: Sequence[Proposal], now: datetime, rest: Callable[[int], timedelta]
    ) -> int:
        """Have the event come again."""
        with self._lock:
            seen = self._seen[event.id]
            for proposal in proposals:
                self._proposals.setdefault(proposal.id, proposal)
            seen.tries += 1
            seen.due = now + rest(seen.tries)
            return seen.tries

    def _given_up(self, since: datetime) -> int:
        often = [one for one in self._seen.values() if one.is_treated and one.tries >= MAX_ASKED]
        return sum(1 for one in often if one.due is not None and one.due > since)

    def treated(self, event: DocumentEvent, proposals: Sequence[Proposal], facts: Sequence[Event] = ()) -> None:
        """Note that the consequences are drawn."""
        with self._lock:
            seen = self._seen.get(event.id)
            if seen is None:
                raise UnknownDispatch(f"no document event {event.id!r}")
            seen.is_treated = True
            for proposal in proposals:
                self._proposals.setdefault(proposal.id, proposal)
            self._store_facts(facts, seen.policy_version)

    def document_state(self, id: str) -> DocumentState | None:  # noqa: A002 - the protocol's word
        """Give what the events say of a document."""
        with self._lock:
            events = [one.event for one in self._seen.values() if one.event.document.id == id]
        in_order = sorted(events, key=lambda event: event.at)
        return DocumentState.after((type(event), event.document.version) for event in in_order)

    def proposals(self) -> tuple[Proposal, ...]:
        """Give the proposals that wait."""
        with self._lock:
            return tuple(one for one in self._proposals.values() if one.id not in self._closed)

    def close_proposal(self, id: str, *, by: str, why: str) -> bool:  # noqa: A002
        """Take a proposal off the list."""
        with self._lock:
            if id not in self._proposals:
                raise UnknownDispatch(f"no proposal {id!r}")
            was_open = id not in self._closed
            self._closed.setdefault(id, (by, why))
            return was_open
