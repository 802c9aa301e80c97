"""
Forløb: what each happening does to a dispatch. Pure: an entry in, a change out, never an error.

Run by the outbox inside its transaction, on the entry as it is there. Work moves only along
:data:`esdh_connect.dispatch.TRANSITIONS`; where it has moved on already – a receipt came before the answer to our
own call, another worker took over – only the record grows. What people do stands in :mod:`esdh_connect.deeds`.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import attrs

from esdh_connect import facts
from esdh_connect.channel import Conduct
from esdh_connect.dispatch import (
    FINAL,
    TRANSITIONS,
    Attempt,
    Deed,
    Entry,
    Hold,
    Outcome,
    Receipt,
    Status,
    Work,
    is_proof,
    ours,
)
from esdh_connect.errors import OutcomeUnknown, Rejected, TemporaryFailure
from esdh_connect.events import DispatchCommitted, DispatchEvent, DispatchHeld, DispatchUnresolved
from esdh_connect.facts import Change
from esdh_connect.model import Options

__all__ = [
    "ANSWER_WITHIN",
    "APPROVAL_WITHIN",
    "ASK_HOST_AFTER",
    "BESIDE_STOPPED",
    "MAX_TRIES",
    "Change",
    "accepted",
    "committed",
    "expired",
    "is_late",
    "leaves_at",
    "moved",
    "overdue",
    "postponed",
    "received",
    "rejected",
    "started",
    "stopped",
    "unresolved",
]

#: A letter that surely was not taken is tried this often, over about four hours, and then set aside.
MAX_TRIES = 12
#: An attempt that has no answer by then is shown as stuck. It is a figure for people: nobody takes a letter over
#: because a clock says so.
ANSWER_WITHIN = timedelta(minutes=15)
#: A host that has not said what became of its own transaction by then is asked.
ASK_HOST_AFTER = timedelta(minutes=10)
#: A letter that waits for approval is told of again after this long.
APPROVAL_WITHIN = timedelta(days=3)
NO_RECEIPT = "leverandøren har ikke kvitteret for brevet i tide"
NO_ANSWER = "leverandørens svar nåede ikke frem, og der er ikke kommet nogen kvittering"
BESIDE_STOPPED = "brevet, den hører til, blev ikke sendt"
_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(hours=1)


def leaves_at(options: Options, at: datetime, conduct: Conduct) -> datetime:
    """
    Give when a letter may be handed over, ``at`` the earliest.

    One with a value date is kept until ``conduct.lead`` before that day begins in Denmark: SF1601 calls nothing back.
    """
    if options.not_before is None:
        return at
    begins = datetime.combine(options.not_before, time(), ZoneInfo("Europe/Copenhagen"))
    return max(at, begins.astimezone(at.tzinfo) - conduct.lead)


def committed(entry: Entry) -> DispatchEvent:
    """Give the fact that goes with a letter into the outbox."""
    kind = DispatchHeld if entry.work is Work.HELD else DispatchCommitted
    return facts.fact(kind, entry, entry.committed_at)


def started(entry: Entry, transaction_id: UUID, now: datetime, shift: str = "") -> Change:
    """Begin an attempt: stored, with its transaction id and worker, before the first byte leaves."""
    attempt = Attempt(transaction_id, now, shift=shift)
    return Change(moved(attrs.evolve(entry, attempts=(*entry.attempts, attempt)), Work.SENDING, now + ANSWER_WITHIN))


def is_late(entry: Entry, now: datetime, conduct: Conduct) -> bool:
    """
    Tell whether handing it over now could make a second letter: it may be there, and be known no more.

    What a person said is not there was not there.
    """
    said = _since_retried(entry)
    repeats = any(one.outcome is Outcome.UNKNOWN for one in entry.attempts if said is None or one.started_at >= said)
    return repeats and not _is_known(entry, now, conduct)


def expired(entry: Entry, now: datetime, conduct: Conduct) -> Change | None:
    """Set a letter aside that waited too long to be handed over again; None where it may be."""
    return _set_aside(entry, NO_ANSWER, now) if is_late(entry, now, conduct) else None


def accepted(entry: Entry, receipt: Receipt, attempt: UUID, now: datetime, conduct: Conduct) -> Change:
    """
    Take the provider's yes: the technical receipt.

    It is proof whoever brings it: also from a worker that was thought dead and has lost its letter to another.
    """
    ended = _ended(entry, Outcome.ACCEPTED, now) if _is_latest(entry, attempt) else entry
    return received(ended, receipt, now, conduct)


def postponed(entry: Entry, error: TemporaryFailure, attempt: UUID, now: datetime) -> Change:
    """Surely nothing was sent in this attempt: wait and try again, or set the letter aside after MAX_TRIES."""
    if not _is_latest(entry, attempt):
        return Change(entry)
    ended = _ended(entry, Outcome.TEMPORARY, now, detail=str(error))
    if entry.work is not Work.SENDING:
        return Change(ended)
    tries = _tries(entry)
    if tries < MAX_TRIES:
        return Change(moved(ended, Work.READY, now + (error.retry_after or _wait(tries))))
    return _set_aside(ended, error.danish, now)


def rejected(entry: Entry, error: Rejected, attempt: UUID, now: datetime, conduct: Conduct) -> Change:
    """
    Nothing was sent and never will be: closed, and a person is told.

    A letter that may be there already cannot be refused: the refusal may be one of a second copy.
    """
    if not _is_latest(entry, attempt):
        return Change(entry)
    if entry.has_proof or _was_unknown(entry):
        doubt = OutcomeUnknown(f"refused with {error.code}, but it may be there already")
        return unresolved(entry, doubt, attempt, now, conduct)
    code = ours(error.code) if error.ours else error.code
    ended = _ended(entry, Outcome.REJECTED, now, code=code, detail=str(error))
    if entry.work is not Work.SENDING:
        return Change(ended)
    closed = moved(attrs.evolve(ended, stopped_because=error.danish), Work.CLOSED)
    return Change(closed, facts.failed(closed, now))


def unresolved(entry: Entry, error: OutcomeUnknown, attempt: UUID, now: datetime, conduct: Conduct) -> Change:
    """Perhaps sent: wait for a receipt under the same UUID, resend nothing."""
    if not _is_latest(entry, attempt):
        return Change(entry)
    ended = _ended(entry, Outcome.UNKNOWN, now, detail=str(error))
    if entry.work is not Work.SENDING:
        return Change(ended)
    waiting = moved(ended, Work.UNKNOWN, now + conduct.settle_within)
    return Change(waiting, (facts.fact(DispatchUnresolved, waiting, now, facts.moment(waiting)),))


def received(entry: Entry, receipt: Receipt, now: datetime, conduct: Conduct) -> Change:
    """Take a receipt in, whenever it comes. The same receipt again changes nothing."""
    if any(known.id == receipt.id for known in entry.receipts):
        return Change(entry)
    grown = attrs.evolve(entry, receipts=(*entry.receipts, receipt))
    first_proof = is_proof(receipt) and not any(is_proof(known) for known in entry.receipts)
    if receipt.event in FINAL:
        grown = moved(grown, Work.CLOSED)
    elif is_proof(receipt):
        # Also where it is handed over already: a provider that tells how far it is, is not late with the rest.
        due = now + conduct.receipt_within
        is_waited_for = grown.work is Work.HANDED_OVER
        grown = attrs.evolve(grown, due=due) if is_waited_for else moved(grown, Work.HANDED_OVER, due)
    if grown.status is Status.FAILED and entry.status is not Status.FAILED:
        grown = attrs.evolve(grown, settled=False)
    news = (
        facts.receipt(grown, receipt, now),
        *(facts.sent(grown, now) if first_proof else ()),
        *facts.news(entry, grown, now),
    )
    return Change(grown, news, journalize=first_proof and entry.owes_journal)


def overdue(entry: Entry, now: datetime, conduct: Conduct) -> Change | None:
    """
    Do what follows when somebody did not do his part in time; None where nothing does.

    A letter whose outcome is unknown is handed over again where that is proven to be safe, and else goes to a person.
    One that was posted needs no further word. An approval that is waited for is told of again.
    """
    if entry.due > now:
        return None
    if entry.work is Work.UNKNOWN:
        again = _may_go_again(entry, now, conduct)
        return Change(moved(entry, Work.READY, now)) if again else _set_aside(entry, NO_ANSWER, now)
    if entry.work is Work.HANDED_OVER:
        is_posted = entry.status is Status.SENT
        return Change(moved(entry, Work.CLOSED)) if is_posted else _set_aside(entry, NO_RECEIPT, now)
    if entry.waits_for(Hold.APPROVAL):
        waited = attrs.evolve(entry, due=now + APPROVAL_WITHIN)
        return Change(waited, (facts.fact(DispatchHeld, waited, now, f"{now:%Y%m%dT%H%M%S}"),))
    return None


def stopped(entry: Entry, why: str, now: datetime) -> Change | None:
    """
    Stop a letter that was not handed over; None where it is too late. ``why`` is Danish.

    One that waits to be handed over again after an unknown outcome is set aside: it may be there already.
    """
    if entry.may_have_left:
        return _set_aside(entry, why, now) if entry.work is Work.READY else None
    if Work.CANCELLED not in TRANSITIONS[entry.work]:
        return None
    over = attrs.evolve(entry, work=Work.CANCELLED, stopped_because=why)
    return Change(over, facts.cancelled(over, now))


def moved(entry: Entry, work: Work, due: datetime | None = None) -> Entry:
    """Move work where the table allows it; elsewhere it stays."""
    if work not in TRANSITIONS[entry.work]:
        return entry
    return attrs.evolve(entry, work=work, due=due or entry.due)


def _is_latest(entry: Entry, attempt: UUID) -> bool:
    """Tell whether this attempt is the one that can still end: the fence."""
    return bool(entry.attempts) and entry.attempts[-1].transaction_id == attempt and not entry.attempts[-1].outcome


def _was_unknown(entry: Entry) -> bool:
    return any(attempt.outcome is Outcome.UNKNOWN for attempt in entry.attempts)


def _ended(entry: Entry, outcome: Outcome, now: datetime, *, code: str = "", detail: str = "") -> Entry:
    *earlier, last = entry.attempts
    ended = attrs.evolve(last, ended_at=now, outcome=outcome, code=code, detail=detail)
    return attrs.evolve(entry, attempts=(*earlier, ended))


def _set_aside(entry: Entry, why: str, now: datetime) -> Change:
    aside = moved(attrs.evolve(entry, stopped_because=why), Work.SET_ASIDE)
    if aside.status is Status.FAILED:
        return Change(aside, facts.failed(aside, now))
    fact = facts.fact(DispatchUnresolved, aside, now, facts.moment(aside), "set_aside")
    return Change(aside, (attrs.evolve(fact, why=why),))


def _may_go_again(entry: Entry, now: datetime, conduct: Conduct) -> bool:
    """Tell whether the provider still knows the letter's UUID: surely, and since the first attempt."""
    return _is_known(entry, now, conduct) and _tries(entry) < MAX_TRIES


def _is_known(entry: Entry, now: datetime, conduct: Conduct) -> bool:
    since = min((attempt.started_at for attempt in entry.attempts), default=now)
    return conduct.dedup == "proven" and now - since <= conduct.dedup_window


def _tries(entry: Entry) -> int:
    """Count the attempts since a person last had it tried again."""
    since = _since_retried(entry)
    return sum(1 for attempt in entry.attempts if since is None or attempt.started_at >= since)


def _since_retried(entry: Entry) -> datetime | None:
    return max((act.at for act in entry.acts if act.deed is Deed.RETRIED), default=None)


def _wait(tries: int) -> timedelta:
    return min(_LONGEST_WAIT, _FIRST_WAIT * (1 << max(tries - 1, 0)))
