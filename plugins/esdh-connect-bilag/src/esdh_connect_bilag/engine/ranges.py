"""
Which numbers objects have in a merged file that has packs in it.

A pack's numbers stand in its bytes, so they follow from what is in it and from nothing else: its own objects begin where
its hash says, and a font or picture that others have too has the number that its own hash says. What is laid in afresh
has the numbers below. Readers make room for the highest number that there is; two hundred thousand cost them nothing.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator
from itertools import chain, count
from typing import Final

import attrs

__all__ = ["HIGH", "PACKS", "Room", "fresh_numbers", "preferred", "shared_number"]

#: Where packs' own objects are, and those that packs share.
PACKS: Final = range(20_000, 120_000)
_SHARED: Final = range(120_000, 200_000)
#: From here on nothing is reserved.
HIGH: Final = _SHARED.stop
_DIGITS = 8  # bytes of a hash


def fresh_numbers() -> Iterator[int]:
    """Give the numbers for what is laid in afresh, in order."""
    return chain(range(1, PACKS.start), count(HIGH))


def preferred(digest: bytes) -> int:
    """Give where the numbers of a pack begin, from the hash of what it was made of."""
    return PACKS[int.from_bytes(digest[:_DIGITS]) % len(PACKS)]


def shared_number(digest: bytes) -> int:
    """Give the number of an object that several packs may have, from its hash."""
    return _SHARED[int.from_bytes(digest[:_DIGITS]) % len(_SHARED)]


@attrs.define
class Room:
    """What is left of the numbers for packs."""

    _taken: list[tuple[int, int]] = attrs.Factory(list)  # from, to; in order

    def first_free(self, wanted: int, span: int) -> int | None:
        """Give the first place from the wanted one on, and then from the beginning, where so many are free."""
        return self._after(wanted, span) or self._after(PACKS.start, span)

    def take(self, first: int, span: int) -> None:
        """Take them."""
        insort(self._taken, (first, first + span))

    def _after(self, at: int, span: int) -> int | None:
        for start, stop in self._taken:
            if start < at + span and at < stop:
                at = stop
        return at if at + span <= PACKS.stop else None
