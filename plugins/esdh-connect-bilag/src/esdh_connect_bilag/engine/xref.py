"""
Where each object is (ISO 32000-2, 7.5.4 to 7.5.8): tables, streams, both at once, and those they follow.

An entry is an offset, or the number of an object stream and the place within it, or None for an object that is
free. Nothing is searched for: a file whose cross-reference is wrong is damaged, and is for a repair to mend.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from itertools import accumulate
from struct import Struct
from types import MappingProxyType

import attrs

from esdh_connect_bilag.engine.bounds import Declined, Reason, Watch
from esdh_connect_bilag.engine.syntax import read_at
from esdh_connect_bilag.engine.values import Stream, Value

__all__ = ["Entry", "Few", "Xref", "read_xref"]

Entry = int | tuple[int, int] | None

_TABLE = re.compile(rb"[\0\t\n\f\r ]*+xref(?=[\0\t\n\f\r ])")
_ENTRY = 3  # an entry is three words: offset, generation, n or f
_LONGEST_ENTRY = 24
_FREE, _IN_FILE, _IN_STREAM = range(3)
_FIELDS = 3  # of an entry in a stream
_WIDE, _LAST, _DIGITS = Struct(">QQQ"), (7, 15, 23), 8  # three numbers, where each ends, and how long one is


#: Of a section that begins with this number, in a stream, only these rows are read.
Few = Mapping[int, Collection[int]]


@attrs.define
class Xref:
    """All cross-references of a file as one: the newest entry counts."""

    few: Few = MappingProxyType({})
    entries: dict[int, Entry] = attrs.Factory(dict)
    trailer: dict[str, Value] = attrs.Factory(dict)
    sections: list[int] = attrs.Factory(list)  # where they stand: no object goes on past one


#: Reads the stream that is the object at an offset, and decodes it.
ReadStream = Callable[[int], tuple[Stream, bytes]]


def read_xref(content: bytes, start: int, read_stream: ReadStream, watch: Watch, few: Few) -> Xref:
    """Follow the chain from `start` to the oldest. Raises Declined."""
    xref = Xref(few)
    waiting = [start]
    while waiting:
        at = waiting.pop()
        if at in xref.sections:
            continue  # a chain that bites its tail has told all it knows
        watch.tick()
        xref.sections.append(at)
        trailer = _read_section(content, at, xref, read_stream, watch)
        xref.trailer = {**trailer, **xref.trailer}
        if isinstance(older := trailer.get("Prev"), int):
            waiting.append(older)
    return xref


def _read_section(
    content: bytes, at: int, xref: Xref, read_stream: ReadStream, watch: Watch
) -> dict[str, Value]:  # fmt: skip
    if not 0 <= at < len(content):
        raise Declined(Reason.DAMAGED, "a cross-reference lies outside the file")
    table = _TABLE.match(content, at)
    if table is None:
        return _read_stream(at, xref, read_stream, watch)
    entries, trailer = _read_table(content, table.end(), watch)
    # A hybrid file (7.5.8.4) hides what only newer readers know among the free entries of the table.
    _take(xref, {number: entry for number, entry in entries.items() if entry is not None})
    if isinstance(hidden := trailer.get("XRefStm"), int):
        xref.sections.append(hidden)
        _read_stream(hidden, xref, read_stream, watch)
    _take(xref, entries)
    return trailer


def _take(xref: Xref, older: dict[int, Entry]) -> None:
    entries = xref.entries
    if len(older) > len(entries):
        xref.entries = older | entries if entries else older
        return
    for number, entry in older.items():  # a file that was saved a thousand times has little in each section
        entries.setdefault(number, entry)


def _read_table(content: bytes, at: int, watch: Watch) -> tuple[dict[int, Entry], dict[str, Value]]:
    end = content.find(b"trailer", at)
    if end < 0:
        raise Declined(Reason.DAMAGED, "a cross-reference table without a trailer")
    if end - at > _LONGEST_ENTRY * watch.bounds.objects:
        raise Declined(Reason.TOO_MANY_OBJECTS, f"more than {watch.bounds.objects} objects")
    trailer, _ = read_at(content, end + len(b"trailer"), depth=watch.bounds.depth)
    if not isinstance(trailer, dict):
        raise Declined(Reason.DAMAGED, "a trailer that is no dictionary")
    entries: dict[int, Entry] = {}
    words, place = content[at:end].split(), 0
    while place < len(words):
        place = _read_subsection(words, place, entries)
    return entries, trailer


def _read_subsection(words: list[bytes], place: int, entries: dict[int, Entry]) -> int:
    try:
        first, count = int(words[place]), int(words[place + 1])
        block = words[place + 2 : place + 2 + _ENTRY * count]
        offsets, kinds = list(map(int, block[::_ENTRY])), block[2::_ENTRY]
    except (ValueError, IndexError) as error:
        raise Declined(Reason.DAMAGED, "a cross-reference table that cannot be read") from error
    if len(kinds) != count or count < 0 or first < 0 or not set(kinds) <= {b"n", b"f"}:
        raise Declined(Reason.DAMAGED, "a cross-reference table that cannot be read")
    if first == 1 and block[1:3] == [b"65535", b"f"] and not offsets[0]:
        first = 0  # the head of the list of free entries is object 0, whatever the writer says
    entries |= {
        number: offset if kind == b"n" and offset else None
        for number, (offset, kind) in enumerate(zip(offsets, kinds, strict=True), first)
    }
    return place + 2 + _ENTRY * count


def _read_stream(at: int, xref: Xref, read_stream: ReadStream, watch: Watch) -> dict[str, Value]:
    stream, rows = read_stream(at)
    widths = [width for width in _integers(stream.entries.get("W")) if width >= 0]
    size = sum(widths)
    if len(widths) < _FIELDS or not 0 < size <= _LONGEST_ENTRY:
        raise Declined(Reason.DAMAGED, "a cross-reference stream without the widths of its fields")
    index = _integers(stream.entries.get("Index")) or [0, *_integers([stream.entries.get("Size")])]
    if sum(index[1::2]) > watch.bounds.objects:
        raise Declined(Reason.TOO_MANY_OBJECTS, f"more than {watch.bounds.objects} objects")
    numbers, picked = list[int](), list[bytes]()
    for first, count, end in zip(index[::2], index[1::2], accumulate(index[1::2]), strict=False):
        numbers += (few := xref.few.get(first, range(first, first + count)))
        start = (end - count) * size
        if first in xref.few:
            picked += [rows[at : at + size] for at in (start + (number - first) * size for number in few)]
        else:
            picked.append(rows[start : start + count * size])
    entries = _entries(b"".join(picked), widths)
    pairs = list(zip(numbers, entries, strict=False))
    _take(xref, dict(reversed(pairs)))  # of equal numbers the first counts
    return stream.entries


def _integers(value: Value) -> list[int]:
    return [each for each in value if isinstance(each, int)] if isinstance(value, list) else []


def _entries(rows: bytes, widths: list[int]) -> list[Entry]:
    """Read the rows, made as wide as a machine's numbers before: ten times faster than number by number."""
    size, count = sum(widths), len(rows) // sum(widths)
    wide = bytearray(count * _WIDE.size)
    for width, end, last in zip(widths[:_FIELDS], accumulate(widths), _LAST, strict=False):
        for place in range(min(width, _DIGITS)):
            wide[last - place :: _WIDE.size] = rows[end - 1 - place : count * size : size]
    if not widths[0]:
        wide[_LAST[0] :: _WIDE.size] = bytes([_IN_FILE]) * count
    return [
        second if kind == _IN_FILE else (second, third) if kind == _IN_STREAM else None
        for kind, second, third in _WIDE.iter_unpack(wide)
    ]
