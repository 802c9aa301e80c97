"""
Packs: a part made ready once, to be laid into any number of files as it is.

A pack is the bytes of finished objects, with their numbers, and what the file must say above its pages. Numbers cannot
be changed in it, so packs have the first ones of a file, one after another, and what is laid in afresh has those after
them: the bilag of a bundle have the same numbers in every letter. (Numbers that follow from a hash would go with more
letters, and far apart; but some readers do not believe in a number that is greater than a third of the file's size.)

How a part is made ready depends on what is in its way: its `Variant` says so, and follows from its `Facts` and from the
parts before it.
"""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256
from itertools import count
from typing import Final

import attrs

from esdh_connect_bilag.engine.bounds import Bounds
from esdh_connect_bilag.engine.copying import Above, Copied, Place, copy_part
from esdh_connect_bilag.engine.deduplication import slim, weigh
from esdh_connect_bilag.engine.forms import Before
from esdh_connect_bilag.engine.graft import Body
from esdh_connect_bilag.engine.objectstreams import ROW, UNUSED, in_file, in_streams, whole
from esdh_connect_bilag.engine.parts import Part
from esdh_connect_bilag.engine.records import read_above, write_above
from esdh_connect_bilag.engine.references import cut
from esdh_connect_bilag.engine.structure import write_leaf
from esdh_connect_bilag.engine.values import Out, Value, Verbatim, render
from esdh_connect_bilag.engine.vocabulary import Clash, Vocabulary, Words

__all__ = ["EACH", "HIGH", "Facts", "Pack", "Variant", "copy_for", "facts_of", "make_pack"]

#: The numbers that a part needs above itself: bookmark, element, fields, leaf of the parent tree, and its arrival.
EACH: Final = 5
#: Packs have lower numbers. Readers make room for the highest that there is: two hundred thousand cost them nothing.
HIGH: Final = 200_000
_COMMON_FROM = 32  # bytes


@attrs.frozen
class Facts:
    """What must be known of a part to tell what is in its way; the same wherever it is laid in."""

    has_form: bool
    fonts: frozenset[str]  # names that its form gives
    words: Words  # of its tags
    common: frozenset[bytes] = attrs.field(repr=False)  # digests of what others may have too


@attrs.frozen
class Variant:
    """What is in a part's way. The `base` is the first of its numbers, and of its keys of the parent tree."""

    base: int
    under_parent: bool = False  # its fields are beneath one of their own
    fonts: frozenset[str] = frozenset()  # names that must be others in its form
    words: Clash = Clash()  # and in its tags
    stored: frozenset[tuple[bytes, int]] = frozenset()  # what is in the file already: digests, and numbers

    @property
    def key(self) -> bytes:
        """Give what tells it from others."""
        words = self.words
        sets = (sorted(self.fonts), sorted(words.roles), sorted(words.classes), sorted(words.ids), sorted(self.stored))
        return repr((self.base, self.under_parent, *sets)).encode()


@attrs.frozen
class Pack:
    """A part made ready. `table` has the rows of its numbers, with offsets from where the content begins."""

    base: int
    span: int  # numbers, and keys of the parent tree, that it takes
    head: bytes = attrs.field(repr=False)  # its `Above` as text
    content: bytes | memoryview = attrs.field(repr=False)
    table: bytes = attrs.field(repr=False)
    common: dict[bytes, int] = attrs.field(repr=False)  # what others may refer to: its number, by its digest

    @cached_property
    def above(self) -> Above:
        """What the file must say of it."""
        return read_above(self.head)

    @cached_property
    def identity(self) -> bytes:
        """A hash of all that it is."""
        hashed = sha256(self.head)
        hashed.update(self.table)
        hashed.update(self.content)
        return hashed.digest()

    @property
    def fits(self) -> bool:
        """Whether there are numbers enough for it."""
        return self.base + self.span <= HIGH

    @property
    def numbers(self) -> range:
        """The numbers of its objects, and of what the file says of it."""
        return range(self.base, self.base + len(self.table) // ROW.size)

    @cached_property
    def outer(self) -> tuple[Out, ...]:
        """The numbers of what the file says of it."""
        return tuple(map(Out, range(self.base, self.base + EACH)))

    def rows(self, start: int) -> bytearray:
        """Give the rows of its numbers, where its content begins there in the file."""
        rows = bytearray(self.table)
        for number, offset in self.offsets:
            place = (number - self.base) * ROW.size
            rows[place : place + ROW.size] = in_file(start + offset)
        return rows

    @cached_property
    def ends(self) -> tuple[int, int]:
        """The first and the last of its streams, of which a pack has one at least."""
        return self.offsets[0][0], self.offsets[-1][0]

    @cached_property
    def offsets(self) -> list[tuple[int, int]]:
        """Where its streams are in its content, by number."""
        rows = enumerate(ROW.iter_unpack(self.table), self.base)
        return [(number, offset) for number, (kind, offset, _) in rows if kind == 1]


def copy_for(part: Part, variant: Variant, bounds: Bounds) -> Copied:
    """Copy a part as this variant wants it. Raises Declined."""
    base = variant.base
    bookmark, element, fields, *_ = map(Out, range(base, base + EACH))
    place = Place(
        next_number=HIGH,  # until it is known which of its objects stay
        next_key=base,
        bookmark=bookmark,
        element=element,
        forms=Before(fields if variant.under_parent else None, variant.fonts, f".{base}"),
        vocabulary=Vocabulary.taken(variant.words, f".{base}"),
    )
    copied = _with_leaf(copy_part(part, part.content, place, bounds))
    weigh(copied.bodies)
    return copied


def facts_of(copied: Copied) -> Facts:
    """Give the facts of a part that was copied with nothing in its way."""
    form, structure = copied.above.form, copied.above.structure
    return Facts(
        has_form=form is not None,
        fonts=form.fonts if form else frozenset(),
        words=_words(structure.words if structure else None),
        common=frozenset(body.digest for body in copied.bodies if _is_common(body)),
    )


def _is_common(body: Body) -> bool:
    """Tell whether it is worth while to look for it in other parts."""
    return body.whole and (body.data is not None or sum(map(len, body.pieces)) >= _COMMON_FROM)


def _words(words: Words | None) -> Words:
    """Give them without numbers, which are others elsewhere: what refers to something means its own thing."""
    if words is None:
        return Words({}, {}, frozenset())
    classes = {key: Verbatim(b"") if _refers(value) else value for key, value in words.classes.items()}
    return attrs.evolve(words, classes=classes)


def _refers(value: Value) -> bool:
    match value:
        case list():
            return any(map(_refers, value))
        case dict():
            return any(map(_refers, value.values()))
    return isinstance(value, Out)


def make_pack(copied: Copied, variant: Variant) -> tuple[Pack, list[Body]]:
    """Make a part ready that was copied for this variant; gives also its objects, to be checked."""
    numbers, stored = count(variant.base + EACH), dict(variant.stored)
    common = {body.digest for body in copied.bodies if _is_common(body)}
    bodies, final = slim(copied.bodies, lambda _body: next(numbers), stored)
    head = cut(write_above(copied.above))
    head[1::2] = [final.get(each, each) for each in head[1::2]]
    own, rows = in_streams(bodies, numbers)
    chunks, offset = list[bytes | memoryview](), 0
    for body in own:
        rows[body.number] = in_file(offset)
        chunks += whole(body)
        offset += sum(map(len, whole(body)))
    pack = Pack(
        variant.base,
        span=max(next(numbers), copied.next_key) - variant.base,
        head=b"".join(head),
        content=b"".join(chunks),
        table=b"".join(rows.get(at, UNUSED) for at in range(variant.base, max(rows) + 1)),
        common={body.digest: body.number for body in bodies if body.digest in common},
    )
    return pack, bodies


def _with_leaf(copied: Copied) -> Copied:
    """Have its leaf of the parent tree among its objects: it may be long."""
    above, number = copied.above, copied.next_number
    if not above.structure or not above.structure.parents:
        return copied
    text = render(write_leaf(above.structure), lambda _number: b"null")
    structure = attrs.evolve(above.structure, parents={}, leaf=Out(number))
    bodies = [*copied.bodies, Body(number, cut(text))]
    return attrs.evolve(copied, above=attrs.evolve(above, structure=structure), bodies=bodies)
