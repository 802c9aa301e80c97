"""
Filer: documents that lie in files become a letter that fits, without an installation: for commands that send nothing.

They are read, recognized, converted and made to fit by what a plan uses, so that both say the same of a file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from esdh_connect.channel import Limits
from esdh_connect.cli import wish
from esdh_connect.conversion import Conversion, Forgetful
from esdh_connect.converter import Converter
from esdh_connect.dispatch import Manifest
from esdh_connect.errors import PlanError, UnreadableDocument
from esdh_connect.fit import fit
from esdh_connect.model import PDF, Document, Letter, Source
from esdh_connect.reading import source

__all__ = ["fitted"]


def fitted(
    title: str,
    documents: dict[Document, Path],
    limits: Limits,
    converters: Sequence[Converter],
    *,
    consolidate: Callable[[Letter, Limits], Letter],
    now: datetime,
) -> Letter:
    """
    Read the files (:func:`.wish.documents`) and make them a letter within these limits.

    Raises UnreadableDocument or DoesNotFit, in a text that names every file that is in the way.
    """
    conversion = Conversion(converters, Forgetful(), now)
    sources, wrong = _sources(documents, mended=conversion.takes(PDF))
    letter = Letter.of(title, sources)
    try:
        letter = conversion.fitted(letter, limits, 1)
    except PlanError as error:
        wrong.append(error)
    if wrong:
        raise UnreadableDocument(str(wrong[0]), danish=". ".join(error.danish.rstrip(".") for error in wrong))
    made = fit(letter, limits, consolidate=consolidate).letter
    Manifest.of(sources, made)  # raises ValueError where a document is missing: a fault of whoever consolidates
    return made


def _sources(documents: dict[Document, Path], *, mended: bool) -> tuple[list[Source], list[PlanError]]:
    desk = wish.Desk({document.id: path for document, path in documents.items()}, {})
    sources, wrong = [], list[PlanError]()
    for document in documents:
        try:
            sources.append(source(document, desk.read_document(document), mended=mended))
        except PlanError as error:
            wrong.append(error)
    return sources, wrong
