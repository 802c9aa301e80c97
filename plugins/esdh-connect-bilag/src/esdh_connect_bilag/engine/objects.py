"""
A PDF opened to be read: objects by number, each found where the cross-reference says and nowhere else.

Nothing is kept of an object but where it is; what is asked for twice is read twice. The exception are object streams,
which stay decoded.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from types import MappingProxyType

from esdh_connect_bilag.engine.bounds import Bounds, Declined, Reason, Watch
from esdh_connect_bilag.engine.filters import decode
from esdh_connect_bilag.engine.pages import Page, read_pages
from esdh_connect_bilag.engine.syntax import SPACES, read, read_at
from esdh_connect_bilag.engine.values import Ref, Stream, Value, render
from esdh_connect_bilag.engine.xref import Few, read_xref

__all__ = ["Pdf", "open_pdf"]

_HEADER_WITHIN = 1024  # ISO 32000-1, implementation note 13 to annex H
_LENGTHS_OPEN = 8
_OBJECT = re.compile(rb"[\0\t\n\f\r ]*+([0-9]{1,10}+)[\0\t\n\f\r ]++[0-9]{1,5}+[\0\t\n\f\r ]++obj[\0\t\n\f\r ]*+")
_BEGIN = re.compile(rb">>[\0\t\n\f\r ]*+stream[\t ]*+(?:\r\n|\n|\r)")
_ALONE = re.compile(rb"[\0\t\n\f\r ]stream[\t ]*+[\r\n]")
_STREAM = re.compile(rb"(?:[\0\t\n\f\r ]++|%[^\r\n]*+)*+stream[\t ]*+(?:\r\n|\n|\r)")
_END_OF_STREAM = re.compile(rb"[\0\t\n\f\r ]*+endstream")
_END_OF_DATA = re.compile(rb"(?:\r\n|\n|\r)?endstream")
_LENGTH = re.compile(rb"/Length[\0\t\n\f\r ]++([0-9]{1,10}+)([\0\t\n\f\r ]++[0-9]{1,5}+[\0\t\n\f\r ]++R)?+")
_VERSION = re.compile(r"%PDF-([12]\.[0-9])")
_START = re.compile(rb"startxref[\0\t\n\f\r ]*+([0-9]{1,12}+)")

Raw = tuple[bytes, memoryview | None]


def open_pdf(
    content: bytes | memoryview,
    bounds: Bounds = Bounds(),
    *,
    watch: Watch | None = None,
    few: Few = MappingProxyType({}),
) -> Pdf:
    """
    Read the cross-references of a PDF; of sections in `few` these rows alone.

    Raises Declined: damaged, encrypted, no PDF at all, or over a bound.
    """
    if len(content) > bounds.bytes:
        raise Declined(Reason.TOO_LARGE, f"more than {bounds.bytes} bytes")
    plain = _plain(content)
    header = plain.find(b"%PDF-", 0, _HEADER_WITHIN)
    if header < 0:
        raise Declined(Reason.NOT_A_PDF, "no %PDF- in the first kilobyte")
    pdf = Pdf(plain[header:] if header else plain, watch or Watch(bounds), few)
    if "Encrypt" in pdf.trailer:
        raise Declined(Reason.ENCRYPTED, "the file is encrypted")
    return pdf


def _plain(content: bytes | memoryview) -> bytes:
    """Give the bytes that a view is of, where it is a view of all of them: only then is nothing copied."""
    if isinstance(content, bytes):
        return content
    whole = content.obj
    return whole if isinstance(whole, bytes) and len(whole) == content.nbytes else bytes(content)


class Pdf:
    """The objects of one file. All that it does raises Declined where the file is not what it must be."""

    def __init__(self, content: bytes, watch: Watch, few: Few = MappingProxyType({})) -> None:
        self.content = content
        self.watch = watch
        self._view = memoryview(content)
        # Objects of the object streams that were unpacked: in what, from where to where, and in which stream.
        self.packed: dict[int, tuple[bytes, int, int, int]] = {}
        self._ends: list[int] = []
        self._lengths_open = 0
        found = list(_START.finditer(content, max(content.rfind(b"startxref"), 0)))
        if not found:
            raise Declined(Reason.DAMAGED, "no startxref")
        self.xref = read_xref(content, int(found[-1][1]), self._stream_at, watch, few)
        self.trailer = self.xref.trailer
        entries = self.xref.entries
        if len(entries) > watch.bounds.objects:
            raise Declined(Reason.TOO_MANY_OBJECTS, f"more than {watch.bounds.objects} objects")
        self._ends = sorted({entry for entry in entries.values() if isinstance(entry, int)} | {*self.xref.sections})

    @cached_property
    def catalog(self) -> dict[str, Value]:
        """The document catalog (7.7.2)."""
        catalog = self.resolve(self.trailer.get("Root"))
        if not isinstance(catalog, dict):
            raise Declined(Reason.DAMAGED, "no catalog")
        return catalog

    @property
    def version(self) -> str:
        """The version that the header or the catalog claims, the higher one: "1.7"."""
        header = self.content[:8].decode("latin-1")
        claimed = f"%PDF-{self.resolve(self.catalog.get('Version'))!s}"
        return max(_VERSION.findall(header) + _VERSION.findall(claimed), default="1.4")

    @cached_property
    def pages(self) -> list[Page]:
        """The pages in order, each with what it inherits (7.7.3)."""
        return read_pages(self)

    def __contains__(self, number: int) -> bool:
        return self.xref.entries.get(number) is not None

    def raw(self, number: int) -> Raw:
        """Give the text of an object, and the data of its stream. `null` when there is no such object (7.3.10)."""
        packed = self.packed.get(number)
        if packed is not None:
            content, start, end, _ = packed
            return content[start:end], None
        entry = self.xref.entries.get(number)
        if entry is None:
            return b"null", None
        if isinstance(entry, int):
            return self._at(entry, number)
        self._unpack(entry[0])
        if number not in self.packed:
            raise Declined(Reason.DAMAGED, f"object {number} is not in its object stream")
        content, start, end, _ = self.packed[number]
        return content[start:end], None

    def get(self, number: int) -> Value:
        """Read an object."""
        text, data = self.raw(number)
        value = read(text, depth=self.watch.bounds.depth)
        if data is None:
            return value
        if not isinstance(value, dict):
            raise Declined(Reason.DAMAGED, f"object {number} is a stream without a dictionary")
        return Stream(value, data)

    def resolve(self, value: Value) -> Value:
        """Follow a reference to what it refers to; anything else is itself."""
        for _ in range(self.watch.bounds.depth):
            if not isinstance(value, Ref):
                return value
            value = self.get(value.number)
        raise Declined(Reason.TOO_DEEP, "a reference to a reference to a reference …")

    def dictionary(self, value: Value) -> dict[str, Value]:
        """Give the dictionary that this is or refers to; an empty one where it is something else."""
        value = self.resolve(value)
        return value if isinstance(value, dict) else value.entries if isinstance(value, Stream) else {}

    def array(self, value: Value) -> list[Value]:
        """Give the array that this is or refers to; an empty one where it is something else."""
        value = self.resolve(value)
        return value if isinstance(value, list) else []

    def decoded(self, stream: Stream) -> bytes:
        """Decode a stream of text or numbers, within the bounds. Pictures are none of our business."""
        names = self.resolve(stream.entries.get("Filter", stream.entries.get("F")))
        given = self.resolve(stream.entries.get("DecodeParms", stream.entries.get("DP")))
        filters = [self.resolve(name) for name in (names if isinstance(names, list) else [names] if names else [])]
        parameters = [self.dictionary(each) for each in (given if isinstance(given, list) else [given])]
        parameters += [{} for _ in filters[len(parameters) :]]
        pairs = zip(filters, parameters, strict=False)
        plain = [(str(name), {key: self.resolve(each) for key, each in more.items()}) for name, more in pairs]
        return decode(stream.data, plain, self.watch)

    def _at(self, offset: int, number: int | None) -> Raw:
        content = self.content
        head = _OBJECT.match(content, offset)
        if head is None or (number is not None and int(head[1]) != number):
            raise Declined(Reason.DAMAGED, f"object {number} is not where the cross-reference says")
        start, limit = head.end(), self._limit(offset)
        begin = _BEGIN.search(content, start, limit) if content.find(b"stream", start, limit) >= 0 else None
        end = content.find(b"endobj", start, begin.start() if begin else limit)
        if begin and end < 0:
            return self._with_stream(start, begin, limit)
        return self._without_stream(start, limit if end < 0 else end, limit)

    def _limit(self, offset: int) -> int:
        """No object goes on past the beginning of the next."""
        following = bisect_right(self._ends, offset)
        return self._ends[following] if following < len(self._ends) else len(self.content)

    def _without_stream(self, start: int, end: int, limit: int) -> Raw:
        text = self.content[start:end]
        if text.count(b"(") == text.count(b")") and not (b"stream" in text and _ALONE.search(text)):
            return text, None
        # There are odd strings, or the `endobj` we found is within one, or a comment stands before the stream.
        return self._read_to_its_end(start, limit)

    def _with_stream(self, start: int, begin: re.Match[bytes], limit: int) -> Raw:
        text = self.content[start : begin.start() + 2]
        if b"(" in text or b"%" in text:
            return self._read_to_its_end(start, limit)
        return self._data(text, begin.end(), limit)

    def _read_to_its_end(self, start: int, limit: int) -> Raw:
        """Read the whole value: words that stand in its strings and comments mean nothing."""
        _, end = read_at(self.content, start, depth=self.watch.bounds.depth)
        text, begin = self.content[start:end], _STREAM.match(self.content, end)
        return self._data(text, begin.end(), limit) if begin else (text, None)

    def _data(self, text: bytes, start: int, limit: int) -> Raw:
        length = _LENGTH.search(text)
        size = int(length[1]) if length else -1
        if length and length[2]:
            size = self._length(size)
            text = text[: length.start()] + b"/Length %d" % size + text[length.end() :]
        if size < 0 or not _END_OF_STREAM.match(self.content, start + size):
            end = _END_OF_DATA.search(self.content, start, limit)
            if end is None:
                raise Declined(Reason.DAMAGED, "a stream that does not end")
            size = end.start() - start
            text = _with_length(text, size, self.watch.bounds.depth)
        return text, self._view[start : start + size]

    def _length(self, number: int) -> int:
        """Read a length that is an object of its own: it may be in an object stream, which has a length, and so on."""
        if self._lengths_open > _LENGTHS_OPEN:
            raise Declined(Reason.DAMAGED, "a length that depends on itself")
        self._lengths_open += 1
        try:
            text = self.raw(number)[0].strip(SPACES) if number in self else b""
            found = int(text) if text.isdigit() else self.get(number) if text else None
        finally:
            self._lengths_open -= 1
        return found if isinstance(found, int) else -1

    def _stream_at(self, offset: int) -> tuple[Stream, bytes]:
        text, data = self._at(offset, None)
        entries = read(text, depth=self.watch.bounds.depth)
        if data is None or not isinstance(entries, dict):
            raise Declined(Reason.DAMAGED, "no cross-reference where there must be one")
        stream = Stream(entries, data)
        return stream, self.decoded(stream)

    def _unpack(self, number: int) -> None:
        """Read an object stream (7.5.7): pairs of number and offset, then the objects."""
        entries = self.xref.entries
        stream = None if isinstance(entries.get(number), tuple) else self.get(number)
        first = stream.entries.get("First") if isinstance(stream, Stream) else None
        if not isinstance(stream, Stream) or not isinstance(first, int):
            raise Declined(Reason.DAMAGED, "an object stream that is none")
        content = self.decoded(stream)
        try:
            head = list(map(int, content[:first].split()))
        except ValueError as error:
            raise Declined(Reason.DAMAGED, "an object stream without its list of objects") from error
        self.watch.tick(1 + len(head))
        starts = [first + offset for offset in head[1::2]]
        ends = dict(zip(ordered := sorted(starts), [*ordered[1:], len(content)], strict=True))
        for packed, at in zip(head[::2], starts, strict=False):
            entry = entries.get(packed)
            if isinstance(entry, tuple) and entry[0] == number:  # a newer one may stand elsewhere
                self.packed[packed] = content, at, ends[at], number


def _with_length(text: bytes, size: int, depth: int) -> bytes:
    """Put right what the dictionary of a stream says of its length."""
    entries = read(text, depth=depth)
    if not isinstance(entries, dict):
        raise Declined(Reason.DAMAGED, "a stream without a dictionary")
    return render({**entries, "Length": size}, lambda number: b"%d 0 R" % number)
