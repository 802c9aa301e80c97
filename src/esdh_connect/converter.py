"""
Konverter: makes a PDF of something else, while a letter is planned.

A converter is brought by a plugin (``register_converters``) and acts in the departments that have the plugin. What it
made is kept by what it was made of, so that what was shown is what is sent, and nothing is converted twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Protocol, runtime_checkable

import attrs

from esdh_connect.model import Finding

__all__ = ["Convert", "Converted", "Converter", "Original", "ReportsProblem"]


@attrs.frozen
class Converted:
    """
    What became of a document: a PDF, and what whoever sends it should know.

    The ``document`` of a finding is filled in by who asked.
    """

    content: bytes = attrs.field(repr=False)
    findings: tuple[Finding, ...] = ()


#: Makes a PDF of something that lies in a document, as an attachment in an e-mail: name, bytes, media type as it says.
#: Raises UnreadableDocument or DoesNotFit where nobody can, in Danish too.
Convert = Callable[[str, bytes, str], Converted]


@attrs.frozen
class Original:
    """
    A document that is to become a PDF.

    ``media_type`` is what the bytes are, not what the name says, and one of those the converter takes. ``convert`` is
    for documents with others in them: it asks the converters of the same department.
    """

    name: str = attrs.field(repr=False)
    media_type: str
    content: bytes = attrs.field(repr=False)
    convert: Convert = attrs.field(repr=False)


class Converter(Protocol):
    """
    Konverter of one or more media types.

    One that takes PDF is asked for those alone that are so damaged that their pages cannot be counted.
    """

    @property
    def name(self) -> str:
        """Give its name, unique in an installation."""

    @property
    def version(self) -> str:
        """Give what changes whenever the same bytes may become another PDF: versions and settings."""

    @property
    def takes(self) -> Collection[str]:
        """Give the media types it takes."""

    def convert(self, original: Original) -> Converted:
        """
        Make a PDF of it, within a time and a size of its own.

        Raises UnreadableDocument, whose Danish text says why it cannot be done and what to do instead.
        """


@runtime_checkable
class ReportsProblem(Protocol):
    """A converter that can tell what it lacks on this machine: asked by ``post.health()``, so it answers at once."""

    def problem(self) -> str:
        """Give what is missing, in Danish for the administrator; nothing where all is there."""
