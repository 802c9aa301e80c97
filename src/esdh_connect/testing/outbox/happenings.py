"""What happens to letters in the tests: the real rules of :mod:`esdh_connect.progress`, with their arguments."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from esdh_connect import progress
from esdh_connect.channel import Conduct
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


def start(now: datetime = NOON, transaction: UUID | None = None, shift: str = "") -> Decide:
    """Begin an attempt."""
    return partial(progress.started, transaction_id=transaction or uuid4(), now=now, shift=shift)


def cancel(why: str = "fortrudt") -> Decide:
    """Stop it."""
    return partial(progress.stopped, why=why, now=NOON)


_CONDUCT = Conduct()

#: What a claim does with a letter that must not leave.
STOP = cancel("trukket tilbage")


def accept(entry: Entry) -> Decide:
    """Let the provider say yes."""
    told = receipt(entry)
    return lambda now: progress.accepted(now, told, _attempt(now), NOON, _CONDUCT)


def postpone() -> Decide:
    """Let the provider say: later."""
    return lambda entry: progress.postponed(entry, TemporaryFailure(), _attempt(entry), NOON)


def reject() -> Decide:
    """Let the provider say no."""
    return lambda entry: progress.rejected(entry, Rejected(code="17"), _attempt(entry), NOON, _CONDUCT)


def fail() -> Decide:
    """Let nobody know."""
    return lambda entry: progress.unresolved(entry, OutcomeUnknown(), _attempt(entry), NOON, _CONDUCT)


def received(entry: Entry, told: Receipt) -> Change | None:
    """Take a receipt in."""
    return progress.received(entry, told, NOON, _CONDUCT)


def _attempt(entry: Entry) -> UUID:
    return entry.attempts[-1].transaction_id if entry.attempts else UUID(int=0)


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
