"""Hylde: packs in the memory of one process, and behind it the folder that it shares with others."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

import attrs

from esdh_connect.model import Place
from esdh_connect_bilag.engine import Facts, Pack, Unreadable, read_kept, write_kept
from esdh_connect_bilag.packs.folder import Folder

__all__ = ["Kept"]

_SMALL = 500  # bytes that an entry takes beside what it holds
_DIGEST = 100  # bytes that a digest in a set takes


@attrs.define
class _Entry:
    value: Facts | Pack
    size: int
    used: float


@attrs.define(eq=False)
class Kept:
    """
    Keeps packs: in memory within so many bytes, where what was not used for longest goes first, and in the folder.

    ``retention`` is how long after they were used last; ``takes_all`` whether every bilag goes in as a pack, or those
    of shared bundles alone. Any number of threads may use it.
    """

    takes_all: bool
    room: int
    folder: Folder | None = None
    retention: timedelta = timedelta(days=30)
    _clock: Callable[[], float] = attrs.field(default=time.time, repr=False)
    _entries: OrderedDict[bytes, _Entry] = attrs.field(factory=OrderedDict, init=False, repr=False)
    _size: int = attrs.field(default=0, init=False)
    _lock: Lock = attrs.field(factory=Lock, init=False, repr=False)

    def takes(self, place: Place) -> bool:
        """Tell whether this document goes in as a pack: that follows from the request alone. The letter never does."""
        return bool(place.document) and (self.takes_all or bool(place.bundle))

    def get(self, key: bytes, /) -> Facts | Pack | None:
        """Give what was kept under this key."""
        with self._lock:
            if entry := self._entries.get(key):
                entry.used = self._clock()
                self._entries.move_to_end(key)
                return entry.value
        content = self.folder.get(key) if self.folder else None
        if content is None:
            return None
        try:
            value = read_kept(key, content)
        except Unreadable:
            return None  # made by another version; it is written anew
        self._remember(key, value)
        return value

    def put(self, key: bytes, value: Facts | Pack, /) -> None:
        """Keep it."""
        self._remember(key, value)
        if self.folder:
            self.folder.put(key, write_kept(key, value))

    def erase(self, now: datetime) -> int:
        """Forget what was not used for too long; tells how many files that were."""
        before = (now - self.retention).timestamp()
        with self._lock:
            for key in [key for key, entry in self._entries.items() if entry.used < before]:
                self._size -= self._entries.pop(key).size
        return self.folder.erase(before) if self.folder else 0

    def _remember(self, key: bytes, value: Facts | Pack) -> None:
        size = _size_of(value)
        if size > self.room:
            return
        with self._lock:
            if known := self._entries.pop(key, None):
                self._size -= known.size
            self._entries[key] = _Entry(value, size, self._clock())
            self._size += size
            while self._size > self.room:
                _, oldest = self._entries.popitem(last=False)
                self._size -= oldest.size


def _size_of(value: Facts | Pack) -> int:
    if isinstance(value, Facts):
        return _SMALL + _DIGEST * len(value.common)
    return _SMALL + 4 * len(value.head) + len(value.table) + len(value.content) + _DIGEST * len(value.common)
