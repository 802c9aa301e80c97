"""
Fristur: until when a letter is sent in time, and when the complaint period ends that it began.

Pure. What follows from the law and what the postal service promises stands in ``docs/legal-clock.md``, with sources.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

import attrs

from esdh_connect.channel import Channel
from esdh_connect.dispatch import Entry, Receipt, ReceiptEvent, Status
from esdh_connect.model import Options, PostCategory
from esdh_connect.workdays import Workdays

__all__ = ["COMPLAINT_WEEKS", "DELIVERY", "Basis", "ComplaintPeriod", "DeliveryTime", "LegalClock", "day_of"]

#: What most laws give: four weeks. Which law the decision follows, the library does not know.
COMPLAINT_WEEKS = 4
#: Ten years: what is more is no number of weeks.
_MOST_WEEKS = 520
_HERE = ZoneInfo("Europe/Copenhagen")
_DAY = timedelta(days=1)
#: No letter is under way for longer; a table that says otherwise has a slip of the pen in it.
_MOST = 60


def day_of(at: datetime) -> date:
    """Give the day it is in Denmark at an aware time."""
    return at.astimezone(_HERE).date()


@attrs.frozen
class DeliveryTime:
    """
    Befordringstid from a day on, in working days: ``printing`` until the postal service has the letter, ``post`` after.

    Of those that fit, one for a ``channel`` goes before one for all channels on paper, one for a post ``category``
    before one for all, and the latest before those it took the place of.
    """

    valid_from: date
    post: int = attrs.field(validator=[attrs.validators.ge(0), attrs.validators.le(_MOST)])
    printing: int = attrs.field(default=1, validator=[attrs.validators.ge(0), attrs.validators.le(_MOST)])
    channel: str = ""
    category: PostCategory = ""


#: Six working days: what Ankestyrelsen and the Ministry of Justice reckon with for ordinary post (vejledning nr. 9533
#: of 26 June 2018), and one for print and envelope. Nobody has promised to be faster since PostNord brings no letters.
DELIVERY = (DeliveryTime(date(2018, 6, 26), post=6),)


class Basis(Enum):
    """What a complaint period is counted from: proof that the letter came, that it was posted, or only word of it."""

    ARRIVED = "arrived"
    POSTED = "posted"
    SENT = "sent"


@attrs.frozen
class ComplaintPeriod:
    """
    Klagefrist that one letter began: ``weeks`` from ``counted_from``, the day it came or is reckoned to have come.

    ``ends`` is the last day on which a complaint is in time, None where that is not known: then ``earliest`` is what it
    will be at the earliest. ``is_updated`` says that the postal service told something more, a return perhaps.
    """

    weeks: int
    basis: Basis
    counted_from: date
    earliest: date
    is_updated: bool = False

    @property
    def ends(self) -> date | None:
        """Give the last day, where it is known."""
        return None if self.basis is Basis.SENT else self.earliest

    @property
    def is_proven(self) -> bool:
        """Tell whether somebody has said that the recipient has the letter; else its arrival is reckoned."""
        return self.basis is Basis.ARRIVED


@attrs.frozen
class LegalClock:
    """
    Fristur of an installation. ``margin`` is how many working days a letter is to be there before its deadline.

    Letters that are not on paper count at once; those that are take as long as ``delivery`` says for the day they are
    handed over.
    """

    workdays: Workdays = Workdays()
    delivery: Sequence[DeliveryTime] = DELIVERY
    margin: int = 0

    def arrival(self, channel: Channel, day: date, category: str = "") -> date:
        """Give the day a letter is there that is handed over on ``day``."""
        time = self._time(channel.name, day, category, on_paper=channel.limits.on_paper)
        return day if time is None else self.workdays.after(day, time.printing + time.post)

    def latest_safe(self, channel: Channel, deadline: date, category: str = "") -> date:
        """Give the last working day on which a letter is handed over in time to be there on ``deadline``."""
        wanted = self.workdays.before(deadline, self.margin)
        day = self.workdays.at_latest(wanted)
        while self.arrival(channel, day, category) > wanted:
            day = self.workdays.before(day, 1)
        return day

    def complaint_period(
        self, entry: Entry, options: Options, channel: Channel | None, weeks: int
    ) -> ComplaintPeriod | None:
        """
        Give the complaint period that a letter began; None while nothing shows that it left, and where it failed.

        Raises ValueError where ``weeks`` is no whole number from 1 to 520.
        """
        if type(weeks) is not int or not 1 <= weeks <= _MOST_WEEKS:  # a bool is an int too
            raise ValueError(f"a complaint period is a whole number of weeks, from 1 to {_MOST_WEEKS}")
        found = _basis(entry)
        if found is None:
            return None
        basis, told = found
        came = day_of(told.at)
        if basis is not Basis.ARRIVED:
            on_paper = channel is None or channel.limits.on_paper
            time = self._time(entry.channel, came, options.post_category, on_paper=on_paper)
            came = came if time is None else self.workdays.after(came, time.post)
        elif options.not_before is not None:
            came = max(came, options.not_before)
        last = self.workdays.at_earliest(came + timedelta(weeks=weeks))
        updated = any(one.event is ReceiptEvent.UPDATE and one.at > told.at for one in entry.receipts)
        return ComplaintPeriod(weeks, basis, came, last, updated)

    def _time(self, channel: str, day: date, category: str, *, on_paper: bool) -> DeliveryTime | None:
        named = [
            one
            for one in self.delivery
            if one.category in ("", category) and (one.channel == channel or (on_paper and not one.channel))
        ]
        known = [one for one in named if one.valid_from <= day] or sorted(named, key=lambda one: one.valid_from)[:1]
        return max(reversed(known), key=_closeness) if known else None


def _closeness(one: DeliveryTime) -> tuple[bool, bool, date]:
    return bool(one.channel), bool(one.category), one.valid_from


_BASES = {
    ReceiptEvent.DELIVERED: Basis.ARRIVED,
    ReceiptEvent.WITH_POSTAL_SERVICE: Basis.POSTED,
    ReceiptEvent.SENT: Basis.SENT,
}


def _basis(entry: Entry) -> tuple[Basis, Receipt] | None:
    """Give the best there is, and the first receipt that told it; only of letters people see as sent or delivered."""
    if entry.status not in (Status.SENT, Status.DELIVERED):
        return None
    for event, basis in _BASES.items():
        told = [one for one in entry.receipts if one.event is event]
        if told:
            return basis, min(told, key=lambda one: one.at)
    return None
