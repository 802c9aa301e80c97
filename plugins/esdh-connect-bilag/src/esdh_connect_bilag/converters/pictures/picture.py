"""Billede: the pixels of one picture as a PDF takes them, and how it lies on its page."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from esdh_connect_bilag.apart.refusing import Refused
from esdh_connect_bilag.converters.writing import Name, Page, Ref, Writer, number

__all__ = ["NoPicture", "Picture", "laid"]

_A4 = (595.276, 841.89)
_MARGIN = 42.52  # 15 mm
#: A scan of a whole page is a little larger or smaller than A4: so much it may differ, and still fill the page.
_NEARLY = 17.0  # 6 mm
#: What a picture is that does not say: then it is as large as on a screen.
_ASSUMED = 96.0
#: What programs write that do not know is no resolution of a scan.
_LEAST, _MOST = 60.0, 4800.0
#: Where the corners of a picture stored with an EXIF orientation go: a, b, c, d, e, f in units of its shown size.
_TURNED = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}
_LIES_ON_ITS_SIDE = 5
_COMPONENTS = {b"GRAY": (1, "DeviceGray"), b"RGB ": (3, "DeviceRGB"), b"CMYK": (4, "DeviceCMYK")}
_ICC_SPACE = slice(16, 20)


class NoPicture(Refused):
    """The file cannot be used; its text is Danish, for the caseworker."""


@attrs.frozen
class Picture:
    """
    Pixels, and what they mean. ``data`` is compressed as ``how`` says, ``space`` the colour space without a profile.

    ``soft`` is the picture of how much of each pixel is seen, ``key`` the range of values that is not seen at all.
    ``dots`` is the resolution in dots per inch, None where nothing is known of it.
    """

    width: int
    height: int
    data: bytes = attrs.field(repr=False)
    how: Mapping[str, object]
    space: str
    bits: int = 8
    palette: bytes = attrs.field(default=b"", repr=False)
    profile: bytes = attrs.field(default=b"", repr=False)
    decode: tuple[int, ...] = ()
    key: tuple[int, ...] = ()
    soft: Picture | None = None
    orientation: int = 1
    dots: tuple[float, float] | None = None

    def added(self, writer: Writer) -> Ref:
        """Add it to the file."""
        described: dict[str, object] = {
            "Type": Name("XObject"),
            "Subtype": Name("Image"),
            "Width": self.width,
            "Height": self.height,
            "BitsPerComponent": self.bits,
            "ColorSpace": self._colours(writer),
            **self.how,
        }
        if self.decode:
            described["Decode"] = list(self.decode)
        if self.key:
            described["Mask"] = list(self.key)
        if self.soft is not None:
            described["SMask"] = self.soft.added(writer)
        return writer.add(described, self.data)

    def _colours(self, writer: Writer) -> object:
        plain: object = Name(self.space)
        components, space = _COMPONENTS.get(self.profile[_ICC_SPACE], (0, ""))
        if space == self.space:  # a profile of another kind is a mistake of whoever wrote the file
            stream = writer.add_packed({"N": components, "Alternate": plain}, self.profile)
            plain = [Name("ICCBased"), stream]
        if not self.palette:
            return plain
        return [Name("Indexed"), plain, len(self.palette) // 3 - 1, self.palette]

    @property
    def shown(self) -> tuple[int, int]:
        """Give its width and height in pixels as it is seen."""
        return (self.height, self.width) if self.orientation >= _LIES_ON_ITS_SIDE else (self.width, self.height)

    @property
    def size(self) -> tuple[float, float]:
        """Give its own size in points, as it is seen."""
        across, down = self.dots or (_ASSUMED, _ASSUMED)
        if not (_LEAST <= across <= _MOST and _LEAST <= down <= _MOST):
            across = down = _ASSUMED
        if self.orientation >= _LIES_ON_ITS_SIDE:
            across, down = down, across
        width, height = self.shown
        return width * 72 / across, height * 72 / down


def laid(picture: Picture, image: Ref) -> Page:
    """
    Lay a picture on a page of A4, upright or across as it is itself.

    A scan of a page fills it; others are as large as they are, within the margins and never larger.
    """
    own_width, own_height = picture.size
    page_width, page_height = _A4 if own_width <= own_height else (_A4[1], _A4[0])
    is_whole = abs(own_width - page_width) <= _NEARLY and abs(own_height - page_height) <= _NEARLY
    margin = 0.0 if is_whole else _MARGIN
    scale = min(1.0, (page_width - 2 * margin) / own_width, (page_height - 2 * margin) / own_height)
    width, height = own_width * scale, own_height * scale
    left = (page_width - width) / 2
    bottom = (page_height - height) / 2 if is_whole else page_height - margin - height
    a, b, c, d, e, f = _TURNED[picture.orientation]
    matrix = (a * width, b * height, c * width, d * height, left + e * width, bottom + f * height)
    drawn = f"/Figure <</MCID 0>> BDC q {' '.join(map(number, matrix))} cm /P Do Q EMC"
    return Page(page_width, page_height, drawn.encode(), {"XObject": {"P": image}})
