"""JPEG in TIFF as it is, where a page is one piece of it: decoded and kept without loss it would be far larger."""

from __future__ import annotations

import attrs
from PIL import TiffImagePlugin

from esdh_connect_bilag.converters.pictures import jpeg
from esdh_connect_bilag.converters.pictures.picture import Picture

__all__ = ["picture"]

_WIDTH, _HEIGHT = 256, 257
_COMPRESSION, _PHOTOMETRIC, _STRIP_AT, _STRIP_SIZE, _TABLES, _ORIENTATION = 259, 262, 273, 279, 347, 274
_JPEG = 7
#: How a TIFF calls its colours, and how many there are to a pixel: grey, red-green-blue, and as JPEG mostly has them.
_COLOURS = {1: 1, 2: 3, 6: 3}
_RGB = 2


def picture(page: TiffImagePlugin.TiffImageFile, content: bytes) -> Picture | None:
    """Give the page as it is stored; None where it must be decoded. Raises NoPicture."""
    tags = page.tag_v2
    pieces, sizes = tags.get(_STRIP_AT, ()), tags.get(_STRIP_SIZE, ())
    colours = tags.get(_PHOTOMETRIC)
    if tags.get(_COMPRESSION) != _JPEG or len(pieces) != 1 or len(sizes) != 1 or colours not in _COLOURS:
        return None
    stored = content[pieces[0] : pieces[0] + sizes[0]]
    tables = tags.get(_TABLES, b"")
    whole = tables[:-2] + stored[2:] if tables else stored
    made = jpeg.taken(whole, (tags[_WIDTH], tags[_HEIGHT]), _COLOURS[colours])  # Pillow's size is turned already
    if made is None:
        return None
    how = {**made.how, "DecodeParms": {"ColorTransform": 0 if colours == _RGB else 1}}
    turned = tags.get(_ORIENTATION, 1)
    return attrs.evolve(made, how=how, orientation=turned if turned in range(1, 9) else 1)
