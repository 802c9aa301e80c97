"""Følgeseddel: what was chosen and what goes out, file by file and page by page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from hashlib import sha256
from typing import Self

import attrs

from esdh_connect.model import Letter, Source

__all__ = ["Extent", "Manifest", "ManifestDocument", "ManifestFile"]


@attrs.frozen
class ManifestDocument:
    """
    One chosen document: what it was, and where it went.

    ``file`` is the position in :attr:`Manifest.files`; ``first_page`` is 1-based. ``bundle`` is the shared bundle it
    was taken from, as in :class:`~esdh_connect.model.Document`.
    """

    id: str
    version: str
    name: str = attrs.field(repr=False)
    sha256: str
    size: int
    pages: int | None
    file: int
    first_page: int | None
    placed_pages: int | None
    changes: tuple[str, ...] = ()
    bundle: str = ""


@attrs.frozen
class ManifestFile:
    """One file that goes out. ``front_matter`` is the number of pages that no chosen document accounts for."""

    name: str = attrs.field(repr=False)
    sha256: str
    size: int
    pages: int | None
    media_type: str
    front_matter: int = 0


@attrs.frozen
class Extent:
    """Omfang: how much a dispatch carries. ``size`` is in bytes, before any encoding."""

    documents: int = 0
    files: int = 0
    pages: int = 0
    size: int = 0


@attrs.frozen
class Manifest:
    """
    Følgeseddel: what was chosen and what goes out, so that chosen = shown = sent = journalized can be checked.

    Every document has exactly one place; places follow each other without gaps; its fingerprint is its SHA-256.
    """

    documents: tuple[ManifestDocument, ...]
    files: tuple[ManifestFile, ...]

    @classmethod
    def of(cls, sources: Sequence[Source], letter: Letter) -> Self:
        """Write the manifest of ``letter``. Raises ValueError if a document is missing, doubled or out of place."""
        chosen = tuple(
            ManifestDocument(
                id=source.document.id,
                version=source.document.version,
                name=source.document.name,
                sha256=source.sha256,
                size=len(source.content),
                pages=source.pages,
                file=0,
                first_page=None,
                placed_pages=None,
                bundle=source.document.bundle,
            )
            for source in sources
        )
        return cls(chosen, ()).refitted(letter)

    def refitted(self, letter: Letter) -> Self:
        """Write it anew for the same documents in ``letter``. Raises ValueError as :meth:`of` does."""
        placed = [
            (place.document, at, place)
            for at, file in enumerate(letter.files)
            for place in file.places
            if place.document is not None
        ]
        order = [document for document, _, _ in placed]
        if order != list(range(len(self.documents))):
            raise ValueError(f"{len(self.documents)} documents were chosen, but the places are {order}")
        documents = tuple(
            attrs.evolve(
                document, file=at, first_page=place.first_page, placed_pages=place.pages, changes=place.changes
            )
            for document, (_, at, place) in zip(self.documents, placed, strict=True)
        )
        return type(self)(documents, tuple(_manifest_file(letter, at) for at in range(len(letter.files))))

    @cached_property
    def extent(self) -> Extent:
        """Give how much it is in all."""
        return Extent(
            documents=len(self.documents),
            files=len(self.files),
            pages=sum(file.pages or 0 for file in self.files),
            size=sum(file.size for file in self.files),
        )

    @cached_property
    def fingerprint(self) -> str:
        """Give the SHA-256 of the whole, hex."""
        return sha256(json.dumps(attrs.asdict(self), sort_keys=True).encode()).hexdigest()


def _manifest_file(letter: Letter, at: int) -> ManifestFile:
    file = letter.files[at]
    expected = 1
    for place in file.places:
        if place.first_page is not None:
            if place.first_page != expected:
                raise ValueError(f"page {expected} of file {at} belongs to no document")
            expected += place.pages or 0
    if file.pages is not None and expected != file.pages + 1:
        raise ValueError(f"file {at} has {file.pages} pages, its places account for {expected - 1}")
    front = sum(place.pages or 0 for place in file.places if place.document is None)
    return ManifestFile(file.name, file.sha256, file.size, file.pages, file.media_type, front)
