"""Stand: the word for the status of a letter, and why beside it, where two that are not alike have the same word."""

from __future__ import annotations

from collections.abc import Mapping

from esdh_connect.dispatch import Entry, Standing
from esdh_connect.wording.letters import status

__all__ = ["standing"]

_WHY: Mapping[Standing, str] = {
    Standing.TO_APPROVE: "venter på godkendelse",
    Standing.SENT_BACK: "sendt tilbage",
}


def standing(entry: Entry) -> str:
    """Give the word caseworkers know, and the reason: »Afventer – venter på godkendelse«."""
    why = entry.standing
    return f"{status(entry.status)} – {_WHY[why]}" if why else status(entry.status)
