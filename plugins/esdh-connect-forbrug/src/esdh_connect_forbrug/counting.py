"""
Optælling: what is told of use becomes counts by day, and each event counts once.

That an event is counted and what it counts are stored in one transaction: told again, in any order and after any
crash, it is known. Who was active is kept as a pseudonym, made with a random key of its month.
"""

from __future__ import annotations

import hmac
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import islice
from typing import Any

import attrs

from esdh_connect.outbox import Shelf
from esdh_connect.usage import Usage, UsageKind
from esdh_connect_forbrug.histogram import bucket
from esdh_connect_forbrug.months import Month, day_of

__all__ = ["SEALED", "Count", "Counting", "counts_of"]

#: A field of Figures, what it is by, and how many.
Count = tuple[str, str, int]

#: What the key of a month is sealed as.
SEALED = "forbrug:key"
_KEY = 32
_AT_ONCE = 5000
_PSEUDONYM = 32
_ALONE = {UsageKind.CANCELLED: "cancelled", UsageKind.PRINTED: "printed", UsageKind.OPENED: "opened"}
_ALONE |= {UsageKind.UNUSED: "unused", UsageKind.DELIVERED: "delivered"}


def counts_of(usage: Usage) -> Iterator[Count]:
    """Give what an event counts."""
    if usage.kind is UsageKind.SENT:
        yield "sent", usage.channel, 1
        yield "plugins", usage.plugin, 1
        for name in ("documents", "files", "pages", "size"):
            if count := getattr(usage, name):
                yield name, "", count
    elif usage.kind is UsageKind.FAILED:
        yield "failed", usage.cause, 1
    else:
        yield _ALONE[usage.kind], "", 1
        if usage.took is not None:
            yield "took", str(bucket(usage.took)), 1


@attrs.frozen(eq=False)
class Counting:
    """Counts, in one installation. ``days`` is for how long an event is known to be counted."""

    store: Shelf
    days: int

    def count(self, usage: Usage, actor: str | None) -> bool:
        """
        Count an event; False where it was counted before, or nobody can tell any more whether it was.

        One of a month that is closed counts on the first day of the first that is not: what is published never changes.
        """
        return self._count({str(usage.id): (usage, actor)}) > 0

    def count_all(self, told: Iterable[tuple[Usage, str | None]]) -> int:
        """Count many, each as :meth:`count` does, some thousand in a transaction; gives how many counted."""
        parts = iter(told)
        counted = 0
        while part := list(islice(parts, _AT_ONCE)):
            counted += self._count({str(usage.id): (usage, actor) for usage, actor in reversed(part)})
        return counted

    def _count(self, told: Mapping[str, tuple[Usage, str | None]]) -> int:
        from esdh_connect_forbrug.tables import counts

        horizon = self.horizon
        days = {id_: day_of(usage.at) for id_, (usage, _) in told.items()}
        known = {id_: day for id_, day in days.items() if day >= horizon}
        if not known:
            return 0
        with self.store.transaction() as connection:
            fresh = counts.note(connection, known)
            months = {month: self._open(connection, month) for month in sorted({Month.of(days[id_]) for id_ in fresh})}
            sums, people = Counter[counts.Key](), set[counts.Person]()
            for id_ in fresh:
                usage, actor = told[id_]
                month, key = months[Month.of(days[id_])]
                at = str(max(days[id_], month.first_day)), usage.department
                for figure, name, count in counts_of(usage):
                    sums[*at, figure, name] += count
                if actor:
                    people.add((str(month), usage.department, _pseudonym(key, actor)))
            counts.add(connection, sums)
            counts.be_active(connection, people)
        return len(fresh)

    @property
    def horizon(self) -> date:
        """Give the first day whose events are known."""
        return day_of(self.store.now()) - timedelta(days=self.days)

    def _open(self, connection: Any, month: Month) -> tuple[Month, bytes]:  # noqa: ANN401
        """Give the month that counts for this one, held open to the end of the transaction, and its key."""
        from esdh_connect_forbrug.tables import counts

        while True:
            if latest := counts.latest_closed(connection):
                month = max(month, Month.parse(latest).next)
            row = counts.month(connection, str(month), self._fresh)
            if row.closed_at is None:
                return month, bytes.fromhex(self.store.unsealed(SEALED, row.key))

    def _fresh(self) -> bytes:
        return self.store.sealed(SEALED, os.urandom(_KEY).hex())


def _pseudonym(key: bytes, actor: str) -> str:
    return hmac.new(key, actor.encode(), "sha256").hexdigest()[:_PSEUDONYM]
