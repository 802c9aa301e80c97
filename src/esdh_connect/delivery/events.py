"""Følger: what the document events of a host bring with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import attrs

from esdh_connect import progress
from esdh_connect.delivery.handover import WITHDRAWN
from esdh_connect.dispatch import Entry, Request
from esdh_connect.errors import PlanError, StoreError
from esdh_connect.events import (
    DocumentChanged,
    DocumentEvent,
    DocumentFinalized,
    DocumentPrinted,
    DocumentWithdrawn,
    UsageRecorded,
)
from esdh_connect.log import Log
from esdh_connect.outbox import MAX_ASKED, Outbox, Proposal
from esdh_connect.plugins import Asked, Plugins
from esdh_connect.policy import Policy
from esdh_connect.usage import Usage, UsageKind

__all__ = ["CHANGED", "Consequences"]

CHANGED = "et dokument i brevet blev ændret, før det blev godkendt"
_FIRST_REST = timedelta(seconds=30)


@attrs.frozen
class Consequences:
    """Draws the consequences of stored document events, each once."""

    outbox: Outbox
    plugins: Plugins
    policy_of: Callable[[str], Policy]
    now: Callable[[], datetime]
    log: Log

    def run(self, limit: int) -> tuple[int, int]:
        """Treat what is not treated yet; gives how many events, and how many proposals came of them."""
        events = self.outbox.untreated(limit, now=self.now())
        return len(events), sum(self._treated(event) for event in events)

    def _treated(self, event: DocumentEvent) -> int:
        try:
            return self._treat(event)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - drawn again next round; the events behind it and the letters go on
            self.log.error("consequences_failed", about=event.id, error=repr(error))
            return 0

    def _treat(self, event: DocumentEvent) -> int:
        if isinstance(event, DocumentWithdrawn):
            for entry in self.outbox.open_with(event):
                self._stop(entry, WITHDRAWN)
        if isinstance(event, DocumentChanged):
            for entry in self.outbox.open_with(event, another_version=True):
                if entry.needs_approval:
                    self._stop(entry, CHANGED)
        if isinstance(event, DocumentFinalized):
            return self._proposed(event)
        self.outbox.treated(event, (), _usage_of(event) if isinstance(event, DocumentPrinted) else ())
        return 0

    def _stop(self, entry: Entry, why: str) -> None:
        self.outbox.change(entry.id, partial(progress.stopped, why=why, now=self.now()))

    def _proposed(self, event: DocumentEvent) -> int:
        """Ask each plugin by itself; those that could not answer are asked again, until they have been often enough."""
        asked = self.plugins.asked(self.policy_of(event.department))
        answers = {name: self._answer(asked, name, event) for name in asked.requesters}
        proposals = tuple(
            Proposal(f"{event.id}/{name}/{at}", event.id, request, self.now())
            for name, requests in answers.items()
            for at, request in enumerate(requests or ())
        )
        if None not in answers.values():
            self.outbox.treated(event, proposals)
        elif self.outbox.postpone(event, proposals, self.now(), _rest_after) >= MAX_ASKED:
            self.log.error("request_letters_given_up", about=event.id)
            self.outbox.treated(event, ())
        return len(proposals)

    def _answer(self, asked: Asked, name: str, event: DocumentEvent) -> tuple[Request, ...] | None:
        try:
            return asked.request_letters(name, event)
        except PlanError as error:
            self.log.warning("request_letters_failed", plugin=name, about=event.id, error=repr(error))
            return None


def _rest_after(tries: int) -> timedelta:
    return _FIRST_REST * (1 << min(tries - 1, 10))


def _usage_of(event: DocumentEvent) -> tuple[UsageRecorded, ...]:
    """Count a document that was sent the old way."""
    id_ = Usage.id_of(event.id, UsageKind.PRINTED)
    usage = Usage(id_, UsageKind.PRINTED, event.department, event.at, documents=1)
    return (UsageRecorded(id=str(id_), at=event.at, department=event.department, usage=usage),)
