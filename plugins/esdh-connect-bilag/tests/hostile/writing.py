"""The least that makes a PDF from its objects, so that a test can get any part of it wrong on purpose."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> /Contents 4 0 R >>"


def stream(content: bytes, entries: bytes = b"", *, length: int | None = None) -> bytes:
    """A stream object, with its right length unless another is given."""
    size = len(content) if length is None else length
    return b"<< %s /Length %d >>\nstream\n%b\nendstream" % (entries, size, content)


def deflated(content: bytes, entries: bytes = b"") -> bytes:
    return stream(zlib.compress(content, 9), b"/Filter /FlateDecode " + entries)


CONTENT = stream(b"0 0 m 100 100 l S")
ONE_PAGE: Mapping[int, bytes] = {1: CATALOG, 2: PAGES, 3: PAGE, 4: CONTENT}


def pdf(changes: Mapping[int, bytes] | None = None, *, trailer: bytes = b"", header: bytes = b"%PDF-1.7\n") -> bytes:
    """One page with a line on it, but for the objects that are changed or added."""
    objects = {**ONE_PAGE, **(changes or {})}
    parts, places, at = [header], {}, len(header)
    for number in sorted(objects):
        places[number] = at
        parts.append(b"%d 0 obj\n%b\nendobj\n" % (number, objects[number]))
        at += len(parts[-1])
    rows = [
        b"%010d 00000 n \n" % places[n] if n in places else b"0000000000 65535 f \n" for n in range(max(places) + 1)
    ]
    size = len(rows)
    parts.append(b"xref\n0 %d\n%b" % (size, b"".join(rows)))
    parts.append(b"trailer\n<< /Size %d /Root 1 0 R %b >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, at))
    return b"".join(parts)


def with_xref_stream(
    changes: Mapping[int, bytes] | None = None,
    *,
    packed: Mapping[int, tuple[int, int]] | None = None,
    entries: bytes = b"",
    widths: tuple[int, int, int] = (1, 4, 2),
    rows: bytes | None = None,
) -> bytes:
    """The same with a cross-reference stream; `packed` says which object stream, and where in it, an object is."""
    objects = {**ONE_PAGE, **(changes or {})}
    for number in packed or {}:
        objects.pop(number, None)
    parts, table, at = [b"%PDF-1.7\n"], {0: (0, 0, 65535)}, 9
    for number in sorted(objects):
        table[number] = (1, at, 0)
        parts.append(b"%d 0 obj\n%b\nendobj\n" % (number, objects[number]))
        at += len(parts[-1])
    table |= {number: (2, *place) for number, place in (packed or {}).items()}
    own = max(table) + 1
    table[own] = (1, at, 0)
    if rows is None:
        rows = b"".join(_row(table.get(number, (0, 0, 0)), widths) for number in range(own + 1))
    said = b"/Type /XRef /Size %d /Root 1 0 R /W [%d %d %d] " % (own + 1, *widths) + entries
    parts.append(b"%d 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (own, deflated(rows, said), at))
    return b"".join(parts)


def _row(values: tuple[int, int, int], widths: tuple[int, int, int]) -> bytes:
    return b"".join(value.to_bytes(width, "big") for value, width in zip(values, widths, strict=True))


def object_stream(objects: Mapping[int, bytes]) -> bytes:
    """The objects packed, and their table in front."""
    table, body = [], b""
    for number, text in objects.items():
        table.append(b"%d %d" % (number, len(body)))
        body += text + b" "
    front = b" ".join(table) + b" "
    return deflated(front + body, b"/Type /ObjStm /N %d /First %d " % (len(objects), len(front)))


def bomb(size: int, rounds: int = 1) -> bytes:
    """So many zeros deflated, and the result deflated again; one deflated megabyte is repeated, which is quick."""
    piece = bytes(2**20)
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    repeated = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    check = (size % 65521) << 16 | 1  # Adler-32 of zeros
    packed = b"\x78\xda" + repeated * (size // len(piece)) + b"\x03\x00" + check.to_bytes(4, "big")
    for _ in range(rounds - 1):
        packed = zlib.compress(packed, 9)
    return packed
