"""
The own check after every merge: the file is opened again, and must be what was meant.

It costs little because it reads only what holds the file together. That each picture and each tag is right is shown
by tests, not here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from itertools import chain, pairwise

from esdh_connect_bilag.engine.bounds import Bounds, Declined, Watch
from esdh_connect_bilag.engine.copying import Above
from esdh_connect_bilag.engine.graft import PAGE, Body
from esdh_connect_bilag.engine.objects import Pdf, open_pdf
from esdh_connect_bilag.engine.objectstreams import ROW
from esdh_connect_bilag.engine.packs import EACH, Pack
from esdh_connect_bilag.engine.pages import read_branch
from esdh_connect_bilag.engine.references import pieces_of
from esdh_connect_bilag.engine.syntax import SPACE
from esdh_connect_bilag.engine.values import Out, Ref, Value

__all__ = ["Broken", "check"]

_DEFLATE, _ANY = 1032, 1 << 40
_PLACE = re.compile(rb"/(?:Dest|D)" + SPACE + rb"*+\[" + SPACE + rb"*+$")


class Broken(Exception):
    """The merged file is not what it must be: a fault of this engine. Nothing was given to anyone."""


def check(
    content: bytes,
    bodies: Sequence[Body],
    parts: Sequence[Above],
    packs: Sequence[Pack] = (),
    *,
    elsewhere: Collection[Out] = (),
) -> None:
    """
    Open the file anew, and compare it with what was laid in. Raises Broken.

    `bodies` are the objects that were laid in afresh. A pack was checked when it was made; what is checked here is that
    it lies where the file says. What is `elsewhere` may be referred to all the same.
    """
    pages = sum(part.pages for part in parts)
    # Our own file: nothing in it is more than there was room for in the parts.
    bounds = Bounds(
        bytes=len(content),
        objects=_ANY,
        pages=pages,
        ratio=_DEFLATE,
        decoded_together=_ANY,
        seconds=60,
    )
    try:
        few = {pack.base: (*range(pack.base, pack.base + EACH), *pack.ends) for pack in packs}
        pdf = open_pdf(content, watch=Watch(bounds), few=few)
        ready = {_number(pack.above.root): _number(pack.above.first_page) for pack in packs}
        found = _check_pages(pdf, parts, ready)
        inside = {*_packed(bodies, packs), *(out.number for out in elsewhere)}
        _check_references(pdf, bodies, {b"%d 0 R" % page for page in found}, inside)
        _check_bookmarks(pdf, {*found, *ready.values()}, len(parts))
        _check_packs(pdf, packs)
    except Declined as declined:
        raise Broken(f"it cannot be read: {declined}") from declined
    _check_keys(parts)


def _check_pages(pdf: Pdf, parts: Sequence[Above], ready: Collection[int]) -> list[int]:
    """Each part has its pages; gives those that were laid in afresh."""
    found: list[int] = []
    roots = pdf.array(pdf.dictionary(pdf.catalog.get("Pages")).get("Kids"))
    if len(roots) != len(parts):
        raise Broken(f"{len(roots)} parts instead of {len(parts)}")
    for root, part in zip(map(_number, roots), parts, strict=True):
        if _number(part.root) in ready:
            if _number(part.root) != root:
                raise Broken("the parts are not in their order")
            continue
        pages = read_branch(pdf, root).pages
        if len(pages) != part.pages:
            raise Broken(f"{len(pages)} pages instead of {part.pages}")
        found += pages
    return found


def _number(value: Value) -> int:
    return value.number if isinstance(value, Ref | Out) else 0


def _packed(bodies: Sequence[Body], packs: Sequence[Pack]) -> Iterator[int]:
    """Give which objects of packs are referred to."""
    ends = [pack.base + pack.span for pack in packs]
    for reference in set(chain.from_iterable(body.pieces[1::2] for body in bodies)) if packs else ():
        number = int(reference[:-4]) if reference != b"null" else 0
        at = bisect_right(ends, number)
        if at < len(packs) and packs[at].base <= number < packs[at].base + len(packs[at].table) // ROW.size:
            yield number


def _check_packs(pdf: Pdf, packs: Sequence[Pack]) -> None:
    """The first and the last object of a pack are where the file says."""
    entries = pdf.xref.entries
    for pack in packs:
        for number in pack.ends:
            entry = entries.get(number)
            if not isinstance(entry, int) or not pdf.content.startswith(b"%d 0 obj" % number, entry):
                raise Broken(f"object {number} of a pack is not where it must be")


def _check_references(pdf: Pdf, bodies: Sequence[Body], pages: set[bytes], inside: Collection[int]) -> None:
    """Every reference resolves, and no link leads to a page that is not among the pages."""
    referred = set(chain.from_iterable(body.pieces[1::2] for body in bodies))
    referred -= {b"%d 0 R" % number for number, entry in pdf.xref.entries.items() if entry is not None}
    referred -= {b"null", *(b"%d 0 R" % number for number in inside)}
    if referred:
        raise Broken(f"there are references to {len(referred)} objects that are not there")
    heads = [body for body in bodies if b"/Page" in body.pieces[0]]
    strays = {b"%d 0 R" % body.number for body in heads if PAGE.search(body.pieces[0])} - pages
    for body in bodies if strays else ():
        for place, target in zip(body.pieces[::2], body.pieces[1::2], strict=False):
            if target in strays and _PLACE.search(place):
                raise Broken(f"object {body.number} leads to a page that is not among the pages")


def _check_bookmarks(pdf: Pdf, pages: set[int], parts: int) -> None:
    """Each part has its bookmark, in order, and it leads to a page."""
    item = pdf.dictionary(pdf.catalog.get("Outlines")).get("First")
    for _ in range(parts):
        pieces = pieces_of(pdf.raw(item.number)[0]) if isinstance(item, Ref) else []
        refers = {
            key.rpartition(b"/")[2].rstrip(b" ["): int(to) for key, to in zip(pieces[::2], pieces[1::2], strict=False)
        }
        if refers.get(b"Dest") not in pages:
            raise Broken("a bookmark leads nowhere")
        item = Ref(refers[b"Next"]) if b"Next" in refers else None
    if item is not None:
        raise Broken("there are more bookmarks than parts")


def _check_keys(parts: Sequence[Above]) -> None:
    """The keys to the parent tree of a part are its own."""
    keys = sorted(part.structure.keys for part in parts if part.structure and part.structure.keys)
    if any(first[1] >= second[0] for first, second in pairwise(keys)):
        raise Broken("two parts share a key of the parent tree")
