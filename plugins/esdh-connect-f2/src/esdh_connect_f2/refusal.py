"""
Afslag: what F2's statuses and reason codes mean, for a letter's entry and for whoever waits.

F2 says more than a status: a ``ReasonCode``. Everything is written by *Post Once Exactly*, so that what failed may be
tried again as it is; only what cannot succeed before a person has done something in F2, if ever, is
:class:`~esdh_connect.errors.Rejected`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from esdh_connect.errors import DeliveryError, OutcomeUnknown, Rejected, TemporaryFailure
from esdh_connect_f2.wire import read_thing

if TYPE_CHECKING:
    from esdh_connect.http import Answer

__all__ = ["Archived", "CaseClosed", "Locked", "Missing", "NoEntry", "problem", "reason_of"]

#: What F2's manual lists; nothing else of an error is shown.
_REASONS = frozenset(
    {
        "CaseClosed", "DossierBadCPR", "DossierBadCaseNumber", "DossierBadResponsible", "DossierBadTitle",
        "DossierCaseClosed", "DossierCaseNotFound", "DossierDocumentNoWriteAccess", "DossierDocumentNotFound",
        "DossierNoReadAccess", "DossierNoResponsible", "DossierNoWriteAccess", "DossierNotFound", "DossierOnMeeting",
        "Locked", "LockedByAnotherUser",
    }
)  # fmt: skip
_CLOSED = frozenset({"CaseClosed", "DossierCaseClosed"})
_IS_CLOSED = "sagen er lukket i F2; noget kommer først på den, når den er åbnet"
#: Not LockedByAnotherUser: that one goes home some time.
_ARCHIVED = (423, "Locked")
_IS_ARCHIVED = "det er låst i F2; noget kommer først på det, når det er låst op"
_SERVER_ERROR = 500
_SOON, _LATER = timedelta(minutes=1), timedelta(minutes=5)


class Missing(TemporaryFailure):
    """There is nothing at this address: it was never there, it has expired, or it is somewhere else now."""


class CaseClosed(Rejected):
    """The case is closed, so that nothing can be put on it; it can when somebody opens it."""


class Archived(Rejected):
    """It is locked, and not by somebody who works on it: nothing is put there until it is unlocked."""


class Locked(TemporaryFailure):
    """Somebody works on it just now."""


class NoEntry(TemporaryFailure):
    """Our user may not do that here, or we are not let in at all."""


_NO_ENTRY = (NoEntry, _LATER, "F2 lukkede os ikke ind")
_BUSY = (TemporaryFailure, _SOON, "F2 har travlt eller er lukket lige nu")
_NOT_THERE = (Missing, None, "det findes ikke i F2")
#: Statuses that tell enough: what they mean, how long to wait where F2 does not say, and for the caseworker.
_MEANINGS: Mapping[int, tuple[type[TemporaryFailure], timedelta | None, str]] = {
    401: _NO_ENTRY,
    403: _NO_ENTRY,
    404: _NOT_THERE,
    408: _BUSY,
    410: _NOT_THERE,
    423: (Locked, _LATER, "nogen arbejder med det i F2 lige nu"),
    429: _BUSY,
    503: _BUSY,
}


def problem(answer: Answer) -> DeliveryError | None:
    """Give what an answer means where it is no success; a redirect is none of our business here."""
    status, reason = answer.status, reason_of(answer)
    if status // 100 in {2, 3}:
        return None
    text = f"HTTP {status} from {answer.place}" + (f": {reason}" if reason else "")
    if reason in _CLOSED:
        return CaseClosed(text, code=f"f2.{reason}", danish=_IS_CLOSED)
    if (status, reason) == _ARCHIVED:
        return Archived(text, code=f"f2.{reason}", danish=_IS_ARCHIVED)
    if status in _MEANINGS:
        kind, wait, danish = _MEANINGS[status]
        return kind(text, retry_after=answer.retry_after or wait, danish=danish)
    if status >= _SERVER_ERROR:
        return OutcomeUnknown(text, danish="F2 svarede med en fejl")
    return Rejected(text, code=f"f2.{reason or status}", danish="F2 afviste det")


def reason_of(answer: Answer) -> str:
    """Give the reason code of an error, in XML or JSON; "" where there is none that is known."""
    code: object = None
    content = answer.content.lstrip()
    if content.startswith(b"{"):
        try:
            said = json.loads(content)
        except (ValueError, RecursionError):
            said = None
        code = said.get("ReasonCode") if isinstance(said, dict) else None
    elif content.startswith(b"<"):
        thing = read_thing(answer.content)
        code = thing.text("ReasonCode") if thing is not None and thing.kind == "Error" else None
    return code if isinstance(code, str) and code in _REASONS else ""
