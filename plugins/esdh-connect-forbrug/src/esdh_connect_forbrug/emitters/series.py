"""
Filrække: files that follow each other by day and by size, and into which lines are only ever added.

A batch of lines is written in one go, and is on the disk before anybody relies on it. What a killed process left of a
line is taken away before the next is written: it was never relied on, so it comes again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

import attrs

from esdh_connect.log import Log

__all__ = ["Series"]

_PIECE = 65536


@attrs.frozen(order=True)
class _File:
    day: date
    number: int
    path: Path


@attrs.frozen
class Series:
    """
    The files ``usage-2026-11-27.jsonl``, ``usage-2026-11-27.2.jsonl`` … for a ``path`` of ``usage.jsonl``.

    ``head`` begins each file. With ``sync`` a batch has reached the disk when it is added.
    """

    path: Path
    max_bytes: int
    sync: bool = True
    head: bytes = b""
    log: Log = Log()

    def add(self, lines: Sequence[bytes], today: date) -> None:
        """
        Add lines, each with its ending, but for those at the end already: what was not acknowledged comes again.

        Raises OSError; then nothing of it is sure to be there.
        """
        files, content = self._files(), b"".join(lines)
        if files:
            self._mend(files[-1].path)
            known = _tail(files[-1].path, len(content))
            content = b"".join(line for line in lines if line not in known)
        if content:
            self._append(self._place(files, today, len(content)), content)

    def erase(self, before: date) -> int:
        """Delete the files of days before this one; gives how many."""
        old = [one.path for one in self._files() if one.day < before]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _files(self) -> list[_File]:
        """Give the files there are, the oldest first."""
        name = re.compile(rf"{re.escape(self.path.stem)}-(\d{{4}}-\d\d-\d\d)(?:\.(\d+))?{re.escape(self.path.suffix)}")
        found = []
        with suppress(FileNotFoundError):
            for path in self.path.parent.iterdir():
                if (its := name.fullmatch(path.name)) is not None:
                    with suppress(ValueError):  # the 31st of February is none of ours
                        found.append(_File(date.fromisoformat(its[1]), int(its[2] or 1), path))
        return sorted(found)

    def _place(self, files: Sequence[_File], today: date, more: int) -> Path:
        """Give the file to go on in: the newest, unless another day has begun, or it would grow too large."""
        newest = files[-1] if files else _File(today, 0, self.path)
        day = max(today, newest.day)  # a clock that was put back begins no day anew
        number = newest.number if newest.day == day else 0
        if number and newest.path.stat().st_size + more <= self.max_bytes:
            return newest.path
        tail = f".{number + 1}" if number else ""
        return self.path.with_name(f"{self.path.stem}-{day.isoformat()}{tail}{self.path.suffix}")

    def _append(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _opened(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT) as file:
            before = os.fstat(file).st_size
            try:
                _write(file, content if before else self.head + content)
                if self.sync:
                    os.fsync(file)
            except OSError:  # the disk is full, or fails: what may be half there is written anew
                with suppress(OSError):
                    os.ftruncate(file, before)
                raise
        if self.sync and not before:
            _sync_folder(path.parent)

    def _mend(self, path: Path) -> None:
        """Take away what stands behind the last whole line."""
        with _opened(path, os.O_RDWR) as file:
            size = os.fstat(file).st_size
            whole = _end_of_last_line(file, size)
            if whole < size:
                os.ftruncate(file, whole)
                self.log.warning("half_line_cut", file=path.name, bytes=size - whole)


@contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    file = os.open(path, flags | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0), 0o640)
    try:
        yield file
    finally:
        os.close(file)


def _write(file: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(file, view) :]


def _read(file: int, size: int, at: int) -> bytes:
    os.lseek(file, at, os.SEEK_SET)
    return os.read(file, size)


def _tail(path: Path, size: int) -> set[bytes]:
    """Give the lines at the end of a file, in so many bytes: as many as a batch has that may be there already."""
    with _opened(path, os.O_RDONLY) as file:
        end = os.fstat(file).st_size
        return {line + b"\n" for line in _read(file, size, max(0, end - size)).split(b"\n")}


def _end_of_last_line(file: int, size: int) -> int:
    at = size
    while at > 0:
        start = max(0, at - _PIECE)
        found = _read(file, at - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        at = start
    return 0


def _sync_folder(folder: Path) -> None:
    """Have the new name on the disk too; where folders cannot be synced, the file itself is."""
    with suppress(OSError), _opened(folder, os.O_RDONLY) as opened:
        os.fsync(opened)
