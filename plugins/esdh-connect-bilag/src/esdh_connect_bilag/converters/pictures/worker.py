"""In the child: a file with pictures becomes a PDF with a page for each."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

import attrs
from PIL import Image, ImageSequence, UnidentifiedImageError
from PIL.ExifTags import Base
from PIL.JpegImagePlugin import JpegImageFile
from PIL.TiffImagePlugin import TiffImageFile

from esdh_connect_bilag.converters.pictures import jpeg, png, raster, tiff
from esdh_connect_bilag.converters.pictures.picture import NoPicture, Picture, laid
from esdh_connect_bilag.converters.writing import Element, Writer

__all__ = ["answer"]

_FORMATS = ("JPEG", "PNG", "TIFF", "GIF", "BMP", "WEBP")
_DEEP = 16
#: What must be decoded lies in memory, several times, so that it may have a third of the pixels alone.
_DECODED = 3


def answer(order: Mapping[str, Any], content: bytes) -> tuple[dict[str, object], list[bytes]]:
    """
    Make the PDF. ``order`` has title, max_pages and max_pixels; what is told is ``animated`` and ``reduced``.

    Raises NoPicture where it cannot be used.
    """
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = order["max_pixels"]
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as image:
            frames = getattr(image, "n_frames", 1)
            if image.format == "TIFF" and frames > order["max_pages"]:
                raise NoPicture(f"filen har {frames} sider; der er plads til {order['max_pages']}")
            most = order["max_pixels"] // _DECODED
            pdf = _pdf(list(_pictures(image, content, most)), order["title"])
            told = {"animated": frames > 1 and image.format != "TIFF", "reduced": _is_reduced(image, content)}
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NoPicture(raster.TOO_LARGE) from error
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise NoPicture("billedet er beskadiget. Hent det på ny") from error
    return told, [pdf]


def _pictures(image: Image.Image, content: bytes, most: int) -> Iterator[Picture]:
    if image.format == "TIFF":
        for frame in ImageSequence.Iterator(image):
            yield _page(frame, content, most)
        return
    stored = jpeg.picture(image, content) if isinstance(image, JpegImageFile) else None
    stored = png.picture(content) if image.format == "PNG" else stored
    orientation = _orientation(image, content)
    yield _described(stored or raster.picture(image, most), image, orientation)


def _page(frame: Image.Image, content: bytes, most: int) -> Picture:
    stored = tiff.picture(frame, content) if isinstance(frame, TiffImageFile) else None
    if stored is not None:
        return _described(stored, frame, stored.orientation)
    # Pillow turns it as its own orientation says, when it is decoded.
    return _described(raster.picture(frame, most), frame, orientation=1)


def _orientation(image: Image.Image, content: bytes) -> int:
    noted = image.getexif() if image.format != "PNG" else Image.Exif()
    if image.format == "PNG":
        noted.load(png.exif(content))
    found = noted.get(Base.Orientation, 1)
    return found if found in range(1, 9) else 1


def _described(picture: Picture, image: Image.Image, orientation: int) -> Picture:
    dots = image.info.get("dpi")
    return attrs.evolve(
        picture,
        profile=image.info.get("icc_profile") or b"",
        orientation=orientation,
        dots=(float(dots[0]), float(dots[1])) if dots and all(dots) else None,
    )


def _is_reduced(image: Image.Image, content: bytes) -> bool:
    """Tell whether there were more than eight bits to a colour, which are not kept where a picture is decoded."""
    if image.format == "PNG":
        return png.depth(content) == _DEEP and image.mode == "RGBA"
    bits = getattr(image, "tag_v2", {}).get(Base.BitsPerSample, (8,))
    return max(bits) > 8 and len(bits) > 1  # noqa: PLR2004 - bits of a byte


def _pdf(pictures: Sequence[Picture], title: str) -> bytes:
    writer = Writer()
    pages = [laid(one, one.added(writer)) for one in pictures]
    several = len(pages) > 1
    elements = [
        Element("Figure", ((at, 0),), f"{title}, side {at + 1} af {len(pages)}" if several else title)
        for at in range(len(pages))
    ]
    return writer.document(pages, elements, title=title, language="da")
