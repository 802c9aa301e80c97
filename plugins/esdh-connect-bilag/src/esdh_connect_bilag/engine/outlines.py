"""
Bookmarks (ISO 32000-2, 12.3.3): one for each part, with the part's own beneath.

The dictionary at the root of a part's outline *becomes* its bookmark: its own bookmarks point to it already.
"""

from __future__ import annotations

import attrs

from esdh_connect_bilag.engine.graft import Graft
from esdh_connect_bilag.engine.objects import Pdf
from esdh_connect_bilag.engine.parts import Removed
from esdh_connect_bilag.engine.references import pieces_of
from esdh_connect_bilag.engine.syntax import SPACES
from esdh_connect_bilag.engine.values import Name, Ref, Value, string_of

__all__ = ["Outline", "read_outline", "write_bookmark"]


@attrs.frozen
class Outline:
    """The first and the last bookmark of a part, and how many show when its own is opened."""

    first: Value
    last: Value
    visible: int


def read_outline(graft: Graft) -> Outline | None:
    """Have the bookmarks of a part copied. What cannot be followed to its end is counted as removed."""
    pdf = graft.pdf
    item = pdf.dictionary(pdf.catalog.get("Outlines")).get("First") if "Outlines" in pdf.catalog else None
    found: dict[int, None] = {}
    visible = 0
    while isinstance(item, Ref) and item.number not in found and item.number in pdf:
        pdf.watch.tick()
        found[item.number] = None
        item, beneath = _follow(pdf, item)
        visible += 1 + beneath
    if item is not None:
        graft.sanitiser.removed[Removed.BROKEN_BOOKMARKS] += 1
        _end_after(graft, list(found))
    if not found:
        return None
    first, *_, last = [*found, *found]
    return Outline(graft.moved(Ref(first)), graft.moved(Ref(last)), visible)


def _follow(pdf: Pdf, item: Ref) -> tuple[Value, int]:
    """Give the next bookmark, and how many show beneath this one. Most are not read to find that out."""
    text, _ = pdf.raw(item.number)
    if b"/Count" in text or b"#" in text:
        entries = pdf.dictionary(item)
        count = entries.get("Count")
        return entries.get("Next"), max(count, 0) if isinstance(count, int) else 0
    pieces = pieces_of(text)
    for key, number in zip(pieces[::2], pieces[1::2], strict=False):
        if key.rstrip(SPACES).endswith(b"/Next"):
            return Ref(int(number)), 0
    return None, 0


def _end_after(graft: Graft, items: list[int]) -> None:
    for last in items[-1:]:
        entries = graft.pdf.dictionary(Ref(last))
        graft.edits[last] = {key: value for key, value in entries.items() if key != "Next"}


def write_bookmark(title: str, page: Value, outline: Outline | None, *, around: dict[str, Value]) -> dict[str, Value]:
    """Write the bookmark of a part, closed. `around` are its parent and its neighbours."""
    entries: dict[str, Value] = {"Title": string_of(title), **around, "Dest": [page, Name("Fit")]}
    if outline:
        entries |= {"First": outline.first, "Last": outline.last, "Count": -outline.visible}
    return entries
