"""What is counted in an outbox: batches, and how it is doing as a whole. No figure names a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import attrs

from esdh_connect.dispatch import Hold, Status, Work

__all__ = ["MISSED_FOR", "UNASKED_FOR", "Batch", "Figures", "Known"]

#: So long it is told that facts were passed over.
MISSED_FOR = timedelta(days=7)
#: So long it is told that a plugin could not be asked for proposals.
UNASKED_FOR = timedelta(days=7)


@attrs.frozen
class Known:
    """
    What stands under a key for one recipient: the letter's fingerprint, and the batch it is part of.

    ``held`` says that it waits for the release of that batch.
    """

    fingerprint: str
    batch: str = ""
    held: bool = False


@attrs.frozen
class Batch:
    """
    Masseforsendelse: the letters of a batch, counted; reminders beside them are not.

    ``work`` and ``status`` count each letter once. ``held`` wait for the release of the batch, ``approvals`` for a
    second person, ``troubles`` for somebody to mend them.
    """

    name: str
    begun_at: datetime
    work: Mapping[Work, int]
    held: int = 0
    troubles: int = 0
    approvals: int = 0
    status: Mapping[Status, int] = attrs.field(factory=dict)

    @property
    def letters(self) -> int:
        """Give how many there are."""
        return sum(self.work.values())

    @property
    def released(self) -> int:
        """Give how many wait for the release no longer: sent, on their way, or stopped."""
        return self.letters - self.held


@attrs.frozen
class Figures:
    """
    How an outbox is doing, at one moment.

    ``ready`` is how many letters are due in each lane, and ``oldest`` since when the first of them is; ``held`` how
    many are held for each reason; ``stuck`` are under way longer than an answer should take, ``late`` handed over or
    unknown beyond the time a receipt should take. ``missed`` facts were told to nobody, because they do not open any
    more, where that was noticed within MISSED_FOR. ``damaged`` lines of the outbox were found that nobody can read;
    ``unasked`` document events of UNASKED_FOR are those that a plugin could not be asked about, however often;
    ``stranded`` counts the letters that are due by channel, of those whose channel was not among the ones asked for.
    """

    ready: Mapping[int, int] = attrs.field(factory=dict)
    oldest: Mapping[int, datetime] = attrs.field(factory=dict)
    held: Mapping[Hold, int] = attrs.field(factory=dict)
    sending: int = 0
    stuck: int = 0
    unknown: int = 0
    handed_over: int = 0
    late: int = 0
    troubles: int = 0
    unmatched: int = 0
    duties: int = 0
    oldest_duty: datetime | None = None
    duties_stuck: int = 0
    missed: int = 0
    damaged: int = 0
    unasked: int = 0
    stranded: Mapping[str, int] = attrs.field(factory=dict)
