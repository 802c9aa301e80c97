"""What happens to letters in the tests: the real rules of :mod:`esdh_connect.progress`, with their arguments."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from esdh_connect import progress
from esdh_connect.dispatch import Dispatch, Entry, Receipt, Work
from esdh_connect.errors import OutcomeUnknown, Rejected, TemporaryFailure
from esdh_connect.outbox import Change, Decide, Draft, Outbox
from esdh_connect.testing.letters import NOON, POLICY, committed, receipt

__all__ = [
    "STOP",
    "accept",
    "add",
    "cancel",
    "claim",
    "fail",
    "ids",
    "postpone",
    "received",
    "reject",
    "start",
]


def start(now: datetime = NOON, transaction: UUID | None = None) -> Decide:
    """Begin an attempt."""
    return partial(progress.started, transaction_id=transaction or uuid4(), now=now)


def cancel(why: str = "fortrudt") -> Decide:
    """Stop it."""
    return partial(progress.cancelled, why=why, now=NOON)


#: What a claim does with a letter that must not leave.
STOP = cancel("trukket tilbage")


def accept(entry: Entry) -> Decide:
    """Let the provider say yes."""
    return partial(progress.accepted, receipt=receipt(entry), now=NOON)


def postpone() -> Decide:
    """Let the provider say: later."""
    return partial(progress.postponed, error=TemporaryFailure(), now=NOON)


def reject() -> Decide:
    """Let the provider say no."""
    return partial(progress.rejected, error=Rejected(code="17"), now=NOON)


def fail() -> Decide:
    """Let nobody know."""
    return partial(progress.unresolved, error=OutcomeUnknown(), now=NOON)


def received(entry: Entry, told: Receipt) -> Change | None:
    """Take a receipt in."""
    return progress.received(entry, told, NOON)


def add(outbox: Outbox, *drafts: Draft) -> None:
    """Commit drafts with their facts."""
    outbox.add(drafts, [committed(draft) for draft in drafts], POLICY)


def claim(outbox: Outbox, now: datetime = NOON) -> Dispatch:
    """Take the next letter, of which there must be one."""
    entry = outbox.claim(now, start(now), STOP)
    assert entry is not None
    assert entry.work is Work.SENDING
    return outbox.dispatch(entry.id)


def ids(*drafts: Draft) -> list[str]:
    """Give their ids."""
    return [draft.entry.id for draft in drafts]
