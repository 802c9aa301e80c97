"""Filer: documents that lie in files become the letter of a command, each made PDF where it is none."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path

import attrs

from esdh_connect import media
from esdh_connect.converter import Converted, Converter, Original
from esdh_connect.errors import PlanError, UnreadableDocument
from esdh_connect.model import PDF, Document, File, Finding, Letter, Place

__all__ = ["Files"]

CONVERTED = "converted"
_DEEPEST = 8  # documents in documents


@attrs.frozen
class Files:
    """Reads files; ``converters`` are asked in order, and the first that takes a type makes it."""

    converters: Sequence[Converter]

    def letter(self, title: str, documents: dict[Document, Path]) -> Letter:
        """Read them. Raises UnreadableDocument, in a text that names every file that cannot be made PDF."""
        read, wrong = [], []
        names = {document.name for document in documents}
        for at, (document, path) in enumerate(documents.items()):
            try:
                read.append(self._file(at, document, path.read_bytes(), names))
            except PlanError as error:
                wrong.append(f"»{document.name}«: {error.danish.rstrip('.')}")
        if wrong:
            raise UnreadableDocument("not all of it can be made PDF", danish=". ".join(wrong))
        return Letter(title, tuple(file for file, _ in read), tuple(one for _, found in read for one in found))

    def _file(self, at: int, document: Document, content: bytes, names: Collection[str]) -> tuple[File, list[Finding]]:
        kind = media.recognized(content, document.media_type, document.name) or document.media_type
        if kind == PDF:
            return File(document.name, PDF, content, (Place(at, 1, None),)), []
        if document.media_type == PDF and media.is_text(kind):
            raise UnreadableDocument(
                f"it claims to be a PDF and is {kind}",
                danish=f"det er ikke en PDF-fil, men {media.described(kind)}: måske en fejlmeddelelse. Se i filen",
            )
        made = self._made(document.name, content, kind, 0)
        name = f"{media.stem(document.name, kind)}.pdf"
        name = document.name if name in names else name  # brev.rtf beside brev.pdf
        found = [attrs.evolve(one, document=at) for one in made.findings]
        return File(name, PDF, made.content, (Place(at, 1, None, (CONVERTED,)),)), found

    def _made(self, name: str, content: bytes, kind: str, depth: int) -> Converted:
        converter = next((one for one in self.converters if media.canonical(kind) in one.takes), None)
        if converter is None or depth > _DEEPEST:
            raise UnreadableDocument(
                f"no converter takes {kind}",
                danish=f"det er {media.described(kind)} og kan ikke laves om til PDF her. Gem det som PDF",
            )
        return converter.convert(Original(name, kind, content, partial(self._part, depth + 1)))

    def _part(self, depth: int, name: str, content: bytes, claimed: str) -> Converted:
        """Convert what lies in another document."""
        kind = media.recognized(content, claimed, name) or claimed
        return Converted(content) if kind == PDF else self._made(name, content, kind, depth)
