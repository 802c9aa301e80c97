"""
Pixels that must be decoded: TIFF, GIF, BMP, WebP, and what JPEG and PNG have that a PDF does not.

Decoded by Pillow and stored without loss: black and white as CCITT group 4, the rest as PNG stores it.
"""

from __future__ import annotations

from io import BytesIO

import attrs
from PIL import Image, TiffImagePlugin

from esdh_connect_bilag.converters.pictures import png, tiff
from esdh_connect_bilag.converters.pictures.picture import NoPicture, Picture
from esdh_connect_bilag.converters.writing import Name, packed

__all__ = ["TOO_LARGE", "picture"]

TOO_LARGE = "billedet har flere pixels, end der er plads til. Gem det mindre"

#: Tags of TIFF: how wide a strip is, where it lies, how long it is, and whether black is 0.
_ROWS_PER_STRIP, _STRIP_AT, _STRIP_SIZE, _PHOTOMETRIC = 278, 273, 279, 262
_BLACK_IS_ZERO = 1
_OPAQUE = 255
#: Pillow's kinds that are stored as they are, and what others become.
_STORED = {"L", "P", "RGB", "I;16"}
_BECOMES = {"I;16B": "I;16", "I;16L": "I;16", "YCbCr": "RGB", "RGBX": "RGB", "RGBa": "RGBA", "La": "LA", "PA": "RGBA"}


def picture(image: Image.Image, most: int) -> Picture:
    """Give the picture, decoded, where it has at most so many pixels. Raises NoPicture."""
    if image.width * image.height > most:
        raise NoPicture(TOO_LARGE)
    image.load()
    image = image.copy()
    image = image.convert(_BECOMES[image.mode]) if image.mode in _BECOMES else image
    if image.mode == "1":
        return _black_and_white(image)
    if image.mode == "CMYK":
        return _inks(image)
    if "transparency" in image.info and image.mode in {"P", "L", "RGB", "1"}:
        image = image.convert("RGBA")
    if image.mode in {"RGBA", "LA"}:
        return _with_alpha(image)
    if image.mode not in _STORED:
        raise NoPicture(f"billedets farver er af en slags, der ikke kan bruges ({image.mode}). Gem det som PNG")
    return _as_png(image)


def _with_alpha(image: Image.Image) -> Picture:
    alpha = image.getchannel("A")
    seen = _as_png(image.convert("RGB" if image.mode == "RGBA" else "L"))
    return seen if alpha.getextrema() == (_OPAQUE, _OPAQUE) else attrs.evolve(seen, soft=_as_png(alpha))


def _as_png(image: Image.Image) -> Picture:
    image.info = {}  # what the file said of itself is no part of its pixels
    file = BytesIO()
    image.save(file, "PNG")
    made = png.picture(file.getvalue())
    if made is None:
        raise TypeError("Pillow wrote a PNG that must be decoded")
    return made


def _black_and_white(image: Image.Image) -> Picture:
    file = BytesIO()
    image.save(file, "TIFF", compression="group4", tiffinfo={_ROWS_PER_STRIP: image.height})
    with Image.open(file) as stored:
        if not isinstance(stored, TiffImagePlugin.TiffImageFile):
            raise TypeError("Pillow wrote another file than asked for")
        tags = stored.tag_v2
        [start], [size] = tags[_STRIP_AT], tags[_STRIP_SIZE]
        is_zero = tags[_PHOTOMETRIC] == _BLACK_IS_ZERO
    return tiff.fax(image.width, image.height, file.getvalue()[start : start + size], black_is_zero=is_zero)


def _inks(image: Image.Image) -> Picture:
    data = packed(image.tobytes())
    return Picture(image.width, image.height, data, {"Filter": Name("FlateDecode")}, "DeviceCMYK")
