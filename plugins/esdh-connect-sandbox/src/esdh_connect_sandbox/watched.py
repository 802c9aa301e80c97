"""A TOML file people edit while the sandbox runs."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any

import attrs

__all__ = ["Say", "Watched"]

#: Where the sandbox tells a developer something: never a CPR number, never a token.
Say = Callable[[str], None]


@attrs.define
class Watched:
    """
    Looks at a file and, when it has changed, gives it to ``take``.

    ``take`` may raise ValueError or TypeError: like a file that is not TOML, what it refuses is told and changes
    nothing. A file that is not there counts as empty.
    """

    path: Path
    take: Callable[[Mapping[str, Any]], None]
    say: Say
    _seen: tuple[int, int, int] | None = None
    _lock: Lock = attrs.Factory(Lock)

    def look(self) -> None:
        """Read the file if it is another than last time."""
        with self._lock:
            stamp = self._stamp()
            if stamp == self._seen:
                return
            self._seen = stamp
            try:
                self.take(tomllib.loads(self.path.read_text(encoding="utf-8")) if stamp[0] else {})
            except (ValueError, TypeError, OSError) as error:
                self.say(f"{self.path.name} is left as it was before: {error}")

    def _stamp(self) -> tuple[int, int, int]:
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return 0, 0, 0
        return found.st_mtime_ns, found.st_size, found.st_ino
