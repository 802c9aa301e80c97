"""
Faults by script: ``faults.toml``, or JSON to ``/sandbox/faults``. What each does is in the README.

A fault waits for the next request of its kind, as often as ``times`` says; faults are taken in the order given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import attrs

from esdh_connect_sandbox.exchange import Answer, Outcome, Silence, refusal
from esdh_connect_sandbox.watched import Say, Watched

__all__ = ["DUPLICATES", "TEMPLATE", "Fault", "Script"]

TEMPLATE = """\
# What goes wrong, and when. The file is read again whenever it changes, and everything in it then counts anew.

# duplicate = "accept"         # a messageUUID that was sent before: accept | refuse | invalid
# token_seconds = 3600         # how long an access token is good for
# assertion_seconds = 28800    # how long a SAML assertion is good for

# [[fault]]
# on = "kombi"                 # sts | token | lookup | kombi | receipt
# kind = "reset_after"         # see the README
# times = 1
"""

_EVERYWHERE = {
    "unauthorized",
    "too_many",
    "unavailable",
    "server_error_before",
    "reset_before",
    "hang",
    "slow",
    "html",
}
_KOMBI = {"refuse", "server_error_after", "reset_after", "accept_then_timeout", "wrong_xml", "not_received"}
_RECEIPT = {"late", "repeated", "reordered", "before_answer", "dropped", "corrupt", "unknown_code", "failed"}
_KINDS = {
    "sts": _EVERYWHERE,
    "token": _EVERYWHERE,
    "lookup": _EVERYWHERE,
    "kombi": _EVERYWHERE | _KOMBI,
    "receipt": _RECEIPT,
}
#: Kinds of kombi faults at which the letter is taken all the same.
_STORED = {"server_error_after", "reset_after", "accept_then_timeout", "wrong_xml"}
_STATUSES = {
    "unauthorized": 401,
    "too_many": 429,
    "unavailable": 503,
    "server_error_before": 500,
    "server_error_after": 500,
}
_PAGE = b"<!DOCTYPE html><html><head><title>Service</title></head><body>Velkommen</body></html>"
DUPLICATES = ("accept", "refuse", "invalid")

_LONG = 3600.0
_LONGEST = 10.0**8


def _seconds(_: object, attribute: attrs.Attribute[float | None], value: object) -> None:
    if value is not None and (not isinstance(value, int | float) or not 0 <= value <= _LONGEST):
        raise ValueError(f"{attribute.name} is a number from 0 to {_LONGEST:.0f}")


# What goes into an answer or receipt must be able to stand in XML.
_TEXT = attrs.validators.matches_re(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]*")


@attrs.frozen
class Fault:
    """
    One fault.

    ``seconds``: how long (hang, slow, accept_then_timeout, late). ``retry_after``: the header, in seconds, for too_many
    and unavailable. ``n``: deliveries in all (repeated). ``code`` and ``text``: of a refusal or failure. ``status``:
    the HTTP status of ``refuse``. ``stored``: whether the letter is taken (html, wrong_xml, not_received).
    Raises ValueError when kind and place do not go together.
    """

    on: str
    kind: str
    times: int = attrs.field(default=1, validator=attrs.validators.in_(range(10**6)))
    seconds: float | None = attrs.field(default=None, validator=_seconds)
    retry_after: float | None = attrs.field(default=None, validator=_seconds)
    n: int = attrs.field(default=2, validator=attrs.validators.in_(range(1, 101)))
    code: str = attrs.field(default="", validator=_TEXT)
    text: str = attrs.field(default="", validator=_TEXT)
    status: int = attrs.field(default=400, validator=attrs.validators.in_(range(200, 600)))
    stored: bool | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.instance_of(bool))
    )

    def __attrs_post_init__(self) -> None:
        """Check that there is such a fault."""
        if self.on not in _KINDS:
            raise ValueError(f"there is no fault on {self.on!r}; there is: {', '.join(_KINDS)}")
        if self.kind not in _KINDS[self.on]:
            known = ", ".join(sorted(_KINDS[self.on]))
            raise ValueError(f"there is no fault {self.kind!r} on {self.on}; there is: {known}")

    @property
    def takes_letter(self) -> bool:
        """Tell whether the letter is taken although the answer is wrong."""
        return self.kind in _STORED if self.stored is None else self.stored

    def lasts(self, otherwise: float = _LONG) -> float:
        """Give how long it lasts, in seconds."""
        return otherwise if self.seconds is None else self.seconds


def outcome(fault: Fault) -> Outcome | None:
    """Give what is answered because of the fault; None for those that do not answer themselves (slow)."""
    if fault.kind in _STATUSES:
        return _from_the_gateway(fault)
    if fault.kind in {"reset_before", "reset_after"}:
        return Silence(reset=True)
    if fault.kind in {"hang", "accept_then_timeout"}:
        return Silence(fault.lasts())
    if fault.kind == "html":
        return Answer(200, _PAGE, "text/html")
    return None


def _from_the_gateway(fault: Fault) -> Answer:
    wait = 1 if fault.kind == "too_many" and fault.retry_after is None else fault.retry_after
    answer = refusal(_STATUSES[fault.kind], fault.kind, fault.text or "as the script says").answer
    return answer if wait is None else attrs.evolve(answer, headers={"Retry-After": str(int(wait))})


class Script:
    """What is to go wrong from now on."""

    def __init__(self, path: Path, say: Say) -> None:
        """Follow the file at ``path``; telling what is wrong in it with ``say``."""
        self._lock = Lock()
        self._faults: list[Fault] = []
        self.duplicate = "accept"
        self.token_seconds = 3600.0
        self.assertion_seconds = 28800.0
        self._file = Watched(path, self._take_file, say)
        self._file.look()

    def add(self, *faults: Fault) -> None:
        """Queue faults behind those that are there."""
        with self._lock:
            self._faults.extend(fault for fault in faults if fault.times)

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._faults.clear()

    def left(self) -> tuple[Fault, ...]:
        """Give what has not happened yet."""
        self._file.look()
        with self._lock:
            return tuple(self._faults)

    def take(self, on: str) -> Fault | None:
        """Take the next fault of a place, once."""
        self._file.look()
        with self._lock:
            for at, fault in enumerate(self._faults):
                if fault.on == on:
                    left = attrs.evolve(fault, times=fault.times - 1)
                    self._faults[at : at + 1] = [left] if left.times else []
                    return fault
        return None

    def read(self, script: Mapping[str, Any]) -> None:
        """
        Take over a script: ``fault`` (a list), ``duplicate``, ``token_seconds``, ``assertion_seconds``.

        Faults are added to those that are there. Raises ValueError or TypeError, and then takes over nothing.
        """
        faults, settings = _checked(script)
        self.add(*faults)
        for name, value in settings.items():
            setattr(self, name, value)

    def _take_file(self, script: Mapping[str, Any]) -> None:
        _checked(script)
        self.clear()
        self.read(script)


def _checked(script: Mapping[str, Any]) -> tuple[Sequence[Fault], dict[str, Any]]:
    unknown = set(script) - {"fault", "duplicate", "token_seconds", "assertion_seconds"}
    if unknown:
        raise ValueError(f"not known: {', '.join(sorted(unknown))}")
    faults = [Fault(**given) for given in script.get("fault", ())]
    settings = {name: value for name, value in script.items() if name != "fault"}
    if settings.get("duplicate", "accept") not in DUPLICATES:
        raise ValueError(f"duplicate is one of {', '.join(DUPLICATES)}")
    for name in ("token_seconds", "assertion_seconds"):
        value = settings.get(name, 0.0)
        if not isinstance(value, int | float) or not 0 <= value <= _LONGEST:
            raise ValueError(f"{name} is a number from 0 to {_LONGEST:.0f}")
    return faults, settings
