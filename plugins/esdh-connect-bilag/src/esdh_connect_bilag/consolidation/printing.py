"""Print: what is otherwise where a letter is printed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from esdh_connect.model import Finding
from esdh_connect_bilag.consolidation.joining import Sheets
from esdh_connect_bilag.converters.writing import Page, Writer
from esdh_connect_bilag.engine import Part

__all__ = ["on_fresh_sheets", "printed_smaller"]

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


def printed_smaller() -> tuple[Finding, ...]:
    """Tell what a stamp does to a page of A4."""
    text = "Stemplet gør hver side i bilagene 7 mm højere end A4, så de bliver en anelse mindre, når de trykkes."
    return (Finding("printed_smaller", text),)


@cache
def _blank() -> Sheets:
    content = Writer().document([Page(*_A4, b"", {})], [], title=_BLANK, language="da")
    return Sheets(Part(_BLANK, content, "da"), 1)
