"""
Kald: what the host is asked, over HTTPS, signed, and bounded in size and time.

Every call is a POST to an address that is always the same: whom and what it is about stands in the body, where no log
of a web server shows it. What writes and what only asks are told apart: only the first can end in OutcomeUnknown.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import attrs

from esdh_connect import reasons, wording
from esdh_connect.errors import DeliveryError, Rejected, SettingsError, TemporaryFailure
from esdh_connect.ids import mask
from esdh_connect.signature import signed
from esdh_connect_bridge import wire
from esdh_connect_bridge.turns import Turns

if TYPE_CHECKING:
    from esdh_connect.http import Answer, Client
    from esdh_connect.settings import Secret

__all__ = ["Calls", "Refused", "Unusable", "called", "trusting", "utc_now"]

_UNSIGNED, _NONE, _CONFLICT, _INVALID = 401, 404, 409, 422
_BROKEN, _CLOSED = 500, 503
_LONGEST_SAID = 300
_MB, _MOST_JSON = 1_000_000, 1 << 22


class Refused(TemporaryFailure):
    """The host said no to what it was asked, and why, to a person: asking again by itself will hardly help."""


class Unusable(TemporaryFailure):
    """The host answered, and not what the contract says: somebody must mend it."""


def utc_now() -> datetime:
    """Give the time."""
    return datetime.now(UTC)


def trusting(ca: Path | None) -> ssl.SSLContext:
    """Make a context that trusts ``ca``, by default what the system trusts. Raises SettingsError."""
    try:
        context = ssl.create_default_context(cafile=ca)
    except OSError as error:
        why = "not a certificate" if isinstance(error, ssl.SSLError) else error.strerror
        told = "den er ikke et certifikat" if isinstance(error, ssl.SSLError) else wording.system(error)
        raise SettingsError(f"ca, {ca}: {why}", danish=f"ca: filen {ca} kan ikke bruges ({told})") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def called(
    url: str,
    secrets: tuple[Secret, ...],
    *,
    trust: ssl.SSLContext,
    proxy: str,
    seconds: float,
    file_seconds: float,
    max_file_mb: int,
    dialog_seconds: float,
) -> Calls:
    """Put the clients together. Nobody is called."""
    from esdh_connect.http import Client

    client = Client(trust, proxy=proxy, patience=file_seconds, short_patience=seconds, max_answer=_MOST_JSON)
    files = attrs.evolve(client, short_patience=file_seconds, max_answer=max_file_mb * _MB)
    return Calls(url.rstrip("/"), secrets, client, files, Turns(dialog_seconds))


@attrs.frozen(eq=False)
class Calls:
    """
    The host at ``base``. ``client`` is for JSON, ``files`` for the bytes of documents.

    All of its methods raise Refused where the host says no to a person, another TemporaryFailure where it gives no
    usable answer.
    """

    base: str
    secrets: tuple[Secret, ...]
    client: Client
    files: Client
    turns: Turns
    now: Callable[[], datetime] = utc_now

    def asked(self, path: str, said: Mapping[str, Any], read: Callable[[wire.Row], wire.T]) -> wire.T | None:
        """Ask for something in JSON, and ``read`` it; None where the host says that there is no such thing."""
        answer = self._answer(self.client, path, said)
        return None if answer is None else _read(answer, read)

    def content(self, path: str, said: Mapping[str, Any]) -> Answer | None:
        """Ask for bytes; None where the host says that there is no such thing."""
        answer = self._answer(self.files, path, said)
        if answer is not None and not answer.headers.keys() & {"content-length", "transfer-encoding"}:
            raise answer.unreadable("it does not say how long it is, so it may be cut off")
        return answer

    def written(self, path: str, entry: wire.Entry, mark: str) -> str:
        """
        Write something, once, and give the host's id of it.

        Raises Rejected where the host says no to a person, TemporaryFailure where surely nothing was written, else
        OutcomeUnknown.
        """
        headers = {**self.headers(entry, mark), "Idempotency-Key": mark}
        answer = self.client.hand_over(self.at(path), entry, headers)
        if answer.status in {_CONFLICT, _INVALID} or _is_none(answer):
            danish = "sagen findes ikke i sagssystemet" if answer.status == _NONE else _words(answer)
            raise Rejected(_no(answer), code=f"bridge.{answer.status}", danish=danish)
        refusal = _refusal(answer)
        if refusal is not None:
            raise refusal
        return _read(answer, wire.id_of)

    def told(self, path: str, said: Mapping[str, Any]) -> None:
        """Tell something that may be told again."""
        self._answer(self.client, path, said)

    def at(self, path: str) -> str:
        """Give the whole address."""
        return f"{self.base}{path}"

    def headers(self, body: Iterable[bytes], call: str = "") -> dict[str, str]:
        """Give the headers of a call, with its signature. Raises TemporaryFailure where there is no secret now."""
        try:
            signature = signed(self.secrets, call or str(uuid4()), self.now(), body)
        except SettingsError as error:
            why, danish = f"the secret cannot be read: {error}", "hemmeligheden til sagssystemet kan ikke læses"
        else:
            return {"Content-Type": "application/json", "Accept": "*/*", **signature}
        raise TemporaryFailure(why, danish=danish)

    def _answer(self, client: Client, path: str, said: Mapping[str, Any]) -> Answer | None:
        body = json.dumps(said, ensure_ascii=False).encode()
        with self.turns.taken() as within:
            answer = client.ask(self.at(path), body=body, headers=self.headers([body]), within=within)
        if _is_none(answer):
            return None
        if answer.status in {_CONFLICT, _INVALID}:
            raise Refused(_no(answer), danish=_words(answer))
        refusal = _refusal(answer)
        if refusal is not None:
            raise refusal
        return answer


def _read(answer: Answer, read: Callable[[wire.Row], wire.T]) -> wire.T:
    try:
        return read(wire.object_of(answer.content))
    except wire.Unclear as error:
        why = str(error)
    wrong = answer.unreadable(why)
    danish = "sagssystemet svarede ikke efter aftalen: administratoren kan se hvorfor i loggen"
    raise Unusable(str(wrong), danish=danish) if isinstance(wrong, TemporaryFailure) else wrong


def _refusal(answer: Answer) -> DeliveryError | None:
    """Give what a status means that is none of the contract's, or that says we are not let in."""
    refusal = answer.refusal()
    if answer.status == _UNSIGNED:
        why = "signature refused: is the secret the same on both sides, and the time?"
        danish = "det afviste underskriften: er hemmeligheden den samme begge steder, og går urene rigtigt?"
        return TemporaryFailure(f"HTTP {answer.status} from {answer.place}: {why}", danish=danish)
    if refusal is not None and answer.status >= _BROKEN and answer.status != _CLOSED:
        refusal.danish = f"det meldte fejl {answer.status}"
    return refusal


def _said(answer: Answer) -> wire.Row:
    try:
        return wire.object_of(answer.content)
    except wire.Unclear:
        return {}


def _is_none(answer: Answer) -> bool:
    """Tell whether it is the host that says so, and not a gateway in front of it."""
    return answer.status == _NONE and _said(answer).get("error") == "none"


def _no(answer: Answer) -> str:
    return f"HTTP {answer.status} from {answer.place}: the host says no"


def _words(answer: Answer) -> str:
    """Give the host's own words for a person, in Danish: no log shows them."""
    text = _said(answer).get("text")
    said = reasons.on_one_line(mask(text))[:_LONGEST_SAID].strip() if isinstance(text, str) else ""
    legible = reasons.is_legible(said)
    return f"sagssystemet siger: »{said}«" if legible else "sagssystemet siger nej uden at sige hvorfor"
