"""Ours: the merge with its repairs, and with the last way when they do not help; twice, for the same bytes."""

from __future__ import annotations

from typing import Any

from esdh_connect_bilag.engine import Declined, Merged, Part, Style, merge
from esdh_connect_bilag.repair import REPAIRS, merge_with_pypdf

TITLE = "Brev"


def by_us(content: list[bytes]) -> tuple[bytes, dict[str, Any]]:
    parts = [Part(f"Bilag {at}" if at else TITLE, part) for at, part in enumerate(content)]
    made = laid_together(parts)
    told = {"ways": [placed.way for placed in made.placed], "again": laid_together(parts).content == made.content}
    told["removed"] = sorted({removal.what for placed in made.placed for removal in placed.removed})
    return made.content, told


def laid_together(parts: list[Part]) -> Merged:
    try:
        return merge(parts, Style(title=TITLE), repair=REPAIRS)
    except Declined as declined:
        try:
            return merge_with_pypdf(parts)
        except Declined:
            raise declined from None
