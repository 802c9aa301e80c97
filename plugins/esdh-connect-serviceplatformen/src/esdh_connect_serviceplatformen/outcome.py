"""
What KombiPostAfsend's answer means for a letter: taken, refused, or nobody knows.

.. code-block:: text

    Result true and AdvisTekst "received", HTTP 2xx       taken
    a status that says nothing was read (401, 429 …)      TemporaryFailure
    a known duplicate (``duplicate_codes``)               taken: this UUID was handed over before
    what sounds like a duplicate, or any refusal of what  OutcomeUnknown
    an earlier attempt may have handed over
    Result false or a fault code, HTTP 2xx or 4xx         Rejected, with the code
    any other answer                                      by its status; OutcomeUnknown where that tells nothing

A duplicate must never look like a refusal, for a refused letter is sent again as a new one. Which code the real
service gives for a UUID it has already is not known publicly, so whatever sounds like it is left unresolved.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from esdh_connect.dispatch import Dispatch, Outcome, Receipt, ReceiptEvent
from esdh_connect.errors import OutcomeUnknown, Rejected, TemporaryFailure
from esdh_connect_serviceplatformen.wire import Response, read_response

if TYPE_CHECKING:
    from esdh_connect.http import Answer

__all__ = ["OURS", "Duplicates", "receipt_of"]

_SOUNDS_LIKE_ONE = re.compile(r"duplicat|d[ou]blet|already|allerede|findes i forvejen|unique|unik", re.IGNORECASE)
_CONFLICT = 409
_SERVER_ERROR = 500
#: Source: KMD WorkZone's public table of errors, and a receipt from the test environment.
#: What only a change of the program mends: the provider cannot read the message that was written.
OURS = frozenset({"memo.invalid"})
_DANISH = {
    "memo.invalid": "Digital Post kan ikke læse brevet, sådan som programmet har lavet det. At sende det igen "
    "hjælper ikke, før administratoren har fået programmet rettet",
    "file.extension.not.allowed": "en af filerne er af en type, Digital Post ikke tager",
    "file.empty.not.allowed": "en af filerne er tom",
    "contact.point.id.format.not.allowed": "kontaktpunktets id har en forkert form",
    "empty.notification.not.allowed": "teksten i sms'en mangler",
    "do.not.deliver.until.date.too.early": "den dag, brevet tidligst må leveres, er allerede gået",
    "do.not.deliver.until.date.too.late": "den dag, brevet tidligst må leveres, ligger for langt ude i fremtiden",
}


@attrs.frozen
class Duplicates:
    """
    How a repeated message UUID is met.

    ``codes`` are the service's own for *I have it already*, once they are known; ``proven`` says that handing the
    same message over again was tried in the test environment and makes no second letter.
    """

    codes: frozenset[str] = frozenset()
    proven: bool = False

    def knows(self, response: Response) -> bool:
        """Tell whether this refusal is known to be of a duplicate."""
        return response.fault in self.codes

    def suspects(self, response: Response, status: int) -> bool:
        """Tell whether this refusal sounds like one of a duplicate."""
        words = f"{response.fault} {response.text}"
        return response.fault not in _DANISH and (status == _CONFLICT or _SOUNDS_LIKE_ONE.search(words) is not None)


def receipt_of(answer: Answer, dispatch: Dispatch, channel: str, duplicates: Duplicates) -> Receipt:
    """Give the technical receipt for an answer that says the letter was taken. Raises DeliveryError otherwise."""
    refusal, response = answer.refusal(), read_response(answer.content)
    if isinstance(refusal, TemporaryFailure):
        raise refusal
    if response and answer.status < _SERVER_ERROR and response.is_refusal:
        if duplicates.knows(response):
            return _receipt(answer, response, dispatch, channel)
        raise _refused(
            answer, response, may_be_duplicate=duplicates.suspects(response, answer.status) or _may_be_there(dispatch)
        )
    if isinstance(refusal, Rejected) and _may_be_there(dispatch):
        raise answer.unreadable("refused, but an earlier attempt may have handed it over")
    if refusal is not None and not (response and response.result == "true"):
        raise refusal
    if refusal is not None or response is None or not response.is_acceptance:
        raise answer.unreadable("no kombi_response that says the letter was received")
    return _receipt(answer, response, dispatch, channel)


def _may_be_there(dispatch: Dispatch) -> bool:
    """Tell whether an earlier attempt may have got through: then any refusal may be one of a duplicate."""
    return any(attempt.outcome in {Outcome.ACCEPTED, Outcome.UNKNOWN} for attempt in dispatch.entry.attempts)


def _refused(answer: Answer, response: Response, *, may_be_duplicate: bool) -> OutcomeUnknown | Rejected:
    code = response.fault or f"http.{answer.status}"
    if may_be_duplicate:
        return OutcomeUnknown(
            f"{answer.place}: {code} sounds like a message it has already",
            danish="Serviceplatformen svarer, at den måske allerede har brevet",
        )
    return Rejected(
        f"{answer.place}: the letter was refused with {code}",
        code=code,
        danish=_DANISH.get(code, "Serviceplatformen afviste brevet"),
        ours=code in OURS,
    )


def _receipt(answer: Answer, response: Response, dispatch: Dispatch, channel: str) -> Receipt:
    return Receipt(
        id=f"kombi/{response.transmission or dispatch.transaction_id}",
        event=ReceiptEvent.ACCEPTED,
        at=answer.at,
        message_uuid=dispatch.message_uuid,
        channel=channel,
        code=response.fault,
        word=response.advice,
        raw=answer.content,
    )
