"""Decoding streams (ISO 32000-2, 7.4), never further than the part may go."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable

from esdh_connect_bilag.engine.bounds import Declined, Reason, Watch
from esdh_connect_bilag.engine.values import Name, Value

__all__ = ["decode"]

_END_OF_DATA = 128  # RunLengthDecode
_PNG = 10  # predictors from here on are PNG's, with the kind before each row
_TIFF = 2
_LONGEST_ROW = 1 << 16
_PULSE = 1 << 16  # bytes between two looks at the clock
_LZW_CLEAR, _LZW_END, _LZW_FULL = 256, 257, 4096

_Parameters = dict[str, Value]


def decode(data: memoryview, filters: list[tuple[str, _Parameters]], watch: Watch) -> bytes:
    """Take the filters off, in their order. Raises Declined when one is not known, or too much comes out."""
    decoded, room = bytes(data), watch.room(len(data))
    for name, parameters in filters:
        known = _FILTERS.get(name)
        if known is None:
            raise Declined(Reason.DAMAGED, "a stream that must be read has a filter that is not known")
        try:
            decoded = known(decoded, parameters, room)
            if known in _PREDICTING:
                decoded = _unpredicted(decoded, parameters, watch)
        except (ValueError, zlib.error) as error:
            raise Declined(Reason.DAMAGED, f"a stream cannot be decoded: {error}") from error
        watch.tick(len(decoded) >> 10)
    watch.decoded(len(decoded))
    return decoded


def _within(decoded: bytes | bytearray, room: int) -> bytes:
    if len(decoded) > room:
        raise Declined(Reason.EXPANDS, f"a stream is more than {room} bytes when decoded")
    return bytes(decoded)


def _flate(data: bytes, _parameters: _Parameters, room: int) -> bytes:
    return _within(zlib.decompressobj().decompress(data, room + 1), room)


def _unpredicted(data: bytes, parameters: _Parameters, watch: Watch) -> bytes:
    predictor = _whole(parameters, "Predictor", 1)
    bits = _whole(parameters, "Colors", 1) * _whole(parameters, "BitsPerComponent", 8)
    width, step = (bits * _whole(parameters, "Columns", 1) + 7) // 8, max(bits // 8, 1)
    if not 0 < width <= _LONGEST_ROW:
        raise ValueError("rows of no sensible width")
    if predictor >= _PNG:
        return _png(data, width, step, watch)
    if predictor == _TIFF and _whole(parameters, "BitsPerComponent", 8) == 8:  # noqa: PLR2004 - eight bits
        return b"".join(bytes(_sub(bytearray(data[at : at + width]), step)) for at in range(0, len(data), width))
    return data


def _whole(parameters: _Parameters, key: str, otherwise: int) -> int:
    value = parameters.get(key, otherwise)
    return value if isinstance(value, int) else otherwise


def _png(data: bytes, width: int, step: int, watch: Watch) -> bytes:
    rows, above, tick = bytearray(), bytearray(width), max(_PULSE // width, 1)
    for number, at in enumerate(range(0, len(data), width + 1)):
        if not number % tick:
            watch.tick(_PULSE >> 4)
        row = bytearray(data[at + 1 : at + 1 + width])
        row.extend(bytes(width - len(row)))
        above = _PNG_ROWS[data[at] % 5](row, above, step)
        rows += above
    return bytes(rows)


def _sub(row: bytearray, step: int) -> bytearray:
    for at in range(step, len(row)):
        row[at] = (row[at] + row[at - step]) & 255
    return row


def _up(row: bytearray, above: bytearray) -> bytearray:
    return bytearray([(left + up) & 255 for left, up in zip(row, above, strict=True)])


def _average(row: bytearray, above: bytearray, step: int) -> bytearray:
    for at in range(len(row)):
        left = row[at - step] if at >= step else 0
        row[at] = (row[at] + (left + above[at]) // 2) & 255
    return row


def _paeth(row: bytearray, above: bytearray, step: int) -> bytearray:
    for at in range(len(row)):
        left, corner = (row[at - step], above[at - step]) if at >= step else (0, 0)
        guess = left + above[at] - corner
        nearest = min((left, above[at], corner), key=lambda value: abs(guess - value))
        row[at] = (row[at] + nearest) & 255
    return row


_PNG_ROWS: list[Callable[[bytearray, bytearray, int], bytearray]] = [
    lambda row, _above, _step: row,
    lambda row, _above, step: _sub(row, step),
    lambda row, above, _step: _up(row, above),
    _average,
    _paeth,
]


def _lzw(data: bytes, parameters: _Parameters, room: int) -> bytes:
    early, table = _whole(parameters, "EarlyChange", 1), [bytes([code]) for code in range(256)] + [b"", b""]
    words, decoded, previous, bits, held = table[:], bytearray(), b"", 0, 0
    for byte in data:
        bits, held = bits + 8, (held << 8) | byte
        size = min(max((len(words) + early).bit_length(), 9), 12)
        if bits < size:
            continue
        bits -= size
        code, held = held >> bits, held & ((1 << bits) - 1)
        if code == _LZW_END or len(decoded) > room:
            break
        if code == _LZW_CLEAR:
            words, previous = table[:], b""
            continue
        if code > len(words) or (code == len(words) and not previous):
            raise ValueError("an LZW code that was never made")
        word = words[code] if code < len(words) else previous + previous[:1]
        if previous and len(words) < _LZW_FULL:
            words.append(previous + word[:1])
        decoded += word
        previous = word
    return _within(decoded, room)


def _ascii_hex(data: bytes, _parameters: _Parameters, room: int) -> bytes:
    digits = re.sub(rb"\s", b"", data.partition(b">")[0]).decode("ascii", "strict")
    return _within(bytes.fromhex(digits + "0" * (len(digits) % 2)), room)


def _ascii_85(data: bytes, _parameters: _Parameters, room: int) -> bytes:
    return _within(base64.a85decode(data.partition(b"~")[0].removeprefix(b"<~"), ignorechars=b"\0\t\n\f\r "), room)


def _run_length(data: bytes, _parameters: _Parameters, room: int) -> bytes:
    decoded, at = bytearray(), 0
    while at < len(data) and data[at] != _END_OF_DATA and len(decoded) <= room:
        length = data[at]
        if length < _END_OF_DATA:
            decoded += data[at + 1 : at + 2 + length]
            at += length + 2
        else:
            decoded += data[at + 1 : at + 2] * (257 - length)
            at += 2
    return _within(decoded, room)


_FILTERS: dict[str, Callable[[bytes, _Parameters, int], bytes]] = {
    Name("FlateDecode"): _flate,
    Name("Fl"): _flate,
    Name("LZWDecode"): _lzw,
    Name("LZW"): _lzw,
    Name("ASCIIHexDecode"): _ascii_hex,
    Name("AHx"): _ascii_hex,
    Name("ASCII85Decode"): _ascii_85,
    Name("A85"): _ascii_85,
    Name("RunLengthDecode"): _run_length,
    Name("RL"): _run_length,
}
_PREDICTING = {_flate, _lzw}
