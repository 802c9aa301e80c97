"""
Equal objects, stored once: the same logo, font or form in ten bilag.

From the leaves on (Kahn's order), so that whole fonts are found equal, whatever their numbers were. What has an
identity is never laid together with its like: two pages, annotations, fields, layers or tags that look the same are
still two.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from hashlib import sha256

from esdh_connect_bilag.engine.graft import Body

__all__ = ["References", "slim", "weigh"]

#: What references become, as text.
References = dict[bytes, bytes]

#: A word of something with an identity. `/P` and `/Parent` also stand in whatever belongs to one such thing alone.
_IDENTITY = re.compile(
    rb"/(?:P|Parent|Kids|Rect|StructParents?|Pg|FT|OCGs?|OCMD|Page|Pages|Annot|StructElem|Dest|Next|Prev)"
    rb"(?![^\0\t\n\f\r ()<>\[\]{}/%])"
)


def weigh(bodies: list[Body]) -> None:
    """Give each object without an identity its digest, which its equals share: also those elsewhere, if it is whole."""
    digests = {b"null": b"null"}
    waiting, ready, dependents = _order(bodies)
    for body in ready:  # which grows
        pieces, body.whole = body.pieces, True
        if len(pieces) > 1:
            pieces = list(pieces)
            pieces[1::2] = [digests.get(each, each) for each in pieces[1::2]]
            body.whole = digests.keys() >= {*body.pieces[1::2]}
        key = sha256(b"".join(pieces))
        if body.data is not None:
            key.update(b"stream")
            key.update(body.data)
        body.digest = key.digest()
        reference = b"%d 0 R" % body.number
        if body.whole:
            digests[reference] = body.digest
        for dependent in dependents.get(reference, ()):
            waiting[dependent.number] -= 1
            if not waiting[dependent.number]:
                ready.append(dependent)


def slim(
    bodies: list[Body], number: Callable[[Body], int], elsewhere: Mapping[bytes, int]
) -> tuple[list[Body], References]:
    """
    Store equal objects once, and number what is left anew, in the same order. They have been weighed.

    `elsewhere` are the numbers of objects that are stored already, by their digest. Gives also what the references to
    those that have another number now, or are no more, become.
    """
    same = _equal_objects(bodies, elsewhere)
    kept: list[Body] = []
    final: References = {}
    for body in bodies:
        reference = b"%d 0 R" % body.number
        if reference not in same:
            body.number = number(body)
            final[reference] = b"%d 0 R" % body.number
            kept.append(body)
    final |= {doubled: final.get(first, first) for doubled, first in same.items()}
    for body in kept:
        body.pieces[1::2] = [final.get(each, each) for each in body.pieces[1::2]]
    return kept, final


def _equal_objects(bodies: list[Body], elsewhere: Mapping[bytes, int]) -> References:
    """Tell of each object that is elsewhere, or equals an earlier one, which that is."""
    same: References = {}
    first = {digest: b"%d 0 R" % number for digest, number in elsewhere.items()}
    for body in bodies:
        if body.digest:
            reference = b"%d 0 R" % body.number
            found = first.setdefault(body.digest, reference)
            if found is not reference:
                same[reference] = found
    return same


def _order(bodies: list[Body]) -> tuple[dict[int, int], list[Body], dict[bytes, list[Body]]]:
    """Find for each object how many others it waits for. What has an identity keeps nobody waiting."""
    plain = [body for body in bodies if not any(map(_IDENTITY.search, body.pieces[::2]))]
    theirs = {b"%d 0 R" % body.number for body in plain}
    waiting: dict[int, int] = {}
    ready: list[Body] = []
    dependents: defaultdict[bytes, list[Body]] = defaultdict(list)
    for body in plain:
        needs = theirs.intersection(body.pieces[1::2])
        waiting[body.number] = len(needs)
        if not needs:
            ready.append(body)
        for need in needs:
            dependents[need].append(body)
    return waiting, ready, dependents
