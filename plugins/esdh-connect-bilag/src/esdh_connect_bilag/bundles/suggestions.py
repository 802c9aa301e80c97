"""
Forslag: which attachments are sent together so often that they should be one bundle. Pure.

Of all sets of pieces that letters had in common, those count that no piece could be added to without losing a letter
(*closed* sets); the one that would have saved most comes first. All is done within bounds, and the same sendings give
the same suggestions in whatever order they come.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import attrs

from esdh_connect import wording

__all__ = ["LEAST", "PIECES", "USERS", "Found", "Saving", "Sending", "Suggestion", "saving_of", "suggested"]

#: Pieces in a letter that is learnt from, and in a suggestion, at most: as a bundle may have.
PIECES = 50
#: Letters that had them all, at least.
LEAST = 10
#: Users who sent them all within one month, at least: no figure tells of fewer (P8).
USERS = 5

_FEWEST = 2
#: Different sets of pieces that are compared, the commonest first; candidates found among them; suggestions given.
_SETS, _CANDIDATES, _MOST = 1000, 2000, 10


@attrs.frozen
class Sending:
    """So many letters with exactly these pieces, sent in a month by one user; ``sender`` is a pseudonym, or nobody."""

    pieces: frozenset[str]
    month: str
    sender: str
    letters: int


@attrs.frozen
class Saving:
    """
    What a bundle would have saved: attachments that need not be chosen, bytes that need not be read and laid together.

    ``seconds`` is None where nobody has measured how long that takes.
    """

    choices: int
    size: int
    seconds: float | None = None


@attrs.frozen
class Suggestion:
    """
    Forslag til en bilagspakke: pieces that were sent together in a department, on cases of one KLE number.

    ``pieces`` are keyed digests; ``pages`` and ``size`` are those of all of them.
    """

    id: str
    department: str
    kle: str
    pieces: tuple[str, ...]
    letters: int
    days: int
    size: int
    pages: int
    saving: Saving

    @property
    def text(self) -> str:
        """Tell it in Danish."""
        return (
            f"disse {len(self.pieces)} bilag blev sendt sammen {wording.number(self.letters)} gange de sidste "
            f"{self.days} dage – lav dem til ét? Det havde sparet {wording.number(self.saving.choices)} valg af bilag "
            f"og {wording.size(self.saving.size)}, der blev lagt sammen på ny{self._time}"
        )

    @property
    def _time(self) -> str:
        seconds = self.saving.seconds
        return "" if seconds is None else f" ({wording.number(round(seconds))} sekunder)"


@attrs.frozen
class Found:
    """Pieces that go together, and in how many letters."""

    pieces: frozenset[str]
    letters: int

    @property
    def choices(self) -> int:
        """Give how many times an attachment need not have been chosen."""
        return self.letters * (len(self.pieces) - 1)


def suggested(
    sendings: Iterable[Sending],
    refused: Collection[frozenset[str]] = (),
    there: Collection[frozenset[str]] = (),
    *,
    least: int = LEAST,
    users: int = USERS,
) -> tuple[Found, ...]:
    """
    Give what goes together, the most saving first; never two of which one is part of the other.

    What is part of something ``refused``, or has it in it, stays away, and so does what is part of a bundle that is
    ``there``. ``least`` letters had them all, and in one month ``users`` different people sent them.
    """
    known = tuple(sendings)
    chosen: list[Found] = []
    for found in sorted(_together(known, least), key=lambda one: (-one.choices, -one.letters, sorted(one.pieces))):
        near = any(_overlap(found.pieces, other) for other in (*refused, *(one.pieces for one in chosen)))
        near = near or any(found.pieces <= other for other in there)
        if not near and _senders(known, found.pieces) >= users:
            chosen.append(found)
        if len(chosen) == _MOST:
            break
    return tuple(chosen)


def _overlap(one: frozenset[str], other: frozenset[str]) -> bool:
    return one <= other or other <= one


def _senders(sendings: Sequence[Sending], pieces: frozenset[str]) -> int:
    """Give how many people sent them in the month in which most did; pseudonyms of two months cannot be compared."""
    by_month: dict[str, set[str]] = defaultdict(set)
    for one in sendings:
        if one.sender and pieces <= one.pieces:
            by_month[one.month].add(one.sender)
    return max(map(len, by_month.values()), default=0)


def _together(sendings: Sequence[Sending], least: int) -> Iterator[Found]:
    """Find the closed sets that at least so many letters had in common. A set is a number here, with a bit a piece."""
    letters = Counter[str]()
    for one in sendings:
        letters.update(dict.fromkeys(one.pieces, one.letters))
    frequent = sorted(piece for piece, count in letters.items() if count >= least)
    bits = {piece: 1 << at for at, piece in enumerate(frequent)}
    sets = Counter[int]()
    for one in sendings:
        sets[sum(bits.get(piece, 0) for piece in one.pieces)] += one.letters
    for candidate in _closed(sets):
        count = sum(times for one, times in sets.items() if one & candidate == candidate)
        if count >= least:
            yield Found(frozenset(piece for piece in frequent if bits[piece] & candidate), count)


def _closed(sets: Mapping[int, int]) -> list[int]:
    """Give what the commonest sets have in common, two by two and all at once, within the bound."""
    found: dict[int, None] = {}
    for one in sorted(sets, key=lambda one: (-sets[one], one))[:_SETS]:
        for common in (one, *(one & other for other in tuple(found))):
            if _FEWEST <= common.bit_count() <= PIECES and len(found) < _CANDIDATES:
                found[common] = None
    return list(found)


def saving_of(found: Found, sizes: Mapping[str, tuple[int, int]], rate: float | None) -> Saving:
    """Give what a bundle would have saved; ``rate`` is how many bytes a second are read and laid together."""
    size = found.letters * sum(sizes[piece][0] for piece in found.pieces if piece in sizes)
    return Saving(found.choices, size, size / rate if rate else None)
