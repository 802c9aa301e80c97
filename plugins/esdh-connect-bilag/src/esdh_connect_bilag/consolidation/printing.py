"""Ark: blank pages, so that each bilag begins on a sheet of its own where a letter is printed on both sides."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from esdh_connect_bilag.consolidation.joining import Sheets
from esdh_connect_bilag.converters.writing import Page, Writer
from esdh_connect_bilag.engine import Part

__all__ = ["on_fresh_sheets"]

_A4 = 595.276, 841.89
_BLANK = "Blank side"


def on_fresh_sheets(sheets: Sequence[Sheets]) -> list[Sheets]:
    """Have each bilag begin on the front of a sheet, where both sides of it are printed."""
    whole, pages = list[Sheets](), 0
    for each in sheets:
        if each.item and each.item.number and pages % 2:
            whole.append(_blank())
            pages += 1
        whole.append(each)
        pages += each.pages
    return whole


@cache
def _blank() -> Sheets:
    content = Writer().document([Page(*_A4, b"", {})], [], title=_BLANK, language="da")
    return Sheets(Part(_BLANK, content, "da"), 1)
