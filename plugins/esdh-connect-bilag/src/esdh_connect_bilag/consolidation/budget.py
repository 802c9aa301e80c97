"""Størrelse: whether the letter is small enough for the channel, and what weighs what where it is not."""

from __future__ import annotations

from collections.abc import Sequence

from esdh_connect import wording
from esdh_connect.channel import Limits
from esdh_connect.errors import DoesNotFit
from esdh_connect.model import File
from esdh_connect_bilag.consolidation.documents import Item

__all__ = ["divided", "over", "too_large"]

_BASE64_OUT, _BASE64_IN = 4, 3
_NAMED = 5


def over(files: Sequence[File], limits: Limits) -> int:
    """Give by how many bytes the files are too large for the channel, together or one of them; 0 where they fit."""
    return max(_together(files, limits), _alone(files, limits))


def _together(files: Sequence[File], limits: Limits) -> int:
    return max(sum(_weight(file.size, limits) for file in files) - limits.max_bytes, 0)


def _alone(files: Sequence[File], limits: Limits) -> int:
    if not limits.max_file_bytes:
        return 0
    return max(0, *(_weight(file.size, limits) - limits.max_file_bytes for file in files))


def divided(runs: Sequence[list[Item]], limits: Limits) -> list[list[Item]]:
    """Divide what is to be laid together into files that the channel takes, as far as single documents are."""
    files: list[list[Item]] = []
    for run in runs:
        size = limits.max_file_bytes
        for item in run:
            size += _weight(len(item.content), limits)
            if size > limits.max_file_bytes or item is run[0]:
                files.append([])
                size = _weight(len(item.content), limits)
            files[-1].append(item)
    return files


def too_large(files: Sequence[File], items: Sequence[Item], limits: Limits) -> DoesNotFit:
    """
    Say by how much, and which documents weigh most; ``items`` are what the files were made of.

    Nothing is made smaller in a way that somebody could see.
    """
    together = _together(files, limits)
    size, limit = together or _alone(files, limits), limits.max_bytes if together else limits.max_file_bytes
    how = " (som det fylder i forsendelsen)" if limits.as_base64 else ""
    where = "" if together else " i hver fil"
    return DoesNotFit(
        f"{limit + size} bytes of {limit}",
        limit=str(limit),
        actual=str(limit + size),
        danish=f"brevet fylder {wording.size(size)} for meget{how}, også når det pakkes så tæt, det kan; der er plads "
        f"til {wording.size(limit)}{where}. {_heaviest(items, limits)}. Gør det største mindre, hvor det er lavet, "
        "eller del det i flere breve",
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
