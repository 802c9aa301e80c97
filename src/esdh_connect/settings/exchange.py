"""
Udskiftning: a new installation secret in the place of the old one, in steps that may be stopped between any two.

::

    installation.secret                          nothing has begun
    installation.secret, .next                   the new one is made
    installation.secret, .old (the same), .next  the old one is kept
    installation.secret (the new one), .old      what is stored is being wrapped again, or has been

At every step the file is there, and whatever may be stored was wrapped under one of those beside each other.
"""

from __future__ import annotations

import os
from base64 import b64encode
from pathlib import Path

from esdh_connect import wording
from esdh_connect.errors import SettingsError
from esdh_connect.settings.installation import NEXT, OLD, Secrets

__all__ = ["is_begun", "put_in_place", "renew"]

_SECRET_BYTES = 32


def is_begun(secrets: Secrets) -> bool:
    """Tell whether an exchange was begun, and the new secret is not in its place yet."""
    path = secrets.installation.path
    return path is not None and _beside(path, NEXT).exists()


def renew(secrets: Secrets) -> None:
    """Make a new secret, beside the one in use. Raises SettingsError where it lies in no file, or cannot be made."""
    path = secrets.installation.path
    if path is None:
        raise secrets.installation.error(
            'only a secret in a file can be made anew; name the old one with "also", and the new one in its place',
            'kun en hemmelighed i en fil kan laves på ny; skriv den gamle under "also" og den nye i stedet for den',
        )
    if _beside(path, OLD).exists():
        old = _beside(path, OLD)
        raise SettingsError(
            f"{old}: is there, from the exchange before; move it to where the backups of that time are",
            danish=f"{old}: ligger her fra den forrige udskiftning. Flyt den til sikkerhedskopierne fra den tid",
        )
    # Randomness is no argument here: a secret from anywhere else could be guessed.
    _write(_beside(path, NEXT), b64encode(os.urandom(_SECRET_BYTES)) + b"\n")


def put_in_place(secrets: Secrets) -> None:
    """Keep the old secret and put the new one in its place, step by step. Raises SettingsError."""
    path = secrets.installation.path
    if path is None or not is_begun(secrets):
        return
    if not _beside(path, OLD).exists():
        _write(_beside(path, OLD), path.read_bytes())
    try:
        _beside(path, NEXT).replace(path)
        _sync(path.parent)
    except OSError as error:
        raise _unwritable(path, error) from error


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _write(path: Path, content: bytes) -> None:
    """Write it whole or not at all: half a secret would be taken for one."""
    part = _beside(path, ".part")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _sync(path.parent)
    except OSError as error:
        raise _unwritable(path, error) from error


def _sync(folder: Path) -> None:
    """Have the folder itself on the disk, where a folder can be opened."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(path: Path, error: OSError) -> SettingsError:
    return SettingsError(
        f"{path}: cannot be written: {error.strerror}", danish=f"{path}: kan ikke skrives ({wording.system(error)})"
    )
