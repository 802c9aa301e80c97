"""Månedslukning: a month that is over is parted into cells and published, once; and what has had its time is erased."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs

from esdh_connect.outbox import Shelf
from esdh_connect.reasons import legible
from esdh_connect_forbrug.months import Month, day_of
from esdh_connect_forbrug.suppression import parted

__all__ = ["Closing", "Kept"]

#: By so much a clock may be put back, without an event being counted again.
_CLOCK = timedelta(days=7)


@attrs.frozen
class Kept:
    """
    How long what is kept. Days for ``days``; what is published for ``months``, or for ever.

    A month closes ``grace`` days after it is over, so that what is told late is still in it.
    """

    days: int
    grace: int
    months: int | None

    def closes(self, month: Month) -> datetime:
        """Give the moment from which on a month is closed."""
        return month.ends + timedelta(days=self.grace)


@attrs.frozen(eq=False)
class Closing:
    """Closes months and erases, in one installation."""

    store: Shelf
    kept: Kept

    def run(self) -> int:
        """Close what is to be closed, and erase what is too old; gives how many rows are gone by both."""
        gone = sum(self._close().values()) + self.erase()
        self.store.forget_deleted()  # a month's key and pseudonyms lie in the journal until it is
        return gone

    def close(self) -> tuple[Month, ...]:
        """Close the months that are over, the oldest first, each by itself; gives them."""
        return tuple(self._close())

    def _close(self) -> dict[Month, int]:
        """Give how many rows of each month are gone now that it is closed: its key, and who was active."""
        from esdh_connect_forbrug.tables import closing

        with self.store.reading() as connection:
            months = [Month.parse(one) for one in closing.opened(connection)]
        now = self.store.now()
        over = [one for one in months if self.kept.closes(one) <= now]
        return {one: gone for one in over if (gone := self._closed(one, now)) is not None}

    def _closed(self, month: Month, now: datetime) -> int | None:
        """Close a month; gives how many rows are gone by it, and None where it was closed before."""
        from esdh_connect_forbrug.tables import closing

        parents = {one.id: one.parent for one in self.store.departments()}
        with self.store.transaction() as connection:
            if not closing.begin(connection, str(month)):
                return None
            units = closing.units(connection, str(month), month.first_day, month.next.first_day)
            return closing.close(connection, str(month), now, parents, parted(units, parents))

    def erase(self) -> int:
        """Erase days and months that are too old; gives how many rows. A day is kept until its month is closed."""
        from esdh_connect_forbrug.tables import closing

        horizon = day_of(self.store.now()) - timedelta(days=self.kept.days)
        with self.store.reading() as connection:
            months = closing.opened(connection)
        until = min((horizon, *(Month.parse(one).first_day for one in months)))
        with self.store.transaction() as connection:
            gone = closing.forget_counts(connection, until, horizon - _CLOCK)
            return gone + closing.forget_months(connection, str(self._oldest or ""))

    def erase_all(self, *, by: str, why: str) -> int:
        """
        Erase all that this plugin keeps: what was counted and published, and who has not started and why.

        The audit log says who did. Gives how many rows. The outbox has events of its own: see ``Use.erase_all``.
        Raises ValueError for a reason that is more than a line.
        """
        from esdh_connect_forbrug.tables import closing

        reason = legible(why)
        with self.store.transaction() as connection:
            gone = closing.forget_all(connection)
            self.store.note(connection, "forbrug erased", by=by, why=reason)
        self.store.forget_deleted()
        return gone

    @property
    def _oldest(self) -> Month | None:
        """Give the oldest month that is kept; None where all are."""
        return None if self.kept.months is None else Month.of(self.store.now()).later(-self.kept.months)
