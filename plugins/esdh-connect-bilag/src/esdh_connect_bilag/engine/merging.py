"""The merge itself: each part is copied, or repaired and copied, and nothing is left out."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from esdh_connect_bilag.engine.assembly import Assembly
from esdh_connect_bilag.engine.bounds import Bounds, Declined, Reason
from esdh_connect_bilag.engine.checking import Broken
from esdh_connect_bilag.engine.copying import Above, copy_part
from esdh_connect_bilag.engine.packing import Shelf, fitting
from esdh_connect_bilag.engine.parts import COPIED, Merged, Part, Placed, Repair, Style

__all__ = ["merge"]


def merge(
    parts: Sequence[Part],
    style: Style,
    *,
    repair: Sequence[Repair] = (),
    bounds: Bounds = Bounds(),
    shelf: Shelf | None = None,
) -> Merged:
    """
    Lay the parts together in order. The same parts and style give the same bytes, whatever packs the shelf has.

    A part that is declined goes to each repair in turn, and what comes back is tried again. Raises Declined, with the
    index of the part, when none helps; Broken when what came out is not what it must be, which would be our fault;
    and ValueError where there are no parts.
    """
    if not parts:
        raise ValueError("nothing to merge")
    if not style.small:
        parts = _afresh(parts)
    assembly, placed = _taken(parts, style, repair, bounds, shelf)
    if not assembly.takes_packs:
        assembly, placed = _taken(_afresh(parts), style, repair, bounds, None)
    return Merged(assembly.write(), tuple(placed))


def _afresh(parts: Sequence[Part]) -> list[Part]:
    return [attrs.evolve(part, as_pack=False) for part in parts]


def _taken(
    parts: Sequence[Part], style: Style, repair: Sequence[Repair], bounds: Bounds, shelf: Shelf | None
) -> tuple[Assembly, list[Placed]]:
    assembly, placed = Assembly(parts, style), list[Placed]()
    for index, part in enumerate(parts):
        first_page = assembly.pages
        try:
            way, above = _take(part, assembly, repair, bounds, shelf)
        except Declined as declined:
            raise Declined(declined.reason, declined.detail, part=index, tried=declined.tried) from declined
        placed.append(Placed(first_page, above.pages, way, above.removed))
    return assembly, placed


def _take(
    part: Part, assembly: Assembly, repair: Sequence[Repair], bounds: Bounds, shelf: Shelf | None
) -> tuple[str, Above]:
    try:
        return COPIED, _attempt(part, assembly, bounds, shelf)
    except Declined as declined:
        if not declined.reason.repairable:
            raise
        first = declined
    tried: list[str] = []
    for mend in repair:
        try:
            mended = attrs.evolve(part, content=mend(part.content, bounds), as_pack=False)
            return mend.name, _attempt(mended, assembly, bounds, None)
        except Declined as declined:
            tried.append(f"{mend.name}: {declined}")
    raise Declined(first.reason, first.detail, tried=tuple(tried))


def _attempt(part: Part, assembly: Assembly, bounds: Bounds, shelf: Shelf | None) -> Above:
    try:
        if part.as_pack and not part.leads and (pack := fitting(part, assembly, bounds, shelf)):
            assembly.link(pack)
            return pack.above
        copied = copy_part(part, part.content, assembly.place, bounds)
    except (Broken, Declined, MemoryError):
        raise
    except Exception as error:
        # A hostile file can be wrong in a way that nobody thought of. It must not take the others with it.
        raise Declined(Reason.DAMAGED, f"{type(error).__name__} while it was read") from error
    assembly.add(copied)
    return copied.above
