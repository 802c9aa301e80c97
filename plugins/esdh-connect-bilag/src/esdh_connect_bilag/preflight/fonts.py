"""Skrifttyper: which ones the pages use that are not in the file."""

from __future__ import annotations

from collections.abc import Iterator

from esdh_connect_bilag.engine import Name, Pdf, Ref, Value
from esdh_connect_bilag.preflight.flaws import Finding, Flaw

__all__ = ["check_fonts"]

_EMBEDDED = frozenset({"FontFile", "FontFile2", "FontFile3"})
_SUBSET = 7  # "ABCDEF+" before the name of a font of which only a part is there
_DEEP = 10


def check_fonts(pdf: Pdf) -> Iterator[Finding]:
    """Find fonts that pages, and what is drawn on them, use and that are not embedded."""
    fonts = _Fonts(pdf)
    for page in pdf.pages:
        pdf.watch.tick()
        fonts.look(page.entries.get("Resources"), 0)
    if fonts.missing:
        yield Finding(Flaw.FONTS_MISSING, names=tuple(sorted(fonts.missing)), count=len(fonts.missing))


class _Fonts:
    """Looks once at each object, however many pages use it."""

    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf
        self._seen: set[int] = set()
        self.missing: set[str] = set()

    def look(self, resources: Value, depth: int) -> None:
        if depth > _DEEP or not self._is_new(resources):
            return
        entries = self._pdf.dictionary(resources)
        for font in self._new_ones(entries.get("Font")):
            self._look_at_font(self._pdf.dictionary(font))
        for kind in ("XObject", "Pattern"):
            for drawn in self._new_ones(entries.get(kind)):
                self.look(self._pdf.dictionary(drawn).get("Resources"), depth + 1)

    def _new_ones(self, value: Value) -> Iterator[Value]:
        return (each for each in self._pdf.dictionary(value).values() if self._is_new(each))

    def _is_new(self, value: Value) -> bool:
        if not isinstance(value, Ref):
            return True
        is_new = value.number not in self._seen
        self._seen.add(value.number)
        return is_new

    def _look_at_font(self, font: dict[str, Value]) -> None:
        kind = font.get("Subtype")
        if kind == "Type3":  # its glyphs are drawn by the file itself
            self.look(font.get("Resources"), _DEEP)
            return
        for below in self._pdf.array(font.get("DescendantFonts"))[:1] if kind == "Type0" else [font]:
            descriptor = self._pdf.dictionary(self._pdf.dictionary(below).get("FontDescriptor"))
            if not _EMBEDDED & descriptor.keys():
                self.missing.add(self._name(font))

    def _name(self, font: dict[str, Value]) -> str:
        name = self._pdf.resolve(font.get("BaseFont"))
        plain = name if isinstance(name, Name) else "uden navn"
        return plain[_SUBSET:] if plain[_SUBSET - 1 : _SUBSET] == "+" else str(plain)
