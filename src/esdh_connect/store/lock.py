"""
The election of the one dispatcher: a lock of the operating system on a file beside the outbox.

The kernel frees it when the process dies, and not before. So who gets it knows that the one before is gone, which
no clock can tell. A child has no part in it: a program that is started does not get the descriptor, and a process
that is forked lets go of it at once, or the lock would outlive the one whose life it proves.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock

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


#: The descriptors of this process on which a lock is held or tried. No fork comes while one is opened.
_OPEN: set[int] = set()
_OPENING = Lock()


@cache
def _close_after_fork() -> None:
    """See to it, once, that a forked child closes its copies; what the parent holds is not touched by that."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=_OPENING.acquire, after_in_parent=_OPENING.release, after_in_child=_let_go)


def _let_go() -> None:
    _OPENING.release()
    while _OPEN:
        os.close(_OPEN.pop())


def _opened(path: Path) -> int:
    try:
        with _OPENING:
            descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
            _OPEN.add(descriptor)
    except OSError as error:
        raise StoreError(
            f"the lock {path} cannot be made: {error.strerror}",
            danish="udbakken kan ikke bruges lige nu. Sig det til driften",
        ) from error
    return descriptor


@contextmanager
def held(path: Path) -> Iterator[bool]:
    """
    Hold the lock while the block runs; False where it is taken, be it by another thread of this process.

    The file stays: who deletes it makes two locks of one. Raises StoreError where it cannot be made.
    """
    _close_after_fork()
    descriptor = _opened(path)
    try:
        yield _took(descriptor)
    finally:
        if descriptor in _OPEN:  # not so in a child that was forked in the block
            _OPEN.remove(descriptor)
            os.close(descriptor)  # frees the lock: this descriptor is nobody else's
