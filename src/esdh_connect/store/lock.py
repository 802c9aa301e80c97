"""
The election of the one dispatcher: a lock of the operating system on a file beside the outbox.

The kernel frees it when the process dies, and not before. So who gets it knows that the one before is gone, which
no clock can tell.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from esdh_connect.errors import StoreError

__all__ = ["held"]

if sys.platform == "win32":
    import msvcrt

    def _took(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _took(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def held(path: Path) -> Iterator[bool]:
    """
    Hold the lock while the block runs; False where it is taken, be it by another thread of this process.

    The file stays: who deletes it makes two locks of one. Raises StoreError where it cannot be made.
    """
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise StoreError(f"the lock {path} cannot be made: {error.strerror}") from error
    try:
        yield _took(descriptor)
    finally:
        os.close(descriptor)  # frees the lock: this descriptor is nobody else's
