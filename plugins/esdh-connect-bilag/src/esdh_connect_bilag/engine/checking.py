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

import attrs

from esdh_connect_bilag.engine.bounds import Bounds, Declined, Watch
from esdh_connect_bilag.engine.copying import Above
from esdh_connect_bilag.engine.graft import PAGE, Body
from esdh_connect_bilag.engine.objects import Pdf, open_pdf
from esdh_connect_bilag.engine.packs import EACH, Pack
from esdh_connect_bilag.engine.pages import read_branch
from esdh_connect_bilag.engine.references import pieces_of
from esdh_connect_bilag.engine.syntax import SPACE
from esdh_connect_bilag.engine.values import Out, Ref, Value

__all__ = ["Broken", "Noted", "check", "note"]

_DEFLATE, _ANY = 1032, 1 << 40
_PLACE = re.compile(rb"/(?:Dest|D)" + SPACE + rb"*+\[" + SPACE + rb"*+$")


class Broken(Exception):
    """The merged file is not what it must be: a fault of this engine. Nothing was given to anyone."""


@attrs.frozen
class Noted:
    """What was seen of the objects before they were written: they take more memory than the file."""

    referred: set[bytes]
    pages: set[bytes]
    places: set[bytes]  # where links lead; looked for only where there are too many pages


def note(bodies: Sequence[Body], parts: Sequence[Above]) -> Noted:
    """Note what `check` must know of objects that were laid in afresh."""
    heads = [body for body in bodies if b"/Page" in body.pieces[0]]
    pages = {b"%d 0 R" % body.number for body in heads if PAGE.search(body.pieces[0])}
    referred = set(chain.from_iterable(body.pieces[1::2] for body in bodies)) - {b"null"}
    has_strays = len(pages) > sum(part.pages for part in parts)
    return Noted(referred, pages, {*_places(bodies)} if has_strays else set())


def _places(bodies: Sequence[Body]) -> Iterator[bytes]:
    for body in bodies:
        for place, target in zip(body.pieces[::2], body.pieces[1::2], strict=False):
            if _PLACE.search(place):
                yield target


def check(
    content: bytes,
    noted: Noted,
    parts: Sequence[Above],
    packs: Sequence[Pack] = (),
    *,
    elsewhere: Collection[Out] = (),
) -> None:
    """
    Open the file anew, and compare it with what was laid in. Raises Broken.

    A pack was checked when it was made; what is checked here is that it lies where the file says. What is `elsewhere`
    may be referred to all the same.
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
        _check_references(pdf, noted.referred, packs, {out.number for out in elsewhere})
        if noted.places & noted.pages - {b"%d 0 R" % page for page in found}:
            raise Broken("a link leads to a page that is not among the pages")
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


def _check_packs(pdf: Pdf, packs: Sequence[Pack]) -> None:
    """The first and the last object of a pack are where the file says."""
    entries = pdf.xref.entries
    for pack in packs:
        for number in pack.ends:
            entry = entries.get(number)
            if not isinstance(entry, int) or not pdf.content.startswith(b"%d 0 obj" % number, entry):
                raise Broken(f"object {number} of a pack is not where it must be")


def _check_references(pdf: Pdf, referred: set[bytes], packs: Sequence[Pack], elsewhere: Collection[int]) -> None:
    """Every reference resolves: in the file, or in a pack, whose numbers are not read again."""
    missing = referred - {b"%d 0 R" % number for number, entry in pdf.xref.entries.items() if entry is not None}
    ends = [pack.numbers.stop for pack in packs]
    for number in (int(reference[: -len(b" 0 R")]) for reference in missing):
        at = bisect_right(ends, number)
        if number not in elsewhere and (at == len(packs) or number not in packs[at].numbers):
            raise Broken(f"there is no object {number}, which is referred to")


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
