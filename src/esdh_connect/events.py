"""
Hændelser: what the host saw happen to its documents, and the facts that follow from a dispatch.

An event's class and the hook that is told of it have the same name: ``DocumentFinalized`` is told to
``document_finalized``. Events are values; telling them is the business of :mod:`esdh_connect.delivery`.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache

import attrs

from esdh_connect.dispatch import ReceiptEvent, Status
from esdh_connect.model import Case, Document
from esdh_connect.usage import Usage

__all__ = [
    "DISPATCH_EVENTS",
    "DOCUMENT_EVENTS",
    "FACTS",
    "DispatchCancelled",
    "DispatchCommitted",
    "DispatchDelivered",
    "DispatchEvent",
    "DispatchFailed",
    "DispatchHeld",
    "DispatchSent",
    "DispatchUnresolved",
    "DocumentChanged",
    "DocumentCreated",
    "DocumentEvent",
    "DocumentFinalized",
    "DocumentJournalized",
    "DocumentPrinted",
    "DocumentWithdrawn",
    "Event",
    "FactDamaged",
    "NewEvents",
    "PolicyChanged",
    "ReceiptReceived",
    "UsageRecorded",
]


@cache
def _hook_of(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


@attrs.frozen
class Event:
    """Something that happened. ``id`` makes a repetition recognizable, ``at`` is an aware time."""

    id: str
    at: datetime
    department: str

    @classmethod
    def hook(cls) -> str:
        """Give the name of the hook that is told of it."""
        return _hook_of(cls.__name__)


@attrs.frozen
class FactDamaged(Event):
    """A stored fact that does not open any more: it is told to nobody. ``name`` is the hook it was for."""

    name: str = ""


@attrs.frozen
class DocumentEvent(Event):
    """Dokumenthændelse, told by the host; its id is the host's own, so telling twice is telling once."""

    document: Document
    case: Case | None = None


@attrs.frozen
class DocumentCreated(DocumentEvent):
    """Oprettet: a draft exists."""


@attrs.frozen
class DocumentChanged(DocumentEvent):
    """Ændret: there is a new version, the one in ``document``; letters planned on an older one are stale."""


@attrs.frozen
class DocumentFinalized(DocumentEvent):
    """Færdiggjort: this version will not change; *Send digitalt* may be offered."""


@attrs.frozen
class DocumentJournalized(DocumentEvent):
    """Journaliseret: it was put on the case."""


@attrs.frozen
class DocumentWithdrawn(DocumentEvent):
    """Tilbagetrukket: letters with it that were not handed over yet stop."""


@attrs.frozen
class DocumentPrinted(DocumentEvent):
    """Printet lokalt: it was sent the old way; for statistics only."""


@attrs.frozen
class NewEvents:
    """
    Nye hændelser: what was read from a host that cannot tell, oldest first.

    ``cursor`` is where to go on, in the host's own words; ``more`` says that there is more to read at once. Events that
    were read before do no harm: better read some twice than miss one that became visible late.
    """

    cursor: str
    events: tuple[DocumentEvent, ...] = attrs.field(default=(), converter=tuple[DocumentEvent, ...])
    more: bool = False


@attrs.frozen
class DispatchEvent(Event):
    """A fact about a dispatch, stored in the same transaction as the change it tells of."""

    dispatch: str
    channel: str
    case: Case
    status: Status
    policy_version: str = ""


@attrs.frozen
class DispatchCommitted(DispatchEvent):
    """Bestilt: the letter lies in the outbox; nothing has left."""


@attrs.frozen
class DispatchHeld(DispatchEvent):
    """Afventer godkendelse: it was bestilt, and somebody must approve it; told again where nobody does."""


@attrs.frozen
class DispatchSent(DispatchEvent):
    """Afsendt: the provider has accepted it. Accepted is not delivered."""


@attrs.frozen
class DispatchDelivered(DispatchEvent):
    """Leveret: a receipt says so."""


@attrs.frozen
class DispatchFailed(DispatchEvent):
    """Fejlet: a person must look. ``why`` is Danish."""

    why: str = ""


@attrs.frozen
class DispatchUnresolved(DispatchEvent):
    """
    Uafklaret: nobody knows what became of it, and nothing is resent.

    ``why`` (Danish) stands where no receipt came in time and a person must look; before that one is awaited.
    """

    why: str = ""


@attrs.frozen
class DispatchCancelled(DispatchEvent):
    """Afbrudt before it was handed over. ``why`` is Danish."""

    why: str = ""


@attrs.frozen
class ReceiptReceived(DispatchEvent):
    """Kvittering modtaget."""

    event: ReceiptEvent = ReceiptEvent.UNKNOWN


@attrs.frozen
class UsageRecorded(Event):
    """Forbrug registreret: names no person."""

    usage: Usage


@attrs.frozen
class PolicyChanged(Event):
    """
    Afdelingspolitik ændret: ``attributes`` names what was decided anew, to count from ``in_force``.

    The values themselves, who decided and why are in the department's history.
    """

    attributes: tuple[str, ...]
    in_force: datetime


DOCUMENT_EVENTS: tuple[type[DocumentEvent], ...] = (
    DocumentCreated,
    DocumentChanged,
    DocumentFinalized,
    DocumentJournalized,
    DocumentWithdrawn,
    DocumentPrinted,
)
DISPATCH_EVENTS: tuple[type[DispatchEvent], ...] = (
    DispatchCommitted,
    DispatchHeld,
    DispatchSent,
    DispatchDelivered,
    DispatchFailed,
    DispatchUnresolved,
    DispatchCancelled,
    ReceiptReceived,
)
_ALL: tuple[type[Event], ...] = (*DOCUMENT_EVENTS, *DISPATCH_EVENTS, UsageRecorded, PolicyChanged)
#: Every fact that is told to subscribers, by the name of its hook.
FACTS = {event.hook(): event for event in _ALL}
