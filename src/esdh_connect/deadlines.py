"""Frister: the legal clock of an installation, and the letters that keep a case from being closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import attrs

from esdh_connect import wording
from esdh_connect.dispatch import Entry
from esdh_connect.errors import DamagedPayload
from esdh_connect.legal_clock import COMPLAINT_WEEKS, ComplaintPeriod, LegalClock
from esdh_connect.model import Case, Options
from esdh_connect.outbox import Outbox
from esdh_connect.plugins import Plugins

__all__ = ["Deadlines", "OpenLetter"]


@attrs.frozen
class OpenLetter:
    """
    Åbent brev: one that is under way, failed or unclear, and so keeps its case from being closed.

    ``why`` says in Danish whether anything was sent, what happened, who must act and what next.
    """

    entry: Entry
    why: str


class Deadlines:
    """The part of :class:`esdh_connect.Connect` that has the legal clock (fristur)."""

    outbox: Outbox
    plugins: Plugins
    clock: LegalClock
    _now: Callable[[], datetime]

    def latest_safe_date(self, channel: str, deadline: date, *, category: str = "") -> date:
        """
        Give the last Danish working day on which a letter by this channel still is there on ``deadline``.

        ``category`` is the letter's ``post_category``, where it has one. Raises LookupError for a channel there is not.
        """
        return self.clock.latest_safe(self.plugins.channels[channel], deadline, category)

    def complaint_period(self, id: str, *, weeks: int = COMPLAINT_WEEKS) -> ComplaintPeriod | None:  # noqa: A002
        """
        Klagefrist: give the complaint period that a letter began, counted from when it came, never from the decision.

        None while nothing shows that it is delivered or posted, and where it failed. Where only *Afsendt* is known it
        has no end: see its ``earliest``. Raises UnknownDispatch, and ValueError where ``weeks`` is no whole number from
        1 to 520.
        """
        entry = self.outbox.entry(id)
        return self.clock.complaint_period(entry, self._wishes(id), self.plugins.channels.get(entry.channel), weeks)

    def open_letters(self, case: Case | str, system: str | None = None) -> tuple[OpenLetter, ...]:
        """
        Give the letters on a case that are not delivered and not over, oldest first: ask before the case is closed.

        A case is named as in a request; by its id alone, it is that case in any ``system``, or in the one that is said.
        Nothing is given for a case that no letter was ever on, too: an id with a slip of the pen in it is such a case,
        and ``entries(case=…)`` gives nothing for it either. Raises ValueError for an id that is blank.

        One that failed is among them until somebody has done something about it, and then the letter that was made
        after it. One that was posted and of which no more will be heard is over.
        """
        now = self._now()
        id_, of = (case.id, case.system) if isinstance(case, Case) else (case, system)
        if not id_.strip():
            raise ValueError("a case has an id")
        found = self.outbox.open_on(id_, of)
        return tuple(OpenLetter(entry, wording.explain(entry, now)) for entry in found)

    def _wishes(self, id_: str) -> Options:
        try:
            return self.outbox.cover(id_).options
        except DamagedPayload:  # erased: the receipts are there still, and tell when it came
            return Options()
