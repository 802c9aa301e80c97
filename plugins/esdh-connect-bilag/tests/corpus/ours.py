"""Ours: the merge with its repairs, and with the last way when they do not help; twice, for the same bytes."""

from __future__ import annotations

from typing import Any

from esdh_connect_bilag.engine import Declined, Facts, Merged, Pack, Part, Style, merge
from esdh_connect_bilag.repair import REPAIRS, merge_with_pypdf

TITLE = "Brev"


class Shelf(dict[bytes, Facts | Pack]):
    """Keeps packs, and forgets none."""

    put = dict.__setitem__


def with_packs(content: list[bytes]) -> tuple[bytes, dict[str, Any]]:
    """All but the letter as packs: made, and then found."""
    return by_us(content, Shelf())


def by_us(content: list[bytes], shelf: Shelf | None = None) -> tuple[bytes, dict[str, Any]]:
    parts = [
        Part(f"Bilag {at}" if at else TITLE, part, as_pack=at > 0 and shelf is not None)
        for at, part in enumerate(content)
    ]
    made = laid_together(parts, shelf)
    told = {
        "ways": [placed.way for placed in made.placed],
        "again": laid_together(parts, shelf).content == made.content,
    }
    told["removed"] = sorted({removal.what for placed in made.placed for removal in placed.removed})
    return made.content, told


def laid_together(parts: list[Part], shelf: Shelf | None) -> Merged:
    try:
        return merge(parts, Style(title=TITLE), repair=REPAIRS, shelf=shelf)
    except Declined as declined:
        try:
            return merge_with_pypdf(parts)
        except Declined:
            raise declined from None
