"""Mappen: everything a tour makes lies in one folder, and nothing outside it."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count, islice
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from tempfile import gettempdir, mkdtemp

import attrs

from esdh_connect import wording
from esdh_connect.errors import SettingsError
from esdh_connect_demo.municipality import Filed

__all__ = ["NAME", "Folder", "lent"]

if sys.platform == "win32":

    def _held(descriptor: int) -> bool:  # noqa: ARG001 - folders that were left stay there: Windows empties its own
        return False
else:
    import fcntl

    def _held(descriptor: int) -> bool:
        """Take the lock of the operating system, which is free again when its process ends; False where it is taken."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


NAME = "esdh-connect-demo"
_TRIES = 1000
#: The file that a demo holds locked in its temporary folder while it runs.
_IN_USE = "i-brug.lock"
#: So many folders are looked at when one begins, and so many seconds pass at the most until a new lock is held.
_MOST, _NEW = 100, 10


@attrs.frozen
class Folder:
    """The folder of one tour."""

    path: Path

    @classmethod
    def fresh(cls, given: Path | None, here: Path, *, once: bool) -> Folder:
        """
        Make an empty folder: the one given, else a temporary one for ``once``, else a new one in ``here``.

        Raises SettingsError where the one given is not empty, or no folder can be made.
        """
        try:
            if given is None:
                return cls(Path(mkdtemp(prefix=f"{NAME}-")) if once else _numbered(here))
            given.mkdir(parents=True, exist_ok=True)
            taken = any(given.iterdir())
        except OSError as error:
            raise SettingsError(
                f"{error.filename}: {error.strerror}", danish=f"{error.filename}: {wording.system(error)}"
            ) from error
        if taken:
            raise SettingsError(f"{given} is not empty", danish=f"mappen {given} er ikke tom; vælg en anden med --dir")
        return cls(given.resolve())

    @property
    def sandbox(self) -> Path:
        """Give where the sandbox keeps what it receives."""
        return self.path / "sandkasse"

    def write_documents(self, documents: Iterable[Filed]) -> None:
        """Write the newest version of each document, a folder for each case."""
        for filed in documents:
            self._write(Path("dokumenter", filed.case, filed.name), filed.versions[-1])

    def write_sent(self, case: str, content: bytes) -> None:
        """Write what was sent on a case."""
        self._write(Path("sendt", f"{case}.pdf"), content)

    def write(self, name: str, text: str) -> Path:
        """Write a text file."""
        return self._write(Path(name), text.encode())

    def _write(self, name: Path, content: bytes) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path


@contextmanager
def lent() -> Iterator[Folder]:
    """
    Lend a temporary folder, which is gone after the block, and remove those that demos left which were killed.

    A folder is one of those when its lock is there, is ours, and nobody holds it. That of a tour has none: it is kept.
    """
    for path in islice(Path(gettempdir()).glob(f"{NAME}-*"), _MOST):
        if _is_left(path):
            shutil.rmtree(path, ignore_errors=True)
    folder = Folder.fresh(None, Path(), once=True)
    try:
        with (folder.path / _IN_USE).open("w") as lock:
            _held(lock.fileno())
            yield folder
    finally:
        shutil.rmtree(folder.path, ignore_errors=True)


def _is_left(path: Path) -> bool:
    lock = path / _IN_USE
    try:
        there, kept = path.lstat(), lock.lstat()
    except OSError:
        return False
    is_ours = not hasattr(os, "getuid") or there.st_uid == kept.st_uid == os.getuid()
    if not (is_ours and S_ISDIR(there.st_mode) and S_ISREG(kept.st_mode)) or time.time() - kept.st_mtime < _NEW:
        return False
    with lock.open() as file:
        return _held(file.fileno())


def _numbered(here: Path) -> Path:
    for number in count(1):
        path = here / (NAME if number == 1 else f"{NAME}-{number}")
        try:
            path.mkdir()
        except FileExistsError:
            if number >= _TRIES:
                raise
            continue
        return path.resolve()
    raise AssertionError("count does not end")
