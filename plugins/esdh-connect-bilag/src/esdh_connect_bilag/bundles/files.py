"""Filer: documents of a bundle that no case system knows, and that lie where somebody put them."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from esdh_connect import wording
from esdh_connect.errors import UnreadableDocument
from esdh_connect.model import Document
from esdh_connect.pipes import refuse_pipe
from esdh_connect_bilag.bundles.values import Item

__all__ = ["UNKNOWN", "document_of", "of", "read"]

#: The media type of what nobody has looked into.
UNKNOWN = "application/octet-stream"

#: No channel takes more; without a bound a wrong file name fills the memory.
_LARGEST = 500_000_000


def read(path: Path) -> bytes:
    """Read a file. Raises UnreadableDocument."""
    try:
        refuse_pipe(path)
        if path.stat().st_size > _LARGEST:
            raise _unreadable(path, f"den fylder mere end {wording.size(_LARGEST)}")
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, wording.system(error)) from error


def document_of(path: Path, content: bytes, at: int) -> Document:
    """
    Make a document of a file; its id holds no name, its version is the SHA-256 of its bytes.

    What kind of file it is, is told by its contents when it is read.
    """
    version = sha256(content).hexdigest()
    return Document(f"{version[:16]}.{at}", version, path.name, UNKNOWN)


def of(items: Iterable[Item], document: Document) -> Path | None:
    """Give the file in which a document of a bundle lies; None where a case system has it."""
    paths = (
        item.path for item in items if (item.document.id, item.document.version) == (document.id, document.version)
    )
    path = next(paths, "")
    return Path(path) if path else None


def _unreadable(path: Path, why: str) -> UnreadableDocument:
    return UnreadableDocument(
        f"a file of a bundle cannot be read: {why}", danish=f"filen »{path}« kan ikke læses ({why})"
    )
