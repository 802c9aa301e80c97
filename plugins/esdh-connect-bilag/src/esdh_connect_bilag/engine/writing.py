"""
Writing the file (ISO 32000-2, 7.5): objects one after another, then where each is.

*Plain* writes a cross-reference table, which PDF/A-1 wants. *Small* stores equal objects once, packs those that are no
streams into object streams, and writes a cross-reference stream.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import starmap
from struct import Struct
from typing import TYPE_CHECKING

import attrs

from esdh_connect_bilag.engine.deduplication import equal_objects
from esdh_connect_bilag.engine.graft import Body

if TYPE_CHECKING:
    from hashlib import _Hash as HASH

__all__ = ["slim", "write"]

#: The comment says to whoever moves the file that it is not text (7.5.2).
_HEADER = b"%%PDF-%b\n%%\xe2\xe3\xcf\xd3\n"
_PACKED_TOGETHER = 200
_PACKED_LONGEST = 1 << 16  # a reader must unpack all of an object stream to get at one object
_HASHED_TOGETHER, _HASHED_ALONE = 64, 1 << 16  # chunks, and bytes of one that need not be copied to be hashed
_IN_FILE, _IN_STREAM = 1, 2
_ROW, _WIDTHS = Struct(">BIH"), (1, 4, 2)
_UNUSED = (0, 0, 0)
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
        self._append(_HEADER % version.encode())

    def add(self, body: Body) -> None:
        """Write an object."""
        self.offsets[body.number] = self.size
        text = b"".join(body.pieces)
        if body.data is None:
            self._append(b"%d 0 obj\n%b\nendobj\n" % (body.number, text))
            return
        self._append(b"%d 0 obj\n%b\nstream\n" % (body.number, text))
        self._append(body.data, body.digest)
        self._append(b"\nendstream\nendobj\n")

    def end(self, last: bytes) -> bytes:
        """Write the end, and give the file."""
        self.chunks.append(last)
        return b"".join(self.chunks)

    def identity(self) -> bytes:
        """Give the trailer's ID (14.4): a hash of what is written, so the same file has the same."""
        self._hash()
        return b"[<%b><%b>]" % ((self._hashed.hexdigest()[:32].encode(),) * 2)

    def _append(self, chunk: bytes | memoryview, digest: bytes = b"") -> None:
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


def write(bodies: list[Body], version: str, trailer: bytes, *, packed: bool) -> bytes:
    """Write the file. `trailer` is what its trailer says of catalog and information."""
    file = _File()
    file.begin(version)
    if packed:
        return _write_packed(file, bodies, trailer)
    for body in bodies:
        file.add(body)
    size = max(file.offsets) + 1
    rows = [b"%010d 00000 n \n" % file.offsets[number] if number in file.offsets else _FREE for number in range(size)]
    table = b"xref\n0 %d\n%btrailer\n<</Size %d%b/ID%b>>\n" % (size, b"".join(rows), size, trailer, file.identity())
    return file.end(table + b"startxref\n%d\n%%%%EOF\n" % file.size)


def _write_packed(file: _File, bodies: list[Body], trailer: bytes) -> bytes:
    number = max(body.number for body in bodies) + 1
    rows: dict[int, tuple[int, int, int]] = {}
    loose = {body.number for body in bodies if body.data is not None or sum(map(len, body.pieces)) > _PACKED_LONGEST}
    packs = _batches(body for body in bodies if body.number not in loose)
    for body in bodies:
        if body.number in loose:
            file.add(body)
    for stream, pack in enumerate(packs, number):
        rows |= {body.number: (_IN_STREAM, stream, place) for place, body in enumerate(pack)}
        file.add(_packed(stream, pack))
    last = number + len(packs)
    rows |= {at: (_IN_FILE, offset, 0) for at, offset in file.offsets.items()} | {last: (_IN_FILE, file.size, 0)}
    table = b"".join(starmap(_ROW.pack, (rows.get(at, _UNUSED) for at in range(last + 1))))
    head = b"<</Type/XRef/Size %d/W[%d %d %d]%b/ID%b" % (last + 1, *_WIDTHS, trailer, file.identity())
    start = file.size
    file.add(_deflated(last, head, table))
    return file.end(b"startxref\n%d\n%%%%EOF\n" % start)


def _batches(bodies: Iterable[Body]) -> list[list[Body]]:
    every = list(bodies)
    return [every[at : at + _PACKED_TOGETHER] for at in range(0, len(every), _PACKED_TOGETHER)]


def _deflated(number: int, head: bytes, content: bytes) -> Body:
    data = zlib.compress(content)
    return Body(number, [b"%b/Filter/FlateDecode/Length %d>>" % (head, len(data))], memoryview(data))


def _packed(number: int, pack: list[Body]) -> Body:
    """Make an object stream (7.5.7). Each object ends with a line, or a comment in it would swallow the next."""
    texts = [b"".join(body.pieces) + b"\n" for body in pack]
    head, at = [], 0
    for body, text in zip(pack, texts, strict=True):
        head.append(b"%d %d" % (body.number, at))
        at += len(text)
    listed = b" ".join(head) + b"\n"
    return _deflated(number, b"<</Type/ObjStm/N %d/First %d" % (len(pack), len(listed)), listed + b"".join(texts))


def slim(bodies: list[Body]) -> list[Body]:
    """Store equal objects once, and number what is left anew, in the same order."""
    same = equal_objects(bodies)
    kept = [body for body in bodies if b"%d 0 R" % body.number not in same]
    final = {b"%d 0 R" % body.number: b"%d 0 R" % number for number, body in enumerate(kept, 1)}
    final |= {doubled: final[first] for doubled, first in same.items()}
    return list(_renumbered(kept, final))


def _renumbered(bodies: list[Body], final: dict[bytes, bytes]) -> Iterator[Body]:
    for number, body in enumerate(bodies, 1):
        pieces = body.pieces
        pieces[1::2] = [final.get(each, each) for each in pieces[1::2]]
        yield Body(number, pieces, body.data, body.digest)
