"""
Mappe: packs as files, for all processes of an installation.

Each file has its name from the moment it is whole, so nobody sees half of one; who is killed while writing leaves a
file that the next sweep takes. Nothing is locked: two who make the same pack write the same. No file is mapped into
memory, for who cuts a mapped file off ends every process that reads it.

A disk that is full or a folder that cannot be written costs time, and never a letter: then packs are made anew.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import uuid4

import attrs

from esdh_connect.log import Log
from esdh_connect_bilag.packs.sealing import Sealing

__all__ = ["Folder"]

_ENDING, _UNFINISHED = ".pack", ".del"
_LEFT_BEHIND = 3600  # seconds
_SHARE = 16  # of the room: a pack that needs more is not kept, and so much is written between two sweeps
_FULL, _AFTERWARDS = 1.0, 0.9


@attrs.define(eq=False)
class Folder:
    """Keeps sealed packs in a folder, within so many bytes; what was not used for longest goes first."""

    path: Path
    _sealing: Sealing = attrs.field(repr=False)
    room: int
    _log: Log = attrs.field(factory=Log, repr=False)
    _unswept: int = attrs.field(default=0, init=False)
    _has_told: bool = attrs.field(default=False, init=False)

    def get(self, key: bytes) -> bytes | None:
        """Give what was kept under this key. What does not open goes: it is damaged, or another installation's."""
        path = self._path(key)
        try:
            sealed = path.read_bytes()
            os.utime(path)
        except FileNotFoundError:
            return None
        except OSError as error:
            self._told(error)
            return None
        opened = self._sealing.open(path.stem, sealed)
        if opened is None:
            self._log.warning("pack_damaged", pack=path.stem)
            self.drop(key)
        return opened

    def put(self, key: bytes, pieces: Iterable[bytes | memoryview]) -> None:
        """Keep it, where there is room for it."""
        path = self._path(key)
        sealed = self._sealing.seal(path.stem, pieces)
        if len(sealed) > self.room // _SHARE:
            return
        try:
            self._write(path, sealed)
            self._unswept += len(sealed)
            if self._unswept > self.room // _SHARE:
                self._unswept = 0
                self.sweep()
        except OSError as error:
            self._told(error)

    def drop(self, key: bytes) -> None:
        """Forget it."""
        try:
            self._path(key).unlink(missing_ok=True)
        except OSError as error:
            self._told(error)

    def erase(self, before: float) -> int:
        """Delete what was used last before this moment (seconds since 1970), and what a kill left; tells how many."""
        try:
            return sum(_deleted(one.path) for one in self._files() if one.used < before)
        except OSError as error:
            self._told(error)
            return 0

    def sweep(self) -> None:
        """Delete what a kill left behind, and what there is no room for."""
        kept = sorted(self._files(), key=lambda one: one.used)
        size = sum(one.size for one in kept)
        goal = self.room * (_AFTERWARDS if size > self.room * _FULL else _FULL)
        newest = max((one.used for one in kept), default=0.0)
        for one in kept:
            is_left = one.path.suffix == _UNFINISHED and one.used < newest - _LEFT_BEHIND
            if is_left or size > goal:
                size -= one.size
                _deleted(one.path)

    def _path(self, key: bytes) -> Path:
        return self.path / f"{self._sealing.name(key)}{_ENDING}"

    def _write(self, path: Path, sealed: bytes) -> None:
        """Write the whole file or none. It is not flushed to the disk: what a power cut spoils does not open."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_name(f"{path.stem}-{uuid4().hex}{_UNFINISHED}")
        opened = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        try:
            with os.fdopen(opened, "wb") as file:
                file.write(sealed)
            part.replace(path)
        except OSError:
            part.unlink(missing_ok=True)
            raise

    def _files(self) -> Iterator[_Kept]:
        try:
            entries = list(os.scandir(self.path))
        except FileNotFoundError:
            return
        for entry in entries:
            if entry.name.endswith((_ENDING, _UNFINISHED)):
                try:
                    found = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue  # another process was here
                yield _Kept(Path(entry.path), found.st_size, found.st_mtime)

    def _told(self, error: OSError) -> None:
        """Say once that the folder is of no use: it costs time alone."""
        if not self._has_told:
            self._has_told = True
            self._log.warning("packs_not_kept", folder=str(self.path), error=error.strerror or type(error).__name__)


@attrs.frozen
class _Kept:
    path: Path
    size: int
    used: float


def _deleted(path: Path) -> bool:
    try:
        path.unlink()
    except FileNotFoundError:
        return False  # another process was faster
    return True
