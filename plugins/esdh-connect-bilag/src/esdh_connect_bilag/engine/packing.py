"""Which pack of a part goes with what is in the file already: the one that was kept, or else made now."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from typing import Protocol
from zlib import ZLIB_RUNTIME_VERSION

import attrs

from esdh_connect_bilag.engine.assembly import Assembly
from esdh_connect_bilag.engine.bounds import Bounds
from esdh_connect_bilag.engine.checking import check, note
from esdh_connect_bilag.engine.copying import Copied
from esdh_connect_bilag.engine.packs import Facts, Pack, Variant, copy_for, facts_of, make_pack
from esdh_connect_bilag.engine.parts import Part, Style
from esdh_connect_bilag.engine.values import Out

__all__ = ["Shelf", "fitting"]

_FORM = 1  # of packs: with another number those that were kept are not found any more


class Shelf(Protocol):
    """
    Where packs are kept, and the facts of parts.

    It may forget any of them at any time: then they are made anew, and are the same.
    """

    def get(self, key: bytes, /) -> Facts | Pack | None:
        """Give what was kept under this key."""

    def put(self, key: bytes, value: Facts | Pack, /) -> None:
        """Keep it, perhaps."""


def fitting(part: Part, assembly: Assembly, bounds: Bounds, shelf: Shelf | None) -> Pack | None:
    """
    Give the pack of the next part of a file; None where there is no room for it, so the part must be laid in afresh.

    The answer follows from the parts alone, not from what the shelf has. Raises Declined.
    """
    digest = part.digest or sha256(part.content).digest()
    made_by = sha256(_made_by(bounds) + digest + part.language.encode()).digest()
    copied, plain = None, assembly.plain
    facts = None if shelf is None else shelf.get(made_by)
    if not isinstance(facts, Facts):
        copied = copy_for(part, plain, bounds)
        facts = facts_of(copied)
        if shelf is not None:
            shelf.put(made_by, facts)
    variant = assembly.variant(facts)
    key = sha256(made_by + variant.key).digest()
    pack = None if shelf is None else shelf.get(key)
    if not isinstance(pack, Pack):
        if copied is None or attrs.evolve(variant, stored=frozenset()) != plain:
            copied = copy_for(part, variant, bounds)
        pack = _made(copied, variant)
        if shelf is not None:
            shelf.put(key, pack)
    return pack if pack.fits else None


def _made_by(bounds: Bounds) -> bytes:
    """Tell what makes packs, and within which bounds; but for those of time, which tell of the machine."""
    limits = (bounds.bytes, bounds.objects, bounds.pages, bounds.depth)
    decoding = (bounds.decoded, bounds.decoded_together, bounds.ratio)
    return repr((_FORM, _version(), ZLIB_RUNTIME_VERSION, limits, decoding)).encode()


@cache
def _version() -> str:
    return version("esdh-connect-bilag")


def _made(copied: Copied, variant: Variant) -> Pack:
    """Make a pack, and check it in a file that has nothing else. Raises Broken."""
    pack, bodies = make_pack(copied, variant)
    if not pack.fits:
        return pack  # which is laid into nothing
    alone = Assembly([Part("", b"", as_pack=True)], Style(""))
    alone.link(pack)
    elsewhere = {*pack.outer, *(Out(number) for _, number in variant.stored)}
    check(alone.write(elsewhere), note(bodies, [pack.above]), [pack.above], elsewhere=elsewhere)
    return pack
