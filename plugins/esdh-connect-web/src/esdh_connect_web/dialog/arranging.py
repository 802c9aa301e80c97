"""Rækkefølge: which documents a letter has, and in which order, and who gets it; the letter itself stays first."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import attrs

from esdh_connect.dispatch import Request
from esdh_connect.model import Document
from esdh_connect_web.call import whole
from esdh_connect_web.visits import Errand

__all__ = ["arranged", "is_of_parties"]

_OMIT, _INCLUDE = "omit", "include"


def is_of_parties(move: str) -> bool:
    """Tell whether a move is about who gets the letter, and not about what is in it."""
    return move.partition("-")[0] in (_OMIT, _INCLUDE)


def arranged(errand: Errand, move: str, order: str = "") -> Errand:
    """
    Give the errand after a move: ``up-2``, ``down-1``, ``out-3``, ``in-0``, or ``order`` with "2,1,3".

    Numbers are places among the documents, where the letter itself is 0; of ``in`` among those left out. ``omit-1`` and
    ``include-1`` leave one of the parties out, and take them in again. Raises ValueError for a move that is none.
    """
    if errand.request is None:
        raise ValueError("there is no letter to be sent")
    kind, _, which = move.partition("-")
    at = whole(which)
    bilag = _Bilag(list(errand.request.documents[1:]), list(errand.left_out), list(errand.left_at))
    if kind == "order":
        bilag.inside = _reordered(bilag.inside, order)
    elif at is None:
        raise ValueError("a move names a place")
    elif is_of_parties(move):
        return _among_parties(errand, errand.request, kind, at)
    elif kind == "in":
        bilag.take_in(at)
    elif kind == "out":
        bilag.leave_out(at - 1)
    else:
        _shift(bilag.inside, kind, at - 1)
    request = attrs.evolve(errand.request, documents=(errand.request.documents[0], *bilag.inside))
    return attrs.evolve(errand, request=request, left_out=tuple(bilag.out), left_at=tuple(bilag.places))


def _among_parties(errand: Errand, request: Request, kind: str, at: int) -> Errand:
    """Leave out a party, or take one in again. Raises ValueError where nobody would be left."""
    party = request.parties[at] if at < len(request.parties) else None
    if party is None or (party in errand.not_to) is (kind == _OMIT):
        raise ValueError("there is no such party")
    if kind == _INCLUDE:
        return attrs.evolve(errand, not_to=tuple(one for one in errand.not_to if one != party))
    if len(errand.not_to) + 1 == len(request.parties):
        raise ValueError("somebody gets the letter")
    return attrs.evolve(errand, not_to=(*errand.not_to, party))


@attrs.define
class _Bilag:
    """The bilag that are ``inside``, those that are ``out``, and the ``places`` that these have among them all."""

    inside: list[Document]
    out: list[Document]
    places: list[int]

    def leave_out(self, at: int) -> None:
        if not 0 <= at < len(self.inside):
            raise ValueError("there is no such bilag")
        total = len(self.inside) + len(self.out)
        self.places.append(_free(total, self.places)[at])
        self.out.append(self.inside.pop(at))

    def take_in(self, which: int) -> None:
        """Put it back where it was."""
        if which >= len(self.out):
            raise ValueError("nothing of the kind was left out")
        place = self.places.pop(which)
        self.inside.insert(len(_free(place, self.places)), self.out.pop(which))


def _free(below: int, taken: Collection[int]) -> list[int]:
    return [place for place in range(below) if place not in taken]


def _shift(bilag: list[Document], kind: str, at: int) -> None:
    """Move one of the bilag. Raises ValueError where there is none, or nowhere to go."""
    first = at - 1 if kind == "up" else at
    if kind not in ("up", "down") or not 0 <= first < len(bilag) - 1:
        raise ValueError("there is no such move")
    bilag[first : first + 2] = reversed(bilag[first : first + 2])


def _reordered(bilag: Sequence[Document], order: str) -> list[Document]:
    places = [whole(one) for one in order.split(",")]
    if sorted(one or 0 for one in places) != list(range(1, len(bilag) + 1)):
        raise ValueError("an order names each of the bilag once")
    return [bilag[one - 1] for one in places if one]
