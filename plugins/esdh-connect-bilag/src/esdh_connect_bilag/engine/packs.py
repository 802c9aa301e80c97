"""
Packs: a part made ready once, to be laid into any number of files as it is.

A pack is the bytes of finished objects, with their numbers, and what the file must say above its pages. What it looks
like depends on the part and its `Variant`, never on what else is there: its numbers follow from its hash.
"""

from __future__ import annotations

import re
from functools import cached_property
from hashlib import sha256
from itertools import count

import attrs

from esdh_connect_bilag.engine.bounds import Bounds
from esdh_connect_bilag.engine.copying import Above, Copied, Place, copy_part
from esdh_connect_bilag.engine.deduplication import IDENTITY, slim
from esdh_connect_bilag.engine.forms import Before
from esdh_connect_bilag.engine.graft import Body
from esdh_connect_bilag.engine.objectstreams import ROW, UNUSED, in_file, in_streams, whole
from esdh_connect_bilag.engine.parts import Part
from esdh_connect_bilag.engine.ranges import shared_number
from esdh_connect_bilag.engine.records import read_above, write_above
from esdh_connect_bilag.engine.references import cut
from esdh_connect_bilag.engine.structure import write_leaf
from esdh_connect_bilag.engine.values import Out, render
from esdh_connect_bilag.engine.vocabulary import Clash, Vocabulary

__all__ = ["EACH", "Pack", "Shared", "Variant", "make_pack"]

#: The numbers that a part needs above itself: bookmark, element, fields, leaf of the parent tree, and its arrival.
EACH = 5
#: A font, a picture or a profile: what other parts may have, too. What pages draw is their own.
_SHARED = re.compile(rb"/(?:Subtype|Length1|N)(?![^\0\t\n\f\r ()<>\[\]{}/%])")
_SHARED_FROM = 256  # bytes


@attrs.frozen
class Variant:
    """How a pack is made where something else is in its way. The `base` is the first of its numbers, and of its keys."""

    base: int
    under_parent: bool = False  # its fields are beneath one of their own
    fonts: frozenset[str] = frozenset()  # names that must be others in its form
    words: Clash = Clash()  # and in its tags
    own: frozenset[bytes] = frozenset()  # digests of what could be shared, and is not: others have these numbers

    @property
    def key(self) -> bytes:
        """Give what tells it from others."""
        words = self.words
        sets = (self.fonts, words.roles, words.classes, words.ids, self.own)
        return repr((self.base, self.under_parent, *map(sorted, sets))).encode()


@attrs.frozen
class Shared:
    """An object that several packs may have, as it stands in a file."""

    number: int
    digest: bytes
    content: bytes | memoryview = attrs.field(repr=False)


@attrs.frozen
class Pack:
    """A part made ready. `table` has the rows of its numbers, with offsets from where the content begins."""

    variant: Variant
    span: int  # numbers, and keys of the parent tree, that it takes
    head: bytes = attrs.field(repr=False)  # its `Above` as text
    content: bytes | memoryview = attrs.field(repr=False)
    table: bytes = attrs.field(repr=False)
    shared: tuple[Shared, ...]

    @cached_property
    def above(self) -> Above:
        """What the file must say of it."""
        return read_above(self.head)

    @cached_property
    def identity(self) -> bytes:
        """A hash of all that it is."""
        hashed = sha256(self.head + self.table + b"".join(each.digest for each in self.shared))
        hashed.update(self.content)
        return hashed.digest()

    @property
    def outer(self) -> tuple[Out, ...]:
        """The numbers of what the file says of it."""
        return tuple(map(Out, range(self.variant.base, self.variant.base + EACH)))

    @property
    def numbers(self) -> range:
        """The numbers of its own objects, those above it included."""
        return range(self.variant.base, self.variant.base + len(self.table) // ROW.size)

    def rows(self, start: int) -> bytearray:
        """Give the rows of its numbers, where its content begins there in the file."""
        rows = bytearray(self.table)
        for place, offset in self._offsets:
            rows[place : place + ROW.size] = in_file(start + offset)
        return rows

    @cached_property
    def _offsets(self) -> list[tuple[int, int]]:
        rows = enumerate(ROW.iter_unpack(self.table))
        return [(at * ROW.size, offset) for at, (kind, offset, _) in rows if kind == 1]


def make_pack(part: Part, variant: Variant, bounds: Bounds) -> tuple[Pack, list[Body]]:
    """Make a part ready; gives also its objects, to be checked. Raises Declined."""
    copied = copy_part(part, part.content, _place(variant), bounds)
    numbers, shared = count(variant.base + EACH), dict[int, Body]()

    def number(body: Body) -> int:
        if not _is_shared(body) or body.digest in variant.own:
            return next(numbers)
        wanted = shared_number(body.digest)
        return wanted if shared.setdefault(wanted, body) is body else next(numbers)

    above, leaf = _with_leaf(copied)
    bodies, final = slim([*copied.bodies, *leaf], number, {})
    head = cut(write_above(above))
    head[1::2] = [final.get(each, each) for each in head[1::2]]
    own, rows = in_streams([body for body in bodies if body.number not in shared], numbers)
    chunks, offset = list[bytes | memoryview](), 0
    for body in own:
        rows[body.number] = in_file(offset)
        chunks += whole(body)
        offset += sum(map(len, whole(body)))
    pack = Pack(
        variant,
        span=max(next(numbers), copied.next_key) - variant.base,
        head=b"".join(head),
        content=b"".join(chunks),
        table=b"".join(rows.get(at, UNUSED) for at in range(variant.base, max(rows) + 1)),
        shared=tuple(
            Shared(body.number, body.digest, b"".join(whole(body))) for body in bodies if body.number in shared
        ),
    )
    return pack, bodies


def _place(variant: Variant) -> Place:
    base = variant.base
    bookmark, element, fields, *_ = map(Out, range(base, base + EACH))
    return Place(
        next_number=base + EACH,
        next_key=base,
        bookmark=bookmark,
        element=element,
        forms=Before(fields if variant.under_parent else None, variant.fonts, f".{base}"),
        vocabulary=Vocabulary.taken(variant.words, f".{base}"),
    )


def _with_leaf(copied: Copied) -> tuple[Above, list[Body]]:
    """Have its leaf of the parent tree among its objects: it may be long."""
    above, number = copied.above, copied.next_number
    if not above.structure or not above.structure.parents:
        return above, []
    text = render(write_leaf(above.structure), lambda _number: b"null")
    structure = attrs.evolve(above.structure, parents={}, leaf=Out(number))
    return attrs.evolve(above, structure=structure), [Body(number, cut(text))]


def _is_shared(body: Body) -> bool:
    """Tell whether others may have it, too: it refers to nothing, and is nothing that there is once only."""
    text = body.pieces[0]
    if body.data is None or len(body.pieces) > 1 or len(body.data) < _SHARED_FROM:
        return False
    return bool(_SHARED.search(text)) and not IDENTITY.search(text)
