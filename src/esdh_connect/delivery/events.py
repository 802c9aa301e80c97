"""Følger: what the document events of a host bring with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

import attrs

from esdh_connect import progress
from esdh_connect.delivery.handover import WITHDRAWN
from esdh_connect.dispatch import Entry
from esdh_connect.errors import StoreError
from esdh_connect.events import (
    DocumentChanged,
    DocumentEvent,
    DocumentFinalized,
    DocumentPrinted,
    DocumentWithdrawn,
    UsageRecorded,
)
from esdh_connect.log import Log
from esdh_connect.outbox import Outbox, Proposal
from esdh_connect.plugins import Plugins
from esdh_connect.policy import Policy
from esdh_connect.usage import Usage, UsageKind

__all__ = ["CHANGED", "Consequences"]

CHANGED = "et dokument i brevet blev ændret, før det blev godkendt"


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
        events = self.outbox.untreated(limit)
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
        proposals = self._proposals(event) if isinstance(event, DocumentFinalized) else ()
        self.outbox.treated(event, proposals, _usage_of(event) if isinstance(event, DocumentPrinted) else ())
        return len(proposals)

    def _stop(self, entry: Entry, why: str) -> None:
        self.outbox.change(entry.id, partial(progress.stopped, why=why, now=self.now()))

    def _proposals(self, event: DocumentEvent) -> tuple[Proposal, ...]:
        asked = self.plugins.asked(self.policy_of(event.department))
        try:
            requests = asked.request_letters(event)
        except Exception as error:  # noqa: BLE001 - one plugin's fault must not stop the letters behind it
            self.log.error("request_letters_failed", about=event.id, error=repr(error))
            return ()
        return tuple(Proposal(f"{event.id}/{at}", event.id, request, self.now()) for at, request in enumerate(requests))


def _usage_of(event: DocumentEvent) -> tuple[UsageRecorded, ...]:
    """Count a document that was sent the old way."""
    id_ = Usage.id_of(event.id, UsageKind.PRINTED)
    usage = Usage(id_, UsageKind.PRINTED, event.department, event.at, documents=1)
    return (UsageRecorded(id=str(id_), at=event.at, department=event.department, usage=usage),)
