"""
Fakta: the facts that tell of a change to a dispatch, and the change that carries them.

A fact's id follows from the dispatch and the change, so that the same change told twice is one fact.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

import attrs

from esdh_connect.dispatch import Deed, Entry, Outcome, Receipt, ReceiptEvent, Status
from esdh_connect.dispatch.refusals import meaning
from esdh_connect.events import (
    DispatchCancelled,
    DispatchDelivered,
    DispatchEvent,
    DispatchFailed,
    DispatchSent,
    Event,
    ReceiptReceived,
    UsageRecorded,
)
from esdh_connect.usage import Usage, UsageKind, code_of

__all__ = ["Change", "cancelled", "fact", "failed", "moment", "news", "receipt", "sent", "used"]

E = TypeVar("E", bound=DispatchEvent)

#: What is counted without any letter.
_WITHOUT_LETTER = frozenset({UsageKind.OPENED, UsageKind.UNUSED, UsageKind.PRINTED})
#: The code of a failure that nobody gave one.
_SEEN = {Outcome.TEMPORARY: "unreachable", Outcome.UNKNOWN: "no_answer", Outcome.ACCEPTED: "no_receipt"}


@attrs.frozen
class Change:
    """What a happening did: the entry as it is now, the facts that tell of it, and whether journaling fell due."""

    entry: Entry
    facts: tuple[Event, ...] = ()
    journalize: bool = False

    @property
    def actors(self) -> Mapping[str, str]:
        """Give who did what its usage facts tell of, by their ids; nobody did what a provider or the machine did."""
        did = {UsageKind.SENT: self.entry.committed_by, UsageKind.CANCELLED: _who_cancelled(self.entry)}
        used = (event for event in self.facts if isinstance(event, UsageRecorded))
        return {event.id: who for event in used if (who := did.get(event.usage.kind))}


def fact(kind: type[E], entry: Entry, now: datetime, *suffix: str) -> E:
    """Make a fact about the entry as it is now."""
    return kind(
        id="/".join((entry.id, kind.hook(), *suffix)),
        at=now,
        department=entry.department,
        dispatch=entry.id,
        channel=entry.channel,
        case=entry.case,
        status=entry.status,
        policy_version=entry.policy_version,
    )


def moment(entry: Entry) -> str:
    """Name a moment in its life by what had been tried and done: for facts that may be true more than once."""
    return f"{len(entry.attempts)}.{len(entry.acts)}"


def sent(entry: Entry, now: datetime) -> tuple[Event, ...]:
    """Tell that the provider has it."""
    return (fact(DispatchSent, entry, now), _usage(entry, UsageKind.SENT, now))


def failed(entry: Entry, now: datetime) -> tuple[Event, ...]:
    """Tell that it failed, and why."""
    told = fact(DispatchFailed, entry, now, moment(entry))
    return (attrs.evolve(told, why=entry.stopped_because or _reported(entry)), _usage(entry, UsageKind.FAILED, now))


def cancelled(entry: Entry, now: datetime) -> tuple[Event, ...]:
    """Tell that it was stopped in time."""
    told = attrs.evolve(fact(DispatchCancelled, entry, now), why=entry.stopped_because)
    return (told, _usage(entry, UsageKind.CANCELLED, now))


def receipt(entry: Entry, about: Receipt, now: datetime) -> ReceiptReceived:
    """Tell that a receipt came."""
    return attrs.evolve(fact(ReceiptReceived, entry, now, about.id), event=about.event)


def news(before: Entry, after: Entry, now: datetime) -> tuple[Event, ...]:
    """Tell what people see differently now: delivered, or failed."""
    if after.status is before.status:
        return ()
    if after.status is Status.DELIVERED:
        return (fact(DispatchDelivered, after, now), _usage(after, UsageKind.DELIVERED, now))
    return failed(after, now) if after.status is Status.FAILED else ()


def _reported(entry: Entry) -> str:
    """Give what the receipts say of a failure, in Danish; their texts may quote the letter and stay where they are."""
    codes = [one.providers_code for one in entry.receipts if one.event is ReceiptEvent.FAILED and one.code]
    known = meaning(codes[-1]) if codes else None
    if known is not None:
        return f"leverandøren melder, at {known.what}. {known.todo}"
    support = f" Koden er {codes[-1]}, hvis support spørger" if codes else ""
    return f"leverandøren melder, at brevet ikke kunne afleveres. Hvad der er galt, står ved brevet.{support}"


def used(kind: UsageKind, department: str, subject: str, now: datetime, channel: str = "") -> UsageRecorded:
    """Tell that a person did, or left, what no letter tells of. Raises ValueError for what letters tell of."""
    if kind not in _WITHOUT_LETTER:
        raise ValueError(f"{kind.value} is counted by itself, when it happens to a letter")
    id_ = Usage.id_of(subject, kind)
    usage = Usage(id_, kind, department, now, channel, documents=int(kind is UsageKind.PRINTED))
    return UsageRecorded(id=str(id_), at=now, department=department, usage=usage)


def _who_cancelled(entry: Entry) -> str:
    return entry.acts[-1].by if entry.acts and entry.acts[-1].deed is Deed.CANCELLED else ""


def _usage(entry: Entry, kind: UsageKind, now: datetime) -> UsageRecorded:
    id_ = Usage.id_of(entry.id, kind)
    usage = Usage(
        id=id_,
        kind=kind,
        department=entry.department,
        at=now,
        channel=code_of(entry.channel),
        plugin=code_of(entry.plugin),
        took=now - entry.committed_at if kind is UsageKind.DELIVERED else None,
        cause=_cause(entry) if kind is UsageKind.FAILED else "",
        **attrs.asdict(entry.extent),
    )
    return UsageRecorded(id=str(id_), at=now, department=entry.department, usage=usage)


def _cause(entry: Entry) -> str:
    """Give the code of a failure: the provider's where it gave one, else what the machine saw."""
    reported = [one for one in entry.receipts if one.event in (ReceiptEvent.FAILED, ReceiptEvent.RECALLED)]
    if reported:
        return code_of(reported[-1].providers_code) or reported[-1].event.value
    last = entry.attempts[-1] if entry.attempts else None
    if last is None or last.outcome is None:
        return "stopped"
    return code_of(last.providers_code) or _SEEN.get(last.outcome, last.outcome.value)
