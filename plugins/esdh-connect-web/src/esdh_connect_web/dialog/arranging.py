"""Rækkefølge: which documents a letter has, and in which order; the letter itself stays first."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from esdh_connect.model import Document
from esdh_connect_web.call import whole
from esdh_connect_web.visits import Errand

__all__ = ["arranged"]


def arranged(errand: Errand, move: str, order: str = "") -> Errand:
    """
    Give the errand after a move: ``up-2``, ``down-1``, ``out-3``, ``in-0``, or ``order`` with "2,1,3".

    Numbers are places among the documents, where the letter itself is 0; of ``in`` among those left out. Raises
    ValueError for a move that is none.
    """
    if errand.request is None:
        raise ValueError("there is no letter to be sent")
    kind, _, which = move.partition("-")
    at = whole(which)
    bilag, left_out = list(errand.request.documents[1:]), list(errand.left_out)
    if kind == "order":
        bilag = _reordered(bilag, order)
    elif at is None:
        raise ValueError("a move names a place")
    elif kind == "in" and at < len(left_out):
        bilag.append(left_out.pop(at))
    else:
        _shift(bilag, left_out, kind, at - 1)
    request = attrs.evolve(errand.request, documents=(errand.request.documents[0], *bilag))
    return attrs.evolve(errand, request=request, left_out=tuple(left_out))


def _shift(bilag: list[Document], left_out: list[Document], kind: str, at: int) -> None:
    """Move one of the bilag, or leave it out. Raises ValueError where there is none, or nowhere to go."""
    first = at - 1 if kind == "up" else at
    if kind in ("up", "down") and 0 <= first < len(bilag) - 1:
        bilag[first : first + 2] = reversed(bilag[first : first + 2])
    elif kind == "out" and 0 <= at < len(bilag):
        left_out.append(bilag.pop(at))
    else:
        raise ValueError("there is no such move")


def _reordered(bilag: Sequence[Document], order: str) -> list[Document]:
    places = [whole(one) for one in order.split(",")]
    if sorted(one or 0 for one in places) != list(range(1, len(bilag) + 1)):
        raise ValueError("an order names each of the bilag once")
    return [bilag[one - 1] for one in places if one]
