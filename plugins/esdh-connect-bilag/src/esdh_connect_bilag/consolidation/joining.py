"""Fil: neighbouring documents laid together in one PDF, and where each of them is in it."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from esdh_connect.errors import UnreadableDocument
from esdh_connect.model import File, Finding, Place
from esdh_connect_bilag.consolidation.documents import Item
from esdh_connect_bilag.consolidation.findings import of_item, simply
from esdh_connect_bilag.engine import COPIED, Broken, Declined, Merged, Part, Placed, Reason, Shelf, Style, merge
from esdh_connect_bilag.preflight import Finding as Flawed
from esdh_connect_bilag.preflight import declined_as, placed_as, text
from esdh_connect_bilag.repair import MERGED_BY_PYPDF, REPAIRS, merge_with_pypdf

__all__ = ["Joined", "Sheets", "join"]

REPAIRED, MADE_SAFE = "repaired", "made safe"


@attrs.frozen
class Sheets:
    """
    What is laid in: a part, its pages, and the document it is; None where it is front matter of ours.

    ``changes`` is what was done to it, and ``findings`` what is to be said of that.
    """

    part: Part
    pages: int
    item: Item | None = None
    changes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


@attrs.frozen
class Joined:
    """A file, what is to be said of its documents, and which way each of them took."""

    file: File
    findings: tuple[Finding, ...]


def join(sheets: Sequence[Sheets], style: Style, shelf: Shelf | None = None) -> Joined:
    """Lay them together; packs of those that are to go in as such come from the shelf. Raises UnreadableDocument."""
    merged, forced = _merged(sheets, style, shelf)
    first = next(each.item for each in sheets if each.item)
    placed = list(zip(sheets, merged.placed, strict=True))
    file = attrs.evolve(
        first.file,
        content=merged.content,
        places=tuple(_place(each, where) for each, where in placed),
        pages=sum(where.pages for where in merged.placed),
    )
    whole = [simply(forced)] if merged.placed[0].way == MERGED_BY_PYPDF else []
    told = [
        one for each, where in placed if each.item for one in (*of_item(each.item, _in_merge(where)), *each.findings)
    ]
    return Joined(file, (*whole, *told))


def _in_merge(placed: Placed) -> tuple[Flawed, ...]:
    return () if placed.way == MERGED_BY_PYPDF else placed_as(placed)


def _place(sheets: Sheets, placed: Placed) -> Place:
    first, item = placed.first_page + 1, sheets.item
    if item is None:
        return Place(None, first, placed.pages)
    changes = dict.fromkeys(item.place.changes)
    if {placed.way, item.report.way if item.report else COPIED} - {COPIED, MERGED_BY_PYPDF}:
        changes[REPAIRED] = None
    if placed.removed:
        changes[MADE_SAFE] = None
    changes |= dict.fromkeys(sheets.changes)
    return attrs.evolve(item.place, first_page=first, pages=placed.pages, changes=tuple(changes))


def _merged(sheets: Sequence[Sheets], style: Style, shelf: Shelf | None) -> tuple[Merged, Item | None]:
    """Merge by the engine, else by pypdf; gives also the document because of which it was pypdf."""
    parts = [each.part for each in sheets]
    try:
        return _whole(merge(parts, style, repair=REPAIRS, shelf=shelf), sheets), None
    except Declined as declined:
        forced, first = sheets[declined.part or 0].item, declined
    except Broken:
        forced, first = None, None
    try:
        return _whole(merge_with_pypdf(parts), sheets), forced
    except Declined as declined:
        raise _unreadable(forced, first or declined) from declined


def _whole(merged: Merged, sheets: Sequence[Sheets]) -> Merged:
    """Give it back where it has the pages that were counted before. Raises Declined."""
    for at, (each, placed) in enumerate(zip(sheets, merged.placed, strict=True)):
        if placed.pages != each.pages:
            raise Declined(Reason.DAMAGED, f"{placed.pages} pages instead of {each.pages}", part=at)
    return merged


def _unreadable(item: Item | None, declined: Declined) -> UnreadableDocument:
    name = item.file.name if item else "brevet"
    return UnreadableDocument(
        str(declined),
        document=name,
        danish=f"»{name}« kan ikke lægges sammen med resten: {text(declined_as(declined))}",
    )
