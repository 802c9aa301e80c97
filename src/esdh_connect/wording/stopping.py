"""Kan den stadig stoppes: until when, or why not and what instead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from esdh_connect.dispatch import Cause, Entry, Hold, Status, Work, failure_of
from esdh_connect.wording.figures import when
from esdh_connect.wording.sentences import NOT_SENT, UNKNOWN, sentences

__all__ = ["stoppable"]

_UNTIL: Mapping[Hold, str] = {
    Hold.APPROVAL: "indtil nogen godkender det",
    Hold.BATCH: "indtil resten af udsendelsen frigives",
    Hold.HOST: "indtil ESDH-systemet har gemt det, brevet hører til",
}
_NEW_LETTER = "Er det forkert, skal der sendes et nyt brev, som retter det"
_NOTHING_TO_STOP = "så der er ikke noget at stoppe"


def stoppable(entry: Entry, *, yes: bool, at: datetime) -> str:
    """Answer: the letter can be stopped, and until when, or it cannot, and what can be done instead."""
    if yes:
        return sentences(f"{NOT_SENT} endnu: brevet kan stoppes {_until(entry, at)}")
    if entry.work is Work.CANCELLED:
        return _stopped(entry)
    if entry.work is Work.SENDING:
        return sentences("Brevet bliver sendt i dette øjeblik og kan ikke stoppes", _NEW_LETTER)
    if entry.status is Status.FAILED:
        return _failed(failure_of(entry), has_left=entry.has_proof)
    return _sent(entry)


def _stopped(entry: Entry) -> str:
    if entry.has_proof:
        return sentences("Brevet er sendt, selv om det blev stoppet, og kan ikke kaldes tilbage", _NEW_LETTER)
    return sentences(f"{NOT_SENT}: brevet er stoppet")


def _sent(entry: Entry) -> str:
    if entry.status is Status.UNRESOLVED:
        told = f"{UNKNOWN}, og er det sendt, kan det ikke kaldes tilbage"
        return sentences(told, f"Vent, til det er afklaret. {_NEW_LETTER}")
    told = _SENT.get(entry.status, "Brevet er sendt til leverandøren")
    return sentences(f"{told} og kan ikke kaldes tilbage", _NEW_LETTER)


_SENT: Mapping[Status, str] = {
    Status.SENT: "Brevet er sendt med posten",
    Status.DELIVERED: "Brevet er sendt og leveret",
}


def _until(entry: Entry, at: datetime) -> str:
    if entry.work is Work.HELD and entry.held_for is not None:
        return _UNTIL[entry.held_for]
    if entry.work is Work.SET_ASIDE:
        return "så længe det er lagt til side"
    if entry.beside is not None:
        return "indtil brevet, det hører til, er afleveret"
    return f"indtil {when(entry.due)}" if entry.due > at else "indtil det afleveres, og det kan ske når som helst"


def _failed(cause: Cause, *, has_left: bool) -> str:
    if cause is Cause.CONTRADICTED:
        told = f"{UNKNOWN}: leverandørens svar er uenige, og er det sendt, kan det ikke kaldes tilbage"
        return sentences(told, _NEW_LETTER)
    if has_left:
        return sentences(f"Brevet er sendt til leverandøren, men kommer ikke frem, {_NOTHING_TO_STOP}")
    return sentences(f"{NOT_SENT}, {_NOTHING_TO_STOP}")
