"""Valget: whose figures somebody asks for, and of which months. An address tells nothing of a person."""

from __future__ import annotations

import attrs

from esdh_connect.policy import Department
from esdh_connect_forbrug.months import Month
from esdh_connect_forbrug.reports import Reports
from esdh_connect_web.call import Call
from esdh_connect_web.identity import EVERYWHERE, Role
from esdh_connect_web.texts import N_

__all__ = ["Choice", "chosen", "own_department", "sees_all"]

#: How many months there are where nobody says which.
_YEAR = 12
_UNKNOWN = N_("There is no such month to choose.")
_BACKWARDS = N_("The first month is after the last one.")


@attrs.frozen
class Choice:
    """
    What was chosen; ``error`` is an English text marked with ``N_`` where that cannot be, and then it is the usual.

    ``department`` None: all of them. ``offered`` are the months there are to choose, the last one first.
    """

    department: Department | None
    first: Month
    last: Month
    offered: tuple[Month, ...]
    error: str = ""

    @property
    def whose(self) -> str | None:
        """Give the id of the department; None for all of them."""
        return self.department.id if self.department else None

    @property
    def words(self) -> dict[str, str]:
        """Give it as an address has it."""
        whose = {"department": self.department.id} if self.department else {}
        return {**whose, "from": str(self.first), "to": str(self.last)}


def sees_all(call: Call) -> bool:
    """Tell whether somebody sees the figures of the whole organisation."""
    return call.person.has([Role.ADMINISTRATOR, Role.CONSULTANT]) and EVERYWHERE in call.person.departments


def chosen(call: Call, reports: Reports) -> Choice:
    """Read what was chosen. Raises Refused for a department that is not theirs."""
    running = reports.running
    first, last = running.later(-_YEAR), running.previous
    began = min([first, *reports.months[:1]])
    offered = tuple(began.until(running))[::-1]
    whole = sees_all(call) and not call.query("department")
    usual = Choice(None if whole else own_department(call), first, last, offered)
    asked_first, asked_last = (
        _month(call.query(name), offered, otherwise) for name, otherwise in (("from", first), ("to", last))
    )
    if asked_first is None or asked_last is None:
        return attrs.evolve(usual, error=_UNKNOWN)
    if asked_first > asked_last:
        return attrs.evolve(usual, error=_BACKWARDS)
    return attrs.evolve(usual, first=asked_first, last=asked_last)


def own_department(call: Call) -> Department:
    """
    Give the department of the address; else the first of somebody's own. It is written down whose figures were seen.

    Raises Refused for a department that is not theirs.
    """
    asked = call.query("department")
    found = next((one for one in call.departments if asked in ("", one.id)), None)
    if found is None:
        call.refuse()
    call.saw(found.id)
    return found


def _month(text: str, offered: tuple[Month, ...], otherwise: Month) -> Month | None:
    if not text:
        return otherwise
    return next((one for one in offered if str(one) == text), None)
