"""Revisionsloggens ord: what its lines and the attempts of a letter say, for people; the code words stay beside."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from esdh_connect.dispatch import Deed, Outcome, ReceiptEvent, Work
from esdh_connect.wording.letters import receipt, work
from esdh_connect.wording.troubles import deed

__all__ = ["logged", "outcome"]

_OUTCOMES: Mapping[Outcome, str] = {
    Outcome.ACCEPTED: "leverandøren tog imod det",
    Outcome.TEMPORARY: "det lykkedes ikke denne gang",
    Outcome.REJECTED: "leverandøren afviste det",
    Outcome.UNKNOWN: "svaret nåede ikke frem",
}
_DUTIES: Mapping[str, str] = {
    "done": "brevet står på sagen",
    "again": "en person bad om, at det sker igen",
    "postponed": "det lykkedes ikke denne gang",
    "unknown": "det er uvist, om brevet står på sagen",
    "refused": "ESDH-systemet sagde nej, og det prøves ikke igen af sig selv",
}


def outcome(outcome: Outcome) -> str:
    """Tell how an attempt ended."""
    return _OUTCOMES[outcome]


def logged(what: str) -> str:
    """Tell what a line of the audit log says; nothing where it is a word of a later version."""
    kind, _, rest = what.partition(" ")
    try:
        return _KINDS[kind](rest)
    except (KeyError, ValueError):
        return ""


def _moved(which: str) -> str:
    before, _, after = which.partition("->")
    return f"{work(Work(before))} → {work(Work(after))}"


_KINDS: Mapping[str, Callable[[str], str]] = {
    "committed": lambda _: "Bestilt",
    "erased": lambda _: "Indholdet blev slettet",
    "receipt": lambda rest: f"Kvittering: {receipt(ReceiptEvent(rest))}",
    "deed": lambda rest: f"Handling: {deed(Deed(rest))}",
    "work": _moved,
    "duty": lambda rest: f"Journalisering: {_DUTIES[rest]}",
}
