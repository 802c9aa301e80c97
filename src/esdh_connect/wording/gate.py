"""Sikkerhedsporten: what its rules are about, and what a caseworker reads of a concern."""

from __future__ import annotations

from collections.abc import Mapping

from esdh_connect.dispatch import Concern, Entry, Status
from esdh_connect.ids import mask
from esdh_connect.wording.sentences import sentences

__all__ = ["concern", "rule", "whereabouts"]

_RULES: Mapping[str, str] = {
    "not_a_party": "modtageren er ikke part i sagen",
    "protected_address": "beskyttet adresse",
    "dead": "modtageren er død",
    "emigrated": "modtageren er udrejst",
    "under_15": "modtageren er under 15 år",
    "unknown_address": "ukendt adresse til et brev på papir",
    "same_letter": "det samme brev igen",
    "title_tells": "titlen røber noget om nogen",
    "name_mismatch": "brevet er stilet til en anden",
    "draft": "et udkast, eller ikke underskrevet",
    "too_many_recipients": "usædvanligt mange modtagere",
}
_WHEREABOUTS: Mapping[Status, str] = {
    Status.WAITING: "Det er ikke sendt endnu",
    Status.IN_PROGRESS: "Det er på vej",
    Status.SENT: "Det er sendt",
    Status.DELIVERED: "Det er leveret",
    Status.FAILED: "Leverandørens svar om det er uenige",
    Status.CANCELLED: "Det blev stoppet, men er sendt",
    Status.UNRESOLVED: "Det er uvist, om det er sendt",
}


def rule(id: str) -> str:  # noqa: A002 - a concern's own word
    """Tell in a few words what a rule is about; of one that is a plugin's, what it is called."""
    return _RULES.get(id, id)


def concern(one: Concern) -> str:
    """Tell what speaks against a letter and what to do about it, in whole sentences."""
    return mask(sentences(*(f"{text[:1].upper()}{text[1:]}" for text in (one.text, one.advice) if text)))


def whereabouts(entry: Entry) -> str:
    """Tell what has become of a letter of which one more would be the same letter twice."""
    return "Det venter på godkendelse" if entry.needs_approval else _WHEREABOUTS[entry.status]
