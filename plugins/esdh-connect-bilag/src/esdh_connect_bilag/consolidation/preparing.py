"""Klargøring: what is done to a document before it is laid in: packed, stamped, laid on A4."""

from __future__ import annotations

from functools import partial
from typing import Protocol

import attrs

from esdh_connect.model import Finding
from esdh_connect_bilag.consolidation.a4 import on_a4
from esdh_connect_bilag.consolidation.documents import Item
from esdh_connect_bilag.consolidation.findings import not_on_a4, not_stamped
from esdh_connect_bilag.consolidation.joining import Sheets, unreadable
from esdh_connect_bilag.consolidation.layout import Layout
from esdh_connect_bilag.consolidation.packing import packed
from esdh_connect_bilag.consolidation.stamps import stamped
from esdh_connect_bilag.engine import Bounds, Declined, Part, Reason

__all__ = ["PACKED", "prepared"]

#: What a place says of a document that was stamped, laid on sheets of A4, or packed: the words that people read.
STAMPED, ON_A4, PACKED = "stemplet", "tilpasset A4", "pakket tættere"


class Change(Protocol):
    """Does something to all pages of a PDF; gives the same bytes where there is nothing to do."""

    def __call__(self, content: bytes, *, bounds: Bounds) -> bytes:
        """Give the PDF. Raises Declined."""


def prepared(item: Item, layout: Layout, *, tight: bool) -> Sheets:
    """Give what is laid in of a document. Raises UnreadableDocument where it takes too long."""
    part = Part(item.title, item.content, "da", bookmark=_called(item), label=_label(item))
    sheets = Sheets(part, item.pages, item)
    if tight and item.is_joined:
        sheets = _changed(item, sheets, packed, PACKED, None)
    if not item.number or not item.is_joined:
        return sheets
    if layout.stamp and item.is_one and STAMPED not in item.places[0].changes:
        stamp = partial(stamped, bilag=item.number)
        sheets = _changed(item, sheets, stamp, STAMPED, not_stamped(item.number))
    if item.on_paper:
        sheets = _changed(item, sheets, on_a4, ON_A4, not_on_a4(item.number))
    return sheets


def _changed(item: Item, sheets: Sheets, change: Change, word: str, failed: Finding | None) -> Sheets:
    """Change the pages, and say so; or that it could not be done."""
    before = bytes(sheets.part.content)
    try:
        with item.allowance.spending() as bounds:
            content = change(before, bounds=bounds)
    except Declined as declined:
        if declined.reason is Reason.TOO_SLOW:  # which depends on the machine, and so must not decide what is sent
            raise unreadable(item, declined) from declined
        return _unchanged(sheets, failed)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a hostile file can be wrong in a way that nobody thought of; it goes as it is
        return _unchanged(sheets, failed)
    if content is before:
        return sheets
    return attrs.evolve(sheets, part=attrs.evolve(sheets.part, content=content), changes=(*sheets.changes, word))


def _unchanged(sheets: Sheets, failed: Finding | None) -> Sheets:
    return attrs.evolve(sheets, findings=(*sheets.findings, failed)) if failed else sheets


def _called(item: Item) -> str:
    return f"Bilag {item.number}: {item.title}" if item.number else item.title


def _label(item: Item) -> str:
    return f"Bilag {item.number} – " if item.number else ""
