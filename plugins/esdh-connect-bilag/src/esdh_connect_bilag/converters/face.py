"""
Skrift: the fonts that are set in, which lie in this package, and the part of one that a document needs.

DejaVu Sans Mono has all of Latin, Greek and Cyrillic in one width, so that what stands in columns stays in them; DejaVu
Sans is for pages of our own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache, lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Self

import attrs

from esdh_connect_bilag.converters.writing import Name, Ref, Writer

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

__all__ = ["Face"]

_FONTS = Path(__file__).with_name("fonts")
_FIXED, _SYMBOLIC = 1, 4
_STEM = 90  # of this font, in thousandths of its size
_TAG = 6
_AT_ONCE = 100  # what a table of characters may list in one go


@attrs.frozen(eq=False)
class Face:
    """A font: the characters that it has, each with its width in thousandths of the font's size."""

    name: str
    widths: Mapping[str, int]

    @classmethod
    @cache
    def shipped(cls) -> Self:
        """Give the one whose characters are all as wide."""
        return cls._read("DejaVuSansMono")

    @classmethod
    @cache
    def proportional(cls) -> Self:
        """Give the one whose characters are as wide as they need be."""
        return cls._read("DejaVuSans")

    @classmethod
    def _read(cls, name: str) -> Self:
        font = _opened(name)
        scale = 1000 / font["head"].unitsPerEm
        across = font["hmtx"]
        return cls(name, {chr(code): round(across[glyph][0] * scale) for code, glyph in font.getBestCmap().items()})

    def width(self, text: str, size: float) -> float:
        """Give how long a text of characters that it has is."""
        return sum(map(self.widths.__getitem__, text)) * size / 1000

    def has(self, sign: str) -> bool:
        """Tell whether it has a picture of this character."""
        return sign in self.widths

    def added(self, writer: Writer, signs: Collection[str]) -> tuple[Ref, Callable[[str], bytes]]:
        """Add what these characters need to a file; gives the font, and how a text is written in it."""
        part = _subset(self.name, frozenset(signs))
        glyphs = part.glyphs
        name = Name(f"{_tag(part.content)}+{self.name}")
        descendant = writer.add(
            {
                "Type": Name("Font"),
                "Subtype": Name("CIDFontType2"),
                "BaseFont": name,
                "CIDSystemInfo": {"Registry": b"Adobe", "Ordering": b"Identity", "Supplement": 0},
                "FontDescriptor": _described(writer, name, part, fixed=len(set(self.widths.values())) == 1),
                **self._written_widths(glyphs),
                "CIDToGIDMap": Name("Identity"),
            }
        )
        whole = {
            "Type": Name("Font"),
            "Subtype": Name("Type0"),
            "BaseFont": name,
            "Encoding": Name("Identity-H"),
            "DescendantFonts": [descendant],
            "ToUnicode": writer.add_packed({}, _to_unicode(glyphs)),
        }
        return writer.add(whole), lambda text: b"".join(glyphs[sign].to_bytes(2, "big") for sign in text)

    def _written_widths(self, glyphs: Mapping[str, int]) -> dict[str, object]:
        """Write how wide the glyphs are: in one number where all are alike."""
        if len(set(self.widths.values())) == 1:
            return {"DW": next(iter(self.widths.values()))}
        return {"W": [each for sign, glyph in glyphs.items() for each in (glyph, [self.widths[sign]])]}


def _opened(name: str) -> TTFont:
    from fontTools.ttLib import TTFont

    return TTFont(BytesIO((_FONTS / f"{name}.ttf").read_bytes()), recalcTimestamp=False, lazy=True)


@attrs.frozen
class _Part:
    """Some characters of a font: a font file of its own, the number of each one's glyph, and how high they are."""

    content: bytes
    glyphs: Mapping[str, int]
    box: tuple[int, ...]
    ascent: int
    descent: int


@lru_cache(maxsize=8)  # stamps have the same in every file
def _subset(name: str, signs: frozenset[str]) -> _Part:
    from fontTools.subset import Options, Subsetter

    font = _opened(name)
    options = Options(hinting=False, layout_features=[], name_IDs=[], notdef_outline=True, legacy_kern=False)
    options.drop_tables += ["GDEF", "GPOS", "GSUB", "gasp", "post", "OS/2", "name", "FFTM"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(sign) for sign in signs])
    subsetter.subset(font)
    glyphs = {chr(code): font.getGlyphID(glyph) for code, glyph in font.getBestCmap().items()}
    file = BytesIO()
    font.save(file)
    head, across = font["head"], font["hhea"]
    scale = 1000 / head.unitsPerEm
    box = tuple(round(edge * scale) for edge in (head.xMin, head.yMin, head.xMax, head.yMax))
    return _Part(file.getvalue(), glyphs, box, round(across.ascent * scale), round(across.descent * scale))


def _described(writer: Writer, name: Name, part: _Part, *, fixed: bool) -> Ref:
    file = writer.add_packed({"Length1": len(part.content)}, part.content)
    return writer.add(
        {
            "Type": Name("FontDescriptor"),
            "FontName": name,
            "Flags": _SYMBOLIC | (_FIXED if fixed else 0),
            "FontBBox": part.box,
            "ItalicAngle": 0,
            "Ascent": part.ascent,
            "Descent": part.descent,
            "CapHeight": part.ascent,
            "StemV": _STEM,
            "FontFile2": file,
        }
    )


def _tag(content: bytes) -> str:
    """Give the six letters that name a part of a font, from what is in it."""
    return "".join(chr(ord("A") + byte % 26) for byte in sha256(content).digest()[:_TAG])


def _to_unicode(glyphs: Mapping[str, int]) -> bytes:
    rows = [f"<{glyph:04X}> <{sign.encode('utf-16-be').hex().upper()}>" for sign, glyph in sorted(glyphs.items())]
    blocks = [rows[at : at + _AT_ONCE] for at in range(0, len(rows), _AT_ONCE)]
    listed = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{listed}\nendcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode()
