"""Fil: neighbouring documents laid together in one PDF, and where each of them is in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from esdh_connect.errors import UnreadableDocument
from esdh_connect.log import Log
from esdh_connect.model import File, Finding, Place
from esdh_connect_bilag.consolidation.allowance import LETTER, Allowance
from esdh_connect_bilag.consolidation.documents import Item
from esdh_connect_bilag.consolidation.findings import of_item, simply
from esdh_connect_bilag.engine import COPIED, Bounds, Broken, Declined, Merged, Part, Placed, Reason, Style, merge
from esdh_connect_bilag.packs import Kept
from esdh_connect_bilag.preflight import Finding as Flawed
from esdh_connect_bilag.preflight import declined_as, placed_as, text
from esdh_connect_bilag.repair import MERGED_BY_PYPDF, REPAIRS, merge_with_pypdf

__all__ = ["Joined", "Sheets", "join", "unreadable"]

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


def join(sheets: Sequence[Sheets], style: Style, kept: Kept | None = None) -> Joined:
    """Lay them together, some of them as packs where there are such. Raises UnreadableDocument."""
    least = min(each.item.allowance.left for each in sheets if each.item)
    with Allowance(LETTER).spending() as bounds:
        merged, forced = _merged(sheets, style, kept, attrs.evolve(bounds, seconds=max(least, 0.0)))
    first = next(each.item for each in sheets if each.item)
    placed = list(zip(sheets, merged.placed, strict=True))
    file = attrs.evolve(
        first.file,
        content=merged.content,
        places=tuple(place for each, where in placed for place in _places(each, where)),
        pages=sum(where.pages for where in merged.placed),
    )
    whole = [simply(forced)] if merged.placed[0].way == MERGED_BY_PYPDF else []
    told = [
        one for each, where in placed if each.item for one in (*of_item(each.item, _in_merge(where)), *each.findings)
    ]
    return Joined(file, (*whole, *told))


def _in_merge(placed: Placed) -> tuple[Flawed, ...]:
    return () if placed.way == MERGED_BY_PYPDF else placed_as(placed)


def _places(sheets: Sheets, placed: Placed) -> Iterator[Place]:
    """Give where the documents of a part are; most parts are one document."""
    item = sheets.item
    if item is None:
        yield Place(None, placed.first_page + 1, placed.pages, (sheets.part.title.lower(),))
        return
    changed = tuple(_changes(item, placed))
    for place in item.places:
        changes = dict.fromkeys((*place.changes, *changed, *sheets.changes))
        pages = placed.pages if item.is_one else place.pages
        first = placed.first_page + (place.first_page or 1)
        yield attrs.evolve(place, first_page=first, pages=pages, changes=tuple(changes))


def _changes(item: Item, placed: Placed) -> Iterator[str]:
    if {placed.way, item.report.way if item.report else COPIED} - {COPIED, MERGED_BY_PYPDF}:
        yield REPAIRED
    if placed.removed or item.is_cleaned:
        yield MADE_SAFE


def _merged(sheets: Sequence[Sheets], style: Style, kept: Kept | None, bounds: Bounds) -> tuple[Merged, Item | None]:
    """Merge by the engine, else by pypdf; gives also the document because of which it was pypdf."""
    parts = [attrs.evolve(each.part, as_pack=_is_pack(each.item, kept)) for each in sheets]
    try:
        return _whole(merge(parts, style, repair=REPAIRS, bounds=bounds, shelf=kept), sheets), None
    except Declined as declined:
        forced, first = sheets[declined.part or 0].item, declined
    except Broken as broken:
        Log().error("merge_broken", error=str(broken))  # our own fault: the letter is whole, and has less than it could
        forced, first = None, None
    try:
        return _whole(merge_with_pypdf(parts, bounds=bounds), sheets), forced
    except Declined as declined:
        raise unreadable(forced, first or declined) from declined


def _is_pack(item: Item | None, kept: Kept | None) -> bool:
    return item is not None and kept is not None and any(map(kept.takes, item.places))


def _whole(merged: Merged, sheets: Sequence[Sheets]) -> Merged:
    """Give it back where it has the pages that were counted before. Raises Declined."""
    for at, (each, placed) in enumerate(zip(sheets, merged.placed, strict=True)):
        if placed.pages != each.pages:
            raise Declined(Reason.DAMAGED, f"{placed.pages} pages instead of {each.pages}", part=at)
    return merged


def unreadable(item: Item | None, declined: Declined) -> UnreadableDocument:
    """Say that a document cannot be laid in, and why."""
    name = item.file.name if item else "brevet"
    return UnreadableDocument(
        str(declined),
        document=name,
        danish=f"»{name}« kan ikke lægges sammen med resten: {text(declined_as(declined))}",
    )
