"""Mappen: everything a tour makes lies in one folder, and nothing outside it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

import attrs

from esdh_connect import wording
from esdh_connect.errors import SettingsError
from esdh_connect_demo.municipality import Filed

__all__ = ["NAME", "Folder"]

NAME = "esdh-connect-demo"
_TRIES = 1000


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
