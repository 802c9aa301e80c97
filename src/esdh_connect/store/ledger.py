"""What is told: document events, proposals, duties, facts and usage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta

from sqlalchemy import Connection

from esdh_connect.errors import StoreError
from esdh_connect.events import DocumentEvent, Event, PolicyChanged, UsageRecorded
from esdh_connect.outbox import DocumentState, Duty, Proposal, Telling
from esdh_connect.policy import Policy, PolicyChange
from esdh_connect.store import decisions, documents, duties, lock, policies, schema, server
from esdh_connect.store import facts as told
from esdh_connect.store.database import Database, enter, of_host
from esdh_connect.store.engine import lock_of
from esdh_connect.usage import UsageKind

__all__ = ["Ledger"]


class Ledger(Database):
    """The part of the outbox that hears and tells; each method says what it does in the protocol's words."""

    # --- document events

    def tell(self, event: DocumentEvent, policy: Policy) -> bool:
        """Store what the host saw, and the fact of it; False where this event id was stored before."""
        with self.transaction() as connection:
            return self._told(connection, event, policy)

    def _told(self, connection: Connection, event: DocumentEvent, policy: Policy) -> bool:
        fresh = documents.keep(connection, self._vault, event, policy)
        if fresh:
            policies.keep(connection, policy)
            told.store(connection, self._vault, [event], policy.version)
        return fresh

    def cursor(self, source: str) -> str:
        """Give to where a source of document events was read; "" where it never was."""
        with self._reading() as connection:
            return documents.cursor(connection, source)

    def take_in(self, source: str, cursor: str, seen: Sequence[tuple[DocumentEvent, Policy]]) -> int:
        """Tell what was read, and note to where, in one transaction; gives how many events were new."""
        with self.transaction() as connection:
            fresh = sum(self._told(connection, event, policy) for event, policy in seen)
            documents.note_cursor(connection, source, cursor)
            return fresh

    def untreated(self, limit: int = 100, *, now: datetime | None = None) -> tuple[DocumentEvent, ...]:
        """Give the stored document events whose consequences are not drawn yet, oldest first."""
        with self._reading() as connection:
            return documents.untreated(connection, self._vault, limit, now)

    def postpone(
        self, event: DocumentEvent, proposals: Sequence[Proposal], now: datetime, rest: Callable[[int], timedelta]
    ) -> int:
        """Store the proposals there are, and have the event come again; gives how often it did."""
        with self.transaction() as connection:
            documents.propose(connection, self._vault, proposals)
            return documents.postpone(connection, event, now, rest)

    def treated(self, event: DocumentEvent, proposals: Sequence[Proposal], facts: Sequence[Event] = ()) -> None:
        """Note that the consequences are drawn, and store the proposals and facts that follow with it."""
        with self.transaction() as connection:
            version = documents.treat(connection, event)
            documents.propose(connection, self._vault, proposals)
            told.store(connection, self._vault, facts, version)

    def document_state(self, id: str) -> DocumentState | None:  # noqa: A002 - the protocol's word
        """Give what the events say of a document; None where the host told nothing."""
        with self._reading() as connection:
            return documents.state(connection, id)

    # --- proposals

    def proposals(self) -> tuple[Proposal, ...]:
        """Give the proposals that wait for a caseworker, oldest first."""
        with self._reading() as connection:
            return tuple(documents.proposals(connection, self._vault))

    def close_proposal(self, id: str, *, by: str, why: str) -> bool:  # noqa: A002
        """Take a proposal off the list, accepted or not; False where it was off already."""
        with self.transaction() as connection:
            return documents.close(self._pen(connection), id, (by, why))

    # --- duties

    def duties(self, now: datetime, limit: int = 100) -> tuple[Duty, ...]:
        """Give the duties that are due."""
        with self._reading() as connection:
            return duties.due(connection, now, limit)

    def stuck_duties(self, tries: int, limit: int = 100) -> tuple[Duty, ...]:
        """Give the open duties that wait for a person, with why, and those that were tried at least so often."""
        with self._reading() as connection:
            return duties.stuck(connection, self._vault, tries, limit)

    def take_duty(self, mark: str, shift: str) -> Duty | None:
        """Take a duty in hand, and note that the host may be asked to write from now on; gives it as it was before."""
        with self.transaction() as connection:
            taken = duties.take(connection, mark, shift, self._is_over)
            self._refuse_lost(connection, {shift})
            return taken

    def duty_done(self, mark: str, answer: str) -> None:
        """Note the host's answer; the duty never comes again."""
        with self.transaction() as connection:
            duties.done(self._pen(connection), mark, answer)

    def duty_postponed(self, mark: str, due: datetime, why: str, *, begun: bool, shift: str = "") -> None:
        """Note a failed try, and let it out of hand."""
        with self.transaction() as connection:
            duties.postpone(self._pen(connection), Duty(mark, "", due, begun=begun, shift=shift), why)

    def duty_unknown(self, mark: str, why: str, *, shift: str = "") -> None:
        """Note that nobody can know whether the host has written: it waits for a person."""
        with self.transaction() as connection:
            duties.give_up(self._pen(connection), mark, shift, why)

    def duty_refused(self, mark: str, why: str, *, shift: str = "") -> None:
        """Note that the host has not written and will not, as things are: it waits for a person."""
        with self.transaction() as connection:
            duties.refuse(self._pen(connection), mark, shift, why)

    # --- departments

    def decisions(self, *, connection: object | None = None) -> int:
        """Tell how many decisions about departments are kept."""
        glanced = decisions.glanced(self._engine) if connection is None else None
        if glanced is not None:
            return glanced
        with self._seen_by(connection) as reading:
            return decisions.count(reading)

    def decided(self, after: int = 0, *, connection: object | None = None) -> tuple[PolicyChange, ...]:
        """Give the decisions kept after so many."""
        with self._seen_by(connection) as reading:
            return decisions.found(reading, self._vault, after)

    def decide(
        self,
        changes: Sequence[PolicyChange],
        facts: Sequence[tuple[PolicyChanged, Policy]],
        after: int,
        *,
        connection: object | None = None,
    ) -> bool:
        """Keep decisions and their facts; False where somebody else has decided meanwhile."""
        with self.transaction() if connection is None else nullcontext(of_host(connection)) as writing:
            if connection is not None:
                enter(writing)
            schema.refuse_outdated(writing)
            if not decisions.keep(writing, self._vault, changes, after):
                return False
            for event, policy in facts:
                policies.keep(writing, policy)
                told.store(writing, self._vault, [event], policy.version)
            return True

    def under_way(self) -> Counter[tuple[str, str]]:
        """Count the letters that were committed and have not left yet."""
        with self._reading() as connection:
            return decisions.under_way(connection)

    def _seen_by(self, connection: object | None) -> AbstractContextManager[Connection]:
        return self._reading() if connection is None else nullcontext(of_host(connection))

    # --- facts and usage

    def policy(self, version: str) -> Policy:
        """Give the policy of this version; its plugins' values as plain data. Raises LookupError."""
        with self._reading() as connection:
            found = policies.policies(connection, [version])
        if version not in found:
            raise LookupError(f"no policy {version!r}")
        return found[version]

    def install(self, subscriber: str) -> None:
        """Let a subscriber hear from now on; does nothing where it is installed already."""
        with self.transaction() as connection:
            told.install(connection, subscriber)

    def unheard(self, subscriber: str, limit: int = 100) -> tuple[Telling, ...]:
        """Give the facts a subscriber has not heard, in the order they were stored."""
        with self._reading() as connection:
            unnumbered = told.unnumbered(connection)
        if unnumbered:
            with self.transaction() as connection:
                told.number(connection)
        with self._reading() as connection:
            return told.unheard(connection, self._vault, subscriber, limit)

    def heard(self, subscriber: str, position: int, *, missed: datetime | None = None) -> None:
        """Note that a subscriber has heard everything up to ``position``."""
        with self.transaction() as connection:
            told.heard(connection, subscriber, position, missed)

    def record(self, event: UsageRecorded, policy: Policy, actor: str | None = None) -> bool:
        """Store usage that no letter tells of, and who did it beside it; False where its id was stored before."""
        with self.transaction() as connection:
            if told.is_stored(connection, event):
                return False
            policies.keep(connection, policy)
            told.store(connection, self._vault, [event], policy.version, actors={event.id: actor} if actor else {})
            return True

    def forget_usage(self, until: datetime, limit: int = 1000) -> int:
        """Forget what was used at ``until`` or before."""
        with self._reading() as connection:
            old = told.old_usage(connection, until, limit)
        if not any(old):
            return 0
        with self.transaction() as connection:
            return told.forget_usage(connection, old)

    def erase_usage(self) -> int:
        """Erase all that was ever used."""
        with self.transaction() as connection:
            return told.erase_usage(connection)

    def forget_actors(self, until: datetime) -> int:
        """Forget who did what happened at ``until`` or before."""
        with self._reading() as connection:
            if not told.has_actors(connection, until):
                return 0
        with self.transaction() as connection:
            return told.forget_actors(connection, until)

    def usage(self, since: datetime, until: datetime) -> Counter[tuple[str, UsageKind, str]]:
        """Count the usage facts in a half-open time span by (department, kind, channel)."""
        with self._reading() as connection:
            return told.used(connection, since, until)

    # --- shifts

    def alone(self, what: str) -> AbstractContextManager[bool]:
        """Be the only worker at something while the block runs: what outlives a round is nobody else's meanwhile."""
        if server.is_server(self._engine):
            return server.held(self._engine, f"alone:{what}", self._where)
        return nullcontext(enter_result=True) if self._file is None else lock.held(lock_of(self._file, what))

    def _refuse_lost(self, connection: Connection, shifts: set[str]) -> None:
        """Raise StoreError where the session that proves a shift alive is gone: others may think it dead."""
        if any(server.is_free(connection, f"shift:{shift}") for shift in shifts & self._shifts):
            raise StoreError("the session of this worker was lost; it takes nothing more in hand without a new one")

    def _is_over(self, connection: Connection, shift: str) -> bool:
        """
        Tell whether another shift is proven to be over.

        On a file it is: who asks holds the only lock. On a server it is where nobody holds that shift's lock.
        """
        if not server.is_server(connection):
            return True
        return server.is_settled(connection, self.settling) and server.is_free(connection, f"shift:{shift}")
