"""What was received: every accepted body as it came, and one line of log per request."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Lock
from urllib.parse import quote

import attrs

from esdh_connect_sandbox.folder import Folder, sync_folder
from esdh_connect_sandbox.moment import milliseconds
from esdh_connect_sandbox.values import is_uuid

__all__ = ["Archive", "Entry", "Spooled"]


@attrs.frozen
class Entry:
    """
    One request for a letter to be sent. No field can hold a CPR number.

    ``outcome`` is ``accepted``, ``refused <code>``, ``duplicate refused`` or ``http <status>``, with ``, fault <kind>``
    behind it where the script interfered, and ``accepted, then killed`` for a body that a killed run left without a
    line; ``file`` is the name below ``received`` of an accepted body.
    """

    time: str
    path: str
    transaction: str = ""
    message: str = ""
    shipment: str = ""
    kombi: str = ""
    sha256: str = ""
    size: int = 0
    outcome: str = ""
    file: str = ""

    @property
    def is_accepted(self) -> bool:
        """Tell whether the letter was taken, whatever was answered."""
        return bool(self.file)


@attrs.frozen
class Spooled:
    """A body on disk."""

    path: Path
    sha256: str
    size: int

    def pieces(self) -> Iterator[bytes]:
        """Read it again."""
        with self.path.open("rb") as file:
            while piece := file.read(64 * 1024):
                yield piece


class Archive:
    """The folders ``received`` and ``incoming``."""

    def __init__(self, folder: Folder) -> None:
        """Open it; what an earlier run was still reading when it ended is thrown away."""
        self._folder = folder
        self._log = folder.received / "log.jsonl"
        self._lock = Lock()
        for left in folder.incoming.iterdir():
            left.unlink()
        self._end_last_line()
        self._log_what_was_cut_off()

    @contextmanager
    def spool(self, pieces: Iterable[bytes]) -> Iterator[Spooled]:
        """Write a body to disk while it comes; gone afterwards, unless it was kept."""
        path = self._folder.incoming / secrets.token_hex(16)
        try:
            yield _spooled(path, pieces)
        finally:
            path.unlink(missing_ok=True)

    def keep(self, body: Spooled, name: str, *, again: bool) -> str | None:
        """
        Keep a body under an identifier; gives the file's name.

        A second one of the same identifier gets ``.2`` and so on, or, unless ``again``, is not kept (None).
        """
        stem = quote(name.lower() if is_uuid(name) else name, safe="")
        with self._lock:
            for number in count(1):
                target = self._folder.received / (f"{stem}.xml" if number == 1 else f"{stem}.{number}.xml")
                if not target.exists():
                    body.path.rename(target)
                    sync_folder(self._folder.received)
                    return target.name
                if not again:
                    break
        return None

    def read(self, file: str) -> bytes:
        """Give a kept body."""
        return (self._folder.received / file).read_bytes()

    def log(self, entry: Entry) -> None:
        """Add a line to log.jsonl."""
        line = json.dumps(attrs.asdict(entry)) + "\n"
        with self._lock, self._log.open("a", encoding="utf-8") as file:
            file.write(line)

    def entries(self) -> list[Entry]:
        """Read log.jsonl; a line that a killed process left unfinished is passed over."""
        if not self._log.exists():
            return []
        with self._lock:
            lines = self._log.read_text(encoding="utf-8").split("\n")
        return [Entry(**json.loads(line)) for line in lines if line.endswith("}")]

    def _end_last_line(self) -> None:
        if self._log.exists() and not self._log.read_bytes().endswith(b"\n"):
            with self._log.open("a", encoding="utf-8") as file:
                file.write("\n")

    def _log_what_was_cut_off(self) -> None:
        """Log the bodies that were kept when an earlier run was killed, before it could."""
        logged = {entry.file for entry in self.entries()}
        for path in sorted(self._folder.received.glob("*.xml")):
            if path.name not in logged:
                kept = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                self.log(Entry(milliseconds(kept), "", outcome="accepted, then killed", file=path.name))


def _spooled(path: Path, pieces: Iterable[bytes]) -> Spooled:
    hasher, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)
            hasher.update(piece)
            size += len(piece)
        file.flush()
        os.fsync(file.fileno())
    return Spooled(path, hasher.hexdigest(), size)
