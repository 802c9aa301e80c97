"""Which pack of a part goes with what is in the file already: the one that was kept, or else made now."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from typing import Protocol
from zlib import ZLIB_RUNTIME_VERSION

from esdh_connect_bilag.engine.assembly import Assembly
from esdh_connect_bilag.engine.bounds import Bounds
from esdh_connect_bilag.engine.checking import check
from esdh_connect_bilag.engine.graft import Body
from esdh_connect_bilag.engine.packs import Pack, Variant, make_pack
from esdh_connect_bilag.engine.parts import Part, Style
from esdh_connect_bilag.engine.ranges import PACKS, preferred

__all__ = ["Shelf", "fitting"]

_FORM = 1  # of packs: with another number those that were kept are not found any more
_TRIES = 4


class Shelf(Protocol):
    """Where packs are kept. It may forget any of them at any time: then they are made anew, and are the same."""

    def get(self, key: bytes, /) -> Pack | None:
        """Give the pack with this key."""

    def put(self, key: bytes, pack: Pack, /) -> None:
        """Keep it, perhaps."""


def fitting(part: Part, assembly: Assembly, bounds: Bounds, shelf: Shelf | None) -> Pack | None:
    """
    Give the pack of the next part of a file; None where there is no room for it, so the part must be laid in afresh.

    The answer follows from the parts alone, not from what the shelf has. Raises Declined.
    """
    digest = part.digest or sha256(part.content).digest()
    variant = Variant(preferred(digest))
    for _ in range(_TRIES):
        pack = _get(part, digest, variant, bounds, shelf)
        wanted = assembly.variant(pack)
        if wanted is None or wanted == variant:
            return wanted and pack
        variant = wanted
    return None


def _get(part: Part, digest: bytes, variant: Variant, bounds: Bounds, shelf: Shelf | None) -> Pack:
    key = _key(part.language, digest, variant, bounds)
    pack = None if shelf is None else shelf.get(key)
    if pack is None:
        pack, bodies = make_pack(part, variant, bounds)
        _check(pack, bodies)
        if shelf is not None:
            shelf.put(key, pack)
    return pack


def _key(language: str, digest: bytes, variant: Variant, bounds: Bounds) -> bytes:
    told = b"\0".join((digest, language.encode(), variant.key))
    return sha256(_made_by(bounds) + told).digest()


@cache
def _made_by(bounds: Bounds) -> bytes:
    """Tell what makes packs: another may make others."""
    made_by = (_FORM, version("esdh-connect-bilag"), ZLIB_RUNTIME_VERSION, bounds)
    return sha256(repr(made_by).encode()).digest()


def _check(pack: Pack, bodies: list[Body]) -> None:
    """Check a new pack, in a file that has nothing else. Raises Broken."""
    if pack.variant.base + pack.span > PACKS.stop:
        return  # which fits nowhere
    alone = Assembly([Part("", b"", as_pack=True)], Style(""))
    alone.link(pack)
    check(alone.write(), bodies, [pack.above], elsewhere=pack.outer)
