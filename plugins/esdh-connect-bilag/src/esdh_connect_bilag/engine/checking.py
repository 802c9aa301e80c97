"""
The own check after every merge: the file is opened again, and must be what was meant.

It costs little because it reads only what holds the file together. That each picture and each tag is right is shown
by tests, not here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from esdh_connect_bilag.engine.bounds import Bounds, Declined, Watch
from esdh_connect_bilag.engine.copying import Copied
from esdh_connect_bilag.engine.graft import PAGE, Body
from esdh_connect_bilag.engine.objects import Pdf, open_pdf
from esdh_connect_bilag.engine.pages import read_page_tree
from esdh_connect_bilag.engine.references import pieces_of
from esdh_connect_bilag.engine.syntax import SPACE
from esdh_connect_bilag.engine.values import Ref

__all__ = ["Broken", "check"]

_DEFLATE, _ANY = 1032, 1 << 40
_PLACE = re.compile(rb"/(?:Dest|D)" + SPACE + rb"*+\[" + SPACE + rb"*+$")


class Broken(Exception):
    """The merged file is not what it must be: a fault of this engine. Nothing was given to anyone."""


def check(content: bytes, bodies: Sequence[Body], parts: Sequence[Copied]) -> None:
    """Open the file anew, and compare it with what was laid in. Raises Broken."""
    pages = sum(part.pages for part in parts)
    # Our own file: nothing in it is more than there was room for in the parts.
    bounds = Bounds(
        bytes=len(content),
        objects=2 * len(bodies) + 1000,
        pages=pages,
        ratio=_DEFLATE,
        decoded_together=_ANY,
        seconds=60,
    )
    try:
        pdf = open_pdf(content, watch=Watch(bounds))
        found = read_page_tree(pdf).pages
        if len(found) != pages:
            raise Broken(f"{len(found)} pages instead of {pages}")
        _check_references(pdf, bodies, {b"%d 0 R" % page for page in found})
        _check_bookmarks(pdf, set(found), len(parts))
    except Declined as declined:
        raise Broken(f"it cannot be read: {declined}") from declined
    _check_keys(parts)


def _check_references(pdf: Pdf, bodies: Sequence[Body], pages: set[bytes]) -> None:
    """Every reference resolves, and no link leads to a page that is not among the pages."""
    known = {b"%d 0 R" % number for number, entry in pdf.xref.entries.items() if entry is not None} | {b"null"}
    if not all(known.issuperset(body.pieces[1::2]) for body in bodies):
        raise Broken("there is a reference to an object that is not there")
    heads = [(body.number, body.pieces[0]) for body in bodies if b"/Page" in body.pieces[0]]
    strays = {b"%d 0 R" % number for number, head in heads if PAGE.search(head)} - pages
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


def _check_keys(parts: Sequence[Copied]) -> None:
    """The keys to the parent tree of a part are its own."""
    after = 0
    for part in parts:
        keys = part.structure.parents.keys() if part.structure else set()
        if keys and not after <= min(keys) <= max(keys) < part.next_key:
            raise Broken("two parts share a key of the parent tree")
        after = part.next_key
