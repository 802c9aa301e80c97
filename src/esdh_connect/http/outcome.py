"""
What each outcome of a call means for a letter: the two tables, and what reads them.

An outcome is sorted by what can have happened *at the other end*, never by the type of an exception:

.. code-block:: text

    seen                                                        a letter (hand_over)    a look-up (ask)
    the body was not handed over whole, whatever the reason     TemporaryFailure        TemporaryFailure
    our certificate was refused (TLS 1.3: after the handshake)  TemporaryFailure        TemporaryFailure
    the body was handed over whole, then anything else          OutcomeUnknown          TemporaryFailure
    an answer with a status                                     see STATUSES            TemporaryFailure
    an answer that cannot be read                               OutcomeUnknown          TemporaryFailure
    either of them before the body was whole                    never OutcomeUnknown    TemporaryFailure

A body whose Content-Length was not reached cannot have been accepted. No error shows a body, a query string or a
header.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import IncompleteRead

import attrs
import requests

from esdh_connect.errors import DeliveryError, OutcomeUnknown, Rejected, TemporaryFailure
from esdh_connect.ids import mask

__all__ = ["FAULTS", "STATUSES", "UNCLEAR", "Answer", "Meaning", "meaning_of"]

_LONGEST_WAIT = timedelta(days=1)
_EXCERPT = 200
_MOST_CAUSES = 50


@attrs.frozen
class Meaning:
    """
    A line of the tables: what was seen, and what it means for a letter.

    ``seen`` is English, ``danish`` for the caseworker.
    """

    seen: str
    danish: str
    fate: type[DeliveryError] = OutcomeUnknown


_NO_ENTRY = "tjenesten lukkede os ikke ind"
_REFUSED = "tjenesten afviste brevet"
UNCLEAR = "tjenesten svarede uklart"

#: Statuses that tell enough. Rejected is about the letter; TemporaryFailure about us or the way there, so that
#: the letter can go when that is mended. 409 may mean *I have it already*. All others are OutcomeUnknown.
STATUSES: Mapping[int, Meaning] = {
    400: Meaning("bad request", _REFUSED, Rejected),
    401: Meaning("our token was refused", _NO_ENTRY, TemporaryFailure),
    403: Meaning("not allowed: is there a service agreement?", _NO_ENTRY, TemporaryFailure),
    404: Meaning("no such address", "tjenestens adresse er forkert", TemporaryFailure),
    405: Meaning("not for this method", "tjenestens adresse er forkert", TemporaryFailure),
    407: Meaning("the proxy wants a password", "proxyen lukkede os ikke ud", TemporaryFailure),
    408: Meaning("the service gave up waiting for the body", "forbindelsen var for langsom", TemporaryFailure),
    409: Meaning("conflict: perhaps it is there already", UNCLEAR, OutcomeUnknown),
    413: Meaning("too large", "brevet er for stort til tjenesten", Rejected),
    415: Meaning("not of a type it takes", _REFUSED, Rejected),
    422: Meaning("not valid", _REFUSED, Rejected),
    429: Meaning("too many at once", "tjenesten har travlt", TemporaryFailure),
    503: Meaning("unavailable, without saying until when", UNCLEAR, OutcomeUnknown),
}
_503_WITH_RETRY_AFTER = Meaning("unavailable for a while", "tjenesten er lukket lige nu", TemporaryFailure)
_OTHER_STATUS = Meaning("an answer that tells nothing", UNCLEAR, OutcomeUnknown)

_OURS = re.compile(
    r"alert.(bad certificate|unsupported certificate|certificate \w+|unknown ca|access denied|handshake failure)",
    re.IGNORECASE,
)


def _refuses_us(error: BaseException) -> bool:
    """Tell whether this TLS alert speaks of our certificate: then no request was read."""
    return isinstance(error, ssl.SSLError) and _OURS.search(str(error)) is not None


def _is(*kinds: type[BaseException]) -> Callable[[BaseException], bool]:
    return lambda error: isinstance(error, kinds)


#: What an exception, or one it was made from, says; the most telling first. ``fate`` counts only where the body
#: was handed over whole.
FAULTS: tuple[tuple[Callable[[BaseException], bool], Meaning], ...] = (
    (_is(socket.gaierror), Meaning("the host name was not found (DNS)", "tjenestens navn blev ikke fundet")),
    (_is(ConnectionRefusedError), Meaning("connection refused", "tjenesten er ikke startet")),
    (_is(requests.exceptions.ConnectTimeout), Meaning("no connection in time", "tjenesten kan ikke nås")),
    (
        _is(ssl.SSLCertVerificationError),
        Meaning("the service's certificate is not to be trusted", "tjenestens certifikat kan ikke godkendes"),
    ),
    (
        _refuses_us,
        Meaning("our certificate was refused", "tjenesten afviste vores certifikat", TemporaryFailure),
    ),
    (_is(requests.exceptions.ProxyError), Meaning("the proxy failed", "proxyen svarede ikke")),
    (_is(requests.exceptions.ReadTimeout), Meaning("no answer in time", "tjenesten svarede ikke i tide")),
    (_is(IncompleteRead), Meaning("the answer was cut short", "svaret blev afbrudt")),
    (_is(ConnectionError, ssl.SSLEOFError), Meaning("the connection broke", "forbindelsen blev afbrudt")),
    (_is(TimeoutError), Meaning("the line stood still", "forbindelsen gik i stå")),
    (_is(ssl.SSLError), Meaning("TLS failed", "den sikre forbindelse mislykkedes")),
)
_OTHER_FAULT = Meaning("the exchange failed", "forbindelsen mislykkedes")


@attrs.frozen
class Answer:
    """
    What came back, whole. The content is shown nowhere: it may quote the letter.

    ``place`` is host and path; ``about_letter`` tells whether it answers a letter, ``whole`` whether all of that
    letter had left by then: some answer before they have read it.
    """

    status: int
    content: bytes = attrs.field(repr=False)
    headers: Mapping[str, str] = attrs.field(repr=False)
    place: str
    about_letter: bool
    at: datetime
    whole: bool = True

    def refusal(self) -> DeliveryError | None:
        """Give what the status means where it is not a success (2xx), else None."""
        if self.status // 100 == 2:  # noqa: PLR2004 - the class of successes
            return None
        meaning = STATUSES.get(self.status, _OTHER_STATUS)
        wait = self.retry_after
        if self.status == 503 and wait is not None:  # noqa: PLR2004 - Service Unavailable
            meaning = _503_WITH_RETRY_AFTER
        text = f"HTTP {self.status} from {self.place}: {meaning.seen}"
        if meaning.fate is Rejected and self.about_letter:
            return Rejected(text, code=f"http.{self.status}", danish=meaning.danish)
        if meaning.fate is OutcomeUnknown and self._may_be_taken:
            return OutcomeUnknown(text, danish=meaning.danish)
        return TemporaryFailure(text, retry_after=wait, danish=meaning.danish)

    def unreadable(self, why: str) -> DeliveryError:
        """Give the error for an answer that makes no sense; ``why`` is English and quotes nothing."""
        kind = OutcomeUnknown if self._may_be_taken else TemporaryFailure
        return kind(f"HTTP {self.status} from {self.place}: {why}", danish=UNCLEAR)

    @property
    def _may_be_taken(self) -> bool:
        return self.about_letter and self.whole

    @property
    def retry_after(self) -> timedelta | None:
        """Give the time to wait that the service asks for, in seconds or until a date; at most a day."""
        text = self.headers.get("retry-after", "").strip()
        if re.fullmatch(r"[0-9]{1,9}", text):
            return min(timedelta(seconds=int(text)), _LONGEST_WAIT)
        try:
            until = parsedate_to_datetime(text)
        except ValueError:
            return None
        aware = until if until.tzinfo else until.replace(tzinfo=UTC)
        return min(max(aware - self.at, timedelta()), _LONGEST_WAIT)

    def excerpt(self) -> str:
        """Give the beginning, masked, without long keys: for answers that no letter or citizen is in."""
        text = mask(" ".join(self.content[: 10 * _EXCERPT].decode("utf-8", "replace").split()))
        return re.sub(r"[\w+/=.-]{40,}", "…", text)[:_EXCERPT]


def meaning_of(error: BaseException) -> tuple[Meaning, str]:
    """Give the row of FAULTS for an exception, and a detail that may be shown."""
    causes = _causes(error)
    for says, meaning in FAULTS:
        for cause in causes:
            if says(cause):
                return meaning, getattr(cause, "verify_message", "") or ""
    return _OTHER_FAULT, type(error).__name__


def _causes(error: BaseException) -> list[BaseException]:
    """Give the exception and those it was made from, however the libraries packed them in."""
    found = [error]
    for one in found:
        packed = (one.__cause__, one.__context__, getattr(one, "reason", None), *one.args)
        found += [inner for inner in packed if isinstance(inner, BaseException) and inner not in found]
        if len(found) > _MOST_CAUSES:
            break
    return found
