"""
What is taken out of a part: whatever runs, reaches out of the file, or carries another file with it.

It looks at every dictionary that is copied, whatever key leads to it. Names have been read (`/J#53` is `/JS`) before
they are compared. What was removed is counted, so that a plan can tell.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from esdh_connect_bilag.engine.parts import Removed
from esdh_connect_bilag.engine.syntax import SPACE
from esdh_connect_bilag.engine.values import Name, Value

if TYPE_CHECKING:
    from esdh_connect_bilag.engine.objects import Pdf

__all__ = ["Sanitiser"]

#: Actions (12.6.4) that are not for a letter.
_ACTIONS = {
    "JavaScript": Removed.JAVASCRIPT,
    "Launch": Removed.LAUNCH,
    "SubmitForm": Removed.SUBMIT_FORM,
    "ImportData": Removed.IMPORT_DATA,
    "GoToR": Removed.REMOTE_GOTO,
    "GoToE": Removed.EMBEDDED_GOTO,
    "GoToDp": Removed.REMOTE_GOTO,
    "Rendition": Removed.MULTIMEDIA,
    "Movie": Removed.MULTIMEDIA,
    "Sound": Removed.MULTIMEDIA,
    "GoTo3DView": Removed.MULTIMEDIA,
    "RichMediaExecute": Removed.MULTIMEDIA,
}
#: A structure element may have any word as its type; what has none of these is no action.
_PAYLOAD = {"JS", "F", "Win", "Mac", "Unix", "D", "R", "AN", "OP", "Sound", "Annotation", "TA", "TI", "CMD", "Dp"}

#: Annotations (12.5.6) that are players, or carry a file; and what they carry.
_ANNOTATIONS = {
    "FileAttachment": Removed.EMBEDDED_FILE,
    "Movie": Removed.MULTIMEDIA,
    "Sound": Removed.MULTIMEDIA,
    "Screen": Removed.MULTIMEDIA,
    "3D": Removed.MULTIMEDIA,
    "RichMedia": Removed.MULTIMEDIA,
}
_CARRIED = {
    "FS",
    "Movie",
    "Sound",
    "A",
    "AA",
    "3DD",
    "3DV",
    "3DA",
    "3DI",
    "3DU",
    "RichMediaContent",
    "RichMediaSettings",
}
_HIDDEN = 2  # flag of an annotation (12.5.3)

_EMBEDDED = {"F", "UF", "DOS", "Mac", "Unix"}  # keys of an /EF (7.11.3)
_EXTERNAL = {"F", "FFilter", "FDecodeParms"}  # of a stream whose data are in another file (7.3.8.2)
_SCHEMES = {"http", "https", "mailto", "tel"}
_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.\-]*)\s*:")

_WORDS = sorted({*_ACTIONS, *_ANNOTATIONS, "JS", "EF", "AF", "ByteRange", "Thread"}, reverse=True)


class Sanitiser:
    """Takes it out of one part, and counts."""

    #: After a slash: an object without this has nothing to take out; streams are asked the other.
    WANTED = (
        rb"(?:" + "|".join(_WORDS).encode() + rb")(?![^\0\t\n\f\r ()<>\[\]{}/%])"
        rb"|URI" + SPACE + rb"*+(?:\((?!https?:|mailto:|tel:)|[<0-9])"
    )
    WANTED_IN_STREAM = (
        rb"(?:FFilter|Ref|" + "|".join(sorted(_ACTIONS, reverse=True)).encode() + rb")(?![^\0\t\n\f\r ()<>\[\]{}/%])"
        rb"|F" + SPACE + rb"*+(?:[(<]|[0-9]++" + SPACE + rb"++[0-9]++" + SPACE + rb"++R)"
    )  # fmt: skip

    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf
        self.removed: Counter[Removed] = Counter()

    def treat(self, entries: dict[str, Value]) -> dict[str, Value] | None:
        """Give the dictionary without what it must not have; None where nothing is left of it."""
        if what := self._condemned(entries):
            self.removed[what] += 1
            return None
        subtype = entries.get("Subtype")
        if isinstance(subtype, Name) and subtype in _ANNOTATIONS:
            self.removed[_ANNOTATIONS[subtype]] += 1
            return _only_its_picture(entries)
        if "AF" in entries and self._are_files(entries["AF"]):  # 14.13
            self.removed[Removed.EMBEDDED_FILE] += 1
            return {key: value for key, value in entries.items() if key != "AF"}
        return entries

    def treat_name(self, name: Name) -> Name | None:
        """Take an object away that is nothing but a word for an action, which another calls by reference."""
        if name not in _ACTIONS:
            return name
        self.removed[_ACTIONS[name]] += 1
        return None

    def treat_stream(self, entries: dict[str, Value]) -> dict[str, Value]:
        """Take references to other files from the dictionary of a stream, and what would make it an action."""
        gone = _EXTERNAL & entries.keys()
        if entries.get("Subtype") == "Form" and "Ref" in entries:  # 8.10.4: a page of another file
            gone |= {"Ref"}
        self._count(Removed.REMOTE_REFERENCE, bool(gone))
        kind = entries.get("S")
        if isinstance(kind, Name) and self.treat_name(kind) is None:
            gone |= {"S"}
        return {key: value for key, value in entries.items() if key not in gone}

    def treat_catalog(self) -> None:
        """Count what the catalog has and the merged file has not: it is never copied."""
        catalog, pdf = self._pdf.catalog, self._pdf
        names = pdf.dictionary(catalog.get("Names"))
        self._count(Removed.JAVASCRIPT, bool(pdf.dictionary(names.get("JavaScript"))))
        self._count(Removed.EMBEDDED_FILE, bool(pdf.dictionary(names.get("EmbeddedFiles"))) or "AF" in catalog)
        self._count(Removed.XFA, "XFA" in pdf.dictionary(catalog.get("AcroForm")))
        self._count(Removed.PORTFOLIO, "Collection" in catalog)
        for action in [catalog.get("OpenAction"), *pdf.dictionary(catalog.get("AA")).values()]:
            if what := self._condemned(pdf.dictionary(action)):
                self.removed[what] += 1

    def _count(self, what: Removed, there: bool) -> None:  # noqa: FBT001 - the fact that is counted
        if there:
            self.removed[what] += 1

    def _condemned(self, entries: dict[str, Value]) -> Removed | None:
        kind = entries.get("S")
        if entries.get("Type") in {"Page", "Pages"}:
            return None
        if isinstance(kind, Name) and kind in _ACTIONS and not ("P" in entries and _PAYLOAD.isdisjoint(entries)):
            return _ACTIONS[kind]
        if kind == "URI" and "URI" in entries and not self._harmless(entries["URI"]):
            return Removed.URI_SCHEME
        if kind == "Thread" and "F" in entries:
            return Removed.REMOTE_GOTO
        if "ByteRange" in entries and "Contents" in entries:
            return Removed.SIGNATURE
        return Removed.EMBEDDED_FILE if self._is_file(entries) else None

    def _harmless(self, uri: Value) -> bool:
        uri = self._pdf.resolve(uri)
        if not isinstance(uri, bytes) or uri.startswith(b"\\\\"):
            return False
        found = _SCHEME.match(uri.decode("latin-1"))
        return found is None or found[1].lower() in _SCHEMES

    def _is_file(self, entries: dict[str, Value]) -> bool:
        files = self._pdf.dictionary(entries.get("EF"))
        return bool(files.keys() & _EMBEDDED)

    def _are_files(self, value: Value) -> bool:
        files = self._pdf.resolve(value)
        each = files if isinstance(files, list) else [files]
        return any(self._is_file(self._pdf.dictionary(file)) for file in each)


def _only_its_picture(entries: dict[str, Value]) -> dict[str, Value]:
    """Leave a stamp that looks the same; where the reader would have made the picture itself, a hidden one."""
    kept = {key: value for key, value in entries.items() if key not in _CARRIED}
    kept["Subtype"] = Name("Stamp")
    if "AP" not in kept:
        kept["F"] = _HIDDEN
    return kept
