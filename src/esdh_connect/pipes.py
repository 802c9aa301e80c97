"""Rør: what has a name like a file and is none, so that whoever opens it may wait for ever."""

from __future__ import annotations

import errno
from pathlib import Path
from stat import S_ISDIR, S_ISREG

__all__ = ["refuse_pipe"]


def refuse_pipe(path: Path) -> None:
    """
    Raise OSError for a named pipe, a socket or a device, as opening a folder does. What is not there, says so later.

    A pipe that is open already (``<(…)`` of a shell) has no name, and somebody at its other end: it is let through.
    """
    try:
        kind = path.resolve().stat().st_mode
    except FileNotFoundError:
        return
    if not (S_ISREG(kind) or S_ISDIR(kind)):
        raise OSError(errno.ESPIPE, "a pipe or a device, not a file", str(path))
