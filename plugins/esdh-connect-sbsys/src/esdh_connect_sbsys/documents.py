"""Dokumenter: what lies on a case, and the bytes of one file in the version that was chosen."""

from __future__ import annotations

import mimetypes
import re
from hashlib import sha256
from typing import TYPE_CHECKING

import attrs

from esdh_connect import media, wording
from esdh_connect.errors import DeliveryError, UnreadableDocument
from esdh_connect.model import Case, Document
from esdh_connect_sbsys import wire
from esdh_connect_sbsys.api import Api
from esdh_connect_sbsys.cases import case_number

if TYPE_CHECKING:
    from esdh_connect.http import Answer

__all__ = ["Documents", "files_of"]

#: SBSYS' number of the document, and of the file: a document may have several.
_ID = re.compile(r"([0-9]{1,18})/([0-9]{1,18})")
_MOST = 500
_ENDINGS = mimetypes.MimeTypes()  # the module's own would ask the machine's registry
_ENDING = re.compile(r"\.?([A-Za-z0-9]{1,10})")


def files_of(row: wire.Row) -> tuple[Document, ...]:
    """Make a document of each file of what SBSYS calls one."""
    number = wire.number(row, *wire.ID)
    return tuple(
        _made(number, row, file)
        for file in wire.inners(row, "Filer")
        if number is not None and wire.number(file, *wire.ID) is not None
    )


def _made(number: int, row: wire.Row, file: wire.Row) -> Document:
    ending = _ENDING.fullmatch(wire.text(file, "Filendelse"))
    suffix = f".{ending[1].lower()}" if ending else ""
    name = wire.text(file, "Navn") or wire.text(row, *wire.DOCUMENT_NAME) or "dokument"
    named = name if not suffix or name.lower().endswith(suffix) else f"{name}{suffix}"
    return Document(
        id=f"{number}/{wire.number(file, *wire.ID)}",
        version=_version(row, file),
        name=named,
        media_type=_ENDINGS.guess_type(f"x{suffix}")[0] or media.OCTETS,
        kind=wire.text(wire.inner(row, "DokumentArt"), "Navn").casefold(),
    )


def _version(row: wire.Row, file: wire.Row) -> str:
    """Name the version by all that changes when a file does: SBSYS has no number of versions that is known."""
    seen = (
        file.get("Id"),
        file.get("Size"),
        *(one.get(name) for one in (file, row) for name in (*wire.CHANGED, "Version")),
    )
    return sha256(repr(seen).encode()).hexdigest()[:16]


@attrs.frozen(eq=False)
class Documents:
    """The documents of one SBSYS. A file of more than ``max_bytes`` is not read."""

    api: Api
    max_bytes: int

    def of_case(self, case: Case) -> tuple[Document, ...]:
        """
        Give every file on a case, in SBSYS' order, each in its present version.

        Raises TemporaryFailure, and UnreadableDocument where there are too many to look up each.
        """
        number = case_number(case)
        found = () if number is None else self.api.rows(f"api/sag/{number}/dokumenter")
        if sum("Filer" not in row for row in found) > _MOST:
            danish = f"sagen har flere end {_MOST} dokumenter; vælg det enkelte dokument i stedet"
            raise UnreadableDocument(f"more than {_MOST} documents on case {number}", danish=danish)
        made = (document for row in found for document in files_of(self._with_files(row)))
        return tuple(dict.fromkeys(made))

    def _with_files(self, row: wire.Row) -> wire.Row:
        number = wire.number(row, *wire.ID)
        return row if "Filer" in row or number is None else self.row(number) or {}

    def row(self, number: int) -> wire.Row | None:
        """Give a document as SBSYS has it, with its files. Raises TemporaryFailure."""
        row = self.api.get(f"api/dokument/{number}")
        return row if isinstance(row, dict) else None

    def read(self, document: Document) -> bytes | None:
        """
        Give the bytes of exactly this version; None for what is not SBSYS', or is not there.

        The file is read first and looked up afterwards: one that changes in between is refused, and never taken for
        the older. Raises UnreadableDocument.
        """
        found = _ID.fullmatch(document.id)
        if not found:
            return None
        number, file = map(int, found.groups())
        try:
            answer = self.api.content(f"api/fil/{file}")
            row = self.row(number) or {}
        except DeliveryError as error:
            at_most = f"højst {wording.size(self.max_bytes)} læses"
            raise _unreadable(document, str(error), f"kunne ikke hentes i SBSYS: {error.danish} ({at_most})") from None
        if answer is None:
            return None
        raw = next((one for one in wire.inners(row, "Filer") if wire.number(one, *wire.ID) == file), None)
        if raw is None or _version(row, raw) != document.version:
            raise _unreadable(document, "another version", "er ændret i SBSYS, siden det blev valgt. Vælg det på ny")
        self._look(document, answer, wire.number(raw, "Size"))
        return answer.content

    def _look(self, document: Document, answer: Answer, size: int | None) -> None:
        """Refuse a page that a gateway gave in place of the file, and a file that came in part. Raises."""
        kind = media.canonical(answer.headers.get("content-type", ""))
        found = media.recognized(answer.content, document.media_type, document.name)
        is_page = found == "text/html" or kind == "text/html"
        if is_page and media.canonical(document.media_type) != "text/html":
            raise _unreadable(document, "a web page in its place", "kom ikke: SBSYS svarede med en webside i stedet")
        if size is not None and size != len(answer.content):
            why = f"{len(answer.content)} bytes of {size}"
            raise _unreadable(document, why, "kom ikke helt fra SBSYS. Prøv igen om lidt")


def _unreadable(document: Document, why: str, danish: str) -> UnreadableDocument:
    text = f"dokumentet »{document.name}« {danish}"
    return UnreadableDocument(f"document {document.id}: {why}", document=document.id, danish=text)
