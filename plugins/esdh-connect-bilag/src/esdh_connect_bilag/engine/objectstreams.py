"""
How objects stand in a file (ISO 32000-2, 7.3.10), and those that are no streams packed in object streams (7.5.7).

And the rows of a cross-reference stream (7.5.8), which tell where an object is.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import islice
from struct import Struct

from esdh_connect_bilag.engine.graft import Body

__all__ = ["ROW", "UNUSED", "WIDTHS", "deflated", "in_file", "in_streams", "whole"]

#: The rows: kind, offset or number of the object stream, place in that.
ROW, WIDTHS = Struct(">BIH"), (1, 4, 2)
_IN_FILE, _IN_STREAM = 1, 2
UNUSED = ROW.pack(0, 0, 0)
_TOGETHER = 200
_LONGEST = 1 << 16  # a reader must unpack all of an object stream to get at one object


def whole(body: Body) -> list[bytes | memoryview]:
    """Give an object as it stands in a file."""
    text = b"".join(body.pieces)
    if body.data is None:
        return [b"%d 0 obj\n%b\nendobj\n" % (body.number, text)]
    return [b"%d 0 obj\n%b\nstream\n" % (body.number, text), body.data, b"\nendstream\nendobj\n"]


def in_file(offset: int) -> bytes:
    """Give the row of an object that is at an offset."""
    return ROW.pack(_IN_FILE, offset, 0)


def in_streams(bodies: list[Body], numbers: Iterator[int], level: int = -1) -> tuple[list[Body], dict[int, bytes]]:
    """Give what is left to write then, object streams last, and the rows of what these hold."""
    loose: list[Body] = []
    small: list[Body] = []
    for body in bodies:
        is_small = body.data is None and (len(body.pieces) == 1 or sum(map(len, body.pieces)) <= _LONGEST)
        (small if is_small and len(body.pieces[0]) <= _LONGEST else loose).append(body)
    rest = iter(small)
    rows: dict[int, bytes] = {}
    while pack := list(islice(rest, _TOGETHER)):
        stream = next(numbers)
        rows |= {body.number: ROW.pack(_IN_STREAM, stream, place) for place, body in enumerate(pack)}
        loose.append(_packed(stream, pack, level))
    return loose, rows


def _packed(number: int, pack: list[Body], level: int) -> Body:
    """Make an object stream. Each object ends with a line, or a comment in it would swallow the next."""
    texts = [b"".join(body.pieces) + b"\n" for body in pack]
    head, at = [], 0
    for body, text in zip(pack, texts, strict=True):
        head.append(b"%d %d" % (body.number, at))
        at += len(text)
    listed = b" ".join(head) + b"\n"
    return deflated(number, b"<</Type/ObjStm/N %d/First %d" % (len(pack), len(listed)), listed + b"".join(texts), level)


def deflated(number: int, head: bytes, content: bytes, level: int = -1) -> Body:
    """Make a compressed stream, whose dictionary begins so."""
    data = zlib.compress(content, level)
    return Body(number, [b"%b/Filter/FlateDecode/Length %d>>" % (head, len(data))], memoryview(data))
