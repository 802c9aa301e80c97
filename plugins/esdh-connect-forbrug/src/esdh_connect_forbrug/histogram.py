"""Histogram: durations in buckets that each are a fifth wider than the last, so that any number of them is small."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from math import ceil, sqrt
from typing import Self

import attrs

__all__ = ["BOUNDS", "Histogram", "bucket"]

_MILLISECOND = timedelta(milliseconds=1)
#: Where each bucket ends and the next begins, in milliseconds: one second, and four to each doubling, up to 97 days.
BOUNDS = tuple(round(1000 * 2 ** (at / 4)) for at in range(93))


def bucket(took: timedelta) -> int:
    """Give the bucket of a duration: 0 is below a second, and so is what a clock that was put back makes negative."""
    return bisect_right(BOUNDS, took // _MILLISECOND)


@attrs.frozen
class Histogram:
    """How many durations were in each bucket. They add up with ``+``."""

    counts: Mapping[int, int] = attrs.field(factory=dict)

    @classmethod
    def of(cls, durations: Iterable[timedelta]) -> Self:
        """Count durations."""
        return cls(dict(sorted(Counter(bucket(one) for one in durations).items())))

    @property
    def total(self) -> int:
        """Give how many durations there are."""
        return sum(self.counts.values())

    @property
    def median(self) -> timedelta | None:
        """Give the duration that half of them do not exceed, within a tenth; None where there are none."""
        return self.quantile(0.5)

    @property
    def p95(self) -> timedelta | None:
        """Give the duration that 95 of 100 do not exceed, within a tenth; None where there are none."""
        return self.quantile(0.95)

    def quantile(self, share: float) -> timedelta | None:
        """Give the duration that this share of them do not exceed, within a tenth; None where there are none."""
        left = max(1, ceil(share * self.total))
        for at, count in sorted(self.counts.items()):
            left -= count
            if left <= 0:
                return _middle(at)
        return None

    def __bool__(self) -> bool:
        """Tell whether there are any."""
        return bool(self.counts)

    def __add__(self, other: Histogram) -> Histogram:
        """Add them up."""
        return Histogram(dict(sorted((Counter(self.counts) + Counter(other.counts)).items())))


def _middle(at: int) -> timedelta:
    if at == 0:
        return BOUNDS[0] / 2 * _MILLISECOND
    lower, upper = BOUNDS[at - 1], BOUNDS[min(at, len(BOUNDS) - 1)]
    return round(sqrt(lower * upper)) * _MILLISECOND
