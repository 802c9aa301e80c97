"""Gengangere: what came before, remembered in eight bytes each."""

from __future__ import annotations

from array import array
from bisect import bisect_left

import attrs

__all__ = ["Repeats"]

_BUCKETS = 1024


def _buckets() -> list[array[int]]:
    return [array("Q") for _ in range(_BUCKETS)]


@attrs.define
class Repeats:
    """
    Remembers digests by 64 of their bits: a million of them take nine megabytes.

    Two of a million would be taken for one another once in thirty million mailings.
    """

    _known: list[array[int]] = attrs.field(factory=_buckets, init=False)

    def add(self, digest: str) -> bool:
        """Remember a digest, in hex; gives whether it was there before."""
        value = int(digest[:16], 16)
        bucket = self._known[value % _BUCKETS]
        at = bisect_left(bucket, value)
        if at < len(bucket) and bucket[at] == value:
            return True
        bucket.insert(at, value)
        return False
