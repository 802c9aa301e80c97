"""Nødløsning: the whole letter merged by pypdf, in a child, where the engine cannot make one of its parts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from esdh_connect_bilag.apart import Answer, Confines, Failed, asked
from esdh_connect_bilag.engine import Bounds, Declined, Merged, Part, Placed, Reason, open_pdf
from esdh_connect_bilag.repair.mending import declined
from esdh_connect_bilag.repair.room import CONFINES, WORKER, within

__all__ = ["MERGED_BY_PYPDF", "merge_with_pypdf"]

#: The way of a part in a letter that pypdf merged: pages, links, fields and bookmarks came along, tags did not.
MERGED_BY_PYPDF = "pypdf-merge"


def merge_with_pypdf(parts: Sequence[Part], *, bounds: Bounds = Bounds(), confines: Confines = CONFINES) -> Merged:
    """
    Lay the parts together by pypdf, without their tags, layers, labels and whatever acts.

    The last way, for when :func:`esdh_connect_bilag.engine.merge` and its repairs have declined. Raises Declined, also
    where pages of what pypdf made are missing.
    """
    sizes = [len(part.content) for part in parts]
    order = {"way": "merge", "sizes": sizes, "titles": [part.bookmark or part.title for part in parts]}
    room = within(confines, bounds, sum(sizes))
    try:
        made = asked(WORKER, order, b"".join(bytes(part.content) for part in parts), room, charge=bounds.charge)
    except Failed as error:
        raise declined(MERGED_BY_PYPDF, error) from error
    return Merged(made.parts[0], _placed(made, bounds))


def _placed(made: Answer, bounds: Bounds) -> tuple[Placed, ...]:
    counts: list[int] = made.said["pages"]
    if len(open_pdf(made.parts[0], bounds).pages) != sum(counts) or not all(counts):
        raise Declined(Reason.DAMAGED, f"{MERGED_BY_PYPDF}: pages are missing")
    firsts = accumulate(counts, initial=0)
    return tuple(
        Placed(first_page=first, pages=count, way=MERGED_BY_PYPDF) for first, count in zip(firsts, counts, strict=False)
    )
