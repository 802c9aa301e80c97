"""
One part on its way into the merged file: all that its pages, bookmarks, fields, layers and tags reach.

Most objects are copied as they stand, with other numbers. One is read and written anew only where its text has a word
that something must be done about, or where it was edited.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property

import attrs

from esdh_connect_bilag.engine.destinations import Destinations
from esdh_connect_bilag.engine.objects import Pdf
from esdh_connect_bilag.engine.pages import PageTree
from esdh_connect_bilag.engine.references import Numbers, cut, cut_plain, pieces_of
from esdh_connect_bilag.engine.sanitising import Sanitiser
from esdh_connect_bilag.engine.syntax import SPACE
from esdh_connect_bilag.engine.values import Name, Out, Ref, Stream, Value

__all__ = ["PAGE", "Body", "Graft", "Treatment"]

_KEY = re.compile(rb"/StructParents?" + SPACE + rb"++([0-9]++)(?!" + SPACE + rb"++[0-9]++" + SPACE + rb"++R)")
#: What most objects have not: they are copied without another look. A name with `#` may be any of these.
_SPECIAL = rb"/(?:StructParent|%b)"
_SPECIAL_STREAM = re.compile(_SPECIAL % Sanitiser.WANTED_IN_STREAM)
#: The dictionary of a page.
PAGE = re.compile(rb"/Type" + SPACE + rb"*+/Page(?![A-Za-z])")
_PULSE = 256  # objects between two looks at the clock

#: Makes a dictionary what it shall be in the merged file; None where it shall not be there.
Treatment = Callable[[dict[str, Value]], dict[str, Value] | None]


@attrs.define
class Body:
    """An object of the merged file: its text, cut at its references, and the data of its stream."""

    number: int
    pieces: list[bytes]
    data: memoryview | None = None
    digest: bytes = b""  # of text and data, where somebody has asked
    whole: bool = False  # the digest tells all that it is: it refers to nothing of which there is one only


class _Plain:
    """
    The objects of object streams in which there is nothing that an object must be looked at for.

    That is asked once for all objects of a stream: in a tagged file there are thousands, and little in each.
    """

    def __init__(self, pdf: Pdf, wanted: list[bytes]) -> None:
        self._pdf = pdf
        self._special = re.compile(rb"[#(%]|/Type" + SPACE + rb"*+/Page|" + _SPECIAL % b"|".join(wanted))
        self._is_plain: dict[int, bool] = {}

    def text(self, number: int) -> bytes | None:
        """Give the text of an object, where it is one of these."""
        found = self._pdf.packed.get(number)
        if found is None:
            return None
        content, start, end, stream = found
        is_plain = self._is_plain.get(stream)
        if is_plain is None:
            is_plain = self._is_plain[stream] = not self._special.search(content)
        return content[start:end] if is_plain else None


class Graft:
    """Copies objects of one part. What is to be edited, or treated, is said before `copy`."""

    def __init__(
        self, pdf: Pdf, tree: PageTree, first: int, known: dict[int, bytes], others: Mapping[bytes, Value]
    ) -> None:
        self.pdf = pdf
        self.tree = tree
        self.numbers = Numbers(pdf, first, known)
        self.sanitiser = Sanitiser(pdf)
        self.destinations = Destinations(pdf, tree.pages, others)
        self.edits: dict[int, Value] = {}
        self.structure: int | None = None  # what is added to each key of the parent tree; None: it has no tags
        self.highest_key = -1
        self._treatments: list[Treatment] = [self.sanitiser.treat, self.destinations.treat]
        self._wanted = [Sanitiser.WANTED, Destinations.WANTED]

    def treat(self, wanted: bytes, treatment: Treatment) -> None:
        """Have a treatment for every dictionary of objects in whose text the pattern is found after a slash."""
        self._wanted.append(wanted)
        self._treatments.append(treatment)

    def moved(self, value: Value) -> Value:
        """Give a value of the part as one of the merged file: what it refers to will be there."""
        match value:
            case Ref(number):
                text = self.numbers.refer(number)
                return None if text == b"null" else Out(int(text.partition(b" ")[0]))
            case list():
                return [self.moved(each) for each in value]
            case dict():
                return {key: self.moved(each) for key, each in value.items()}
        return value

    def taken(self, value: Value) -> Value:
        """Give a value as `moved` does, with all treatments: for what is no object of its own."""
        return self.moved(self._treated(value))

    def copy(self) -> list[Body]:
        """Copy all that was asked for, and what that refers to, until nothing is left."""
        numbers, edits = self.numbers, self.edits
        plain = _Plain(self.pdf, self._wanted)
        bodies, number, renumbered = [], numbers.next - len(numbers.queue), numbers.__getitem__
        for place, old in enumerate(numbers.queue):  # which grows
            if not place % _PULSE:
                self.pdf.watch.tick(_PULSE)
            if old in edits or (text := plain.text(old)) is None:
                bodies.append(self._looked_at(number + place, old))
            else:  # most objects of a tagged file
                pieces = cut_plain(text)
                pieces[1::2] = map(renumbered, pieces[1::2])
                bodies.append(Body(number + place, pieces))
        return bodies

    def _looked_at(self, number: int, old: int) -> Body:
        """Copy an object that may have something to be done about."""
        text, data = self.pdf.raw(old)
        if b"/Page" in text and old not in self._pages and PAGE.search(text):
            return Body(number, [b"null"])  # taken out of the part's pages once, and still in the file
        special = self._special if data is None else _SPECIAL_STREAM
        if old in self.edits or b"#" in text or special.search(text):
            return Body(number, self._changed(old, text, is_stream=data is not None), data)
        pieces = pieces_of(text)
        pieces[1::2] = map(self.numbers.__getitem__, pieces[1::2])
        return Body(number, pieces, data)

    @cached_property
    def _special(self) -> re.Pattern[bytes]:
        return re.compile(_SPECIAL % b"|".join(self._wanted))

    @cached_property
    def _pages(self) -> set[int]:
        return set(self.tree.pages)

    def _changed(self, old: int, text: bytes, *, is_stream: bool) -> list[bytes]:
        """Give an object in whose text something was found, or that was edited."""
        if old in self.edits:
            return self._written(self.edits[old])
        rest, keys = _KEY.subn(self._key, text)
        others = rb"[#(%%]|/(?:%b)" % (Sanitiser.WANTED_IN_STREAM if is_stream else b"|".join(self._wanted))
        if keys == text.count(b"/StructParent") and not re.search(others, rest):
            pieces = pieces_of(rest)
            pieces[1::2] = map(self.numbers.__getitem__, pieces[1::2])
            return pieces
        return self._written(self.pdf.get(old))

    def _written(self, value: Value) -> list[bytes]:
        if isinstance(value, Stream):
            entries = self._treated(self.sanitiser.treat_stream(value.entries))
            return cut(self.numbers.render(entries or {"Length": len(value.data)}))
        if isinstance(value, Name):
            return cut(self.numbers.render(self.sanitiser.treat_name(value)))
        return cut(self.numbers.render(self._treated(value)))

    def _treated(self, value: Value) -> Value:
        if isinstance(value, list):
            return [self._treated(each) for each in value]
        if not isinstance(value, dict):
            return value
        entries: dict[str, Value] | None = self._keyed(value)
        for treatment in self._treatments:
            entries = entries and treatment(entries)
        return entries and {key: self._treated(each) for key, each in entries.items()}

    def _key(self, found: re.Match[bytes]) -> bytes:
        if self.structure is None:
            return b""
        self.highest_key = max(self.highest_key, key := int(found[1]) + self.structure)
        return found[0][: found.start(1) - found.start()] + b"%d" % key

    def _keyed(self, entries: dict[str, Value]) -> dict[str, Value]:
        for name in ("StructParent", "StructParents"):
            if isinstance(key := self.pdf.resolve(entries.get(name)), int):
                entries = {**entries, name: key + (self.structure or 0)}
                self.highest_key = max(self.highest_key, key + (self.structure or 0))
                if self.structure is None:
                    del entries[name]
        return entries
