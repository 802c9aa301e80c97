"""Fagsystemet: a host that journalizes by script and never twice by itself, and somebody who listens to it all."""

from __future__ import annotations

from collections import defaultdict
from enum import Enum
from typing import Protocol

import attrs

from esdh_connect.dispatch import Dispatch
from esdh_connect.events import Event
from esdh_connect.hookspecs import hookimpl
from esdh_connect.ids import Cpr
from esdh_connect.model import Address, Case, Document, Party, Recipient
from esdh_connect.testing.sweep.points import Process

__all__ = ["Archive", "BlindHost", "Desk", "Host", "Listener", "Writes"]


class Writes(Enum):
    """What the case system does when it is asked to journalize."""

    OK = "writes"
    LOST = "writes, but the answer is lost"
    FAILS = "fails before it writes"


@attrs.define(eq=False)
class Archive:
    """
    What lies in the case system, whichever process wrote it. ``script`` goes to the first calls, then all is well.

    Every call writes one more entry: the host does not look for itself. ``kept`` says by key what became of its own
    transactions; of all others, ``keeps`` does from when it is asked. One that is ``silent`` never says.
    """

    script: list[Writes] = attrs.field(factory=list)
    keeps: bool = True
    silent: bool = False
    kept: dict[str, bool] = attrs.field(factory=dict)
    entries: dict[str, list[str]] = attrs.field(factory=lambda: defaultdict(list))

    def write(self, mark: str) -> str | None:
        """Write an entry with this mark and give its id; None where the answer is lost. Raises where it fails."""
        how = self.script.pop(0) if self.script else Writes.OK
        if how is Writes.FAILS:
            raise ConnectionError("the case system is closed")
        self.entries[mark].append(f"note/{mark}/{len(self.entries[mark]) + 1}")
        return self.entries[mark][-1] if how is Writes.OK else None


class Desk(Protocol):
    """What a process has of the case system: who it is, what lies there, and what was heard outside it."""

    process: Process
    archive: Archive
    heard: list[Event]


class BlindHost:
    """The plugin of a case system that cannot look for a mark, as one process has it."""

    def __init__(self, desk: Desk) -> None:
        """Stand at a desk."""
        self.desk = desk

    @hookimpl
    def read_document(self, document: Document) -> bytes:
        """Give the bytes."""
        return document.id.encode()

    @hookimpl
    def resolve_recipient(self, party: Party, case: Case) -> Recipient:  # noqa: ARG002 - whoever it is
        """Give somebody whom a letter on paper reaches too."""
        address = Address(street="Prøvevej", number="7", post_code="8000", city="Aarhus C")
        return Recipient(party, "Ane Prøve", Cpr.parse("0101901234"), address)

    @hookimpl
    def was_committed(self, key: str) -> bool | None:
        """Look up whether its own transaction was committed."""
        process, archive = self.desk.process, self.desk.archive
        process.at("host.was_committed.before")
        answer = None if archive.silent else archive.kept.setdefault(key, archive.keeps)
        process.at("host.was_committed.after")
        return answer

    @hookimpl
    def journalize_dispatch(self, dispatch: Dispatch, mark: str) -> str:  # noqa: ARG002 - the mark is enough
        """Write an entry."""
        process = self.desk.process
        process.at("host.journalize.before")
        entry = self.desk.archive.write(mark)
        process.at("host.journalize.written")
        if entry is None:
            raise TimeoutError("the case system did not answer")
        return entry


class Host(BlindHost):
    """The plugin of a case system that finds what carries our mark."""

    @hookimpl
    def find_journal_entry(self, mark: str) -> str | None:
        """Look."""
        process = self.desk.process
        process.at("host.find.before")
        found = next(iter(self.desk.archive.entries[mark]), None)
        process.at("host.find.after")
        return found


class Listener:
    """A plugin that hears what is told of dispatches."""

    def __init__(self, desk: Desk) -> None:
        """Stand at a desk."""
        self.desk = desk

    def _hear(self, event: Event) -> None:
        process = self.desk.process
        process.at(f"listener.{event.hook()}.before")
        self.desk.heard.append(event)
        process.at(f"listener.{event.hook()}.after")

    @hookimpl
    def dispatch_committed(self, event: Event) -> None:
        """Hear."""
        self._hear(event)

    @hookimpl
    def dispatch_held(self, event: Event) -> None:
        """Hear."""
        self._hear(event)

    @hookimpl
    def dispatch_sent(self, event: Event) -> None:
        """Hear."""
        self._hear(event)

    @hookimpl
    def dispatch_delivered(self, event: Event) -> None:
        """Hear."""
        self._hear(event)

    @hookimpl
    def dispatch_failed(self, event: Event) -> None:
        """Hear."""
        self._hear(event)

    @hookimpl
    def dispatch_unresolved(self, event: Event) -> None:
        """Hear."""
        self._hear(event)

    @hookimpl
    def dispatch_cancelled(self, event: Event) -> None:
        """Hear."""
        self._hear(event)

    @hookimpl
    def document_withdrawn(self, event: Event) -> None:
        """Hear."""
        self._hear(event)

    @hookimpl
    def usage_recorded(self, event: Event) -> None:
        """Hear."""
        self._hear(event)
