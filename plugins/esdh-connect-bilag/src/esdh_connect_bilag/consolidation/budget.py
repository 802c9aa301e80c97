"""Størrelse: whether the letter is small enough for the channel, and what weighs what where it is not."""

from __future__ import annotations

from collections.abc import Sequence

from esdh_connect import wording
from esdh_connect.channel import Limits
from esdh_connect.errors import DoesNotFit
from esdh_connect.model import File
from esdh_connect_bilag.consolidation.documents import Item

__all__ = ["over", "too_large"]

_BASE64_OUT, _BASE64_IN = 4, 3
_NAMED = 5


def over(files: Sequence[File], limits: Limits) -> int:
    """Give by how many bytes the files are too large for the channel; 0 where they are not."""
    return max(sum(_weight(file.size, limits) for file in files) - limits.max_bytes, 0)


def too_large(files: Sequence[File], items: Sequence[Item], limits: Limits) -> DoesNotFit:
    """
    Say by how much, and which documents weigh most; ``items`` are what the files were made of.

    The limit is for all files together, so more files do not help, and nothing is made smaller in a way that somebody
    could see.
    """
    size, room = wording.size(over(files, limits)), wording.size(limits.max_bytes)
    how = " (som det fylder i forsendelsen)" if limits.as_base64 else ""
    return DoesNotFit(
        f"{limits.max_bytes + over(files, limits)} bytes of {limits.max_bytes}",
        limit=str(limits.max_bytes),
        actual=str(limits.max_bytes + over(files, limits)),
        danish=f"brevet fylder {size} for meget{how}, også når det pakkes så tæt, det kan; der er plads til {room}. "
        f"{_heaviest(items, limits)}. Gør det største mindre, hvor det er lavet, eller del det i flere breve",
    )


def _heaviest(items: Sequence[Item], limits: Limits) -> str:
    """Name what weighs most, as it came: what they have in common is stored once, and counts for none of them alone."""
    sorted_ = sorted(items, key=lambda item: -item.file.size)
    named = [f"»{item.file.name}« {wording.size(_weight(item.file.size, limits))}" for item in sorted_[:_NAMED]]
    others = sum(_weight(item.file.size, limits) for item in sorted_[_NAMED:])
    rest = [f"{len(sorted_) - _NAMED} andre {wording.size(others)}"] if others else []
    return "Det fylder mest: " + ", ".join([*named, *rest])


def _weight(size: int, limits: Limits) -> int:
    return -(-size // _BASE64_IN) * _BASE64_OUT if limits.as_base64 else size
