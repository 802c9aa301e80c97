"""Breve: what became of a letter, who must act, and what next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from esdh_connect.dispatch import (
    Attempt,
    Cause,
    Deed,
    Entry,
    Hold,
    Outcome,
    Receipt,
    ReceiptEvent,
    Status,
    Work,
    failure_of,
)
from esdh_connect.dispatch.refusals import meaning
from esdh_connect.ids import mask
from esdh_connect.reasons import on_one_line
from esdh_connect.wording.figures import when
from esdh_connect.wording.sentences import NOT_SENT, UNKNOWN, quoted, sentences
from esdh_connect.wording.settled import settled

__all__ = ["explain", "not_approved", "receipt", "status", "work"]

_STATUS: Mapping[Status, str] = {
    Status.WAITING: "Afventer",
    Status.IN_PROGRESS: "Behandles",
    Status.SENT: "Afsendt",
    Status.DELIVERED: "Leveret",
    Status.FAILED: "Fejlet",
    Status.CANCELLED: "Afbrudt",
    Status.UNRESOLVED: "Uafklaret",
}
_RECEIPT: Mapping[ReceiptEvent, str] = {
    ReceiptEvent.ACCEPTED: "Modtaget af leverandøren",
    ReceiptEvent.TAKEN_IN: "Taget ind til behandling",
    ReceiptEvent.DELIVERED: "Afleveret i Digital Post",
    ReceiptEvent.READY: "Klar til print",
    ReceiptEvent.AT_PRINTER: "Modtaget til print",
    ReceiptEvent.PRINTING: "Afleveret til print og kuvertering",
    ReceiptEvent.SENT: "Afsendt med posten",
    ReceiptEvent.WITH_POSTAL_SERVICE: "Overdraget til postvæsenet",
    ReceiptEvent.UPDATE: "Opdatering",
    ReceiptEvent.FAILED: "Fejlet hos leverandøren",
    ReceiptEvent.RECALLED: "Tilbagekaldt",
    ReceiptEvent.UNKNOWN: "Ukendt kvittering",
}
_WORK: Mapping[Work, str] = {
    Work.HELD: "Holdes tilbage",
    Work.READY: "Klar til afsendelse",
    Work.SENDING: "Afleveres nu",
    Work.HANDED_OVER: "Venter på kvittering",
    Work.UNKNOWN: "Svaret mangler",
    Work.SET_ASIDE: "Lagt til side",
    Work.CANCELLED: "Stoppet",
    Work.CLOSED: "Afsluttet",
}

_A_MOMENT = timedelta(seconds=1)
_SILENT = frozenset({ReceiptEvent.UPDATE, ReceiptEvent.UNKNOWN})


def status(status: Status) -> str:
    """Give the word caseworkers know for a status."""
    return _STATUS[status]


def receipt(event: ReceiptEvent) -> str:
    """Tell what a receipt tells."""
    return _RECEIPT[event]


def work(work: Work) -> str:
    """Tell what the machine is doing with a letter: for administrators; caseworkers see the status."""
    return _WORK[work]


def explain(entry: Entry, at: datetime | None = None, *, can_stop: bool = False) -> str:
    """
    Tell what happened to a letter, who must act and what next, beginning with whether anything was sent.

    ``at`` is now, where it is known: a letter whose time has come is not held back any more. ``can_stop`` where it is
    told to somebody who can stop it.
    """
    story = _waiting(entry, at, can_stop=can_stop) if entry.status is Status.WAITING else _EXPLAIN[entry.status](entry)
    return mask(story)


# --- the story of a letter


def _waiting(entry: Entry, at: datetime | None, *, can_stop: bool) -> str:
    if entry.work is Work.HELD and entry.held_for is not None:
        return sentences(*_held(entry, entry.held_for))
    if entry.work is Work.HELD or (not entry.attempts and _is_held_back(entry, at)):
        return sentences(
            f"{NOT_SENT} endnu: brevet holdes tilbage til {when(entry.due)}",
            "Du kan stoppe det indtil da; ellers sendes det af sig selv"
            if can_stop
            else "Sagsbehandleren kan stoppe det indtil da; ellers sendes det af sig selv",
        )
    if entry.attempts:
        return sentences(
            f"{NOT_SENT} endnu: {_tries(entry)} lykkedes ikke",
            f"Der prøves igen af sig selv {when(entry.due)}, og ingen skal gøre noget",
        )
    return f"{NOT_SENT} endnu: brevet ligger i udbakken. Det sendes af sig selv, og ingen skal gøre noget."


def _is_held_back(entry: Entry, at: datetime | None) -> bool:
    """Tell whether its time has not come. One that was let go a moment before it was due is not held back."""
    if at is not None:
        return entry.due > at
    let_go = max([entry.committed_at, *(act.at for act in entry.acts)])
    return entry.due - let_go > _A_MOMENT


def _held(entry: Entry, reason: Hold) -> tuple[str, ...]:
    match reason:
        case Hold.APPROVAL:
            passed_on = [act.to for act in entry.acts if act.deed is Deed.PASSED_ON]
            who = passed_on[-1] if passed_on else "En anden end den, der har bestilt brevet,"
            return (
                f"{NOT_SENT} endnu: brevet venter på godkendelse",
                f"{who} skal godkende det eller sende det tilbage",
            )
        case Hold.BATCH:
            told = f"{NOT_SENT} endnu: brevet er en del af en udsendelse, som ikke er frigivet"
            return (told, "Sagsbehandleren skal frigive udsendelsen eller stoppe den")
    return (
        f"{NOT_SENT} endnu: brevet venter på, at ESDH-systemet gemmer det, brevet hører til",
        "ESDH-systemet bliver spurgt af sig selv, og ingen skal gøre noget",
    )


def _in_progress(entry: Entry) -> str:
    if entry.work is Work.SENDING and not entry.has_proof:
        return "Brevet bliver sendt i dette øjeblik: leverandøren har ikke svaret endnu. Ingen skal gøre noget."
    last = _latest(one for one in entry.receipts if one.event not in _SILENT)
    told = f"Seneste kvittering: {receipt(last.event)}, {when(last.at)}" if last else ""
    if entry.work is Work.SET_ASIDE:
        return sentences(
            "Brevet er sendt til leverandøren, som ikke har kvitteret for det i tide",
            told,
            "Administratoren skal spørge leverandøren, hvad der blev af det. Har de det ikke, skal brevet laves igen i "
            "ESDH-systemet og dette markeres som løst",
        )
    if entry.work is Work.CLOSED:
        return sentences(
            "Brevet er sendt til leverandøren, og der ventes ikke på flere kvitteringer", told, settled(entry)
        )
    return sentences(
        "Brevet er sendt til leverandøren, men er ikke leveret endnu",
        told,
        f"Kommer der ikke en kvittering senest {when(entry.due)}, skal administratoren spørge leverandøren",
    )


def _sent(entry: Entry) -> str:
    return f"Brevet er sendt med posten{_when_told(entry, ReceiptEvent.SENT)}. Ingen skal gøre noget."


def _delivered(entry: Entry) -> str:
    at_post = _when_told(entry, ReceiptEvent.WITH_POSTAL_SERVICE)
    if at_post:
        return f"Brevet er sendt: postvæsenet fik det{at_post}. Ingen skal gøre noget."
    return f"Brevet er sendt og leveret{_when_told(entry, ReceiptEvent.DELIVERED)}. Ingen skal gøre noget."


def _failed(entry: Entry) -> str:
    cause = failure_of(entry)
    *story, what_next = _FAILURES[cause](entry)
    told = _TOLD[cause](entry) if cause in _TOLD else None
    dealt_with = settled(entry)
    return sentences(*story, dealt_with) if dealt_with else sentences(*story, what_next, _for_support(told))


def _refused(entry: Entry) -> tuple[str, ...]:
    known = meaning(entry.attempts[-1].providers_code)
    if known is not None:
        return f"{NOT_SENT}: leverandøren afviste brevet, fordi {known.what}", known.todo
    return (
        f"{NOT_SENT}: leverandøren afviste brevet",
        _cause(entry),
        "Sagsbehandleren skal få årsagen rettet og sende igen, eller sende brevet på en anden måde",
    )


def _damaged(entry: Entry) -> tuple[str, ...]:  # noqa: ARG001 - the others tell of the letter
    return (
        f"{NOT_SENT}: brevet ligger beskadiget i udbakken og kan ikke læses",
        "Administratoren skal finde årsagen; brevet skal laves igen i ESDH-systemet",
    )


def _malformed(entry: Entry) -> tuple[str, ...]:
    sent = "Brevet er sendt til leverandøren, men kommer ikke frem" if entry.has_proof else f"{NOT_SENT}"
    return (
        f"{sent}: leverandøren kan ikke læse brevet, sådan som programmet har lavet det",
        "Administratoren skal få programmet rettet, før det sendes igen ad samme kanal",
    )


def _gave_up(entry: Entry) -> tuple[str, ...]:
    return (
        f"{NOT_SENT}: brevet er lagt til side efter {_tries(entry)}",
        _cause(entry),
        "Administratoren skal finde årsagen og derefter prøve igen",
    )


def _contradicted(entry: Entry) -> tuple[str, ...]:
    refused = any(attempt.outcome is Outcome.REJECTED for attempt in entry.attempts)
    return (
        f"{UNKNOWN}: leverandøren afviste det, men har også kvitteret for det"
        if refused
        else "Brevet er sendt, men kvitteringerne er uenige: det er meldt både leveret og fejlet",
        "Sagsbehandleren skal spørge modtageren, før der sendes igen",
    )


def _recalled(entry: Entry) -> tuple[str, ...]:
    return (
        f"Brevet er sendt, men leveres ikke: det blev kaldt tilbage{_when_told(entry, ReceiptEvent.RECALLED)}",
        "Sagsbehandleren skal afgøre, om der skal sendes et nyt",
    )


def _not_delivered(entry: Entry) -> tuple[str, ...]:
    failure, told = _failure(entry), f"Leverandøren meldte det{_when_told(entry, ReceiptEvent.FAILED)}"
    known = meaning(failure.providers_code) if failure else None
    if known is not None:
        return f"Brevet er sendt til leverandøren, men kommer ikke frem, fordi {known.what}", told, known.todo
    return (
        "Brevet er sendt til leverandøren, men kommer ikke frem",
        f"Leverandøren skriver: {quoted(failure.text)}" if failure and failure.text.strip() else "",
        told,
        "Sagsbehandleren skal rette modtageren og sende igen, eller sende det på en anden måde",
    )


_FAILURES: Mapping[Cause, Callable[[Entry], tuple[str, ...]]] = {
    Cause.REFUSED: _refused,
    Cause.MALFORMED: _malformed,
    Cause.DAMAGED: _damaged,
    Cause.GAVE_UP: _gave_up,
    Cause.CONTRADICTED: _contradicted,
    Cause.RECALLED: _recalled,
    Cause.NOT_DELIVERED: _not_delivered,
}


def not_approved(entry: Entry) -> str:
    """Tell that a letter was sent back, by whom and why; not what is to be done."""
    return mask(sentences(f"{NOT_SENT}: brevet blev ikke godkendt", _cause(entry)))


def _cancelled(entry: Entry) -> str:
    if entry.has_proof:
        return sentences(
            "Brevet er sendt, selv om det blev stoppet: leverandøren har kvitteret for det",
            _cause(entry),
            settled(entry) or "Sagsbehandleren skal afgøre, om modtageren skal have et nyt brev, som retter det",
        )
    if entry.was_sent_back:
        todo = settled(entry) or "Ret det på sagen, og send brevet derfra igen"
        return sentences(not_approved(entry), todo)
    return sentences(f"{NOT_SENT}: brevet blev stoppet i tide", _cause(entry), "Ingen skal gøre noget")


def _unresolved(entry: Entry) -> str:
    told = f"{UNKNOWN}: leverandørens svar nåede ikke frem"
    match entry.work:
        case Work.SET_ASIDE:
            return sentences(
                told,
                "Send ikke igen",
                _cause(entry),
                "Administratoren skal spørge leverandøren, om de har brevet, og så bekræfte det eller prøve igen",
            )
        case Work.READY | Work.SENDING:
            return sentences(told, "Det samme brev afleveres igen under det samme id, og ingen skal gøre noget")
        case Work.CLOSED:
            return sentences(told, settled(entry))
    return sentences(
        told,
        f"Send ikke igen; kommer der ingen kvittering senest {when(entry.due)}, "
        "skal administratoren spørge leverandøren",
    )


def _tries(entry: Entry) -> str:
    return f"{len(entry.attempts)} forsøg"


def _when_told(entry: Entry, event: ReceiptEvent) -> str:
    times = [one.at for one in entry.receipts if one.event is event]
    return f" {when(min(times))}" if times else ""


def _latest(receipts: Iterable[Receipt]) -> Receipt | None:
    """Give the latest by its own time: the order they came in says nothing."""
    return max(receipts, key=lambda one: (one.at, one.id), default=None)


def _failure(entry: Entry) -> Receipt | None:
    return _latest(one for one in entry.receipts if one.event is ReceiptEvent.FAILED)


def _ours(entry: Entry) -> Receipt | Attempt:
    told: tuple[Receipt | Attempt, ...] = (*entry.receipts, *entry.attempts)
    return next(one for one in told if one.is_ours)


def _for_support(told: Receipt | Attempt | None) -> str:
    """Give the code: it says nothing to a caseworker, and much to whoever is asked for help."""
    return f"Koden er {told.providers_code}, hvis support spørger" if told and told.code else ""


#: Who said with a code why it failed.
_TOLD: Mapping[Cause, Callable[[Entry], Receipt | Attempt | None]] = {
    Cause.REFUSED: lambda entry: entry.attempts[-1],
    Cause.MALFORMED: _ours,
    Cause.NOT_DELIVERED: _failure,
}


def _cause(entry: Entry) -> str:
    """Give why it was stopped where that was written for people: what an attempt noted for the log is not."""
    noted = {attempt.detail for attempt in entry.attempts}
    why = entry.stopped_because
    return f"Årsag: {on_one_line(why)}" if why and why not in noted else ""


_EXPLAIN: Mapping[Status, Callable[[Entry], str]] = {
    Status.IN_PROGRESS: _in_progress,
    Status.SENT: _sent,
    Status.DELIVERED: _delivered,
    Status.FAILED: _failed,
    Status.CANCELLED: _cancelled,
    Status.UNRESOLVED: _unresolved,
}
