"""
Writing the file (ISO 32000-2, 7.5): objects one after another, then where each is.

*Plain* writes a cross-reference table, which PDF/A-1 wants. *Small* packs objects that are no streams into object
streams, and writes a cross-reference stream. Packs are written as they are, wherever they come in the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import accumulate, groupby
from typing import TYPE_CHECKING

import attrs

from esdh_connect_bilag.engine.graft import Body
from esdh_connect_bilag.engine.objectstreams import UNUSED, WIDTHS, deflated, in_file, in_streams, whole
from esdh_connect_bilag.engine.packs import Pack

if TYPE_CHECKING:
    from hashlib import _Hash as HASH

__all__ = ["write", "write_small"]

#: The comment says to whoever moves the file that it is not text (7.5.2).
_HEADER = b"%%PDF-%b\n%%\xe2\xe3\xcf\xd3\n"
_HASHED_TOGETHER, _HASHED_ALONE = 64, 1 << 16  # chunks, and bytes of one that need not be copied to be hashed
_FAST, _WELL = 1, -1  # compression: a file of packs is made in less time than it takes to compress the rest well
_FREE = b"0000000000 65535 f \n"


@attrs.define
class _File:
    """The file as far as it is written."""

    chunks: list[bytes | memoryview] = attrs.Factory(list)
    size: int = 0
    offsets: dict[int, int] = attrs.Factory(dict)
    _unhashed: list[bytes | memoryview] = attrs.Factory(list)
    _hashed: HASH = attrs.Factory(sha256)

    def begin(self, version: str) -> None:
        """Write the header."""
        self.append(_HEADER % version.encode())

    def add(self, bodies: Iterable[Body]) -> None:
        """Write objects: those that are no streams many at a time."""
        for is_stream, run in groupby(bodies, key=lambda body: body.data is not None):
            if is_stream:
                for body in run:
                    self._add_stream(body)
            else:
                self._add_plain(list(run))

    def _add_stream(self, body: Body) -> None:
        self.offsets[body.number] = self.size
        for chunk in whole(body):
            self.append(chunk, body.digest if chunk is body.data else b"")

    def _add_plain(self, bodies: list[Body]) -> None:
        texts = [b"%d 0 obj\n%b\nendobj\n" % (body.number, b"".join(body.pieces)) for body in bodies]
        offsets = accumulate(map(len, texts), initial=self.size)
        self.offsets |= zip([body.number for body in bodies], offsets, strict=False)
        self.append(b"".join(texts))

    def end(self, last: bytes) -> bytes:
        """Write the end, and give the file."""
        self.chunks.append(last)
        return b"".join(self.chunks)

    def identity(self) -> bytes:
        """Give the trailer's ID (14.4): a hash of what is written, so the same file has the same."""
        self._hash()
        return b"[<%b><%b>]" % ((self._hashed.hexdigest()[:32].encode(),) * 2)

    def append(self, chunk: bytes | memoryview, digest: bytes = b"") -> None:
        """Write this; a hash of it is enough for the file's, where there is one."""
        self.chunks.append(chunk)
        self.size += len(chunk)
        self._unhashed.append(digest or chunk)
        if len(self._unhashed) > _HASHED_TOGETHER or len(chunk) > _HASHED_ALONE:
            self._hash()

    def _hash(self) -> None:
        *small, last = [*self._unhashed, b""]
        self._hashed.update(b"".join(small))
        self._hashed.update(last)
        self._unhashed.clear()


def write(bodies: list[Body], version: str, trailer: bytes) -> bytes:
    """
    Write the file plainly. `trailer` is what its trailer says of catalog and information.

    The objects are let go before the whole file is made of its chunks: they take as much memory.
    """
    file = _File()
    file.begin(version)
    file.add(bodies)
    size = max(file.offsets) + 1
    rows = [b"%010d 00000 n \n" % file.offsets[number] if number in file.offsets else _FREE for number in range(size)]
    table = b"xref\n0 %d\n%btrailer\n<</Size %d%b/ID%b>>\n" % (size, b"".join(rows), size, trailer, file.identity())
    bodies.clear()
    return file.end(table + b"startxref\n%d\n%%%%EOF\n" % file.size)


def write_small(
    bodies: list[Body], version: str, trailer: bytes, *, packs: Sequence[Pack], numbers: Iterator[int]
) -> bytes:
    """Write the file with object streams, whose numbers come from `numbers`. The objects are let go as in `write`."""
    file = _File()
    file.begin(version)
    level = _FAST if packs else _WELL
    loose, rows = in_streams(bodies, numbers, level)
    file.add(loose)
    sections = [_linked(file, pack, rows) for pack in packs]
    last = next(numbers)
    rows |= {number: in_file(offset) for number, offset in file.offsets.items()} | {last: in_file(file.size)}
    sections = sorted([*_runs({0: UNUSED} | rows), *sections])
    first, final = sections[-1]
    size = first + len(final) // len(UNUSED)
    index = b" ".join(b"%d %d" % (first, len(each) // len(UNUSED)) for first, each in sections)
    head = b"<</Type/XRef/Size %d/Index[%b]/W[%d %d %d]%b/ID%b" % (size, index, *WIDTHS, trailer, file.identity())
    start = file.size
    file.add([deflated(last, head, b"".join(rows for _, rows in sections), level)])
    bodies.clear()
    loose.clear()
    return file.end(b"startxref\n%d\n%%%%EOF\n" % start)


def _linked(file: _File, pack: Pack, rows: dict[int, bytes]) -> tuple[int, bytes]:
    """Write a pack; gives its section of the rows, with those of what the file says of it."""
    own = pack.rows(file.size)
    for at, each in enumerate(pack.outer):
        if each.number in rows:
            own[at * len(UNUSED) : (at + 1) * len(UNUSED)] = rows.pop(each.number)
    file.append(pack.content, pack.identity)
    return pack.base, bytes(own)


def _runs(rows: dict[int, bytes]) -> Iterator[tuple[int, bytes]]:
    """Give the rows as sections without gaps."""
    first, run = 0, list[bytes]()
    for number in sorted(rows):
        if number != first + len(run):
            yield first, b"".join(run)
            first, run = number, []
        run.append(rows[number])
    yield first, b"".join(run)
