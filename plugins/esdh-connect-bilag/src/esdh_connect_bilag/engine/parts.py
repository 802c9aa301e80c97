"""What goes into a merge, and what comes out of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol

import attrs

from esdh_connect_bilag.engine.bounds import Bounds

__all__ = ["COPIED", "Merged", "Part", "Placed", "Removal", "Removed", "Repair", "Style"]

#: The way of a part that no repair was needed for.
COPIED = "copied"


@attrs.frozen
class Part:
    """A PDF to be laid in: the letter first, then each bilag."""

    title: str
    content: bytes | memoryview = attrs.field(repr=False)
    language: str = ""  # where the file itself does not tell
    bookmark: str = ""  # what its bookmark says, when not the title
    label: str = ""  # before the numbers of its pages: "Bilag 2 – " makes them "Bilag 2 – 1", "Bilag 2 – 2" …
    as_pack: bool = False  # made ready in a way that is the same in every file, where it can be: see `packs`
    digest: bytes = attrs.field(default=b"", repr=False)  # the SHA-256 of the content, where somebody knows it already
    leads: bool = False  # its destinations called "part:2" are the first pages of the parts with these indices


@attrs.frozen
class Style:
    """What the merged file shall be. `small` stores equal objects once, and packs objects in streams."""

    title: str
    language: str = "da"
    small: bool = True
    created: datetime | None = None  # with its zone; without one the file tells no date


class Removed(StrEnum):
    """What a merge takes out: it would act on the reader's machine, reach out of the file, or no longer be true."""

    JAVASCRIPT = "javascript"
    LAUNCH = "launch"
    SUBMIT_FORM = "submit-form"
    IMPORT_DATA = "import-data"
    REMOTE_GOTO = "remote-goto"
    EMBEDDED_GOTO = "embedded-goto"
    REMOTE_REFERENCE = "remote-reference"
    URI_SCHEME = "uri-scheme"
    MULTIMEDIA = "multimedia"
    EMBEDDED_FILE = "embedded-file"
    PORTFOLIO = "portfolio"
    XFA = "xfa"
    SIGNATURE = "signature"
    BROKEN_BOOKMARKS = "broken-bookmarks"


@attrs.frozen
class Removal:
    """Something taken out of a part, and how many there were."""

    what: Removed
    count: int = 1


@attrs.frozen
class Placed:
    """Where a part's pages are (counted from 0), which way it came in, and what was taken out."""

    first_page: int
    pages: int
    way: str
    removed: tuple[Removal, ...] = ()


@attrs.frozen
class Merged:
    """The one PDF, and what became of each part."""

    content: bytes = attrs.field(repr=False)
    placed: tuple[Placed, ...]


class Repair(Protocol):
    """Makes a PDF that the engine declines into one that it takes."""

    @property
    def name(self) -> str:
        """What `Placed.way` says."""

    def __call__(self, content: bytes | memoryview, bounds: Bounds, /) -> bytes:
        """Give the file anew, with everything in it. Raises Declined."""
