"""The merge itself: each part is copied, or repaired and copied, and nothing is left out."""

from __future__ import annotations

from collections.abc import Sequence

from esdh_connect_bilag.engine.assembly import Assembly
from esdh_connect_bilag.engine.bounds import Bounds, Declined, Reason
from esdh_connect_bilag.engine.copying import Copied, Place, copy_part
from esdh_connect_bilag.engine.parts import COPIED, Merged, Part, Placed, Repair, Style

__all__ = ["merge"]


def merge(parts: Sequence[Part], style: Style, *, repair: Sequence[Repair] = (), bounds: Bounds = Bounds()) -> Merged:
    """
    Lay the parts together in order. The same parts and style give the same bytes.

    A part that is declined goes to each repair in turn, and what comes back is tried again. Raises Declined, with the
    index of the part, when none helps; Broken when what came out is not what it must be, which would be our fault;
    and ValueError where there are no parts.
    """
    if not parts:
        raise ValueError("nothing to merge")
    assembly = Assembly(list(parts), style)
    placed: list[Placed] = []
    for index, part in enumerate(parts):
        place = assembly.place
        try:
            way, copied = _copy(part, place, repair, bounds)
        except Declined as declined:
            raise Declined(declined.reason, declined.detail, part=index, tried=declined.tried) from declined
        assembly.add(copied)
        placed.append(Placed(place.first_page, copied.pages, way, copied.removed))
    return Merged(assembly.write(), tuple(placed))


def _copy(part: Part, place: Place, repair: Sequence[Repair], bounds: Bounds) -> tuple[str, Copied]:
    try:
        return COPIED, _attempt(part, part.content, place, bounds)
    except Declined as declined:
        if not declined.reason.repairable:
            raise
        first = declined
    tried: list[str] = []
    for mend in repair:
        try:
            return mend.name, _attempt(part, mend(part.content, bounds), place, bounds)
        except Declined as declined:
            tried.append(f"{mend.name}: {declined}")
    raise Declined(first.reason, first.detail, tried=tuple(tried))


def _attempt(part: Part, content: bytes | memoryview, place: Place, bounds: Bounds) -> Copied:
    try:
        return copy_part(part, content, place, bounds)
    except (Declined, MemoryError):
        raise
    except Exception as error:
        # A hostile file can be wrong in a way that nobody thought of. It must not take the others with it.
        raise Declined(Reason.DAMAGED, f"{type(error).__name__} while it was read") from error
