"""
Skrift: the font that texts are set in, which lies in this package, and the part of it that a document needs.

DejaVu Sans Mono: all of Latin, Greek and Cyrillic in one width, so that what stands in columns stays in them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Self

import attrs

from esdh_connect_bilag.converters.writing import Name, Ref, Writer

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

__all__ = ["Face"]

_FILE = Path(__file__).with_name("fonts") / "DejaVuSansMono.ttf"
_FIXED_AND_SYMBOLIC = 1 | 4
_STEM = 90  # of this font, in thousandths of its size
_TAG = 6
_AT_ONCE = 100  # what a table of characters may list in one go


@attrs.frozen(eq=False)
class Face:
    """A font: which characters it has, and how wide each of them is, in thousandths of its size."""

    signs: frozenset[str]
    advance: int

    @staticmethod
    def problem() -> str:
        """Tell in Danish what is missing to use it; nothing where all is there."""
        return "" if find_spec("fontTools") else "fontTools er ikke installeret: pip install esdh-connect-bilag[text]"

    @classmethod
    @cache
    def shipped(cls) -> Self:
        """Give the one in this package."""
        font = _opened()
        units = font["head"].unitsPerEm
        return cls(frozenset(map(chr, font.getBestCmap())), round(font["hmtx"]["A"][0] * 1000 / units))

    def has(self, sign: str) -> bool:
        """Tell whether it has a picture of this character."""
        return sign in self.signs

    def added(self, writer: Writer, signs: Collection[str]) -> tuple[Ref, Callable[[str], bytes]]:
        """Add what these characters need to a file; gives the font, and how a text is written in it."""
        font = _subset(signs)
        glyphs = {chr(code): font.getGlyphID(name) for code, name in font.getBestCmap().items()}
        file = BytesIO()
        font.save(file)
        content = file.getvalue()
        name = Name(f"{_tag(content)}+DejaVuSansMono")
        descendant = writer.add(
            {
                "Type": Name("Font"),
                "Subtype": Name("CIDFontType2"),
                "BaseFont": name,
                "CIDSystemInfo": {"Registry": b"Adobe", "Ordering": b"Identity", "Supplement": 0},
                "FontDescriptor": _described(writer, name, font, content),
                "DW": self.advance,
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


def _opened() -> TTFont:
    from fontTools.ttLib import TTFont

    return TTFont(BytesIO(_FILE.read_bytes()), recalcTimestamp=False, lazy=True)


def _subset(signs: Collection[str]) -> TTFont:
    from fontTools.subset import Options, Subsetter

    font = _opened()
    options = Options(hinting=False, layout_features=[], name_IDs=[], notdef_outline=True, legacy_kern=False)
    options.drop_tables += ["GDEF", "GPOS", "GSUB", "gasp", "post", "OS/2", "name", "FFTM"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(sign) for sign in signs])
    subsetter.subset(font)
    return font


def _described(writer: Writer, name: Name, font: TTFont, content: bytes) -> Ref:
    head, across = font["head"], font["hhea"]
    scale = 1000 / head.unitsPerEm
    file = writer.add_packed({"Length1": len(content)}, content)
    return writer.add(
        {
            "Type": Name("FontDescriptor"),
            "FontName": name,
            "Flags": _FIXED_AND_SYMBOLIC,
            "FontBBox": [round(edge * scale) for edge in (head.xMin, head.yMin, head.xMax, head.yMax)],
            "ItalicAngle": 0,
            "Ascent": round(across.ascent * scale),
            "Descent": round(across.descent * scale),
            "CapHeight": round(across.ascent * scale),
            "StemV": _STEM,
            "FontFile2": file,
        }
    )


def _tag(content: bytes) -> str:
    """Give the six letters that name a part of a font, from what is in it."""
    return "".join(chr(ord("A") + byte % 26) for byte in sha256(content).digest()[:_TAG])


def _to_unicode(glyphs: dict[str, int]) -> bytes:
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
