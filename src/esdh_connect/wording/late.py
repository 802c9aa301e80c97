"""For sent: why something cannot be done to a letter (any more), and what can be done instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from esdh_connect.dispatch import Deed, Entry, Hold, Outcome, Status, Work
from esdh_connect.ids import mask
from esdh_connect.wording.figures import when
from esdh_connect.wording.letters import status

__all__ = ["too_late"]

_HELD: Mapping[Hold, str] = {
    Hold.APPROVAL: "brevet venter på godkendelse. Det kan godkendes, sendes tilbage eller stoppes",
    Hold.BATCH: "brevet venter på, at dets udsendelse frigives. Den kan frigives eller stoppes",
    Hold.HOST: "brevet venter på, at ESDH-systemet gemmer det, brevet hører til",
}
_SETTLED: Mapping[Deed, str] = {
    Deed.FOLLOWED: "et nyt brev er bestilt i stedet",
    Deed.SOLVED: "det er markeret som løst",
}


def too_late(entry: Entry) -> str:
    """Tell that something cannot be done to a letter as it is now, as a part of a sentence."""
    done = [act for act in entry.acts if act.deed in _SETTLED]
    if entry.settled and done:
        by, at = done[-1].by or "en, hvis navn er slettet,", when(done[-1].at)
        return mask(f"det er allerede gjort af {by} {at}: {_SETTLED[done[-1].deed]}")
    return mask(f"det kan ikke lade sig gøre: {_because(entry)}")


def _because(entry: Entry) -> str:
    if entry.needs_person and not entry.was_sent_back:
        return "det er ikke blandt det, der kan gøres ved brevet. I fejlbakken står, hvad der kan"
    return _REASONS.get(entry.work, _over)(entry)


def _held(entry: Entry) -> str:
    if entry.held_for is not None:
        return _HELD[entry.held_for]
    return f"brevet holdes tilbage til {when(entry.due)}. Det kan stoppes indtil da"


def _ready(entry: Entry) -> str:
    if any(one.outcome is Outcome.UNKNOWN for one in entry.attempts):
        return "det samme brev afleveres igen af sig selv. Se dets status om lidt"
    return "brevet ligger i udbakken og sendes af sig selv. Det kan stoppes, indtil det afleveres"


def _sending(_entry: Entry) -> str:
    return "brevet bliver sendt i dette øjeblik. Se dets status om lidt"


def _unknown(entry: Entry) -> str:
    return (
        "leverandørens svar mangler, men kan stadig komme af sig selv. Er der ingen kvittering "
        f"{when(entry.due)}, kommer brevet i fejlbakken, og så kan det bekræftes eller prøves igen"
    )


def _handed_over(entry: Entry) -> str:
    if entry.status is Status.SENT:
        return _over(entry)
    late = f"Er den ikke kommet {when(entry.due)}, kommer brevet i fejlbakken"
    return f"brevet er sendt, og der ventes på en kvittering. {late}"


def _over(entry: Entry) -> str:
    if entry.work is Work.CANCELLED:
        return "brevet er stoppet, og det er endeligt"
    return f"brevet er »{status(entry.status)}«, og der er ikke mere at gøre ved det"


_REASONS: Mapping[Work, Callable[[Entry], str]] = {
    Work.HELD: _held,
    Work.READY: _ready,
    Work.SENDING: _sending,
    Work.UNKNOWN: _unknown,
    Work.HANDED_OVER: _handed_over,
}
