"""
Handlinger: what people do to a dispatch. Pure, as :mod:`esdh_connect.progress`: an entry in, a change out.

None means that it cannot be done to this entry as it is now: too late, or done already.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import attrs

from esdh_connect import facts, progress
from esdh_connect.channel import Conduct
from esdh_connect.dispatch import Act, Deed, Entry, Hold, Status, Work
from esdh_connect.events import DispatchCommitted, DispatchHeld
from esdh_connect.facts import Change

__all__ = [
    "approved",
    "cancelled",
    "confirmed",
    "followed",
    "kept",
    "noted",
    "of_parent",
    "of_reminders",
    "passed_on",
    "released",
    "reopened",
    "retried",
    "sent_back",
    "solved",
]


def approved(entry: Entry, act: Act, due: datetime) -> Change | None:
    """Godkend: the letter goes as it was shown, when it is ``due``."""
    return _let_go(entry, act, due) if entry.waits_for(Hold.APPROVAL) else None


def released(entry: Entry, act: Act, due: datetime, undo: timedelta = timedelta(0)) -> Change | None:
    """
    Frigiv: the rest of a batch goes when it is ``due``.

    Where a second person must approve the letter it waits for that now; ``undo`` is how long it can be regretted then.
    """
    return _freed(entry, act, due, undo) if entry.waits_for(Hold.BATCH) else None


def kept(entry: Entry, act: Act, due: datetime) -> Change | None:
    """Gemt: the host's own transaction was committed. The letter goes when it is ``due``, or to its approval."""
    return _freed(entry, act, due, entry.undo) if entry.waits_for(Hold.HOST) else None


def sent_back(entry: Entry, act: Act, why: str) -> Change | None:
    """Tilbagesend: nobody approves it; its caseworker is told why."""
    return progress.stopped(_with(entry, act), why, act.at) if entry.waits_for(Hold.APPROVAL) else None


def passed_on(entry: Entry, act: Act) -> Change | None:
    """Send videre: somebody else is to approve it."""
    later = attrs.evolve(_with(entry, act), due=act.at + progress.APPROVAL_WITHIN)
    return Change(later) if entry.waits_for(Hold.APPROVAL) else None


def cancelled(entry: Entry, act: Act, why: str) -> Change | None:
    """Fortryd: stop a letter that has not left. ``why`` is Danish."""
    return None if entry.may_have_left else progress.stopped(_with(entry, act), why, act.at)


def retried(entry: Entry, act: Act) -> Change | None:
    """Prøv igen: the same letter under the same UUID, now that its cause is gone or the provider says it has none."""
    if entry.work is not Work.SET_ASIDE or entry.has_proof:
        return None
    return Change(progress.moved(_with(attrs.evolve(entry, stopped_because=""), act), Work.READY, act.at))


def confirmed(entry: Entry, act: Act, conduct: Conduct) -> Change | None:
    """Bekræft: the provider was asked and has the letter. It waits for its receipts again."""
    if entry.work is not Work.SET_ASIDE or entry.status not in (Status.UNRESOLVED, Status.IN_PROGRESS):
        return None
    sure = progress.moved(_with(entry, act), Work.HANDED_OVER, act.at + conduct.receipt_within)
    return Change(sure, () if entry.has_proof else facts.sent(sure, act.at), journalize=entry.owes_journal)


def solved(entry: Entry, act: Act) -> Change | None:
    """Marker løst: what was to be done was done elsewhere."""
    return _settled(entry, act) if entry.needs_person else None


def followed(entry: Entry, act: Act) -> Change | None:
    """Fulgt op: a new letter was made after this one."""
    return _settled(entry, act) if entry.needs_person and entry.status is Status.FAILED else None


def reopened(entry: Entry, act: Act) -> Change | None:
    """Taget op igen: the letter that was to take this one's place was stopped, so somebody must look again."""
    settling = [one.deed for one in entry.acts if one.deed in (Deed.FOLLOWED, Deed.SOLVED)]
    if not entry.settled or settling[-1:] != [Deed.FOLLOWED]:
        return None
    open_ = attrs.evolve(_with(entry, act), settled=False)
    return Change(open_, facts.failed(open_, act.at) if open_.status is Status.FAILED else ())


def of_parent(before: Entry, change: Change) -> Callable[[Entry], Change | None] | None:
    """Give what the change of a letter does to the one it was made after; None where nothing."""
    was_stopped = change.entry.work is Work.CANCELLED and before.work is not Work.CANCELLED
    if before.parent is None or not was_stopped or not change.facts:
        return None
    why = f"det nye brev blev stoppet: {change.entry.stopped_because}"
    act = Act(Deed.REOPENED, "esdh_connect", change.facts[0].at, why)
    return partial(reopened, act=act)


def of_reminders(before: Entry, change: Change) -> Callable[[Entry], Change | None] | None:
    """Give what the change of a letter does to the reminders beside it; None where nothing: they go without it."""
    after = change.entry
    if before.beside is not None or _is_in_vain(before) or not _is_in_vain(after) or not change.facts:
        return None
    return partial(progress.stopped, why=progress.BESIDE_STOPPED, now=change.facts[0].at)


def _is_in_vain(entry: Entry) -> bool:
    """Tell whether it did not reach anybody, and never will."""
    return entry.work in (Work.CANCELLED, Work.CLOSED) and entry.status in (Status.CANCELLED, Status.FAILED)


def noted(entry: Entry, act: Act) -> Change:
    """Notér: what somebody did beside the letter itself, on its case."""
    return Change(_with(entry, act))


def _settled(entry: Entry, act: Act) -> Change:
    return Change(progress.moved(attrs.evolve(_with(entry, act), settled=True), Work.CLOSED))


def _freed(entry: Entry, act: Act, due: datetime, undo: timedelta) -> Change:
    if not entry.to_approve:
        return _let_go(entry, act, due)
    until = act.at + progress.APPROVAL_WITHIN
    held = attrs.evolve(_with(entry, act), held_for=Hold.APPROVAL, to_approve=False, due=until, undo=undo)
    return Change(held, (facts.fact(DispatchHeld, held, act.at, facts.moment(held)),))


def _let_go(entry: Entry, act: Act, due: datetime) -> Change:
    ready = progress.moved(_with(entry, act), Work.READY, max(act.at, due))
    return Change(ready, (facts.fact(DispatchCommitted, ready, act.at),))


def _with(entry: Entry, act: Act) -> Entry:
    return attrs.evolve(entry, acts=(*entry.acts, act))
