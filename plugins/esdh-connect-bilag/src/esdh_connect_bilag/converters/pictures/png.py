"""PNG as it is: a PDF takes its compressed data unchanged, where it is not interlaced and has no alpha channel."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import attrs

from esdh_connect_bilag.converters.pictures.picture import NoPicture, Picture
from esdh_connect_bilag.converters.writing import Name

__all__ = ["depth", "exif", "picture"]

_HEADER = len(b"\x89PNG\r\n\x1a\n")
_GREY, _RGB, _PALETTE = 0, 2, 3
_SPACES = {_GREY: ("DeviceGray", 1), _RGB: ("DeviceRGB", 3), _PALETTE: ("DeviceRGB", 1)}
_OPAQUE = 0xFF
_AT_ONCE = 1024 * 1024


@attrs.define
class _Chunks:
    """What a file says of itself before its pixels, and the pixels."""

    header: bytes = b""
    palette: bytes = b""
    transparent: bytes = b""
    data: list[bytes] = attrs.field(factory=list)


def depth(content: bytes) -> int:
    """Give the bits of a sample."""
    return content[_HEADER + 16]


def exif(content: bytes) -> bytes:
    """Give what a camera noted, wherever it stands; Pillow would decode the pixels to find it."""
    return next((body for kind, body in _chunks(content) if kind == b"eXIf"), b"")


def picture(content: bytes) -> Picture | None:
    """Give the picture as it is stored; None where it must be decoded. Raises NoPicture where it is damaged."""
    chunks = _read(content)
    width, height = (int.from_bytes(chunks.header[at : at + 4], "big") for at in (0, 4))
    bits, kind, interlaced = chunks.header[8], chunks.header[9], chunks.header[12]
    key = _key(chunks, kind)
    if interlaced or kind not in _SPACES or (chunks.transparent and not key):
        return None
    space, colours = _SPACES[kind]
    row = 1 + -(-width * colours * bits // 8)
    predicted = {"Predictor": 15, "Colors": colours, "BitsPerComponent": bits, "Columns": width}
    return Picture(
        width,
        height,
        _whole(b"".join(chunks.data), row * height),
        {"Filter": Name("FlateDecode"), "DecodeParms": predicted},
        space,
        bits,
        palette=chunks.palette if kind == _PALETTE else b"",
        key=key,
    )


def _read(content: bytes) -> _Chunks:
    found = _Chunks()
    for kind, body in _chunks(content):
        match kind:
            case b"IHDR":
                found.header = body
            case b"PLTE":
                found.palette = body
            case b"tRNS":
                found.transparent = body
            case b"IDAT":
                found.data.append(body)
            case b"IEND":
                return found
    raise NoPicture("billedet er afkortet: filen slutter midt i det. Hent det på ny")


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = _HEADER
    while at + 12 <= len(content):
        end = at + 8 + int.from_bytes(content[at : at + 4], "big")
        if zlib.crc32(content[at + 4 : end]) != int.from_bytes(content[end : end + 4], "big"):
            raise NoPicture("billedet er beskadiget. Hent det på ny")
        yield content[at + 4 : at + 8], content[at + 8 : end]
        at = end + 4


def _key(chunks: _Chunks, kind: int) -> tuple[int, ...]:
    """Give the one colour that is not seen, where there is but one and all else is seen fully."""
    seen = chunks.transparent
    if not seen:
        return ()
    if kind == _PALETTE:
        hidden = [at for at, alpha in enumerate(seen) if alpha != _OPAQUE]
        return (hidden[0], hidden[0]) if len(hidden) == 1 and seen[hidden[0]] == 0 else ()
    samples = [int.from_bytes(seen[at : at + 2], "big") for at in range(0, len(seen), 2)]
    return tuple(value for sample in samples for value in (sample, sample))


def _whole(data: bytes, size: int) -> bytes:
    """Give the compressed data, after a look whether it makes exactly the pixels. Raises NoPicture."""
    inflate, made, rest = zlib.decompressobj(), 0, data
    try:
        while rest and not inflate.eof and made <= size:
            made += len(inflate.decompress(rest, _AT_ONCE))
            rest = inflate.unconsumed_tail
        made += 0 if inflate.eof else len(inflate.flush(_AT_ONCE))
    except zlib.error as error:
        raise NoPicture("billedet er beskadiget. Hent det på ny") from error
    if made < size or not inflate.eof:
        raise NoPicture("billedet er afkortet: filen slutter midt i det. Hent det på ny")
    return data[: len(data) - len(inflate.unused_data)]
