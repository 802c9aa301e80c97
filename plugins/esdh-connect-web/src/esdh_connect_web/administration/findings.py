"""Fund: what the doctor finds, and who must act."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

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


#: Of our own checks: settings, secrets, programs and disks are on the server; the rest is decided here.
_ON_THE_SERVER = re.compile(r"ESDH-.(00\d|01\d|02\d|03\d|05[0147-9]|056|06[24-6])")
_OUTSIDE = re.compile(r"ESDH-.(060|067|068)|[A-Z]+-.01\d")


@attrs.frozen
class Finding:
    """Something that was found, and who must act."""

    diagnosis: Diagnosis
    who: Who

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


def found(examination: Examination) -> Sequence[Finding]:
    """Give what somebody should look at, what stops letters first."""
    ones = (*examination.of(Level.ERROR), *examination.of(Level.WARNING))
    return [Finding(one, who_acts(one)) for one in ones]
