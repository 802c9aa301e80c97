"""The merge itself: each part is copied, or repaired and copied, and nothing is left out."""

from __future__ import annotations

from collections.abc import Sequence

from esdh_connect_bilag.engine.bounds import Bounds
from esdh_connect_bilag.engine.parts import Merged, Part, Repair, Style

__all__ = ["merge"]


def merge(parts: Sequence[Part], style: Style, *, repair: Sequence[Repair] = (), bounds: Bounds = Bounds()) -> Merged:
    """
    Lay the parts together in order. The same parts and style give the same bytes.

    A part that is declined goes to each repair in turn, and what comes back is tried again. Raises Declined, with the
    index of the part, when none helps.
    """
    raise NotImplementedError
