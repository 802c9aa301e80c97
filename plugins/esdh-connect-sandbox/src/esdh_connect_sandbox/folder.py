"""The folder a sandbox lives in, and how files get there."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

import attrs

__all__ = ["Folder", "sync_folder"]

_PRIVATE = 0o600
_PUBLIC = 0o644


def sync_folder(path: Path) -> None:
    """Make renames in a folder last (POSIX; elsewhere a folder cannot be opened and needs not)."""
    if os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@attrs.frozen
class Folder:
    """Paths in a sandbox's folder."""

    path: Path

    @classmethod
    def made(cls, path: Path) -> Folder:
        """Make the folder and those in it."""
        folder = cls(path.resolve())
        folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.received.mkdir(exist_ok=True)
        folder.incoming.mkdir(exist_ok=True)
        return folder

    @property
    def received(self) -> Path:
        """Accepted bodies, and log.jsonl."""
        return self.path / "received"

    @property
    def incoming(self) -> Path:
        """Bodies that are still being read."""
        return self.path / "incoming"

    @property
    def ca(self) -> Path:
        """The certificate a client trusts."""
        return self.path / "ca.pem"

    @property
    def client(self) -> Path:
        """The client's key and certificate, PEM."""
        return self.path / "client.pem"

    @property
    def settings(self) -> Path:
        """Settings of esdh-connect, ready for use."""
        return self.path / "settings.toml"

    def write(self, name: str, data: bytes, *, private: bool) -> None:
        """Write a file so that it is there as a whole or not at all; private means mode 0600."""
        beside = self.path / f".{name}.{secrets.token_hex(4)}"
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE if private else _PUBLIC)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            beside.replace(self.path / name)
        except BaseException:
            with suppress(OSError):
                beside.unlink()
            raise

    def write_once(self, name: str, data: bytes, *, private: bool = False) -> None:
        """Write a file unless there is one."""
        if not (self.path / name).exists():
            self.write(name, data, private=private)
