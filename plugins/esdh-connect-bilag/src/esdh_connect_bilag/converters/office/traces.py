"""Spor: what an Office document shows, or hides, that whoever sends it may not have meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from esdh_connect.converter import Original
from esdh_connect.model import Finding

__all__ = ["findings"]

#: So much of a part is looked at; what comes later is not.
_LOOKED_AT = 20 * 1024 * 1024
_CHANGES = {"word/document.xml": (b"<w:ins ", b"<w:del "), "content.xml": (b"<text:tracked-changes",)}
#: A picture that is not in the document, but at an address.
_ELSEWHERE = re.compile(rb'<Relationship\b[^>]*/image"[^>]*TargetMode="External"')
_LINKS = "word/_rels/document.xml.rels"
_SHEET = Finding(
    "sheet",
    "er et regneark: se efter, at siderne er delt, som de skal, og at al tekst kan læses",
    acts="caseworker",
)
_COMMENTS = {"word/comments.xml": (b"<w:comment ",), "content.xml": (b"<office:annotation ",)}


def findings(original: Original, *, is_sheet: bool) -> tuple[Finding, ...]:
    """Look into it."""
    shown = (_SHEET,) if is_sheet else ()
    try:
        with ZipFile(BytesIO(original.content)) as archive:
            return (*_found(archive), *shown)
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        return shown  # the old formats: not an archive


def _found(archive: ZipFile) -> Iterator[Finding]:
    names = archive.namelist()
    if any(name.endswith("vbaProject.bin") for name in names):
        yield Finding("macros", "har makroer; de er ikke kørt og kommer ikke med")
    if any(_has(archive, names, part, words) for part, words in _CHANGES.items()):
        yield Finding(
            "tracked_changes",
            "har registrerede ændringer, som kan ses i PDF-filen. Accepter eller afvis dem, hvis de ikke skal med",
            acts="caseworker",
        )
    if any(_has(archive, names, part, words) for part, words in _COMMENTS.items()):
        yield Finding("comments", "har kommentarer; de kommer ikke med")
    if _LINKS in names and _ELSEWHERE.search(_read(archive, _LINKS)):
        yield Finding("not_fetched", "har billeder, der ligger et andet sted; de er ikke hentet", acts="caseworker")


def _has(archive: ZipFile, names: list[str], part: str, words: tuple[bytes, ...]) -> bool:
    if part not in names:
        return False
    text = _read(archive, part)
    return any(word in text for word in words)


def _read(archive: ZipFile, part: str) -> bytes:
    with archive.open(part) as opened:
        return opened.read(_LOOKED_AT)
