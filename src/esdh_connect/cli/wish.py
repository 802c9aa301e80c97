"""
Ønsket: what the arguments of ``send`` say, as the library's :class:`~esdh_connect.dispatch.Request`.

The command line is a host of its own (:class:`Desk`): documents are the files that were named, parties the lines of
the list. Its key follows from all of it, so the same command again is the same wish.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from hashlib import file_digest, sha256
from mimetypes import MimeTypes
from pathlib import Path
from types import MappingProxyType

import attrs

from esdh_connect import wording
from esdh_connect.cli.exits import Exit, Stopped
from esdh_connect.cli.recipients import Named
from esdh_connect.dispatch import Request
from esdh_connect.errors import UnreadableDocument
from esdh_connect.hookspecs import hookimpl
from esdh_connect.ids import Cpr
from esdh_connect.model import Address, Document, Options, Party, Recipient
from esdh_connect.pipes import refuse_pipe
from esdh_connect.seal import Seal

__all__ = ["SYSTEM", "Desk", "at_hand", "documents", "new_key", "parties", "wish_key", "wrong_with"]

#: The system our case and party ids are ids in.
SYSTEM = "esdh-connect send"

#: No channel takes more; without a bound a wrong file name fills the memory.
_LARGEST = 500_000_000
_NOTHING = "Der er ikke sendt noget"
#: Wishes that came later: unsaid they name nothing, so that the command of an older version is still the same wish.
_LATER = frozenset({"deadline"})
_OFFICE = MappingProxyType(
    {
        ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ".odt": "application/vnd.oasis.opendocument.text",
        ".ods": "application/vnd.oasis.opendocument.spreadsheet",
        ".odp": "application/vnd.oasis.opendocument.presentation",
    }
)


@attrs.frozen(eq=False)
class Desk:
    """The command line as host: knows the files and recipients of one command, by the ids made from them."""

    files: Mapping[str, Path]
    recipients: Mapping[Party, Recipient]

    @hookimpl
    def read_document(self, document: Document) -> bytes | None:
        """Read the file anew each time, so that no bytes are held between two looks; and only in its version."""
        path = self.files.get(document.id)
        if path is None:
            return None
        try:
            refuse_pipe(path)
            content = path.read_bytes()
        except OSError as error:
            raise UnreadableDocument(
                f"document {document.id}: {error.strerror}",
                document=document.id,
                danish=f"filen »{document.name}« kan ikke læses ({wording.system(error)})",
            ) from error
        if sha256(content).hexdigest() != document.version:
            raise UnreadableDocument(
                f"document {document.id} changed while the command ran",
                document=document.id,
                danish=f"filen »{document.name}« blev ændret imens. Kør kommandoen igen",
            )
        return content

    @hookimpl
    def resolve_recipient(self, party: Party) -> Recipient | None:
        """Look into the list."""
        return self.recipients.get(party)


def documents(paths: Sequence[Path], *, nothing: str = _NOTHING) -> dict[Document, Path]:
    """
    Make a document of each file, in order; its id holds no name, its version is the SHA-256 of its bytes.

    ``nothing`` is what has not happened, which people are told first. Raises Stopped where a file is missing, too large
    or named twice.
    """
    try:
        return _documents(paths)
    except Stopped as stopped:
        raise Stopped(stopped.code, stopped.text.replace(_NOTHING, nothing, 1)) from None


def _documents(paths: Sequence[Path]) -> dict[Document, Path]:
    _refuse_repeated(paths)
    found: dict[Document, Path] = {}
    for at, path in enumerate(paths, start=1):
        version = _sha256(path)
        found[Document(f"{version[:16]}.{at}", version, path.name, _media_type(path))] = path
    return found


def at_hand(request: Request, paths: Sequence[Path]) -> dict[str, Path]:
    """Give the files a wish was made of by the ids of its documents, as far as they are among ``paths``."""
    _refuse_repeated(paths)
    known = {_sha256(path): path for path in paths}
    return {one.id: known[one.version] for one in request.documents if one.version in known}


def _media_type(path: Path) -> str:
    known = MimeTypes()  # the built-in table: what a machine has in /etc must not decide what goes out
    for suffix, media in _OFFICE.items():
        known.add_type(media, suffix)
    return known.guess_type(path.name.casefold())[0] or "application/octet-stream"


def parties(named: Iterable[Named], seal: Seal) -> dict[Party, Recipient]:
    """Make a party of each line; its id is a keyed digest, from which nobody finds the number."""
    found: dict[Party, Recipient] = {}
    for one in named:
        kind, digits = ("cpr", one.id.reveal()) if isinstance(one.id, Cpr) else ("cvr", one.id.digits)
        party = Party(seal.digest("cli-party", kind, digits), SYSTEM)
        found[party] = Recipient(party, one.name, one.id, one.address, circumstances=one.circumstances)
    return found


def wish_key(request: Request, recipients: Mapping[Party, Recipient], seal: Seal) -> str:
    """
    Name the wish by all that was asked for: files, title, recipients, department, case and options.

    The order of the recipients does not matter. It is a keyed digest, because it follows from CPR numbers too.
    """
    wish = {
        "files": [(one.name, one.version) for one in request.documents],
        "title": request.title,
        "recipients": sorted((party.id, one.name, _plain(one.address)) for party, one in recipients.items()),
        "department": request.department,
        "case": request.case.id,
        "options": _plain(request.options),
    }
    return seal.digest("cli-wish", json.dumps(wish, sort_keys=True))


def new_key() -> str:
    """Name a wish that is not to be recognized: the same letter is to go once more."""
    return secrets.token_hex(16)


def _plain(value: Address | Options | None) -> str:
    if value is None:
        return "null"
    said = {name: one for name, one in attrs.asdict(value).items() if name not in _LATER or one is not None}
    return json.dumps(said, default=str, sort_keys=True)


def wrong_with(path: Path) -> str:
    """Tell in Danish why a file cannot be taken; nothing where it can."""
    try:
        refuse_pipe(path)
        if not path.is_file():
            return f"filen »{path}« findes ikke"
        with path.open("rb"):
            return f"filen »{path}« fylder mere end {_LARGEST // 1_000_000} MB" * (path.stat().st_size > _LARGEST)
    except OSError as error:
        return f"filen »{path}« kan ikke læses ({wording.system(error)})"


def _sha256(path: Path) -> str:
    try:
        refuse_pipe(path)
        with path.open("rb") as file:
            if path.stat().st_size > _LARGEST:
                raise _refused(f"filen »{path}« fylder mere end {_LARGEST // 1_000_000} MB")
            return file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise _refused(f"filen »{path}« findes ikke") from None
    except OSError as error:
        raise _refused(f"filen »{path}« kan ikke læses ({wording.system(error)})") from error


def _refuse_repeated(paths: Sequence[Path]) -> None:
    known: set[Path] = set()
    for path in paths:
        if path.resolve() in known:
            raise _refused(f"filen »{path}« er nævnt to gange")
        known.add(path.resolve())


def _refused(text: str) -> Stopped:
    return Stopped(Exit.USAGE, f"{_NOTHING}: {text}")
