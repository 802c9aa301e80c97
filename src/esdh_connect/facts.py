"""
Fakta: the facts that tell of a change to a dispatch, and the change that carries them.

A fact's id follows from the dispatch and the change, so that the same change told twice is one fact.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

import attrs

from esdh_connect.dispatch import Entry, Receipt, ReceiptEvent, Status
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
from esdh_connect.usage import Usage, UsageKind

__all__ = ["Change", "cancelled", "fact", "failed", "moment", "news", "receipt", "sent"]

E = TypeVar("E", bound=DispatchEvent)


@attrs.frozen
class Change:
    """What a happening did: the entry as it is now, the facts that tell of it, and whether journaling fell due."""

    entry: Entry
    facts: tuple[Event, ...] = ()
    journalize: bool = False


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
    return f"leverandøren melder fejlen {codes[-1]}" if codes else "leverandøren melder fejl"


def _usage(entry: Entry, kind: UsageKind, now: datetime) -> UsageRecorded:
    id_ = Usage.id_of(entry.id, kind)
    return UsageRecorded(
        id=str(id_),
        at=now,
        department=entry.department,
        usage=Usage(id_, kind, entry.department, now, entry.channel, **attrs.asdict(entry.extent)),
    )
