"""
What a TIFF has as a PDF takes it: a page that is one piece of JPEG, or one piece of fax (group 4).

Decoded and kept without loss the first would be far larger, and the second would take far longer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
from PIL import TiffImagePlugin

from esdh_connect_bilag.converters.pictures import jpeg
from esdh_connect_bilag.converters.pictures.picture import Picture
from esdh_connect_bilag.converters.writing import Name

__all__ = ["fax", "picture"]

_WIDTH, _HEIGHT, _BITS, _SAMPLES = 256, 257, 258, 277
_COMPRESSION, _PHOTOMETRIC, _FILL_ORDER, _ORIENTATION = 259, 262, 266, 274
_STRIP_AT, _STRIP_SIZE, _G4_OPTIONS, _TABLES = 273, 279, 293, 347
_G4, _JPEG = 4, 7
#: What a TIFF calls the colours of JPEG, and how many there are to a pixel: grey, red-green-blue, luma and chroma.
_COLOURS = {1: 1, 2: 3, 6: 3}
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB = 0, 1, 2


def picture(page: TiffImagePlugin.TiffImageFile, content: bytes) -> Picture | None:
    """Give the page as it is stored; None where it must be decoded. Raises NoPicture."""
    tags: Mapping[int, Any] = page.tag_v2
    pieces, sizes = tags.get(_STRIP_AT, ()), tags.get(_STRIP_SIZE, ())
    if len(pieces) != 1 or len(sizes) != 1 or pieces[0] + sizes[0] > len(content):
        return None
    piece = content[pieces[0] : pieces[0] + sizes[0]]
    made = {_JPEG: _jpeg, _G4: _group_4}.get(tags.get(_COMPRESSION, 0), _must_be_decoded)(tags, piece)
    turned = tags.get(_ORIENTATION, 1)
    return made and attrs.evolve(made, orientation=turned if turned in range(1, 9) else 1)


def fax(width: int, height: int, data: bytes, *, black_is_zero: bool) -> Picture:
    """Give a picture in black and white of its data in group 4."""
    parameters = {"K": -1, "Columns": width, "Rows": height, "BlackIs1": black_is_zero}
    return Picture(width, height, data, {"Filter": Name("CCITTFaxDecode"), "DecodeParms": parameters}, "DeviceGray", 1)


def _must_be_decoded(_tags: Mapping[int, Any], _piece: bytes) -> None:
    return None


def _jpeg(tags: Mapping[int, Any], piece: bytes) -> Picture | None:
    tables, colours = tags.get(_TABLES, b""), tags.get(_PHOTOMETRIC, -1)
    whole = tables[:-2] + piece[2:] if tables else piece
    # Pillow's size is turned already, this one is as it is stored.
    made = jpeg.taken(whole, (tags[_WIDTH], tags[_HEIGHT]), _COLOURS.get(colours, 0))
    how = {"DecodeParms": {"ColorTransform": 0 if colours == _RGB else 1}}
    return made and attrs.evolve(made, how={**made.how, **how})


def _group_4(tags: Mapping[int, Any], piece: bytes) -> Picture | None:
    colours = tags.get(_PHOTOMETRIC, -1)
    usual = (tags.get(_FILL_ORDER, 1), tags.get(_G4_OPTIONS, 0), tags.get(_BITS, (1,)), tags.get(_SAMPLES, 1))
    if usual != (1, 0, (1,), 1) or colours not in {_WHITE_IS_ZERO, _BLACK_IS_ZERO}:
        return None
    return fax(tags[_WIDTH], tags[_HEIGHT], piece, black_is_zero=colours == _BLACK_IS_ZERO)
