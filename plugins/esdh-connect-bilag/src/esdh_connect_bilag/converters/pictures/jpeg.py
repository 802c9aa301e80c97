"""
JPEG as it is: a PDF takes its data unchanged.

Taken out is what is no pixel: camera, place and time of a photograph, thumbnails, and whatever follows the picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs
from PIL.JpegImagePlugin import JpegImageFile

from esdh_connect_bilag.converters.pictures.picture import NoPicture, Picture
from esdh_connect_bilag.converters.writing import Name

__all__ = ["picture", "taken"]

_SPACES = {1: "DeviceGray", 3: "DeviceRGB", 4: "DeviceCMYK"}
_MARK, _SOI, _EOI, _SOS = b"\xff", b"\xff\xd8", 0xD9, 0xDA
#: JFIF, and Adobe's marker that says how colours are stored.
_APP0, _APP14, _APPS, _COMMENT = 0xE0, 0xEE, range(0xE0, 0xF0), 0xFE
#: Baseline, extended and progressive; a PDF knows no other kind.
_KNOWN, _FRAMES = {0xC0, 0xC1, 0xC2}, {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_BITS = 8
#: In the data of a scan, what is neither a stuffed byte nor a restart.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def picture(image: JpegImageFile, content: bytes) -> Picture | None:
    """Give the picture as it is stored; None where a PDF does not take its kind of JPEG. Raises NoPicture."""
    is_adobe = "adobe" in image.info
    made = taken(content, image.size, image.layers)
    if made is None:
        return None
    how = {**made.how, "DecodeParms": {"ColorTransform": 0}} if _is_rgb(image, content) else made.how
    # Adobe's programs store how much paper is left, not how much ink there is; everybody who follows them, too.
    decode = (1, 0) * 4 if image.layers == max(_SPACES) and is_adobe else ()
    return attrs.evolve(made, how=how, decode=decode)


def taken(content: bytes, size: tuple[int, int], colours: int) -> Picture | None:
    """Give what a PDF takes of a JPEG with so many colours to a pixel; None where it does not take it."""
    data, frame = _without_extras(content)
    if frame is None or frame[0] not in _KNOWN or frame[1] != _BITS or colours not in _SPACES:
        return None
    return Picture(*size, data, {"Filter": Name("DCTDecode")}, _SPACES[colours])


def _is_rgb(image: JpegImageFile, content: bytes) -> bool:
    """Tell whether the colours are red, green and blue, which only the names of the components say."""
    if "adobe" in image.info or "jfif" in image.info:
        return False
    _, frame = _without_extras(content)
    return frame is not None and frame[2:] == b"RGB"


def _without_extras(content: bytes) -> tuple[bytes, bytes | None]:
    """Give the file with nothing but what makes the picture, and its frame: kind, bits, names of the components."""
    kept, frame = [_SOI], None
    for kind, start, end in _segments(content):
        if kind in _FRAMES and frame is None:
            frame = bytes([kind, content[start + 4]]) + content[start + 10 : end : 3]
        if kind in {_APP0, _APP14} or kind not in {*_APPS, _COMMENT}:
            kept.append(content[start:end])
        if kind == _EOI:
            return b"".join(kept), frame
    raise NoPicture("billedet er afkortet: filen slutter midt i det. Hent det på ny")


def _segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Give each segment: its kind, where it begins and ends. The data of a scan belong to the segment before them."""
    at = len(_SOI)
    while content[at : at + 1] == _MARK and at + 1 < len(content):
        kind = content[at + 1]
        if kind == _EOI:
            yield kind, at, at + 2
            return
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if kind == _SOS:
            found = _MARKER.search(content, end)
            end = found.start() if found else len(content)
        yield kind, at, end
        at = end
        while content[at : at + 2] == _MARK * 2:  # a marker may have any number of these before it
            at += 1
