"""Opbevaring: what an outbox keeps beside its letters, and how it forgets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from esdh_connect.converter import Converted
from esdh_connect.events import DocumentEvent, Event, PolicyChanged, UsageRecorded
from esdh_connect.outbox.trail import Trail
from esdh_connect.outbox.values import DocumentState, Proposal, Telling
from esdh_connect.policy import Policy, PolicyChange
from esdh_connect.seal import Seal
from esdh_connect.usage import UsageKind

if TYPE_CHECKING:
    from esdh_connect.tables import Tables

__all__ = ["Keeping"]


class Keeping(Protocol):
    """The part of an outbox that has events, proposals, facts, what plugins keep, and the end of it all."""

    # --- document events

    def tell(self, event: DocumentEvent, policy: Policy) -> bool:
        """Store what the host saw, and the fact of it; False where this event id was stored before."""

    def cursor(self, source: str) -> str:
        """Give to where a source of document events was read; "" where it never was."""

    def take_in(self, source: str, cursor: str, seen: Sequence[tuple[DocumentEvent, Policy]]) -> int:
        """Tell what was read, and note to where, in one transaction; gives how many events were new."""

    def forget_deleted(self) -> None:
        """Rid the files of what was deleted in a transaction of its own: an old page may still hold it."""

    def untreated(self, limit: int = 100, *, now: datetime | None = None) -> tuple[DocumentEvent, ...]:
        """Give the stored document events whose consequences are not drawn yet (and are due ``now``), oldest first."""

    def postpone(
        self, event: DocumentEvent, proposals: Sequence[Proposal], now: datetime, rest: Callable[[int], timedelta]
    ) -> int:
        """Store the proposals there are, and have the event come again after a ``rest``; gives how often it did."""

    def treated(self, event: DocumentEvent, proposals: Sequence[Proposal], facts: Sequence[Event] = ()) -> None:
        """Note that the consequences are drawn, and store the proposals and facts that follow with it."""

    def document_state(self, id: str) -> DocumentState | None:  # noqa: A002
        """Give what the events say of a document; None where the host told nothing."""

    # --- proposals

    def proposals(self) -> tuple[Proposal, ...]:
        """Give the proposals that wait for a caseworker, oldest first."""

    def close_proposal(self, id: str, *, by: str, why: str) -> bool:  # noqa: A002
        """Take a proposal off the list, accepted or not; False where it was off already."""

    # --- departments

    def decisions(self, *, connection: object | None = None) -> int:
        """Tell how many decisions about departments are kept. Cheap: asked before each verb."""

    def decided(self, after: int = 0, *, connection: object | None = None) -> tuple[PolicyChange, ...]:
        """Give the decisions kept ``after`` so many, in the order they were kept."""

    def decide(
        self,
        changes: Sequence[PolicyChange],
        facts: Sequence[tuple[PolicyChanged, Policy]],
        after: int,
        *,
        connection: object | None = None,
    ) -> bool:
        """
        Keep decisions that were thought through when ``after`` so many were kept, each fact with what governs it.

        False, and nothing is kept, where somebody else has decided meanwhile. None is ever changed or taken away.
        With ``connection`` it writes in the host's transaction, which is what the two above see with it.
        """

    def under_way(self) -> Counter[tuple[str, str]]:
        """Count the letters that were committed and have not left yet, by (department, channel)."""

    # --- what was converted

    def converted(self, original: str, how: str) -> Converted | None:
        """Give what was made of the bytes with this SHA-256 in this way; None where it is not kept."""

    def keep_converted(self, original: str, how: str, made: Converted, now: datetime) -> Converted:
        """Keep what was made; gives what counts from now on: what another process kept a moment ago, else ``made``."""

    def forget_converted(self, until: datetime) -> int:
        """Erase what was kept at ``until`` or before; gives how many there were."""

    # --- facts and usage

    def install(self, subscriber: str) -> None:
        """Let a subscriber hear from now on; does nothing where it is installed already."""

    def unheard(self, subscriber: str, limit: int = 100) -> tuple[Telling, ...]:
        """
        Give the facts a subscriber has not heard, in the order they were stored.

        One that does not open any more is a FactDamaged.
        """

    def heard(self, subscriber: str, position: int, *, missed: datetime | None = None) -> None:
        """
        Note that a subscriber has heard everything up to ``position``.

        ``missed`` is when it passed over a fact that does not open any more, for whoever looks after the outbox. What
        everybody has heard, nobody did any more: its actor is forgotten.
        """

    def record(self, event: UsageRecorded, policy: Policy, actor: str | None = None) -> bool:
        """Store usage that no letter tells of, and who did it beside it; False where its id was stored before."""

    def forget_usage(self, until: datetime, limit: int = 1000) -> int:
        """Forget what was used at ``until`` or before, and the facts of it that all have heard; gives how many."""

    def erase_usage(self) -> int:
        """Erase all that was ever used, heard of or not; gives how many there were. Nobody hears of it any more."""

    def forget_actors(self, until: datetime) -> int:
        """Forget who did what happened at ``until`` or before, heard or not; gives how many there were."""

    def usage(self, since: datetime, until: datetime) -> Counter[tuple[str, UsageKind, str]]:
        """Count the usage facts in a half-open time span by (department, kind, channel)."""

    # --- what plugins keep

    def keep(self, owner: str, tables: Tables) -> None:
        """
        Make the tables of the plugin ``owner``, or bring them up to date.

        Raises PluginError where they are not named for it, are another's too, or were written by a newer version of it.
        """

    def transaction(self) -> AbstractContextManager[Any]:
        """Give a SQLAlchemy Connection that may write: durable when the block ends, undone where it raises."""

    def reading(self) -> AbstractContextManager[Any]:
        """Give a SQLAlchemy Connection that reads what is committed, and holds up nobody who writes."""

    def sealed(self, part: str, text: str) -> bytes:
        """Seal a text for a column; ``part`` says what it is, and is needed to open it."""

    def unsealed(self, part: str, column: bytes) -> str:
        """Open what was sealed. Raises DamagedPayload."""

    def note(self, connection: object, what: str, about: str = "", *, by: str = "", why: str = "") -> None:
        """Write a line that belongs to no letter in the audit log, in the transaction of ``connection``."""

    # --- the end

    @property
    def audit(self) -> Trail:
        """Give the audit log; where there is none, one that finds nothing."""

    def link_audit(self, *, at_least: int = 1) -> int:
        """
        Give lines of the audit log that have none their place in the chain, in the order they were written.

        Apart from the writing itself, so that nobody who writes waits for the chain. Gives how many there were;
        nothing is done where fewer than ``at_least`` wait.
        """

    @property
    def file(self) -> Path | None:
        """Give the file it lies in, whose disk is watched; None where there is none."""

    def is_exchanged(self, seal: Seal) -> bool:
        """Tell whether everything in it is sealed under the secret of ``seal``."""

    def exchange(self, seal: Seal, *, by: str) -> Iterator[int]:
        """Wrap its keys under the secret of ``seal``, a few at a time; gives how many. Stopped, it can go on."""

    def begin(self, *, training: bool) -> None:
        """
        Note once and for all whether this outbox is one of training. Raises StoreError where it is of the other kind.

        One that is older than training is not.
        """

    def lasting(self, seal: Seal) -> Seal:
        """Give ``seal`` with the keys that outlive an exchange of its secret: what it names is still recognized."""

    def erase(self, id: str, *, by: str = "", why: str = "") -> None:  # noqa: A002
        """
        Erase what a dispatch carried and tells of people, so that nothing of it opens again.

        What was made of its documents, and kept, goes with it.
        Ids, states and times stay. Raises ValueError where it may still leave, is not journalized or needs a person.
        """

    def erasable(self, until: datetime, limit: int = 100) -> tuple[str, ...]:
        """Give the dispatches that are over since ``until`` or before, and owe nothing; the longest first."""

    def forget(self, until: datetime, limit: int = 100) -> int:
        """
        Forget what was kept beside letters, is as old as that, and has done its work.

        What document events were told with, facts of documents that all have heard, proposals that are off the list,
        receipts for nobody's letter. Gives how many there were.
        """

    def close(self) -> None:
        """Let go of files and connections; nothing is lost by not calling it."""
