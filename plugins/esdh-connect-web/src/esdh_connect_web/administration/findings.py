"""Fund: what the doctor finds, and who must act."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from types import MappingProxyType

import attrs

from esdh_connect.diagnosis import Diagnosis, Level
from esdh_connect.doctor import Examination
from esdh_connect_web.texts import N_

__all__ = ["Finding", "Who", "found", "who_acts"]


class Who(Enum):
    """Who must act. Its value is an English text."""

    ADMINISTRATOR = N_("you, as administrator")
    OPERATIONS = N_("whoever runs the server")
    PROVIDER = N_("the provider, or whoever runs the network to it")
    CASEWORKERS = N_("the caseworkers of the letters, in the failure inbox")


#: Of our own checks: settings, secrets, programs and disks are on the server; the rest is decided here.
_ON_THE_SERVER = re.compile(r"ESDH-.(00\d|01\d|02\d|03\d|05[0147-9]|056|06[24-6])")
_OUTSIDE = re.compile(r"ESDH-.(060|067|068)|[A-Z]+-.01\d")


#: Checks of letters that go no further: the failure inbox says whose they are.
_LETTERS = frozenset({"053", "058"})
#: Of our own checks, by their number, where on these pages it is seen or mended; elsewhere the core's hint says how.
_PAGES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(_LETTERS, ("failures", N_("See the failure inbox"))),
        "042": ("departments", N_("See the department: channels and plugins are changed there")),
        "043": ("matrix", N_("See which plugins are on in which departments")),
        "044": ("matrix", N_("See which plugins are on in which departments")),
    }
)


@attrs.frozen
class Finding:
    """Something that was found, and who must act; ``page`` and ``label`` are where on these pages, if anywhere."""

    diagnosis: Diagnosis
    who: Who
    page: str = ""
    label: str = ""

    @property
    def is_error(self) -> bool:
        """Tell whether letters stop because of it."""
        return self.diagnosis.level is Level.ERROR


def who_acts(diagnosis: Diagnosis) -> Who:
    """Give who must act, by the number of the check."""
    if _OUTSIDE.fullmatch(diagnosis.id) and not _ON_THE_SERVER.fullmatch(diagnosis.id):
        return Who.PROVIDER
    own = diagnosis.id.startswith("ESDH-")
    return Who.OPERATIONS if not own or _ON_THE_SERVER.fullmatch(diagnosis.id) else Who.ADMINISTRATOR


def found(examination: Examination, *, letters_are_mine: bool) -> Sequence[Finding]:
    """Give what somebody should look at, what stops letters first; whose letters are is known to whoever asks."""
    ones = (*examination.of(Level.ERROR), *examination.of(Level.WARNING))
    return [_finding(one, letters_are_mine=letters_are_mine) for one in ones]


def _finding(one: Diagnosis, *, letters_are_mine: bool) -> Finding:
    number = one.id[-3:] if one.id.startswith("ESDH-") else ""
    who = Who.CASEWORKERS if number in _LETTERS and not letters_are_mine else who_acts(one)
    return Finding(one, who, *_PAGES.get(number, ("", "")))
