"""Årsager: why a department has not started, as it says itself, and what is to happen next."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import Any

import attrs

from esdh_connect.errors import SettingsError
from esdh_connect.workdays import CLOSED, are_days
from esdh_connect_forbrug.starting.errors import AnswerRefused

__all__ = ["Answer", "Hurdle", "Reason", "Starting", "Step", "Waiting"]

#: What is written freely is a line or two.
_LONGEST = 500


class Reason(Enum):
    """Why nothing is sent. Only who works there, or speaks for them, says so."""

    STARTUP = "startup"
    NO_NEED = "no-need"
    LATER = "later"
    OTHER = "other"
    UNTOLD = "untold"

    @property
    def danish(self) -> str:
        """Give what it is called."""
        return _REASONS[self]


class Hurdle(Enum):
    """What makes it hard to start."""

    CERTIFICATE = "certificate"
    TEMPLATES = "templates"
    TIME = "time"
    TRAINING = "training"
    ATTACHMENTS = "attachments"

    @property
    def danish(self) -> str:
        """Give what it is called."""
        return _HURDLES[self]


_REASONS = {
    Reason.STARTUP: "Opstartsvanskeligheder",
    Reason.NO_NEED: "Intet behov i jobfunktionen",
    Reason.LATER: "Planlagt senere",
    Reason.OTHER: "Andet",
    Reason.UNTOLD: "Ikke oplyst",
}
_HURDLES = {
    Hurdle.CERTIFICATE: "certifikat",
    Hurdle.TEMPLATES: "skabeloner",
    Hurdle.TIME: "tid",
    Hurdle.TRAINING: "oplæring",
    Hurdle.ATTACHMENTS: "bilag",
}
#: So many working days can be asked for, and no others: each number tells a little more of when a letter was sent.
LONG = (20, 30, 40, 60)


def _is_long(_starting: object, _field: object, days: int) -> None:
    if days not in LONG:
        allowed = ", ".join(map(str, LONG))
        raise SettingsError(f"days is one of {allowed}", danish=f"days: arbejdsdagene er et af disse: {allowed}")


@attrs.frozen
class Starting:
    """
    How long is long: ``days`` working days with nothing sent, one of :data:`LONG`.

    ``closed`` are days on which the municipality is closed beside the Danish holidays: each year's, or one year's.
    ``months`` is how long answers are kept that are not the last of their department.
    """

    days: int = attrs.field(default=30, validator=_is_long)
    closed: tuple[str, ...] = attrs.field(default=CLOSED, validator=are_days)
    months: int = attrs.field(default=24, validator=attrs.validators.ge(1))


@attrs.frozen
class Step:
    """Næste skridt: what, who does it, and by when."""

    what: str
    owner: str
    due: date

    def is_late(self, today: date) -> bool:
        """Tell whether it should have been done."""
        return self.due < today


@attrs.frozen
class Answer:
    """
    Svar: why a department has not started, noted ``by`` its contact or a user at the time ``at``.

    ``hurdle`` says more of difficulties; ``until`` is the day it is planned for. Raises AnswerRefused where these do
    not fit together.
    """

    department: str
    reason: Reason
    by: str
    at: datetime
    hurdle: Hurdle | None = None
    note: str = ""
    step: Step | None = None
    until: date | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what does not fit."""
        if self.hurdle is not None and self.reason is not Reason.STARTUP:
            raise AnswerRefused(
                "a hurdle without difficulties",
                danish="det, der gør det svært at begynde, hører til opstartsvanskeligheder og til ingen anden årsag",
            )
        if (self.until is not None) is not (self.reason is Reason.LATER):
            raise AnswerRefused(
                "later needs its day, and nothing else has one",
                danish="det, der er planlagt senere, har den dag, det er planlagt til, og intet andet har en dag",
            )
        if self.step is not None and not (self.step.what.strip() and self.step.owner.strip()):
            raise AnswerRefused(
                "a step without what or owner", danish="et næste skridt har både noget at gøre og en ejer"
            )
        if not self.by.strip():
            raise AnswerRefused("nobody said so", danish="der mangler, hvem der oplyser det")
        if max(map(len, (self.note, *((self.step.what, self.step.owner) if self.step else ())))) > _LONGEST:
            raise AnswerRefused("a text is too long", danish=f"skriv højst {_LONGEST} tegn")

    def excuses(self, today: date) -> bool:
        """Tell whether the department is off the list: it has no need, or its day has not come yet."""
        if self.reason is Reason.NO_NEED:
            return True
        return self.until is not None and today < self.until

    @property
    def danish(self) -> str:
        """Give the reason in words."""
        return f"{self.reason.danish}: {self.hurdle.danish}" if self.hurdle else self.reason.danish

    @property
    def plain(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        step = self.step
        return {
            "reason": self.reason.value,
            "hurdle": self.hurdle.value if self.hurdle else None,
            "note": self.note,
            "until": str(self.until) if self.until else None,
            "step": {"what": step.what, "owner": step.owner, "due": str(step.due)} if step else None,
            "by": self.by,
            "at": self.at.isoformat(),
        }


@attrs.frozen
class Waiting:
    """
    En afdeling, der ikke er begyndt: nothing was sent there for ``days`` working days or more.

    ``has_begun`` says that it was in use before. ``answer`` is the last that was given; ``suggestion`` a cause the
    system may have seen, as a question.
    """

    department: str
    name: str
    days: int
    has_begun: bool = False
    answer: Answer | None = None
    suggestion: str = ""

    @property
    def reason(self) -> str:
        """Give the reason in words; not told where nobody said one."""
        return self.answer.danish if self.answer else Reason.UNTOLD.danish
